"""Origins of values: a flow-sensitive interpretation of each scope of a module."""

from ctxlint.flow.interpreter import analyse
from ctxlint.flow.reach import callers, leaving
from ctxlint.flow.results import Argument, Flow, Sink
from ctxlint.flow.state import State
from ctxlint.flow.values import Definition, Kind, Origin, generated, is_generated

__all__ = [
    "Argument",
    "Definition",
    "Flow",
    "Kind",
    "Origin",
    "Sink",
    "State",
    "analyse",
    "callers",
    "generated",
    "is_generated",
    "leaving",
]
