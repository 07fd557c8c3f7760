"""Clusters that users have, as executors of concurrent.futures."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ctxlint import __version__
from ctxlint.config.settings import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

    from distributed import Client

_NAME = re.compile(r"dask:\w+://.+:\d+")
_PATIENCE = 10  # seconds for a scheduler to answer


@contextmanager
def connected(name: str) -> Iterator[Executor]:
    """The executor that `--executor` names, until the block ends.

    `dask:ADDRESS` is the Dask cluster with the scheduler at that address. Raises ConfigError for
    one that cannot be used.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError(f"--executor: not a cluster: '{name}', give dask:tcp://host:port")
    address = name.removeprefix("dask:")
    with _client(address) as client:
        _check(client, address)
        yield client.get_executor(pure=False)  # a file may have changed since it was last checked


def _client(address: str) -> Client:
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
    except ImportError:
        cure = "install it with pip install 'ctxlint[dask]'"
        raise ConfigError(f"--executor: Dask is not installed, {cure}") from None
    try:
        return Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        what = f"no Dask scheduler answers at {address}"
        raise ConfigError(f"--executor: {what}, check the address: {_line(error)}") from None


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _check(client: Client, address: str) -> None:
    """Raise ConfigError unless there are workers, which have this ctxlint and see these files."""
    here, python = os.getcwd(), sys.version_info[:2]
    try:
        found = client.run(about_worker, here)
    except Exception as error:  # whatever a worker raises, as where it has no ctxlint
        cure = "install this version there"
        raise ConfigError(
            f"--executor: ctxlint is missing on a worker, {cure}: {_line(error)}"
        ) from None
    if not found:
        raise ConfigError(f"--executor: {address} has no workers, start some")
    for worker, (version, its_python, sees) in found.items():
        if (version, tuple(its_python)) != (__version__, python):
            what = f"has ctxlint {version} with Python {'.'.join(map(str, its_python))}"
            mine = f"{__version__} with {'.'.join(map(str, python))}"
            raise ConfigError(f"--executor: {worker} {what}, install {mine} there")
        if not sees:
            raise ConfigError(f"--executor: {worker} does not see {here}, share the folder")


def about_worker(folder: str) -> tuple[str, tuple[int, int], bool]:
    """The versions of ctxlint and Python of a worker, and whether it has a folder."""
    return __version__, sys.version_info[:2], os.path.isdir(folder)
