"""`ctxlint server`: serves a client on stdin and stdout until that ends."""

from __future__ import annotations

import gc
import logging
import os
from contextlib import suppress
from typing import BinaryIO

from ctxlint.config.settings import ConfigError

_GARBAGE = 20_000  # new objects between two searches for cycles: the server runs for long


def run(log_file: str | None) -> int:
    """Serve; returns 0 if the client said goodbye. Raises ConfigError where that is impossible."""
    try:
        from ctxlint.server import features  # noqa: PLC0415 - it needs the extra
    except ModuleNotFoundError as error:
        what = f"{error.name} is not installed, run pip install 'ctxlint[server]'"
        raise ConfigError(f"ctxlint server: {what}") from None
    _log_to(log_file)
    gc.set_threshold(_GARBAGE)
    gc.freeze()
    server = features.make()
    server.start_io(stdout=_own_stdout())
    server.worker.end()
    return 0 if server.is_shut_down else 1


def _own_stdout() -> BinaryIO:
    """The stream that was stdout; other output goes to stderr, where it disturbs no message."""
    out = os.fdopen(os.dup(1), "wb")
    with suppress(OSError):  # there may be no stderr
        os.dup2(2, 1)
    return out


def _log_to(file: str | None) -> None:
    """Write the log to a file, or else errors only to stderr."""
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    if file is None:
        logging.basicConfig(level=logging.ERROR, format=form)
        return
    try:
        logging.basicConfig(filename=file, level=logging.INFO, format=form, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--log-file: {error.strerror}, check the path '{file}'") from None
    logging.getLogger("pygls").setLevel(logging.WARNING)  # it would write all texts there
