"""The uses of the contract in a file, right or wrong: the audit counts them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ctxlint.contract.contract import Contract
from ctxlint.finding import Span
from ctxlint.flow import Facts, Kind, Origin, analyse
from ctxlint.project.scopes import import_paths
from ctxlint.source import SourceFile, reachable

Place = tuple[str, Span]  # in the file of this name


@dataclass(frozen=True, slots=True)
class UsageCounts:
    """The getter calls of a file, the calls that generate an ID, and the IDs that are `None`.

    `calls` has a tuple for each call of a getter: where its ID arguments are, also in another
    file that binds them. `imports` are the dotted paths of what it imports to generate IDs, or of
    deprecated getters.
    """

    calls: tuple[tuple[Place, ...], ...] = ()
    sources: int = 0
    nones: int = 0
    imports: tuple[str, ...] = ()


def count_usage(file: SourceFile, contract: Contract) -> UsageCounts:
    """The census of a file; raise SourceError for one that is not Python."""
    words = set(_words(contract))
    if not any(w in file.text for w in (*words, *contract.getter_words, *contract.source_words)):
        return UsageCounts()
    flow = analyse(file, contract)
    called = [_ids(node, flow) for node in _calls(flow) if node in file.parents]
    return UsageCounts(
        tuple(sorted(tuple(sorted(_place(node, flow) for node in ids)) for ids in called)),
        sum(_is_source(node, flow) for node in file.nodes(ast.Call)),
        sum(map(_is_none, set().union(*called))),
        tuple(
            sorted(
                path
                for statement in file.imports
                for alias, path in import_paths(statement)
                if not words.isdisjoint(path.split("."))
            )
        ),
    )


def _words(contract: Contract) -> Iterator[str]:
    """The names of deprecated getters, and of what sources are imported from."""
    for getter in contract.getters:
        yield from (call.rpartition(".")[2] for call in getter.replaces)
    for source in contract.sources:
        yield from (word for word in source.split(".") if "*" not in word)


def _is_source(node: ast.Call, flow: Facts) -> bool:
    """Whether a call generates an ID itself, and not through a function."""
    return Origin(Kind.GENERATED, node) in flow.value_of(node) and node not in flow.callees


def _calls(flow: Facts) -> set[ast.Call]:
    """The calls of getters; and what binds IDs to one, to be called who knows where."""
    direct = {sink.call for sink in flow.sinks.values() if not sink.through}
    return (direct | flow.getter_calls).difference(*flow.partials.values())


def _ids(call: ast.Call, flow: Facts) -> set[ast.expr]:
    """The arguments of a call for the ID parameters of a getter, also those bound before."""
    calls = reachable([call], lambda one: flow.partials.get(one, ()))
    sinks = (flow.sinks[node] for node in calls if node in flow.sinks)
    return {argument.node for sink in sinks for argument in sink.arguments.values()}


def _place(node: ast.expr, flow: Facts) -> Place:
    file = flow.file_of(node)
    return file.path, file.span(node)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
