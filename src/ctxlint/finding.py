"""Findings: plain data, all that an output format sees. This module imports nothing of ours."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Position(NamedTuple):
    """A place in the text: `row` and `column` count from 1, columns in code points."""

    row: int
    column: int


class Span(NamedTuple):
    """A stretch of text; `end` is exclusive."""

    start: Position
    end: Position


class Level(StrEnum):
    """How bad a finding is, worst first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class StepKind(StrEnum):
    """The part a step plays in a trace."""

    SOURCE = "source"
    STEP = "step"
    SINK = "sink"


class Applicability(StrEnum):
    """`safe` fixes apply by default, `unsafe` ones only when asked for."""

    SAFE = "safe"
    UNSAFE = "unsafe"


class Step(NamedTuple):
    """One step of a trace, from the source of a value to its sink.

    `depth` counts the calls between the function that the finding is about and this step.
    """

    kind: StepKind
    message: str
    filename: str
    span: Span
    depth: int = 0


class Edit(NamedTuple):
    """Replace the text between `start` and `end` (exclusive) of the original file by `content`."""

    start: Position
    end: Position
    content: str


class Fix(NamedTuple):
    """A repair: edits that belong together, in source order, none overlapping another.

    `filename` is the file that they change, None where it is that of the finding. There are no
    `edits` where nobody asked for them.
    """

    applicability: Applicability
    message: str
    edits: tuple[Edit, ...]
    filename: str | None = None


class Finding(NamedTuple):
    """One violation of one rule.

    `function` is the dotted qualified name of the enclosing function, None at module level;
    `ids` names the ID parameters concerned; `trace` runs from the source to the sink;
    `unfixed_reason` says why a fixable rule offers no `fix` here; `help` is the
    cure that a fix cannot be, in the words of the project if it has any, and `url` says more.
    """

    code: str
    name: str
    level: Level
    message: str
    filename: str
    span: Span
    function: str | None = None
    ids: tuple[str, ...] = ()
    trace: tuple[Step, ...] = ()
    fix: Fix | None = None
    unfixed_reason: str | None = None
    help: str | None = None
    url: str | None = None

    @property
    def sort_key(self) -> tuple[str, Position, str, Position, str]:
        """The order of every report: by file, place, code, then where the trace ends."""
        end = self.trace[-1].span.start if self.trace else self.span.end
        return (self.filename, self.span.start, self.code, end, self.message)
