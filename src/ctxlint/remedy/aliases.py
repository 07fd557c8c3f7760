"""Take names out of an import: each comment stays with the name that it stands behind or above."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import zip_longest

import libcst as cst

from ctxlint.finding import Edit, Position
from ctxlint.source import SourceFile

Node = cst.Import | cst.ImportFrom

_NO_SPACE = cst.SimpleWhitespace("")


def import_edit(
    file: SourceFile,
    statement: ast.Import | ast.ImportFrom,
    gone: Sequence[bool],
    renamed: Sequence[str | None] = (),
) -> Edit:
    """The edit that takes some names, but not all, out of an import, and renames others."""
    span = file.span(statement)
    old = file.segment(span)
    module = cst.parse_module(old)
    line = cst.ensure_type(module.body[0], cst.SimpleStatementLine)
    node = line.body[0]
    assert isinstance(node, cst.Import | cst.ImportFrom)
    new = module.code_for_node(without(node, gone, renamed))
    return _smallest_edit(file, span.start, old, new)


def _smallest_edit(file: SourceFile, start: Position, old: str, new: str) -> Edit:
    before = _same(old, new)
    after = _same(old[before:][::-1], new[before:][::-1])
    offset = file.offset(start)
    return Edit(
        file.position(offset + before),
        file.position(offset + len(old) - after),
        new[before : len(new) - after],
    )


def _same(first: str, second: str) -> int:
    """How many characters two texts share at their start."""
    pairs = enumerate(zip(first, second, strict=False))
    differs = (index for index, (one, other) in pairs if one != other)
    return next(differs, min(len(first), len(second)))


def without(node: Node, gone: Sequence[bool], renamed: Sequence[str | None]) -> Node:
    """An import without some of its names, but not all; what is left keeps its lines.

    Between two names, and at both ends, there is a gap of white space and comments. A name that
    goes leaves two gaps, which become one.
    """
    assert not isinstance(node.names, cst.ImportStar)
    names = [
        name.with_changes(name=cst.Name(new)) if new else name
        for name, new in zip_longest(node.names, renamed)
    ]
    before, *after = _gaps(node, names)
    kept: list[cst.ImportAlias] = []
    gaps: list[cst.BaseParenthesizableWhitespace] = []
    for name, away, behind in zip(names, gone, after, strict=True):
        if away:
            is_last = name is names[-1]
            before = _merged(before, behind, is_first=not kept, is_last=is_last)
        else:
            kept.append(name)
            gaps.append(before)
            before = behind
    return _rebuilt(node, kept, gaps, before, trailing_comma=_has_comma(names[-1]))


def _gaps(
    node: cst.Import | cst.ImportFrom, names: Sequence[cst.ImportAlias]
) -> list[cst.BaseParenthesizableWhitespace]:
    """What stands before, between and behind the names, without the commas."""
    lpar = getattr(node, "lpar", None)
    rpar = getattr(node, "rpar", None)
    end = rpar.whitespace_before if rpar else _NO_SPACE
    behind = [n.comma.whitespace_after if isinstance(n.comma, cst.Comma) else end for n in names]
    return [lpar.whitespace_after if lpar else _NO_SPACE, *behind]


def _merged(
    before: cst.BaseParenthesizableWhitespace,
    behind: cst.BaseParenthesizableWhitespace,
    *,
    is_first: bool,
    is_last: bool,
) -> cst.BaseParenthesizableWhitespace:
    """The gap that a name leaves; `is_first`, `is_last`: no other name is left on that side."""
    match before, behind:
        case cst.ParenthesizedWhitespace(), cst.ParenthesizedWhitespace():
            # The name had its lines to itself: the comment behind it goes too.
            lines = [*before.empty_lines, *behind.empty_lines]
            indent, rest = behind.indent, behind.last_line
            return before.with_changes(empty_lines=lines, indent=indent, last_line=rest)
        case cst.ParenthesizedWhitespace(), _:
            return behind if is_last and not _has_comment(before) else before
        case _, cst.ParenthesizedWhitespace() if is_first:
            own = behind.first_line.with_changes(whitespace=_NO_SPACE, comment=None)
            return behind.with_changes(first_line=own) if behind.empty_lines else before
        case _, cst.ParenthesizedWhitespace():
            return behind
    if is_last or (_is_continued(behind) and not is_first and not _is_continued(before)):
        return behind
    return before


def _has_comment(gap: cst.ParenthesizedWhitespace) -> bool:
    return bool(gap.first_line.comment) or any(line.comment for line in gap.empty_lines)


def _is_continued(gap: cst.BaseParenthesizableWhitespace) -> bool:
    """Whether a gap holds a backslash and a line break."""
    return isinstance(gap, cst.SimpleWhitespace) and "\\" in gap.value


def _has_comma(name: cst.ImportAlias) -> bool:
    return isinstance(name.comma, cst.Comma)


def _rebuilt(
    node: Node,
    kept: list[cst.ImportAlias],
    gaps: list[cst.BaseParenthesizableWhitespace],
    end: cst.BaseParenthesizableWhitespace,
    *,
    trailing_comma: bool,
) -> Node:
    """The import with these names, the gap before each, and the one before the end."""
    changes: dict[str, object] = {}
    if isinstance(node, cst.ImportFrom) and node.lpar and node.rpar:
        changes["lpar"] = node.lpar.with_changes(whitespace_after=gaps[0])
        space = _NO_SPACE if trailing_comma else end
        changes["rpar"] = node.rpar.with_changes(whitespace_before=space)
    following = [*gaps[1:], end if trailing_comma else None]
    names = [_followed(name, gap) for name, gap in zip(kept, following, strict=True)]
    return node.with_changes(names=names, **changes)


def _followed(
    name: cst.ImportAlias, gap: cst.BaseParenthesizableWhitespace | None
) -> cst.ImportAlias:
    """A name with a comma and a gap behind it, or with neither."""
    if gap is None:
        return name.with_changes(comma=cst.MaybeSentinel.DEFAULT)
    comma = name.comma if isinstance(name.comma, cst.Comma) else cst.Comma()
    return name.with_changes(comma=comma.with_changes(whitespace_after=gap))
