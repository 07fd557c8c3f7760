"""Definitions in a project, found by their names: classes, and who else defines a method."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ctxlint.matching.annotations import last_word
from ctxlint.matching.callee import class_paths
from ctxlint.matching.inference import Inference
from ctxlint.matching.nodes import is_decorated
from ctxlint.matching.things import Class, Function
from ctxlint.project.scopes import NAMED_FUNCTIONS, parameters
from ctxlint.source import SourceFile


def defining_classes(name: str, source: SourceFile) -> list[Class]:
    """The classes of a name, possibly dotted, in the project of a file."""
    word = name.rpartition(".")[2]
    return [
        Class(file, node)
        for file in files_defining(word, source)
        for node in file.nodes(ast.ClassDef)
        if node.name == word
    ]


def files_defining(word: str, source: SourceFile) -> Iterator[SourceFile]:
    """The files of a project in which a function or class of a name is defined, the own one too."""
    yield source
    modules = source.modules
    for location in modules.defining(word, source.location) if modules else ():
        found = modules.source(location) if modules and location != source.location else None
        if found is not None:
            yield found


def other_definers(
    method: str, owners: Iterable[Class], source: SourceFile, inference: Inference
) -> bool:
    """Whether a class unrelated to some classes defines a method of a name.

    What tests define in its place does not count.
    """
    own, above = set[str](), set[str]()
    for owner in owners:
        own.update(class_paths(owner))
        above.update(path for one in inference.mro(owner) for path in class_paths(one))
    for file in files_defining(method, source):
        is_test = source.modules is not None and source.modules.is_test(file.location)
        for node in () if is_test else file.nodes(ast.ClassDef):
            if any(isinstance(n, NAMED_FUNCTIONS) and n.name == method for n in node.body):
                one = Class(file, node)
                is_below = any(not own.isdisjoint(class_paths(b)) for b in inference.mro(one))
                if not is_below and above.isdisjoint(class_paths(one)):
                    return True
    return False


def is_defined_with(names: Iterable[str], method: str, source: SourceFile) -> bool:
    """Whether a class of the project has a method that takes a parameter of one of some names.

    What tests define in its place does not count.
    """
    wanted = set(names)
    for file in files_defining(method, source):
        is_test = source.modules is not None and source.modules.is_test(file.location)
        for node in () if is_test else file.nodes(ast.ClassDef):
            found = (n for n in node.body if isinstance(n, NAMED_FUNCTIONS) and n.name == method)
            if any(n.args.kwarg or wanted & {p.arg for p in parameters(n.args)} for n in found):
                return True
    return False


def is_abstract(method: object) -> bool:
    """Whether a method only says what subclasses, or those that follow a protocol, do."""
    if not isinstance(method, NAMED_FUNCTIONS):
        return False
    if is_decorated(method, "abstractmethod"):
        return True
    body = [n for n in method.body if not _is_text(n)]
    return all(_does_nothing(statement) for statement in body)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _does_nothing(node: ast.stmt) -> bool:
    if isinstance(node, ast.Raise) and node.exc is not None:
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return last_word(raised) == "NotImplementedError"
    return isinstance(node, ast.Pass)


def parameters_of(owner: Class, name: str, inference: Inference) -> set[str]:
    """The names of the parameters of a method of a class; its fields, where it is a record."""
    found: set[str] = set()
    for thing in inference.in_class(owner, name):
        if isinstance(thing, Function):
            found |= {one.arg for one in parameters(thing.node.args)}
    if name == "__init__" and not found:
        body = [node for one in inference.mro(owner) for node in one.node.body]
        found = {last_word(node.target) for node in body if isinstance(node, ast.AnnAssign)}
    return found
