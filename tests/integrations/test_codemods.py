"""The codemod commands, run by LibCST's own tool, do what `ctxlint fix` does."""

import shutil
import subprocess
import sys
from pathlib import Path

import libcst as cst
import pytest
from libcst.codemod import CodemodContext, SkipFile, VisitorBasedCodemodCommand
from libcst.codemod.commands.convert_percent_format_to_fstring import (
    ConvertPercentFormatStringCommand,
)

from ctxlint import codemods
from ctxlint.codemods import FixAll, FixGeneratedSessionIds
from ctxlint.rules.registry import RULES

HANDLERS = Path(__file__).parents[2] / "examples" / "chat_service" / "app" / "websocket"
FIXTURES = Path(__file__).parents[1] / "fixtures"


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command, "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*.py"))}


SELECTING = {
    "FixAll": (),
    "FixGeneratedSessionIds": ("--select", "CTX101"),
    "FixDeadContextImports": ("--select", "CTX301"),
    "FixUnusedSuppressions": ("--select", "CTX001"),
}
# A helper that leads to a getter, who calls it, and a name that goes with the last use of it.
SEVERAL = {
    "app/__init__.py": "",
    "app/opening.py": (
        "from app.session import get_user_execution_context\n"
        "def opened(user, thread=None):\n"
        "    return get_user_execution_context(user, thread_id=thread)\n"
    ),
    "app/names.py": "import uuid\ndef named():\n    return f'thread_{uuid.uuid4()}'\n",
    "app/chat.py": (
        "from app.names import named\n"
        "from app.opening import opened\n"
        "def chat(user, thread=None):\n"
        "    thread = thread or named()\n"
        "    return opened(user, thread)\n"
    ),
    "app/room.py": (
        "import uuid\n"
        "from app.opening import opened\n"
        "from app.session import create_user_execution_context\n"
        "class Room:\n"
        "    def enter(self, user):\n"
        "        return opened(user, thread=uuid.uuid4().hex)  # noqa: CTX901\n"
    ),
}


def test_there_is_a_command_for_each_rule_with_a_fix() -> None:
    commands = [getattr(codemods, name) for name in codemods.__all__]
    assert all(issubclass(command, VisitorBasedCodemodCommand) for command in commands)
    codes = {code for command in commands for code in command.SELECT}
    assert codes == {rule.code for rule in RULES if rule.fixes}
    assert sorted(SELECTING) == sorted(codemods.__all__)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        *((name, ()) for name in SELECTING),
        ("FixGeneratedSessionIds", ("--unsafe-fixes",)),
        ("FixGeneratedSessionIds", ("--keep", "none")),
        ("FixAll", ("--unsafe-fixes",)),
    ],
)
def test_the_codemod_does_what_fix_does(
    tmp_path: Path, name: str, options: tuple[str, ...]
) -> None:
    by_codemod, by_fix = tmp_path / "codemod", tmp_path / "fix"
    for folder in (by_codemod, by_fix):
        shutil.copytree(HANDLERS, folder / "websocket")
        for kind in ("ctx101/remedy", "ctx101/unsafe", "ctx301", "ctx001"):
            shutil.copytree(FIXTURES / kind, folder / kind)
        for path, text in SEVERAL.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text)
    before = contents(by_fix)
    command = ("libcst.tool", "codemod", "--no-format", "-x", f"ctxlint.codemods.{name}")
    result = run(by_codemod, *command, *options)
    assert result.returncode == 0, result.stderr
    run(by_fix, "ctxlint", "fix", *SELECTING[name], *options)
    assert contents(by_codemod) == contents(by_fix) != before


def test_the_tool_lists_the_commands_and_finds_them_by_name(tmp_path: Path) -> None:
    (tmp_path / ".libcst.codemod.yaml").write_text("modules: ['ctxlint.codemods']\n")
    (tmp_path / "chat.py").write_text(SEVERAL["app/room.py"])
    tool = [sys.executable, "-m", "libcst.tool"]
    listed = subprocess.run([*tool, "list"], cwd=tmp_path, capture_output=True, check=True)
    names = [line.partition(" - ")[0] for line in listed.stdout.decode().splitlines()]
    assert names == [f"fixes.{name}" for name in sorted(SELECTING)]
    assert run(tmp_path, "libcst.tool", "codemod", "--no-format", names[0]).returncode == 0
    assert "create_user" not in (tmp_path / "chat.py").read_text()


CHAT = """\
import uuid
from app.session import get_user_execution_context

def reply(user):
    return get_user_execution_context(user, thread_id=uuid.uuid4().hex)

def named(user):
    return "user %s" % user
"""


def test_a_command_runs_before_behind_and_inside_other_transforms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    class Both(VisitorBasedCodemodCommand):
        def transform_module_impl(self, tree: cst.Module) -> cst.Module:
            tree = ConvertPercentFormatStringCommand(self.context).transform_module(tree)
            return FixAll(self.context).transform_module(tree)

    class Renamed(FixAll):
        def visit_Module(self, node: cst.Module) -> bool:
            return True

        def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
            return updated_node.with_changes(value=updated_node.value.replace("user", "person"))

    module, context = cst.parse_module(CHAT), CodemodContext(filename="chat.py")
    fixed = FixAll(context).transform_module(module)
    both = ConvertPercentFormatStringCommand(context).transform_module(fixed)
    assert "uuid" not in both.code
    assert 'f"user {user}"' in both.code
    assert Both(context).transform_module(module).code == both.code
    assert module.visit(FixAll(context)).code == fixed.code
    assert (
        "def reply(person):\n    return get_person_execution" in module.visit(Renamed(context)).code
    )


def test_statements_that_no_fix_touches_stay_the_same_nodes() -> None:
    module = cst.parse_module(CHAT)
    fixed = module.visit(FixAll(CodemodContext()))
    assert fixed.body[-1] is module.body[-1]
    assert [statement in module.body for statement in fixed.body] == [True, False, True]


ROOM = """\
import uuid
from app.session import get_user_execution_context

class Room:
    def enter(self, user):
        return get_user_execution_context(user, thread_id=uuid.uuid4().hex)

    def leave(self, user):
        return "user %s" % user
"""


def test_what_stands_beside_a_fix_in_one_statement_stays_the_same_nodes() -> None:
    module = cst.parse_module(ROOM)
    fixed = module.visit(FixAll(CodemodContext()))
    assert fixed.code == ROOM.replace("import uuid\n", "").replace("uuid.uuid4().hex", "None")
    room, before = fixed.body[-1], module.body[-1]
    assert isinstance(room, cst.ClassDef)
    assert isinstance(before, cst.ClassDef)
    assert [method in before.body.body for method in room.body.body] == [False, True]


def test_a_file_that_cannot_be_analysed_is_skipped() -> None:
    """LibCST does not look into string literals; Python does."""
    module = cst.parse_module(r'get_user_execution_context("\N{no such}")')
    command = FixGeneratedSessionIds(CodemodContext(filename="escape.py"))
    with pytest.raises(SkipFile, match=r"escape\.py:1:\d+: syntax error"):
        command.transform_module(module)


def test_an_excluded_file_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\nexclude = ["old/"]\n')
    monkeypatch.chdir(tmp_path)
    command = FixGeneratedSessionIds(CodemodContext(filename="old/handler.py"))
    with pytest.raises(SkipFile, match="excluded"):
        command.transform_module(cst.parse_module("x = 1\n"))
