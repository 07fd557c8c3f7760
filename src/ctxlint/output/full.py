"""The format `full`: a code frame for each finding, with the steps of its trace numbered."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from ctxlint.finding import Applicability, Finding, Span, StepKind
from ctxlint.output import Results, applies, printable
from ctxlint.output.color import OF_LEVEL, is_styled, linked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TextIO

_KIND = {StepKind.SOURCE: "bold red", StepKind.STEP: "bold cyan", StepKind.SINK: "bold magenta"}
_GUTTER = "bold blue"
_TAB = " " * 4
_GAP = 2  # lines between two marks that are shown rather than elided
_WIDEST = 160  # code points of a line; of a longer one, the part around the mark is shown

Row = tuple[str | tuple[str, str], ...]  # the parts of a line of output, some with their style


def write(results: Results, out: TextIO) -> None:
    """Write a frame for each finding, in colour where `out` is a terminal."""
    frames = ([*_frame(finding, results), ()] for finding in results.findings)
    if is_styled(out, results.color):
        _write_styled(frames, results.color, out)
        return
    for rows in frames:  # rich would print the same, in much more time
        out.write("".join([f"{_plain(row)}\n" for row in rows]))


def _write_styled(frames: Iterable[list[Row]], color: str, out: TextIO) -> None:
    from rich.text import Text  # noqa: PLC0415 - it takes long to import

    from ctxlint.output.console import make_console  # noqa: PLC0415 - it imports rich

    console = make_console(out, color)
    for rows in frames:
        console.print(*(Text.assemble(*row) for row in rows), sep="\n")


def _plain(row: Row) -> str:
    return "".join([part if isinstance(part, str) else part[0] for part in row])


class _Mark(NamedTuple):
    """The text of one row of carets."""

    span: Span
    label: str
    style: str


def _frame(finding: Finding, results: Results) -> Iterator[Row]:
    """The rows of one finding: what, where, the code, and what can be done."""
    lines, unsafe_fixes = results.lines, results.unsafe_fixes
    last = max(step.span.start.row for step in finding.trace or (finding,))
    width = len(str(last))
    mark = (" [*]", "bold cyan") if applies(finding, unsafe_fixes) else ""
    style = OF_LEVEL[finding.level]
    code = linked(finding.code, results.links.get(finding.code)), style
    level = f"{finding.level}:", style
    yield code, mark, " ", level, " ", (printable(finding.message), "bold")
    row, column = finding.span.start
    place = printable(f" {finding.filename}:{row}:{column}")
    inside = printable(f" in {finding.function}") if finding.function else ""
    yield (" " * width + "-->", _GUTTER), place, (inside, "dim")
    shown = finding.filename
    for filename, marks in _files(finding):
        if filename != shown:
            row, column = marks[0].span.start
            place = printable(f" {filename}:{row}:{column}")
            yield (" " * width + ":::", _GUTTER), place
            shown = filename
        yield _gutter("", width)
        yield from _code(marks, lines(filename), width)
    yield _gutter("", width)
    yield from _notes(finding, unsafe_fixes, width)


def _files(finding: Finding) -> Iterator[tuple[str, list[_Mark]]]:
    """The marks of a finding by the file they are in, in the order of the trace."""
    if not finding.trace:
        yield finding.filename, [_Mark(finding.span, "", OF_LEVEL[finding.level])]
    numbered = enumerate(finding.trace, 1)
    for filename, steps in groupby(numbered, key=lambda item: item[1].filename):
        yield (
            filename,
            [_Mark(s.span, f"{n}: {printable(s.message)}", _KIND[s.kind]) for n, s in steps],
        )


def _code(marks: Sequence[_Mark], lines: Sequence[str], width: int) -> Iterator[Row]:
    """The lines that marks are on, each with its carets; what lies between is elided."""
    for row in shown_rows({mark.span.start.row for mark in marks}):
        if row is None:
            yield (("...", _GUTTER),)
            continue
        here = [mark for mark in marks if mark.span.start.row == row]
        column = min((mark.span.start.column for mark in here), default=1)
        shown = _Shown.around(_line(lines, row), column)
        yield _gutter(str(row), width, shown.text)
        for mark in here:
            yield _carets(mark, shown, width)


def shown_rows(rows: Iterable[int]) -> Iterator[int | None]:
    """The rows of a frame around these: what lies between, or None where that is much."""
    for row, following in pairwise([*sorted(rows), 0]):
        yield row
        between = range(row + 1, following)
        if len(between) > _GAP:
            yield None
        else:
            yield from between


def _line(lines: Sequence[str], row: int) -> str:
    """The code on a row; nothing where the file is not available."""
    return lines[row - 1].rstrip("\r\n") if row <= len(lines) else ""


class _Shown(NamedTuple):
    """The part of a line that is shown: `code`, from the 0-based column `first`, after `lead`."""

    code: str
    first: int
    lead: str
    tail: str

    @classmethod
    def around(cls, line: str, column: int) -> _Shown:
        """The part around a column, or all of a line that is not too long."""
        if len(line) <= _WIDEST:
            return cls(line, 0, "", "")
        first = max(column - _WIDEST // 4, 0)
        tail = "..." if first + _WIDEST < len(line) else ""
        return cls(line[first : first + _WIDEST], first, "..." if first else "", tail)

    @property
    def text(self) -> str:
        """The rendered text."""
        return f"{self.lead}{_expanded(self.code)}{self.tail}".rstrip()

    def cells(self, column: int) -> int:
        """How many terminal cells lie before a column."""
        before = self.code[: max(column - 1 - self.first, 0)]
        return len(self.lead) + _width(_expanded(before))


def _carets(mark: _Mark, shown: _Shown, width: int) -> Row:
    """The row under a line of code that points at a mark, to the end of the line at most."""
    (row, column), (end_row, end_column) = mark.span
    start = shown.cells(column)
    end = shown.cells(end_column) if end_row == row else _width(shown.text)
    reach = f" (to line {end_row})" if end_row > row else ""
    carets = "^" * max(end - start, 1)
    label = f"{carets} {mark.label}{reach}".rstrip()
    return *_gutter("", width), " " * (start + 1), (label, mark.style)


def _notes(finding: Finding, unsafe_fixes: bool, width: int) -> Iterator[Row]:
    """The fix or advice for a finding, or why there is none."""
    fix = finding.fix
    if fix:
        how = "" if applies(finding, unsafe_fixes) else " (unsafe: needs --unsafe-fixes)"
        if unsafe_fixes and fix.applicability is Applicability.UNSAFE:
            how = " (unsafe)"
        yield _note("help", printable(finding.help or fix.message) + how, width)
    elif finding.unfixed_reason:
        yield _note("no fix", printable(finding.unfixed_reason), width)
    if finding.help and not fix:
        yield _note("help", printable(finding.help), width)
    if finding.url:
        yield _note("see", printable(finding.url), width)


def _note(title: str, text: str, width: int) -> Row:
    return (" " * width + " = ", _GUTTER), (f"{title}:", "bold"), f" {text}"


def _gutter(number: str, width: int, code: str = "") -> Row:
    return (f"{number:>{width}} |", _GUTTER), f" {code}" if code else ""


def _expanded(code: str) -> str:
    """Code as it is shown: tabs a fixed number of cells wide, control characters escaped."""
    return printable(code.replace("\t", _TAB))


def _width(text: str) -> int:
    """How many terminal cells a text takes."""
    if text.isascii():
        return len(text)  # as most
    from rich.cells import cell_len  # noqa: PLC0415 - it takes long to import

    return cell_len(text)
