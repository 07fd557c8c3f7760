"""What a file has of what the contract names, right or wrong: the audit counts it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ctxlint.contract import Contract, Getter
from ctxlint.finding import Span
from ctxlint.flow import Flow, Kind, Origin, analyse
from ctxlint.names import import_paths
from ctxlint.source import SourceFile


@dataclass(frozen=True, slots=True)
class Census:
    """Where a file calls getters; how many calls generate an ID, and how many IDs are `None`.

    `imports` are the dotted paths of what it imports to generate IDs, or of deprecated getters.
    """

    calls: tuple[Span, ...] = ()
    sources: int = 0
    nones: int = 0
    imports: tuple[str, ...] = ()


def take(file: SourceFile, contract: Contract) -> Census:
    """The census of a file; raise SourceError for one that is not Python."""
    words = set(_words(contract))
    if not any(w in file.text for w in (*words, *contract.getter_words, *contract.source_words)):
        return Census()
    flow = analyse(file, contract)
    called = {node: getter for node, getter in flow.getter_calls.items() if node in file.parents}
    return Census(
        tuple(sorted(map(file.span, called))),
        sum(_is_source(node, flow) for node in file.nodes(ast.Call)),
        sum(_is_none(value) for n, getter in called.items() for value in _ids(n, getter)),
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


def _is_source(node: ast.Call, flow: Flow) -> bool:
    """Whether a call generates an ID itself, and not by way of a function."""
    return Origin(Kind.GENERATED, node) in flow.value_of(node) and node not in flow.callees


def _ids(call: ast.Call, getter: Getter) -> Iterator[ast.expr]:
    """The ID arguments of a call that are spelled one by one."""
    positions = set(getter.ids.values())
    yield from (arg for index, arg in enumerate(call.args) if index in positions)
    yield from (keyword.value for keyword in call.keywords if keyword.arg in getter.ids)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
