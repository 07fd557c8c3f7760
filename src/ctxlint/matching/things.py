"""Things that an expression may stand for: modules, functions, classes, objects, library names."""

from __future__ import annotations

import ast
from typing import NamedTuple

from ctxlint.source import SourceFile

FunctionDefinition = ast.FunctionDef | ast.AsyncFunctionDef


class Module(NamedTuple):
    """A module of the project."""

    source: SourceFile


class Class(NamedTuple):
    """A class of the project."""

    source: SourceFile
    node: ast.ClassDef


class Function(NamedTuple):
    """A function of the project; a method with the class that it was looked up on."""

    source: SourceFile
    node: FunctionDefinition
    owner: Class | None = None


class Object(NamedTuple):
    """An instance of a class of the project."""

    owner: Class


class Outside(NamedTuple):
    """A thing that a dotted path names and the project does not define."""

    path: str


class OutsideObject(NamedTuple):
    """An instance of a class that the project does not define."""

    path: str


class Parameter(NamedTuple):
    """A parameter without an annotation, which stands for the arguments that it gets."""

    source: SourceFile
    node: ast.arg


class Items(NamedTuple):
    """A collection of things."""

    of: frozenset[Thing]


class Factory(NamedTuple):
    """Something that returns things when it is called."""

    of: frozenset[Thing]


class Unknown(NamedTuple):
    """Something of unknown type; `origin` is the path of the library call that gave it, if any."""

    origin: str = ""


Thing = (
    Module
    | Class
    | Function
    | Object
    | Outside
    | OutsideObject
    | Parameter
    | Items
    | Factory
    | Unknown
)
Things = frozenset[Thing]
NOTHING: Things = frozenset()
UNKNOWN: Things = frozenset({Unknown()})
NONE = OutsideObject("None")


def is_unknown(thing: Thing) -> bool:
    """Whether the type of a thing is unknown."""
    return isinstance(thing, Unknown | Parameter)


def items_of(things: Things) -> Things:
    """The elements that things have."""
    inner = (one.of if isinstance(one, Items) else UNKNOWN for one in things)
    return NOTHING.union(*inner)


def items_or_self(things: Things) -> Things:
    """The elements of collections, and other things as they are."""
    inner = (one.of if isinstance(one, Items) else frozenset({one}) for one in things)
    return NOTHING.union(*inner)


def is_none(thing: Thing) -> bool:
    """Whether a thing is None."""
    return thing == NONE
