"""Outcomes as plain JSON values, and back. Reading them runs no code.

A record is a list of what its fields hold, and their types tell what each must be.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache, partial
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from ctxlint.contract.contract import Summary
from ctxlint.finding import Finding
from ctxlint.run.file_result import FileResult

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[[Any], Any]

T = TypeVar("T")

# What outcome.py does not import; only findings of these are kept.
_NAMES = {"Finding": Finding, "Summary": Summary, "Change": NoneType, "UsageCounts": NoneType}


def outcome(value: object) -> FileResult:
    """The outcome that JSON holds; raises ValueError or TypeError for other JSON."""
    read: FileResult = _reader(FileResult)(value)
    return read


@cache
def _reader(kind: Any) -> Read:
    """The function that reads a value of a type."""
    whole, parts = get_origin(kind), get_args(kind)
    if whole in (Union, UnionType):
        return partial(_optional, _reader(parts[0]))
    if whole is frozenset or (whole is tuple and parts[-1] is ...):
        return partial(_all, whole, _reader(parts[0]))
    if whole is tuple:
        return partial(_each, lambda *values: values, list(map(_reader, parts)))
    if issubclass(kind, tuple):
        types = get_type_hints(kind, localns=_NAMES).values()
        return partial(_each, kind, list(map(_reader, types)))
    return kind if issubclass(kind, StrEnum) else partial(_exact, kind)


def _optional(read: Read, value: Any) -> Any:
    return None if value is None else read(value)


def _all(whole: Callable[[Any], T], read: Read, values: Any) -> T:
    return whole(map(read, _exact(list, values)))


def _each(make: Callable[..., T], reads: list[Read], values: Any) -> T:
    pairs = zip(reads, _exact(list, values), strict=True)
    return make(*[read(value) for read, value in pairs])


def _exact(kind: type[T], value: Any) -> T:
    if type(value) is not kind:
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value
