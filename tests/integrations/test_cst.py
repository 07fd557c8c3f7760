"""The LibCST visitors find what `ctxlint check` finds, at the nodes that it is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import libcst as cst
import pytest
from libcst.metadata import (
    CodeRange,
    FilePathProvider,
    FullRepoManager,
    MetadataWrapper,
    PositionProvider,
)
from support.fixture_files import Fixture, load_fixtures

import ctxlint
from ctxlint.config.settings import Settings
from ctxlint.cst import BatchableFindingVisitor, FindingVisitor
from ctxlint.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctxlint.finding import Finding

    Found = list[tuple[Finding, cst.CSTNode]]

TEXT = '''\
"""é"""
import uuid
from app.session import create_user_execution_context, get_user_execution_context
from fastapi import FastAPI, Request, WebSocket
app = FastAPI()

def reply(user_id):
    é = "é"; return get_user_execution_context(user_id, thread_id=(str(uuid.uuid4())))

def stop(user_id):
    return get_user_execution_context(user_id, run_id=uuid.uuid4().hex)  # noqa: CTX101, CTX202

@app.websocket("/ws")
async def serve(websocket: WebSocket, request: Request):
    supervisor(request=Request({"type": "websocket"}))
'''
NODES = {
    "CTX301": (cst.ImportAlias, "create_user_execution_context, "),
    "CTX101": (cst.Call, "uuid.uuid4()"),
    "CTX001": (cst.Comment, "# noqa: CTX101, CTX202"),
    "CTX202": (cst.Param, "request"),
    "CTX201": (cst.Call, 'Request({"type": "websocket"})'),
}


def singly(wrapper: MetadataWrapper, **options: object) -> Found:
    found: Found = []
    wrapper.visit(FindingVisitor(lambda *pair: found.append(pair), **options))
    return found


def in_a_batch(wrapper: MetadataWrapper, **options: object) -> Found:
    found: Found = []
    visitor = BatchableFindingVisitor(lambda *pair: found.append(pair), **options)
    wrapper.visit_batched([visitor, cst.BatchableCSTVisitor()])
    return found


def code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node.name if isinstance(node, cst.Param) else node)


@pytest.mark.parametrize("visit", [singly, in_a_batch])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_each_finding_is_reported_with_its_node(visit: Callable[..., Found], newline: str) -> None:
    wrapper = MetadataWrapper(cst.parse_module(TEXT.replace("\n", newline)))
    found = visit(wrapper, settings=Settings())
    nodes = {f.code: (type(node), code(node)) for f, node in found}
    assert nodes == NODES
    assert len(found) == len(NODES)


@pytest.mark.parametrize("fixture", load_fixtures(), ids=str)
def test_the_findings_are_those_of_a_check(fixture: Fixture) -> None:
    options = {"settings": Settings(), "filename": "app/handler.py"}
    wrapper = MetadataWrapper(cst.parse_module(fixture.data), unsafe_skip_copy=True)
    found = singly(wrapper, **options)
    assert found == in_a_batch(wrapper, **options)
    findings = sorted((finding for finding, _ in found), key=lambda finding: finding.sort_key)
    assert findings == ctxlint.lint_source(fixture.text, **options)
    places = wrapper.resolve(PositionProvider)
    for finding, node in found:
        start, end = ((row, column - 1) for row, column in finding.span)
        assert isinstance(node, (cst.ImportAlias, cst.BaseExpression, cst.Param, cst.Comment))
        if not isinstance(node, (cst.Param, cst.Comment)):
            assert places[node] == CodeRange(start, end)


def test_the_walk_comes_to_the_node_and_ends_where_nothing_is_found() -> None:
    class Names(FindingVisitor):
        names: list[str] = []  # noqa: RUF012
        seen: list[str] = []  # noqa: RUF012

        def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
            self.names.append(node.name.value)

    wrapper = MetadataWrapper(cst.parse_module(TEXT))
    wrapper.visit(Names(lambda f, _: Names.seen.append(f"{f.code} {Names.names[-1:]}"), Settings()))
    assert Names.seen[1] == "CTX101 ['reply']"
    Names.names.clear()
    MetadataWrapper(cst.parse_module("def f(): pass\n")).visit(Names(print))
    assert Names.names == []


def test_a_subclass_for_batches_visits_what_it_says() -> None:
    class Names(BatchableFindingVisitor):
        names: list[str] = []  # noqa: RUF012

        def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
            self.names.append(node.name.value)

    MetadataWrapper(cst.parse_module("def f(): pass\n")).visit_batched([Names(print)])
    assert Names.names == ["f"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that passes an ID to another, and settings that leave CTX301 out."""
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\nignore = ["CTX301"]\n')
    for name, text in {
        "app/opening.py": (
            "from app.session import get_user_execution_context\n"
            "def opened(user, thread):\n"
            "    return get_user_execution_context(user, thread_id=thread)\n"
        ),
        "app/chat.py": (
            "import uuid\nfrom app.opening import opened\n"
            "from app.session import create_user_execution_context\n"
            "opened('ann', uuid.uuid4().hex)\n"
        ),
        "tests/test_chat.py": (
            "import uuid\nfrom app.session import get_user_execution_context\n"
            "get_user_execution_context('ann', thread_id=uuid.uuid4().hex)\n"
        ),
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


class ByPath(FindingVisitor):
    METADATA_DEPENDENCIES = (FilePathProvider,)


@pytest.mark.parametrize(("name", "rows"), [("app/chat.py", [4]), ("tests/test_chat.py", [])])
def test_the_path_tells_settings_modules_and_tests(
    project: Path, name: str, rows: list[int]
) -> None:
    module = cst.parse_module((project / name).read_bytes())
    assert [f.span.start.row for f, _ in singly(MetadataWrapper(module), filename=name)] == rows
    manager = FullRepoManager(str(project), [name], {FilePathProvider})
    found: Found = []
    manager.get_metadata_wrapper_for_path(name).visit(ByPath(lambda *pair: found.append(pair)))
    assert [(f.filename, f.span.start.row) for f, _ in found] == [(name, row) for row in rows]


def test_a_file_that_is_excluded_has_no_finding(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.ctxlint]\nexclude = ["app/"]\n')
    module = cst.parse_module((project / "app/chat.py").read_bytes())
    assert singly(MetadataWrapper(module), filename="app/chat.py") == []


def test_what_python_does_not_read_is_an_error() -> None:
    module = cst.parse_module(r'get_user_execution_context("\N{no such}")')
    with pytest.raises(SourceError, match=r"chat\.py:1:\d+: syntax error"):
        singly(MetadataWrapper(module), settings=Settings(), filename="chat.py")
