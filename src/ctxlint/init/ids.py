"""Parts of parameters that may be IDs, by their names, their types, and what is done with them."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from contextlib import suppress

from ctxlint.init.functions import Subject
from ctxlint.init.provenance import Part
from ctxlint.init.words import CONVERSATION, IDS, is_of_programs, is_plain_id, words_of
from ctxlint.matching.annotations import last_word

_HOLDERS = frozenset({"body", "data", "event", "metadata", "options", "params", "payload", "query"})
_TEXTS = frozenset({"Any", "Hashable", "UUID4", "bytes", "int", "object", "str"})


def may_be_id(part: Part, subject: Subject, asked: Iterable[Part]) -> bool:
    """Whether callers give a part for an ID; `asked` is what the code asks for.

    An attribute of the object itself is one only if others set it.
    """
    if _is_opened(part, asked):
        return False
    if is_of_programs(part.word) or _is_of_part(part):
        return False
    if part.name != "self":
        return bool(part.path) or not _is_object(part.name, subject)
    if len(part.path) != 1 or part.path[0].startswith("_") or subject.owner is None:
        return False
    if not words_of(part.path[0]) & CONVERSATION:
        return False
    modules, name = subject.source.modules, part.path[0]
    pattern = rf"(?<!self)\.{name}\s*=[^=]"
    return modules is not None and modules.mentions(pattern, subject.source.location, name)


def _is_opened(part: Part, others: Iterable[Part]) -> bool:
    """Whether something in a part is asked for: it is an object, then."""
    size = len(part.path)
    return any(
        one.name == part.name and len(one.path) > size and one.path[:size] == part.path
        for one in others
    )


def _is_of_part(part: Part) -> bool:
    """Whether an `id` is one of a thing that is no conversation, as `tool_call.id` is."""
    holder = (part.name, *part.path)[-2] if part.path else ""
    is_bare = words_of(part.word) <= IDS
    return is_bare and holder not in _HOLDERS and is_of_programs(holder)


def _is_object(name: str, subject: Subject) -> bool:
    """Whether the annotation of a parameter says that it is no ID but an object, or a list."""
    for parameter, _ in subject.parameters:
        if parameter.arg == name and parameter.annotation is not None:
            return not _may_be_text(parameter.annotation)
    return False


def _may_be_text(annotation: ast.expr) -> bool:
    """Whether an annotation allows for an ID: it names a plain type, or one that it is called."""
    match annotation:
        case ast.Constant(value=str(text)):
            with suppress(SyntaxError):
                return _may_be_text(ast.parse(text, mode="eval").body)
            return True
        case ast.Constant():
            return False
        case ast.BinOp(left=left, right=right):
            return _may_be_text(left) or _may_be_text(right)
        case ast.Subscript(value=base, slice=ast.Tuple(elts=[first, *_])):
            name = last_word(base)
            if name == "Union":
                return any(map(_may_be_text, annotation.slice.elts))  # type: ignore[attr-defined]
            return name == "Annotated" and _may_be_text(first)
        case ast.Subscript(value=base, slice=inner):
            return last_word(base) in ("Optional", "Annotated") and _may_be_text(inner)
    name = last_word(annotation)
    return name in _TEXTS or is_plain_id(name) or name.endswith("Str") or len(name) == 1
