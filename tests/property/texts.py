"""What is wrong with the text of a fixed program: its comments, and the statements that stay."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from typing import TYPE_CHECKING

from oracle import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_OWNER = ast.stmt | ast.Call  # what a comment can belong to
_Key = tuple[str, ...]


def text_problems(before: str, after: str) -> Iterator[Problem]:
    """Where `after` differs from `before` in what no fix removes."""
    for note in _lost_notes(before, after):
        yield Problem("a comment is lost", note)
    for text in _reformatted(before, after):
        yield Problem("a statement is laid out anew", text)
    endings = [set(re.findall(r"\r\n|\r|\n", text)) for text in (before, after)]
    if not endings[1] <= endings[0]:
        yield Problem("newlines changed", f"{endings[0]}, now {endings[1]}")


def _statements(text: str) -> list[ast.stmt]:
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]


# Statements that stay.


def _reformatted(before: str, after: str) -> Iterator[str]:
    """The simple statements that are as they were, in other words."""
    known, found = _by_code(before), _by_code(after)
    for code in known.keys() & found.keys():
        if not known[code] <= found[code]:
            yield from found[code] - known[code]


def _by_code(text: str) -> dict[str, set[str]]:
    known: dict[str, set[str]] = {}
    for code, words in _wordings(text):
        known.setdefault(code, set()).add(words)
    return known


def _wordings(text: str) -> Iterator[tuple[str, str]]:
    """What each simple statement says, and the text that says it."""
    for statement in _statements(text):
        if not hasattr(statement, "body"):
            yield ast.dump(statement), ast.get_source_segment(text, statement) or ""


# Comments.


def _lost_notes(before: str, after: str) -> Iterator[str]:
    """The comments that are gone although what they stand at was not removed.

    A statement was removed if fewer of its like are left: of its kind, with its targets; a call
    if there are fewer of its function.
    """
    removed = _likes(before) - _likes(after)
    kept = {note for _, note in _notes(after)}
    for row, note in _notes(before):
        if note not in kept and not _owners(before, row) & set(removed):
            yield note


def _likes(text: str) -> Counter[_Key]:
    return Counter(_key(node) for node in ast.walk(ast.parse(text)) if isinstance(node, _OWNER))


def _notes(text: str) -> list[tuple[int, str]]:
    tokens = tokenize.generate_tokens(io.StringIO(text, newline="").readline)
    return [(t.start[0], t.string) for t in tokens if t.type == tokenize.COMMENT]


def _owners(text: str, row: int) -> set[_Key]:
    """The statements that a comment goes with: those it stands at or above, and those around."""
    lines = text.splitlines()
    tree = ast.parse(text)
    target = row
    while lines[target - 1].lstrip().startswith("#"):
        target += 1
    is_apart = not lines[target - 1].strip()
    indent = len(lines[row - 1]) - len(lines[row - 1].lstrip())
    while not lines[target - 1].strip() or lines[target - 1].lstrip().startswith("#"):
        target += 1
    found: set[_Key] = set()
    for node in (node for node in ast.walk(tree) if isinstance(node, _OWNER)):
        is_around = node.lineno < target <= (node.end_lineno or 0)
        is_there = node.lineno == target and not is_apart and isinstance(node, ast.stmt)
        is_inside = node.lineno <= row < (node.end_lineno or 0)
        if is_inside if isinstance(node, ast.Call) else is_there or is_around:
            found.add(_key(node))
        found |= _headed(node, target, indent if is_apart else None)
    return found


def _headed(node: ast.AST, row: int, indent: int | None) -> set[_Key]:
    """The statements under an `else` of a statement that is in a row, or above the first of them.

    `indent`: how far in a comment is that is about all of the block, not only about the first.
    """
    body, block = getattr(node, "body", []), getattr(node, "orelse", [])
    if not isinstance(body, list) or not block or not body[-1].end_lineno < row <= block[0].lineno:
        return set()
    is_above = row < block[0].lineno if indent is None else indent == block[0].col_offset
    return set(map(_key, block)) if is_above else set()


def _key(statement: ast.stmt | ast.expr) -> _Key:
    """The kind of a statement, and what it binds or calls; the function of a call."""
    kind = type(statement).__name__
    if isinstance(statement, ast.Call):
        return (kind, ast.unparse(statement.func))
    if isinstance(statement, ast.Assign):
        return (kind, *map(ast.unparse, statement.targets))
    if isinstance(statement, ast.AnnAssign | ast.AugAssign):
        return (kind, ast.unparse(statement.target))
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return (kind, ast.unparse(statement.value.func))
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return (kind, ast.unparse(statement))
    return (kind,)
