"""`python -m ctxlint`."""

from ctxlint.cli import run_process

run_process()
