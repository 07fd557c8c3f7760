"""The classes of the objects that a parameter gets, by its annotation."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxlint.flow.frame import Frame
from ctxlint.flow.modules import load
from ctxlint.matching.declared_types import annotated
from ctxlint.matching.definitions import is_abstract
from ctxlint.matching.things import Object
from ctxlint.project.scopes import names_of


def annotated_classes(parameter: ast.arg, method: str, frame: Frame) -> Iterator[ast.ClassDef]:
    """The classes that define a method and that an annotation names.

    Those of other modules count if a function of this name leads to a getter there.
    """
    flow = frame.flow
    source = flow.file_of(parameter)
    function = source.parents[source.parents[parameter]]
    scope = names_of(source).scopes[function]
    assert parameter.annotation is not None
    assert scope.parent is not None
    inference = flow.matcher.inference
    leads = method in (flow.contract.sink_wrappers or ())
    for thing in annotated(inference, parameter.annotation, scope.parent, source):
        if not isinstance(thing, Object) or not (leads or thing.owner.source is source):
            continue
        for one in inference.mro(thing.owner):
            bound = names_of(one.source).scopes[one.node].bindings.get(method, ())
            if bound and not any(map(is_abstract, bound)):
                load(one.source, flow)
                yield thing.owner.node
            if bound:
                break
