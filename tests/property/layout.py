"""How generated programs are written: comments, line breaks, semicolons, indentation."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

NOTE = "# note {}"
_HOLE = "#?"  # where a note goes inside a statement
INDENTS = ("    ", "  ", "\t")
NEWLINES = ("\n", "\r\n")


@dataclass(frozen=True, slots=True)
class Form:
    """How one statement is laid out.

    `above`: comment lines directly above; `apart`: a comment with a blank line behind it, before
    those; `behind`: a comment on its line; `shape`: plain, or the name of a function of SHAPES;
    `joined`: on the line of the statement before, or of the header of its block, if it can be.
    """

    above: int = 0
    apart: bool = False
    behind: bool = False
    blank: bool = False
    shape: str = "plain"
    joined: bool = False


PLAIN = Form()


@dataclass(frozen=True, slots=True)
class Line:
    """A simple statement."""

    text: str
    form: Form = PLAIN


@dataclass(frozen=True, slots=True)
class Clause:
    """The header of a compound statement, with its colon, and what it holds."""

    header: str
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A compound statement: `if` and `else`, `try` and `except`, a loop, a function..."""

    clauses: tuple[Clause, ...]
    form: Form = PLAIN


Statement = Line | Block
Body = tuple[Statement, ...]


def block(header: str, *body: Statement, form: Form = PLAIN) -> Block:
    """A compound statement of one clause."""
    return Block((Clause(header, body),), form)


def render(
    statements: tuple[Statement, ...], indent: str = INDENTS[0], newline: str = NEWLINES[0]
) -> str:
    """The text of a module."""
    writer = _Writer(indent)
    writer.write(statements, 0)
    return newline.join("\n".join([*writer.lines, ""]).split("\n"))


@dataclass
class _Writer:
    """Collects lines; a line may hold newlines of its own."""

    indent: str
    lines: list[str] = field(default_factory=list)
    notes: int = 0
    is_open: bool = False  # whether the last line may go on behind a semicolon

    def write(self, statements: tuple[Statement, ...], depth: int) -> None:
        for statement in statements or (Line("pass"),):
            if isinstance(statement, Line):
                self._line(statement, depth)
            else:
                self._block(statement, depth)

    def _line(self, line: Line, depth: int) -> None:
        form = line.form
        text = SHAPES[form.shape](line.text)
        if form.joined and self.is_open:
            mark = " " if self.lines[-1].endswith(":") else "; "
            self.lines[-1] += mark + text
        else:
            self._above(form, depth)
            self.lines.append(self.indent * depth + text)
        if _HOLE in text:
            self.lines[-1] = self.lines[-1].replace(_HOLE, self._note())
        self._behind(form)
        self.is_open = not form.behind

    def _block(self, statement: Block, depth: int) -> None:
        self._above(statement.form, depth)
        for clause in statement.clauses:
            start = self.indent * depth  # of the header, and of decorators on lines above it
            self.lines.append(start + clause.header.replace("\n", f"\n{start}"))
            self._behind(statement.form)
            simple = all(isinstance(inner, Line) for inner in clause.body)
            self.is_open = simple and bool(clause.body) and not statement.form.behind
            joined = self.is_open and all(inner.form.joined for inner in clause.body)
            self.is_open = joined
            self.write(clause.body, depth + 1)
            self.is_open = False

    def _above(self, form: Form, depth: int) -> None:
        if form.blank and self.lines:
            self.lines.append("")
        if form.apart:
            self.lines += [self.indent * depth + self._note(), ""]
        self.lines += [self.indent * depth + self._note() for _ in range(form.above)]

    def _behind(self, form: Form) -> None:
        if form.behind:
            self.lines[-1] += "  " + self._note()

    def _note(self) -> str:
        self.notes += 1
        return NOTE.format(self.notes)


# Odd forms of one statement.


def spread(text: str) -> str:
    """The arguments of the first call, each on a line of its own."""
    (statement,) = ast.parse(text).body
    calls = (node for node in _outside_strings(statement) if isinstance(node, ast.Call))
    call = next((call for call in calls if call.args or call.keywords), None)
    if call is None:
        return text
    starts = [argument.col_offset for argument in (*call.args, *call.keywords)]
    end = (call.end_col_offset or 0) - 1
    return _insert(text, {**dict.fromkeys(starts, "\n"), end: ",\n"})


def annotated(text: str) -> str:
    """As `spread`, with a note behind the last argument."""
    head, newline, tail = spread(text).rpartition(",\n")
    return f"{head},  {_HOLE}{newline[1:]}{tail}" if newline else text


def wrapped(text: str) -> str:
    """The value in parentheses, on lines of its own."""
    (statement,) = ast.parse(text).body
    value = getattr(statement, "value", None)
    if value is None:
        return text
    end = value.end_col_offset
    if text[end : end + 1] == ")":  # it has its parentheses
        return text
    return _insert(text, {value.col_offset: "(\n", end: "\n)"})


def continued(text: str) -> str:
    """A backslash behind the sign of equality."""
    return text.replace(" = ", " = \\\n  ", 1)


SHAPES: dict[str, Callable[[str], str]] = {
    "plain": str,
    **{function.__name__: function for function in (spread, annotated, wrapped, continued)},
}


def _outside_strings(node: ast.AST) -> list[ast.AST]:
    """The nodes that f-strings do not hold, outermost first."""
    if isinstance(node, ast.JoinedStr):
        return []
    below = [inner for child in ast.iter_child_nodes(node) for inner in _outside_strings(child)]
    return [node, *below]


def _insert(text: str, pieces: dict[int, str]) -> str:
    """`text` (ASCII, of one line) with pieces put in at these columns."""
    cuts = [0, *sorted(pieces), len(text)]
    parts = [text[start:end] for start, end in pairwise(cuts)]
    return parts[0] + "".join(
        pieces[c] + part for c, part in zip(cuts[1:], parts[1:], strict=False)
    )
