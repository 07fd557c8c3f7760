"""Outcomes and findings as plain JSON values, and back. Reading them runs no code."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from ctxlint.finding import (
    Applicability,
    Edit,
    Finding,
    Fix,
    Level,
    Position,
    Span,
    Step,
    StepKind,
)
from ctxlint.run.file_result import FileResult

_RECORDS = (Edit, Finding, Fix, FileResult, Position, Step)
_TYPES: dict[str, Any] = {
    kind.__name__: kind for kind in (*_RECORDS, Applicability, Level, StepKind, frozenset)
} | {
    "Span": lambda row, column, end, end_column: Span(
        Position(row, column), Position(end, end_column)
    )
}


def encoded(value: Any) -> Any:
    """A value as JSON has it: a record as `{"Position": [row, column]}`, a span as its numbers."""
    if isinstance(value, StrEnum):
        return {type(value).__name__: [value.value]}
    if isinstance(value, Span):
        return {"Span": [*value.start, *value.end]}
    if isinstance(value, _RECORDS):
        return {type(value).__name__: [encoded(item) for item in value]}
    if isinstance(value, frozenset):
        return {"frozenset": [sorted(value)]}
    return [encoded(item) for item in value] if isinstance(value, tuple) else value


def decoded(value: Any) -> Any:
    """The value that `encoded` gave for JSON; raise LookupError or TypeError for other JSON."""
    if isinstance(value, list):
        return tuple(_all_decoded(value))
    if isinstance(value, dict):
        ((name, held),) = value.items()
        return _TYPES[name](*_all_decoded(held))
    return value


def _all_decoded(values: list[Any]) -> list[Any]:
    return [decoded(value) if type(value) in (list, dict) else value for value in values]
