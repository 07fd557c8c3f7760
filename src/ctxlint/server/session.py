"""The open documents and the folders of a client, and the order in which they are checked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from ctxlint.project.project_folder import project_folder
from ctxlint.server.document import Document
from ctxlint.server.file_findings import FileFindings
from ctxlint.server.folder import Folder, Track
from ctxlint.source import SourceError, SourceFile, read_file


class Session:
    """The state of the server; used by one thread alone.

    `is_superseded` tells whether work in progress is no longer wanted, as of `Folder`.
    """

    def __init__(self, is_superseded: Callable[[], bool] = lambda: False) -> None:
        self.documents: dict[str, Document] = {}  # by path
        self.generation = 0  # grows with all that may change findings
        self._is_superseded = is_superseded
        self._texts: dict[str, bytes] = {}  # of open files: the last that was Python, if any was
        self._broken: dict[str, str] = {}  # why an open file cannot be parsed
        self._folders: dict[str, Folder] = {}  # by root
        self._untold: set[str] = set()  # files whose findings the client does not have yet
        self._unchecked: set[str] = set()  # open files whose text is new
        self._unsearched: set[str] = set()  # roots of the folders to look at again as a whole
        self._unjudged: set[str] = set()  # roots of the folders whose contract is to be checked
        self._is_stale = False  # whether all is to be checked again

    def add_folder(self, root: str) -> None:
        """Check the files in another folder too; only what is open of one that holds everything."""
        is_whole = root not in (os.path.dirname(root), os.path.expanduser("~"))
        known = self._folders.get(root)  # not whole if it is that of files in no folder
        if known is None or (is_whole and not known.is_whole):
            self.remove_folder(root)
            self._add(root, is_whole=is_whole)

    def _add(self, root: str, *, is_whole: bool) -> Folder:
        folder = Folder(root, self._texts, self._is_superseded, is_whole=is_whole)
        self._folders[root] = folder
        self._unsearched.add(root)
        return folder

    def remove_folder(self, root: str) -> None:
        """Forget a folder; what is open in it is checked without it."""
        folder = self._folders.pop(root, None)
        self._unsearched.discard(root)
        self._unjudged.discard(root)
        if folder:
            self._untold |= folder.results.keys()
            self._unchecked.update(filter(folder.holds, self.documents))
            self._is_stale = True

    def edit(self, document: Document) -> None:
        """Take a new text of an open file.

        One that is not Python counts only where there was none before, on disk either.
        """
        path = document.path
        self.generation += 1
        self.documents[path] = document
        data = document.data
        error = _error(path, data)
        if error and (path in self._texts or not _error(path, _saved(path))):
            self._broken[path] = error
            self._unchecked.add(path)  # its findings move
            return
        self._broken.pop(path, None)
        self._take(path, data)

    def close(self, path: str) -> None:
        """Go back to what is on disk."""
        if self.documents.pop(path, None):
            self._broken.pop(path, None)
            self._take(path, None)
            self._unchecked.discard(path)
            self._untold.add(path)
            self.search_again()

    def _take(self, path: str, data: bytes | None) -> None:
        if data is None:
            self._texts.pop(path, None)
        elif self._texts.get(path) == data:
            self._unchecked.add(path)
            return
        else:
            self._texts[path] = data
        self._ensure_folder(path)
        for folder in self._folders.values():
            folder.change(path)
        self._unchecked.add(path)
        self._is_stale = True

    def search_again(self) -> None:
        """Look at settings and files on disk again, for some may have changed."""
        self.generation += 1
        self._unsearched.update(self._folders)

    @property
    def is_busy(self) -> bool:
        """Whether a whole folder is still to be looked at."""
        return bool(self._unsearched)

    @property
    def has_edits(self) -> bool:
        """Whether open files are still to be checked."""
        return bool(self._unchecked)

    @property
    def is_stale(self) -> bool:
        """Whether files may have other findings, now that an open one has changed."""
        return self._is_stale

    def check_edits(self) -> set[str]:
        """Check the open files that have changed; returns the files with new findings."""
        for path in sorted(self._unchecked):
            folder = self._ensure_folder(path)
            self._untold |= self._owned(folder, folder.check([path]))
            self._unchecked.discard(path)
        return self._news()

    def check_all(self, track: Track = lambda done, of: None) -> set[str]:
        """Check all files; returns those with new findings."""
        for root in sorted(self._unsearched & self._folders.keys()):
            self._folders[root].refresh()
            self._unsearched.discard(root)
            self._unjudged.add(root)
            self._is_stale = True  # until all are checked
        for folder in list(self._folders.values()):
            self._untold |= self._owned(folder, folder.check_all(track))
        self._unchecked.clear()
        self._is_stale = False
        return self._news()

    @property
    def has_contracts(self) -> bool:
        """Whether contracts are still to be compared with the code."""
        return bool(self._unjudged)

    def check_contracts(self) -> set[str]:
        """Compare the contracts of folders with their code; returns files with new findings."""
        for root in sorted(self._unjudged & self._folders.keys()):
            self._folders[root].check_contract()
            self._unjudged.discard(root)
        return self._news()

    def _news(self) -> set[str]:
        """The files with new findings, also of checks that were given up half way."""
        news, self._untold = self._untold, set()
        return news

    def give_up(self) -> None:
        """Leave what is to be checked until something changes."""
        self._unchecked.clear()
        self._unsearched.clear()
        self._unjudged.clear()
        self._is_stale = False

    def findings(self, path: str) -> FileFindings:
        """The findings of a file, at their places in the text that the editor shows."""
        folder = self.folder_of(path)
        known = folder.results.get(path, FileFindings()) if folder else FileFindings()
        error = self._broken.get(path)
        if error is None or folder is None:
            return known
        document = self.documents[path]
        told = error if folder.is_candidate(path, document.data) else None
        return known.moved(folder.name(path), SourceFile(path, document.text).lines, told)

    def lines(self, path: str, name: str) -> list[str]:
        """The lines of the file that findings in that at `path` call `name`."""
        document = self.documents.get(os.path.abspath(name))
        if document:
            return SourceFile(name, document.text).lines
        folder = self.folder_of(path)
        return list(folder.lines(name)) if folder else []

    def folder_of(self, path: str) -> Folder | None:
        """The folder that a file is checked with: the closest that holds it."""
        holding = (folder for folder in self._folders.values() if folder.holds(path))
        return max(holding, key=lambda folder: len(folder.root), default=None)

    def paths(self) -> set[str]:
        """The files that have findings or errors."""
        found = (self._owned(folder, set(folder.results)) for folder in self._folders.values())
        return set(self._broken).union(*found)

    def troubles(self) -> Iterator[str]:
        """For each folder whose settings cannot be used, the line that tells why."""
        yield from {folder.trouble for folder in self._folders.values() if folder.trouble}

    def notices(self) -> Iterator[str]:
        """The lines on what contracts leave open, and on what is not in the code."""
        yield from {line: None for folder in self._folders.values() for line in folder.notices}

    def _owned(self, folder: Folder, paths: set[str]) -> set[str]:
        """The files that are checked with a folder, not with one inside it."""
        return {path for path in paths if self.folder_of(path) is folder}

    def _ensure_folder(self, path: str) -> Folder:
        """The folder of a file; for one in none, that of its project, as far as it is open."""
        known = self.folder_of(path)
        if known:
            return known
        return self._add(project_folder(os.path.dirname(path), ""), is_whole=False)


def _saved(path: str) -> bytes | None:
    """The bytes of a file on disk; None where it cannot be read."""
    try:
        return read_file(path)
    except OSError:
        return None


def _error(path: str, data: bytes | None) -> str | None:
    """Why a text is not Python."""
    if data is None:
        return "no text"
    try:
        return None if SourceFile.from_bytes(path, data).tree else ""
    except SourceError as error:
        return str(error)
