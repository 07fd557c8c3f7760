"""How far the first check of all files is, for the client to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from ctxlint.server.tasks import ignored

if TYPE_CHECKING:
    from ctxlint.server.language_server import Server

_TOKEN = "ctxlint/first-check"
_TITLE = "ctxlint"


class Progress:
    """A bar of the client; shown once, for later checks are short."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._percentage = -1
        self._is_over = False
        self._is_shown = False

    def report(self, done: int | None, count: int) -> None:
        """Tell that so many files are done; None: that the check has ended."""
        if self._is_over or (done is None and self._percentage < 0):
            return
        if done is None:
            self._is_over = True
            self._server.soon(self._end)
            return
        percentage = 100 * done // count
        if percentage > self._percentage:
            is_first, self._percentage = self._percentage < 0, percentage
            self._server.soon(self._begin if is_first else self._report, f"{done}/{count} files")

    def _begin(self, message: str) -> None:
        ignored(self._create(message))

    async def _create(self, message: str) -> None:
        progress = self._server.work_done_progress
        await progress.create_async(_TOKEN)
        progress.begin(_TOKEN, types.WorkDoneProgressBegin(_TITLE, message=message, percentage=0))
        self._is_shown = True
        if self._is_over:
            self._end()

    def _report(self, message: str) -> None:
        if self._is_shown:
            report = types.WorkDoneProgressReport(message=message, percentage=self._percentage)
            self._server.work_done_progress.report(_TOKEN, report)

    def _end(self) -> None:
        if self._is_shown:
            self._server.work_done_progress.end(_TOKEN, types.WorkDoneProgressEnd())
            self._is_shown = False
