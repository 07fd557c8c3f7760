"""Getters of presets: whether what is called is of the framework that has them."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from ctxlint.contract.getter import Getter, matches
from ctxlint.matching.call_sites import given_to
from ctxlint.matching.callee import Callee
from ctxlint.matching.definitions import is_defined_with
from ctxlint.matching.inference import Inference
from ctxlint.matching.things import UNKNOWN, Outside, Parameter, Thing, Things, Unknown
from ctxlint.project.import_text import imported, is_of_any
from ctxlint.source import SourceFile


def is_of_framework(
    getter: Getter, callee: Callee, source: SourceFile, inference: Inference
) -> bool:
    """Whether what is called is the getter of a preset.

    The method of an object of unknown type is, if a call of the framework made the object. Where
    nothing is known of it at all, the file must import the framework and have a keyword of an ID,
    and no class of the project may have a method of this name that takes it.
    """
    named = (path for path in callee.paths if matches(getter.call, path) and getter.is_of(path))
    if any(_is_outside(path, source, inference) for path in named):
        return True
    owner, _, name = getter.call.rpartition(".")
    if not owner:
        return False
    found = [one for method, one in callee.methods.items() if fnmatchcase(method, name)]
    return any(_may_be(getter, name, one, source, inference) for one in found)


def _is_outside(path: str, source: SourceFile, inference: Inference) -> bool:
    """Whether the project has nothing of its own at a dotted path."""
    return all(isinstance(one, Outside | Unknown) for one in inference.at_path(path, source))


def _may_be(
    getter: Getter, name: str, receiver: Things, source: SourceFile, inference: Inference
) -> bool:
    things = receiver | given_to(receiver, inference)
    if any(getter.is_of(origin) for origin in _origins(things)):
        return True
    if not _is_unknown(things):
        return False
    return (
        any(path.word in source.text for path in getter.paths)
        and _imports(getter.packages, source)
        and not is_defined_with({path.parameter for path in getter.paths}, name, source)
    )


def _origins(things: Iterable[Thing]) -> list[str]:
    """The library calls and classes that objects are made by."""
    return [thing.origin for thing in things if isinstance(thing, Unknown) and thing.origin]


def _is_unknown(things: Things) -> bool:
    """Whether nothing is known of an object, nor of what is given for a parameter."""
    known = [thing for thing in things if not isinstance(thing, Parameter)]
    return not known or not UNKNOWN.isdisjoint(known)


def _imports(packages: tuple[str, ...], source: SourceFile) -> bool:
    if source.modules is not None:
        return source.modules.imports_any(packages, source.location)
    text = source.text.encode(errors="surrogateescape")
    return is_of_any(packages, imported(text, "", source.path))
