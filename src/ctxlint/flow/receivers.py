"""The methods of the objects that a parameter gets, by its annotation."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxlint.flow.facts import place_of
from ctxlint.flow.flow import Flow
from ctxlint.flow.frame import Frame
from ctxlint.flow.modules import load
from ctxlint.matching.declared_types import annotated
from ctxlint.matching.definitions import is_abstract
from ctxlint.matching.things import Function, Object
from ctxlint.project.scopes import names_of
from ctxlint.source import SourceFile


def annotated_methods(
    parameter: ast.arg, name: str, frame: Frame, *, is_demanded: bool
) -> Iterator[ast.AST]:
    """The methods, under a name, of the classes that an annotation names.

    Those of other modules count if they are demanded, or a function of this name leads to a getter
    there.
    """
    flow = frame.flow
    source = flow.file_of(parameter)
    scope = names_of(source).scopes[source.parents[source.parents[parameter]]]
    assert parameter.annotation is not None
    assert scope.parent is not None
    inference = flow.matcher.inference
    for thing in annotated(inference, parameter.annotation, scope.parent, source):
        for one in inference.in_class(thing.owner, name) if isinstance(thing, Object) else ():
            if not isinstance(one, Function) or is_abstract(one.node):
                continue
            leads = flow.modules and flow.contract.leads(name, one.source.location)
            if one.source is source or leads or (flow.modules and is_demanded):
                load(one.source, flow)
                yield _in_flow(one.node, one.source, flow)


def _in_flow(method: ast.AST, source: SourceFile, flow: Flow) -> ast.AST:
    """The node of a method in the flow, which has a syntax tree of its own of the main file."""
    if source is flow.main or source.location != flow.main.location:
        return method
    return next(node for node in flow.names.scopes if place_of(node) == place_of(method))
