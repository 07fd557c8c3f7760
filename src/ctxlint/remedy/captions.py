"""The surroundings of an assignment that becomes None: wider annotations, no false comments."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ctxlint.project.scopes import parameter_with
from ctxlint.remedy.plan import Plan
from ctxlint.source import SourceFile

# What the value of an expression may be the value of.
_CARRYING = (ast.Await, ast.BoolOp, ast.IfExp, ast.NamedExpr)
_LOOK_UPS = ("get", "pop", "getattr")
_TAKES_NONE = frozenset({"Annotated", "Any", "ClassVar", "Final", "InitVar", "None", "Optional"})
_TYPE = re.compile(r"(?:\w+\.)*(?:[A-Z]|(?:bool|bytes|dict|float|int|list|str|tuple)\b)")
_GENERATES = re.compile(
    r"\b(?:generat|mint|fresh|random|uuid|creat)|"
    r"\b(?:new|unique)\b.*\b(?:ids?|threads?|runs?|sessions?|conversations?|chats?|ones?)\b",
    re.IGNORECASE,
)
_MEANT_FOR_TOOLS = re.compile(r"#[ ]?(?:type:|noqa|pragma|fmt|pylint|mypy|ruff|isort|error:|ok:)")


def adjust(plan: Plan, file: SourceFile) -> None:
    """Extend a plan by the annotations that it makes too narrow, and the comments that now lie."""
    changed = [n for n, text in plan.replaced.items() if text.endswith("None")]
    changed += [*plan.appended, *plan.dropped]
    for node in changed:
        value, holder = _holder(node, file)
        if plan.is_gone(holder):
            continue
        if isinstance(holder, ast.AnnAssign | ast.arg) and holder.annotation:
            _widen(holder.annotation, plan)
        if isinstance(holder, ast.Return) and (returns := _returned_type(holder, file)):
            _widen(returns, plan)
        if isinstance(holder, ast.stmt) and plan.replaced.get(value) == "None":
            plan.lying.update(_lying(holder, file))


def _holder(node: ast.expr, file: SourceFile) -> tuple[ast.expr, ast.AST]:
    """The outermost expression whose value a node may be, and what takes that value."""
    while True:
        parent = file.parents[node]
        is_default = isinstance(parent, ast.Call) and node in parent.args[1:]
        word = getattr(parent.func, "attr", getattr(parent.func, "id", "")) if is_default else ""  # type: ignore[attr-defined]
        if isinstance(parent, _CARRYING) or word in _LOOK_UPS:
            node = parent  # type: ignore[assignment]
        elif isinstance(parent, ast.arguments):
            return node, parameter_with(node, parent)
        else:
            return node, parent


def _returned_type(statement: ast.Return, file: SourceFile) -> ast.expr | None:
    """The annotation of what the function around a statement returns."""
    function = file.function_of(statement)
    return getattr(function, "returns", None)


def _widen(annotation: ast.expr, plan: Plan) -> None:
    """Let an annotation admit None."""
    quoted = annotation.value if isinstance(annotation, ast.Constant) else None
    text = quoted if isinstance(quoted, str) else ast.unparse(annotation)
    words = set(re.findall(r"\w+", text))
    if not words.isdisjoint(_TAKES_NONE) or not _TYPE.match(text):
        return
    if isinstance(quoted, str):
        plan.replaced[annotation] = f'"{quoted} | None"'
    else:
        plan.appended[annotation] = " | None"


def _lying(statement: ast.stmt, file: SourceFile) -> Iterator[tuple[int, int]]:
    """The rows and columns of the comments that say that a statement generates an ID."""
    end = file.span(statement).end
    yield from _comment(end.row, end.column, file)
    guard = file.parents[statement]
    owners = [statement, *([guard] if isinstance(guard, ast.If) else [])]
    for owner in owners:
        indent = owner.col_offset
        rows = []
        row = owner.lineno - 1
        while (
            row
            and file.lines[row - 1].startswith("#", indent)
            and not file.lines[row - 1][:indent].strip()
        ):
            rows.append(row)
            row -= 1
        found = [place for row in rows for place in _comment(row, indent + 1, file)]
        yield from ((row, indent + 1) for row in rows if found)


def _comment(row: int, column: int, file: SourceFile) -> Iterator[tuple[int, int]]:
    """The place of the comment from a column on, if it says that an ID is generated."""
    rest = file.lines[row - 1][column - 1 :]
    text = rest.lstrip(" \t;")
    if text.startswith("#") and _GENERATES.search(text) and not _MEANT_FOR_TOOLS.match(text):
        yield row, column + len(rest) - len(text)
