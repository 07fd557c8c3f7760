"""`ctxlint server` as a process, and an editor that talks to it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from functools import wraps
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types
from support.commands import process
from support.editors import PULLED, WAIT, Editor, editing, eventually
from support.small_projects import GETTER, IDS, WRAPPER, Write, handler

from ctxlint import __version__
from ctxlint.rules.registry import CODES
from ctxlint.server import features

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

EXAMPLE = Path(__file__).parents[2] / "examples" / "chat_service"
QUALITY = "app/websocket/quality_alert_handler.py"
BAD = handler("import uuid", "str(uuid.uuid4())")
CLEAN = handler("", "thread_id")
CALLER = handler("from app.ids import new_thread", "new_thread()")
DEAD = "from app.session import create_user_execution_context\n" + CLEAN


def in_loop(test: Callable[..., Awaitable[None]]) -> Any:
    """A test that waits, run in a loop of its own."""

    @wraps(test)
    def run(**arguments: Any) -> None:
        asyncio.run(asyncio.wait_for(test(**arguments), 4 * WAIT))  # type: ignore[arg-type]

    return run


@pytest.fixture
def app(write: Write, tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.ctxlint]\n")
    write(app__INIT="", app__ids=IDS, app__wrapper=WRAPPER, app__caller=CALLER, app__clean=CLEAN)
    return tmp_path


def by_command(editor: Editor, name: str, text: str) -> str:
    """What `ctxlint fix` makes of a file that holds a text."""
    path = editor.root / name
    before = path.read_bytes()
    path.write_text(text)
    process("fix", "-q", name, cwd=editor.root)
    fixed = path.read_text()
    path.write_bytes(before)
    assert fixed != text
    return fixed


# Diagnostics


@in_loop
async def test_a_finding_has_its_level_page_trace_and_place(tmp_path: Path) -> None:
    copytree(EXAMPLE, tmp_path / "example")
    async with editing(tmp_path / "example") as editor:
        editor.open(QUALITY)
        first, *_ = await editor.until(QUALITY, 64, 85, 102, 125)
        assert (first.code, first.source) == ("CTX101", "ctxlint")
        assert first.severity is types.DiagnosticSeverity.Error
        assert first.code_description
        assert first.code_description.href.endswith("/generated_session_id.md")
        assert (first.range.start.character, first.range.end.character) == (28, 73)
        steps = [
            (step.message, step.location.range.start.line + 1)
            for step in first.related_information or ()
        ]
        assert steps[0] == ("an ID is generated here", 64)
        assert steps[-1] == ("passed as run_id to get_user_execution_context()", 69)


@in_loop
async def test_the_whole_workspace_is_told_with_progress(tmp_path: Path) -> None:
    copytree(EXAMPLE, tmp_path / "example")
    async with editing(tmp_path / "example") as editor:
        await eventually(lambda: sum(map(len, editor.known.values())) == 19)
        await eventually(lambda: ended(reports(editor)))
        first, *between, _ = reports(editor)
        assert isinstance(first, types.WorkDoneProgressBegin)
        assert all(isinstance(told, types.WorkDoneProgressReport) for told in between)


def ended(told: list[Any]) -> bool:
    return bool(told) and isinstance(told[-1], types.WorkDoneProgressEnd)


def reports(editor: Editor) -> list[Any]:
    """All that was told of the progress, in order."""
    return [told for check in editor.client.progress_reports.values() for told in check]


@in_loop
async def test_the_trace_leads_into_other_files(app: Path) -> None:
    async with editing(app) as editor:
        (told,) = await editor.until("app/ids.py", 5)
        names = [step.location.uri for step in told.related_information or ()]
        assert names[0] == editor.uri("app/ids.py")
        assert names[-1] == editor.uri("app/caller.py")


@in_loop
async def test_an_unused_import_is_faded(app: Path) -> None:
    async with editing(app) as editor:
        editor.open("app/clean.py", DEAD)
        (told,) = await editor.until("app/clean.py", 1)
        assert told.tags == (types.DiagnosticTag.Unnecessary,)
        assert told.severity is types.DiagnosticSeverity.Information


@in_loop
async def test_typing_saving_and_closing(app: Path) -> None:
    async with editing(app) as editor:
        editor.open("app/clean.py")
        await editor.until("app/clean.py")
        editor.type("app/clean.py", BAD)
        await editor.until("app/clean.py", 6)
        editor.type("app/clean.py", f"\n\n{BAD}def (")
        await editor.until("app/clean.py", 8, 9)
        assert "syntax error" in editor.told("app/clean.py")[1].message
        editor.close("app/clean.py")
        await editor.until("app/clean.py")


@in_loop
async def test_a_helper_refreshes_what_depends_on_it(app: Path) -> None:
    async with editing(app) as editor:
        await editor.until("app/ids.py", 5)
        editor.open("app/ids.py")
        editor.type("app/ids.py", "def new_thread():\n    return None\n")
        await editor.until("app/ids.py")
        editor.type("app/ids.py", f"\n{IDS}")
        await editor.until("app/ids.py", 6)
        editor.type("app/ids.py", "def new_thread():\n    return None\n")
        editor.save("app/ids.py")
        editor.close("app/ids.py")
        await editor.until("app/ids.py")


@in_loop
async def test_a_client_that_asks_is_not_told(app: Path) -> None:
    async with editing(app, PULLED) as editor:
        options = editor.client.protocol  # what the server offers was checked by pytest-lsp
        assert options
        editor.open("app/clean.py", BAD)
        report = await editor.pull("app/clean.py")
        assert [one.code for one in report.items] == ["CTX101"]
        same = await editor.pull("app/clean.py", report.result_id)
        assert (same.kind, same.result_id) == ("unchanged", report.result_id)
        editor.type("app/clean.py", CLEAN)
        assert (await editor.pull("app/clean.py", report.result_id)).items == ()
        assert editor.uri("app/clean.py") not in editor.known
        assert (await editor.pull("app/not_open.py")).items == ()
        await editor.until("app/ids.py", 5)  # it is not open, and nobody asks for it


@in_loop
async def test_a_client_may_ask_for_the_whole_workspace(app: Path) -> None:
    async with editing(app, pulls_all=True) as editor:
        editor.open("app/clean.py", CLEAN)
        first = await asyncio.wait_for(workspace(editor, []), WAIT)
        assert [(one.uri, len(one.items)) for one in first.items] == [(editor.uri("app/ids.py"), 1)]
        known = [types.PreviousResultId(one.uri, one.result_id or "") for one in first.items]
        waiting = asyncio.ensure_future(workspace(editor, known))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        editor.type("app/clean.py", BAD)
        second = await asyncio.wait_for(waiting, WAIT)
        assert [one.uri for one in second.items] == [editor.uri("app/clean.py")]
        assert not editor.known
        editor.open("app/ids.py")
        before = editor.client.diagnostic_refresh_count
        editor.type("app/clean.py", CALLER)  # nothing new in others
        editor.type("app/ids.py", f"\n{IDS}")
        await asyncio.wait_for(editor.pull("app/ids.py"), WAIT)
        assert editor.client.diagnostic_refresh_count >= before


async def workspace(editor: Editor, known: list[types.PreviousResultId]) -> Any:
    params = types.WorkspaceDiagnosticParams(known)
    while True:
        report = await editor.client.workspace_diagnostic_async(params)
        if report.items:
            return report


@in_loop
async def test_settings_are_read_again_and_their_errors_told(app: Path) -> None:
    async with editing(app) as editor:
        await editor.until("app/ids.py", 5)
        (app / "pyproject.toml").write_text("[tool.ctxlint]\nselct = []\n")
        changed(editor, "pyproject.toml")
        (told,) = await editor.until("pyproject.toml", 2)
        assert "selct" in told.message
        (app / "pyproject.toml").write_text('[tool.ctxlint]\nignore = ["CTX101"]\n')
        changed(editor, "pyproject.toml")
        await editor.until("pyproject.toml")
        await editor.until("app/ids.py")


@in_loop
async def test_a_file_of_settings_of_their_own_is_read_again(app: Path) -> None:
    async with editing(app) as editor:
        await editor.until("app/ids.py", 5)
        (app / "ctxlint.toml").write_text('ignore = ["CTX101"]\n')
        changed(editor, "ctxlint.toml")
        await editor.until("app/ids.py")
        (app / "ctxlint.toml").write_text("selct = []\n")
        changed(editor, "ctxlint.toml")
        (told,) = await editor.until("ctxlint.toml", 1)
        assert "selct" in told.message


@in_loop
async def test_settings_that_cannot_be_read_are_told_in_their_file(app: Path) -> None:
    """The message has no row, as it is about the whole file."""
    async with editing(app) as editor:
        await editor.until("app/ids.py", 5)
        (app / "ctxlint.toml").write_bytes(b"\xff")
        changed(editor, "ctxlint.toml")
        (told,) = await editor.until("ctxlint.toml", 1)
        assert told.message == "not UTF-8, fix it or run with --isolated"
        (app / "ctxlint.toml").unlink()
        changed(editor, "ctxlint.toml")
        await editor.until("ctxlint.toml")


CONTRACT = """\
[[tool.ctxlint.getter]]
call = "app.sesion.open_session"
ids = { thread_id = 1 }

[tool.ctxlint.sources]
extend = ["uuid.uuid4", "app.ids.fresh_thread"]
"""


@in_loop
async def test_what_a_contract_names_in_vain_is_told_in_its_file(app: Path) -> None:
    """Each line of `ctxlint check`, at its place, and again once a file is saved."""
    (app / "pyproject.toml").write_text(CONTRACT)
    lines = process("check", ".", cwd=app).stderr.decode().splitlines()
    named = [line for line in lines if line.startswith("pyproject.toml:")]
    async with editing(app) as editor:
        told = await editor.until("pyproject.toml", 2, 2, 6)
        assert sorted(map(as_line, told)) == sorted(named)
        assert all(one.severity is types.DiagnosticSeverity.Warning for one in told)
        (app / "pyproject.toml").write_text(CONTRACT.replace("sesion", "wrapper"))
        changed(editor, "pyproject.toml")
        await editor.until("pyproject.toml", 2, 6)
        editor.open("app/ids.py", IDS + "\n\ndef fresh_thread():\n    return 1\n")
        editor.save("app/ids.py")
        await editor.until("pyproject.toml", 2)


def as_line(told: types.Diagnostic) -> str:
    start = told.range.start
    return f"pyproject.toml:{start.line + 1}:{start.character + 1}: {told.message}"


def test_files_of_settings_are_watched() -> None:
    assert {"**/pyproject.toml", "**/ctxlint.toml"} < set(features._WATCHED)


def changed(editor: Editor, name: str) -> None:
    event = types.FileEvent(editor.uri(name), types.FileChangeType.Changed)
    params = types.DidChangeWatchedFilesParams([event])
    editor.client.workspace_did_change_watched_files(params)


@in_loop
async def test_folders_come_and_go(app: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "a.py").write_text(BAD)
    async with editing(app) as editor:
        await editor.until("app/ids.py", 5)
        name = os.path.relpath(other / "a.py", app)
        folder = types.WorkspaceFolder(f"file://{other}", "other")
        for added, removed in (([folder], []), ([], [folder])):
            event = types.WorkspaceFoldersChangeEvent(added=added, removed=removed)
            params = types.DidChangeWorkspaceFoldersParams(event)
            editor.client.workspace_did_change_workspace_folders(params)
            uri = f"file://{other}/a.py"
            expected = 1 if added else 0
            await eventually(
                lambda uri=uri, n=expected: uri in editor.known and len(editor.known[uri]) == n
            )
        assert name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_columns_are_in_the_units_that_the_client_counts(app: Path, encoding: str) -> None:
    @in_loop
    async def test() -> None:
        text = BAD.replace("user_id, thread_id=str", 'user_id or "é😀", thread_id=str')
        (line,) = (line for line in text.splitlines() if "😀" in line)
        before = line[: line.index("uuid.uuid4()")]
        size = {"utf-8": len(before.encode()), "utf-32": len(before)}
        async with editing(app, PULLED, encodings=[encoding]) as editor:
            editor.open("app/clean.py", text)
            (told,) = (await editor.pull("app/clean.py")).items
            assert told.range.start.character == size.get(encoding, len(before) + 1)
            editor.client.diagnostics[editor.uri("app/clean.py")] = [told]
            action, *_ = await editor.actions("app/clean.py", 6)
            fixed = by_command(editor, "app/clean.py", text)
            assert editor.apply(action, encoding)["app/clean.py"] == fixed

    test()


# Actions


@in_loop
async def test_the_fix_of_a_finding_is_that_of_the_command_line(app: Path) -> None:
    async with editing(app) as editor:
        editor.open("app/clean.py", BAD)
        await editor.until("app/clean.py", 6)
        found = await editor.actions("app/clean.py", 6)
        fix, noqa, everything = found
        assert fix.title == "Pass None for thread_id, or the received ID (CTX101)"
        assert (fix.kind, fix.is_preferred) == ("quickfix", True)
        assert [one.code for one in fix.diagnostics or ()] == ["CTX101"]
        fixed = by_command(editor, "app/clean.py", BAD)
        assert editor.apply(fix) == editor.apply(everything) == {"app/clean.py": fixed}
        assert everything.kind == "source.fixAll.ctxlint"
        suppressed = editor.apply(noqa)["app/clean.py"]
        assert suppressed.splitlines()[5].endswith("  # noqa: CTX101")
        editor.type("app/clean.py", suppressed)
        await editor.until("app/clean.py")


@in_loop
async def test_an_unsafe_fix_says_so_and_is_never_preferred(app: Path) -> None:
    text = (
        f"import uuid\n{GETTER}\n\ndef handle(user_id, log):\n    run_id = str(uuid.uuid4())\n"
        "    context = get_user_execution_context(user_id, run_id=run_id)\n    log(run_id)\n"
    )
    async with editing(app) as editor:
        editor.open("app/clean.py", text)
        await editor.until("app/clean.py", 6)
        fix, *others = await editor.actions("app/clean.py", 6)
        assert fix.title.endswith("(CTX101, unsafe)")
        assert not fix.is_preferred
        assert "context.run_id" in editor.apply(fix)["app/clean.py"]
        assert [one.kind for one in others] == ["quickfix"]  # nothing that fixes all by itself


@in_loop
async def test_all_of_a_rule_and_all_in_a_file_are_fixed_at_once(tmp_path: Path) -> None:
    copytree(EXAMPLE, tmp_path / "example")
    async with editing(tmp_path / "example") as editor:
        editor.open(QUALITY)
        await editor.until(QUALITY, 64, 85, 102, 125)
        offered = {one.title: one for one in await editor.actions(QUALITY, 64)}
        of_rule = offered["Fix all 4 of CTX101 in this file"]
        (everything,) = await editor.actions(QUALITY, 1, ["source.fixAll"])
        fixed = by_command(editor, QUALITY, editor.texts[QUALITY])
        assert editor.apply(of_rule) == editor.apply(everything) == {QUALITY: fixed}


@in_loop
async def test_all_of_a_rule_are_fixed_by_way_of_functions_of_other_files(app: Path) -> None:
    call = "    open_session(user_id, thread_id=str(uuid.uuid4()))\n"
    text = (
        "import uuid\nfrom app.wrapper import open_session\n\n\ndef handle(user_id):\n" + call * 2
    )
    async with editing(app) as editor:
        editor.open("app/clean.py", text)
        await editor.until("app/clean.py", 6, 7)
        offered = {one.title: one for one in await editor.actions("app/clean.py", 6)}
        of_rule = offered["Fix all 2 of CTX101 in this file"]
        assert editor.apply(of_rule)["app/clean.py"] == by_command(editor, "app/clean.py", text)


@in_loop
async def test_the_edits_of_another_file_are_a_workspace_edit(app: Path) -> None:
    async with editing(app) as editor:
        editor.open("app/ids.py")
        (told,) = await editor.until("app/ids.py", 5)
        fix, *_ = await editor.actions("app/ids.py", 5)
        ((name, text),) = editor.apply(fix).items()
        assert name == "app/caller.py"
        assert "thread_id=None" in text
        assert told.code == "CTX101"


@in_loop
async def test_another_file_that_is_not_python_now_is_not_edited(app: Path) -> None:
    async with editing(app) as editor:
        editor.open("app/ids.py")
        await editor.until("app/ids.py", 5)
        editor.open("app/caller.py")
        editor.type("app/caller.py", f"def (\n{CALLER}")
        offered = await editor.actions("app/ids.py", 5)
        assert [one.title for one in offered] == [
            "Suppress CTX101 on this line with # noqa: CTX101"
        ]


@in_loop
async def test_a_text_that_has_changed_gets_its_own_edits_or_none(app: Path) -> None:
    async with editing(app) as editor:
        editor.open("app/clean.py", BAD)
        await editor.until("app/clean.py", 6)
        editor.type("app/clean.py", f"\n{BAD}")
        fix, *_ = await editor.actions("app/clean.py", 7)
        fixed = by_command(editor, "app/clean.py", f"\n{BAD}")
        assert editor.apply(fix) == {"app/clean.py": fixed}
        editor.type("app/clean.py", f"\n{BAD}def (")
        assert await editor.actions("app/clean.py", 7) == []


@in_loop
async def test_the_page_of_a_rule_is_opened(app: Path) -> None:
    async with editing(app) as editor:
        for code in CODES:
            command = types.ExecuteCommandParams("ctxlint.explain", [code])
            await editor.client.workspace_execute_command_async(command)
        shown = [one.uri for one in editor.client.shown_documents]
        assert all(uri.startswith("file://") and uri.endswith(".md") for uri in shown)
        assert len(set(shown)) == len(CODES)
        for code in ("CTX999", "../CTX101", None, 5):
            command = types.ExecuteCommandParams("ctxlint.explain", [code])
            assert await editor.client.workspace_execute_command_async(command) is None


# Hover


@in_loop
async def test_a_finding_and_a_noqa_code_show_the_page_of_the_rule(app: Path) -> None:
    text = f"{BAD.rstrip()}  # noqa: CTX101\n{BAD}"
    column = text.splitlines()[5].index("CTX101") + 1
    async with editing(app) as editor:
        editor.open("app/clean.py", text)
        await editor.until("app/clean.py", 12)
        at_finding = await editor.hover("app/clean.py", 12, 65)
        at_comment = await editor.hover("app/clean.py", 6, column)
        assert at_finding == at_comment
        assert at_finding.startswith("# generated-session-id (CTX101)")
        assert await editor.hover("app/clean.py", 1, 1) == ""
        assert await editor.hover("app/clean.py", 99, 99) == ""


@in_loop
async def test_a_finding_without_a_fix_tells_the_reason(app: Path) -> None:
    (app / "pyproject.toml").write_text(
        '[[tool.ctxlint.getter]]\ncall = "get_user_execution_context"\n'
        'ids = { thread_id = 1, run_id = 2 }\nnone = "new"\n'
    )
    async with editing(app) as editor:
        editor.open("app/clean.py", BAD)
        await editor.until("app/clean.py", 6)
        text = await editor.hover("app/clean.py", 6, 65)
        assert text.startswith("**No fix:** None means a new session")


# Robustness


@in_loop
async def test_messages_out_of_order_and_of_closed_files_are_harmless(app: Path) -> None:
    async with editing(app) as editor:
        editor.type("app/never_opened.py", BAD)
        editor.close("app/never_opened.py")
        editor.save("app/clean.py") if "app/clean.py" in editor.texts else None
        assert await editor.hover("app/clean.py", 1, 1) == ""
        assert await editor.actions("app/clean.py", 1) == []
        editor.client.protocol.writer.write(message("textDocument/didChange"))
        editor.client.protocol.writer.write(message("no/such/message"))
        for uri in ("untitled:Untitled-1", "file:///a%00.py", "http://[", ""):
            item = types.TextDocumentItem(uri, "python", 1, BAD)
            editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        editor.open("app/clean.py", BAD)
        await editor.until("app/clean.py", 6)
        assert not editor.client.messages


HOSTILE = [
    "",
    "\0",
    "(" * 3000,
    "x = " + "(" * 90 + ")" * 90,
    "\ud800",
    "# coding: nonsense\n",
    "# coding: utf-16\n" + BAD,
    "\ufeff" + BAD,
    BAD.replace("\n", "\r"),
    "x = 1" + ".a" * 3000,
    "\x0c" + BAD + "\u2028",
]


@in_loop
async def test_hostile_texts_do_not_end_the_server(app: Path) -> None:
    async with editing(app) as editor:
        editor.open("app/clean.py", "")
        for text in HOSTILE:
            editor.type("app/clean.py", text + f"\n{GETTER}")
            await editor.hover("app/clean.py", 1, 1)
            await editor.actions("app/clean.py", 1, ["source.fixAll"])
        editor.type("app/clean.py", BAD)
        await eventually(lambda: editor.rows("app/clean.py") == [6])


@in_loop
async def test_a_cancelled_request_is_forgotten(app: Path) -> None:
    async with editing(app, PULLED) as editor:
        editor.open("app/clean.py", BAD)
        for number in range(20):
            editor.type("app/clean.py", f"\n{editor.texts['app/clean.py']}")
            params = types.DocumentDiagnosticParams(editor.document("app/clean.py"))
            editor.client.protocol.send_request(
                types.TEXT_DOCUMENT_DIAGNOSTIC, params, msg_id=f"pull-{number}"
            )
            editor.client.cancel_request(types.CancelParams(f"pull-{number}"))
        report = await editor.pull("app/clean.py")
        assert [one.range.start.line for one in report.items] == [25]


@in_loop
async def test_only_the_last_of_many_texts_is_told(app: Path) -> None:
    async with editing(app) as editor:
        editor.open("app/clean.py", BAD)
        await editor.until("app/clean.py", 6)
        for count in range(1, 200):
            editor.type("app/clean.py", "\n" * count + BAD)
        await editor.until("app/clean.py", 205)


@in_loop
async def test_a_log_is_written_and_has_no_source_in_it(app: Path) -> None:
    log = app / "server.log"
    async with editing(app, log=log) as editor:
        editor.open("app/clean.py", BAD)
        await editor.until("app/clean.py", 6)
    written = log.read_text()
    assert "folder" in written
    assert "uuid4" not in written


# Its end


@pytest.mark.parametrize(("messages", "code"), [(["shutdown", "exit"], 0), (["exit"], 1), ([], 1)])
def test_it_ends_with_its_client(app: Path, messages: list[str], code: int) -> None:
    done = process("server", cwd=app, input=b"".join(map(message, messages)), timeout=WAIT)
    assert (done.returncode, done.stderr) == (code, b"")


def message(method: str) -> bytes:
    number = '"id": 1, ' if method == "shutdown" else ""
    body = f'{{"jsonrpc": "2.0", {number}"method": "{method}"}}'.encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


@pytest.mark.skipif(sys.platform == "win32", reason="there the pipe alone tells")
@in_loop
async def test_it_ends_with_a_client_whose_pipe_stays_open(app: Path) -> None:
    client = await asyncio.create_subprocess_exec("sleep", "60")
    body = (
        b'{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": '
        b'{"processId": %d, "capabilities": {}, "rootUri": null}}' % client.pid
    )
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ctxlint", "server"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=app,
    )
    assert server.stdin
    assert server.stdout
    server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    await server.stdout.readline()
    client.send_signal(signal.SIGKILL)
    await client.wait()
    assert await asyncio.wait_for(server.wait(), WAIT) == 1


def test_without_pygls_it_says_what_to_install(tmp_path: Path) -> None:
    code = "import sys; sys.modules['pygls'] = None; from ctxlint.cli.main import main"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; main(['server'])"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.endswith(" is not installed, run pip install 'ctxlint[server]'\n")


def test_a_log_that_cannot_be_written_is_told(app: Path) -> None:
    done = process("server", "--log-file", "no/such/folder/log", cwd=app)
    assert done.returncode == 2
    assert done.stderr.startswith(b"--log-file: No such file or directory, check the path")


def test_the_extension_has_the_version_of_ctxlint() -> None:
    manifest = Path(__file__).parents[2] / "editors" / "vscode" / "package.json"
    assert json.loads(manifest.read_text())["version"] == __version__


def test_only_this_command_imports_pygls() -> None:
    code = "import sys, ctxlint, ctxlint.cli.main, ctxlint.commands.check, ctxlint.flake8"
    check = f"{code}; assert not {{'pygls', 'lsprotocol', 'ctxlint.server'}} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", check], check=True)
