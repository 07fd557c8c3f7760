"""The command `ctxlint`, and `python -m ctxlint`.

While it imports the rest Ctrl-C ends it at once, as there is nothing yet to take back.
"""

import signal

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from ctxlint.cli.main import run_process

__all__ = ["run_process"]

if __name__ == "__main__":
    run_process()
