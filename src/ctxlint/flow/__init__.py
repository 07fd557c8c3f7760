"""Origins of values: a flow-sensitive interpretation of each scope of a module."""

from ctxlint.flow.exports import escaping_ids, sink_wrappers, summaries_of
from ctxlint.flow.facts import Argument, Facts, Sink
from ctxlint.flow.interpreter import analyse
from ctxlint.flow.state import State
from ctxlint.flow.values import Definition, Kind, Origin, generated, is_generated

__all__ = [
    "Argument",
    "Definition",
    "Facts",
    "Kind",
    "Origin",
    "Sink",
    "State",
    "analyse",
    "escaping_ids",
    "generated",
    "is_generated",
    "sink_wrappers",
    "summaries_of",
]
