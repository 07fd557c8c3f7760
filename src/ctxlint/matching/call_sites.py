"""Arguments that the calls in a project give to parameters without an annotation."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxlint.matching.annotations import last_word
from ctxlint.matching.inference import Inference
from ctxlint.matching.modules import scope_at
from ctxlint.matching.nodes import is_decorated
from ctxlint.matching.things import Class, Function, Parameter, Thing, Things
from ctxlint.project.scopes import positionals
from ctxlint.source import SourceFile

_MOST_FILES = 30  # in which a name is looked for
_MOST_HOPS = 4  # from parameter to parameter


def given_to(things: Things, inference: Inference, hops: int = _MOST_HOPS) -> Things:
    """The arguments of the parameters among things, in the files that may call them."""
    found: set[Thing] = set()
    for thing in things:
        if isinstance(thing, Parameter) and hops:
            given = frozenset(_given(thing, inference))
            found |= given | given_to(given, inference, hops - 1)
    return frozenset(found)


def _given(parameter: Parameter, inference: Inference) -> Iterator[Thing]:
    source, node = parameter
    function = source.function_of(node)
    owner = source.parents[function]
    word = getattr(function, "name", "")
    if word == "__init__" and isinstance(owner, ast.ClassDef):
        word = owner.name
    index, is_method = _position(node, function, owner)
    for file in _files_calling(word, source):
        for call in file.nodes(ast.Call):
            if last_word(call.func) == word:
                scope = scope_at(call, file)
                called = inference.of(call.func, scope, file)
                if any(_is(one, function, owner, source) for one in called):
                    shift = is_method and isinstance(next(iter(called)), Function | Class)
                    for argument in _arguments(call, node.arg, index - shift):
                        yield from inference.of(argument, scope, file)


def _position(node: ast.arg, function: ast.AST, owner: ast.AST) -> tuple[int, bool]:
    """The index of a parameter, and whether the first one gets the object."""
    arguments = function.args  # type: ignore[attr-defined]
    positional = positionals(arguments)
    index = positional.index(node) if node in positional else -len(positional) - 1
    return index, isinstance(owner, ast.ClassDef) and not is_decorated(function, "staticmethod")


def _is(thing: Thing, function: ast.AST, owner: ast.AST, source: SourceFile) -> bool:
    """Whether what is called runs a function."""
    if isinstance(thing, Class):
        return _same(thing.source, thing.node, source, owner)
    return isinstance(thing, Function) and _same(thing.source, thing.node, source, function)


def _same(file: SourceFile, node: ast.AST, other: SourceFile, wanted: ast.AST) -> bool:
    """Whether two nodes are the same one, also in two trees of one file."""
    place = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
    return file.location == other.location and place == (
        getattr(wanted, "lineno", 0),
        getattr(wanted, "col_offset", 0),
    )


def _arguments(call: ast.Call, name: str, index: int) -> Iterator[ast.expr]:
    """The argument of a call for a parameter, by keyword or position."""
    yield from (keyword.value for keyword in call.keywords if keyword.arg == name)
    if 0 <= index < len(call.args) and not isinstance(call.args[index], ast.Starred):
        yield call.args[index]


def _files_calling(word: str, source: SourceFile) -> Iterator[SourceFile]:
    yield source
    modules = source.modules
    for location in (modules.mentioning(word, source.location) if modules else ())[:_MOST_FILES]:
        found = modules.source(location) if modules and location != source.location else None
        if found is not None:
            yield found
