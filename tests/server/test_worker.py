"""The thread that checks: what it does first, what it gives up, what it survives."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from support.small_projects import handler

from ctxlint.run import check_file
from ctxlint.server.document import Document
from ctxlint.server.folder import Folder
from ctxlint.server.language_server import Server
from ctxlint.server.session import Session
from ctxlint.server.uris import uri_of
from ctxlint.server.worker import Worker

BAD = handler("import uuid", "str(uuid.uuid4())")


class Told:
    """A worker, and what it publishes of a file."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.rows: list[list[int]] = []
        self.errors: list[Exception] = []
        self.worker = Worker(self.publish, fail=self.errors.append)

    def publish(self, session: Session, paths: set[str]) -> None:
        if self.path in paths:
            found = session.findings(self.path).findings
            self.rows.append([finding.span.start.row for finding in found])

    def edit(self, version: int) -> None:
        document = Document(uri_of(self.path), self.path, version, "\n" * version + BAD)
        self.worker.tell(lambda session: session.edit(document))

    def wait(self, rows: list[int]) -> None:
        deadline = time.monotonic() + 30
        while [rows] != self.rows[-1:]:
            assert time.monotonic() < deadline, self.rows
            time.sleep(0.01)


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(BAD)
    found = Told(tmp_path / "a.py")
    found.worker.tell(lambda session: session.add_folder(str(tmp_path)))
    yield found
    found.worker.end()


def test_many_texts_at_once_are_one_check(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = []
    check = Folder.check
    monkeypatch.setattr(Folder, "check", lambda *a: checked.append(a) or check(*a))
    for version in range(1, 101):
        told.edit(version)
    told.worker.start()
    told.wait([106])
    assert len(checked) == 1
    assert told.rows == [[106]]


def test_a_check_is_given_up_for_a_new_text(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    check = check_file.check_all

    def slow(file: Any, *arguments: Any, **options: Any) -> Any:
        if file.text.startswith("\nfrom"):
            told.edit(2)  # while the first text is being checked
        return check(file, *arguments, **options)

    monkeypatch.setattr(check_file, "check_all", slow)
    for name in ("b.py", "c.py"):
        Path(name).write_text(BAD)
    told.edit(1)
    told.worker.start()
    told.wait([8])
    assert told.worker.ask(lambda session: len(session.paths())).result(30) >= 1


def test_a_question_goes_before_what_nobody_waits_for(told: Told) -> None:
    told.worker.start()
    assert told.worker.ask(lambda _: 42).result(30) == 42


def test_a_question_that_fails_tells_why(told: Told) -> None:
    told.worker.start()
    with pytest.raises(ZeroDivisionError):
        told.worker.ask(lambda _: 1 // 0).result(30)
    assert told.worker.ask(lambda _: 42).result(30) == 42


def test_after_its_end_it_answers_nothing(told: Told) -> None:
    told.worker.start()
    told.worker.end()
    assert told.worker.ask(lambda _: 42).cancelled()


def test_an_error_of_ours_does_not_end_it(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Folder, "check", lambda *_: 1 // 0)
        told.edit(1)
        told.worker.start()
        deadline = time.monotonic() + 30
        while not told.errors and time.monotonic() < deadline:
            time.sleep(0.01)
    assert isinstance(told.errors[0], ZeroDivisionError)
    told.edit(2)
    told.wait([8])


def test_a_crash_in_a_file_is_shown_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And told as the error of the file, which the other files do not share."""
    monkeypatch.chdir(tmp_path)
    check = check_file.check_all

    def crash(file: Any, *arguments: Any, **options: Any) -> Any:
        if file.path == "a.py":
            raise KeyError("a bug")
        return check(file, *arguments, **options)

    monkeypatch.setattr(check_file, "check_all", crash)
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(BAD)
    shown: list[types.ShowMessageParams] = []
    sent: dict[str, list[types.Diagnostic]] = {}
    server = Server()
    server.protocol.client_capabilities = types.ClientCapabilities()
    monkeypatch.setattr(server, "soon", lambda task, *arguments: task(*arguments))
    monkeypatch.setattr(server, "window_show_message", shown.append)
    monkeypatch.setattr(server, "_send", lambda uri, _, found: sent.update({Path(uri).name: found}))
    session = Session()
    session.add_folder(str(tmp_path))
    for _ in range(3):
        session.search_again()
        server._found(session, session.check_all() | {str(tmp_path / "a.py")})
    assert len(shown) == 1
    assert "internal error KeyError" in shown[0].message
    assert "internal error KeyError" in sent["a.py"][0].message
    assert sent["b.py"][0].code == "CTX101"
