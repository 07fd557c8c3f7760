"""`python -m ctxlint`."""

from ctxlint.cli.main import run_process

run_process()
