"""`match`: what a pattern binds, and what it tells of its subject."""

from __future__ import annotations

import ast

from ctxlint.flow.containers import constant_key, received
from ctxlint.flow.frame import Frame
from ctxlint.flow.refine import refine
from ctxlint.flow.state import State
from ctxlint.flow.values import ANY, Attribute, Value


def bind_pattern(pattern: ast.pattern, value: Value, subject: ast.expr, frame: Frame) -> None:
    """Bind the names of a pattern that matched `value`, (a part of) the value of `subject`."""
    match pattern:
        case ast.MatchAs():
            if pattern.pattern is not None:
                bind_pattern(pattern.pattern, value, subject, frame)
            _bind_capture(pattern.name, pattern, value, subject, frame)
        case ast.MatchStar():
            _bind_capture(pattern.name, pattern, received(pattern), subject, frame)
        case ast.MatchOr():
            _bind_alternatives(pattern, value, subject, frame)
        case _:
            for key, part in _parts(pattern):
                bind_pattern(part, frame.element(value, key, pattern), subject, frame)
            if isinstance(pattern, ast.MatchMapping):
                _bind_capture(pattern.rest, pattern, received(pattern), subject, frame)


def _bind_capture(
    name: str | None, node: ast.pattern, value: Value, subject: ast.expr, frame: Frame
) -> None:
    if name is not None:
        owner = frame.scope.owner(name) or frame.scope
        frame.define((owner.node, name), node, value, subject)


def _bind_alternatives(pattern: ast.MatchOr, value: Value, subject: ast.expr, frame: Frame) -> None:
    before, joined = frame.state, None
    for alternative in pattern.patterns:
        frame.state = before
        bind_pattern(alternative, value, subject, frame)
        joined = frame.flow.join(joined, frame.state)
    frame.state = joined


def _parts(pattern: ast.pattern) -> list[tuple[object, ast.pattern]]:
    """The sub-patterns, each with the key of the element that it matches."""
    match pattern:
        case ast.MatchSequence(patterns=patterns):
            starred = any(isinstance(part, ast.MatchStar) for part in patterns)
            return [(ANY if starred else index, part) for index, part in enumerate(patterns)]
        case ast.MatchMapping(keys=keys, patterns=patterns):
            return [(constant_key(k), part) for k, part in zip(keys, patterns, strict=True)]
        case ast.MatchClass():
            named = zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True)
            unnamed = [(Attribute("[positional]"), part) for part in pattern.patterns]
            return [*unnamed, *((Attribute(name), part) for name, part in named)]
    return []


def refine_case(subject: ast.expr, case: ast.match_case, frame: Frame, truth: bool) -> State | None:
    """The state where a case's pattern matched `subject`, or did not."""
    pattern = case.pattern
    while isinstance(pattern, ast.MatchAs) and pattern.pattern is not None:
        pattern = pattern.pattern
    if not truth and case.guard is not None:
        return frame.state
    if isinstance(pattern, ast.MatchAs):  # a capture or `_`: it always matches
        return frame.state if truth else None
    if isinstance(pattern, ast.MatchSingleton) and pattern.value is None:
        is_none = ast.Compare(subject, [ast.Is()], [ast.Constant(None)])
        return refine(is_none, frame, truth)
    return frame.state
