"""Other layouts of a module: the text changes, its syntax tree does not."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from typing import TYPE_CHECKING

from ctxlint.finding import Position
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STRING = re.compile(r"""([rbu]*)(["'])((?:(?!["'\\]|\{).)*)\2""", re.IGNORECASE)


def with_crlf(text: str) -> str:
    return text.replace("\n", "\r\n") if "\r" not in text else text


def with_tabs(text: str) -> str:
    """Tabs in place of four spaces, and of those that continue a line."""
    return re.sub(r"^ +", lambda match: match[0].replace("    ", "\t"), text, flags=re.MULTILINE)


def with_other_quotes(text: str) -> str:
    """'x' for "x" and "x" for 'x', where no escape becomes necessary."""
    return _replaced(text, _other_quotes(text))


def _other_quotes(text: str) -> Iterator[tuple[int, int, str]]:
    file = SourceFile("", text)
    for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
        match = _STRING.fullmatch(token.string) if token.type == tokenize.STRING else None
        if match:
            start = file.offset(_position(token.start))
            quote = "'" if match[2] == '"' else '"'
            yield start, start + len(token.string), f"{match[1]}{quote}{match[3]}{quote}"


def with_parentheses(text: str) -> str:
    """Parentheses around each expression that may have them."""
    file = SourceFile("", text)
    insertions = []
    for node in _bracketable(file.tree):
        span = file.span(node)
        start, end = file.offset(span.start), file.offset(span.end)
        # Outer brackets open first and close last.
        insertions += [(start, -(end - start), "("), (end, end - start, ")")]
    return _replaced(text, [(at, at, content) for at, _, content in sorted(insertions)])


def _bracketable(tree: ast.AST) -> Iterator[ast.expr]:
    """The expressions that mean the same in parentheses, but in patterns and f-strings."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.JoinedStr | ast.pattern):
            continue
        is_read = isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        if isinstance(node, ast.expr) and is_read and _may_stand_alone(node, tree):
            yield node
        yield from _bracketable(node)


def _may_stand_alone(node: ast.expr, parent: ast.AST) -> bool:
    if isinstance(node, ast.Starred | ast.Slice | ast.GeneratorExp):
        return False
    if isinstance(parent, ast.Subscript):
        return not isinstance(node, ast.Tuple)
    is_docstring = isinstance(parent, ast.Expr) and isinstance(node, ast.Constant)
    is_annotation = isinstance(parent, ast.AnnAssign) and node is parent.target
    return not is_docstring and not is_annotation


def unparsed(text: str) -> str:
    """The module as Python itself writes it: without comments and layout."""
    return ast.unparse(ast.parse(text)) + "\n"


def narrow(text: str) -> str:
    """The module as ruff formats it for a narrow page, so that most statements take many lines."""
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length=40", "-"]
    return subprocess.run(
        command, input=text.encode(), capture_output=True, check=True
    ).stdout.decode()


def with_more_code(text: str) -> str:
    """Unrelated statements before and after those of the module."""
    file = SourceFile("", text)
    following = [node for node in file.tree.body if not _must_be_first(node)]
    decorators = [d for node in following[:1] for d in getattr(node, "decorator_list", [])]
    row = min((node.lineno for node in [*following[:1], *decorators]), default=len(file.lines) + 1)
    before = "".join(file.lines[: row - 1])
    return f"{before}{_BEFORE}{text[len(before) :]}\n{_AFTER}"


_BEFORE = """\
class Unrelated:
    def __init__(self, first, second=None):
        self.first = first or second


"""
_AFTER = """

def unrelated(values):
    return [Unrelated(value) for value in values if value]


print(unrelated([]))
"""


def _must_be_first(node: ast.stmt) -> bool:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text or (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def _position(place: tuple[int, int]) -> Position:
    return Position(place[0], place[1] + 1)


def _replaced(text: str, changes: Iterable[tuple[int, int, str]]) -> str:
    """`text` with other content in some stretches, given in order."""
    parts, done = [], 0
    for start, end, content in changes:
        parts += [text[done:start], content]
        done = end
    return "".join([*parts, text[done:]])
