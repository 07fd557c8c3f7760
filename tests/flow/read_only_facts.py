"""Code that mypy must reject: rules and remedies cannot write in the facts of the interpreter.

An ignored error that is no error fails `make check`. Nothing runs this.
"""

from __future__ import annotations

import ast

from ctxlint.flow import Facts, Origin
from ctxlint.source import SourceFile


def change_results(facts: Facts, node: ast.Call, origin: Origin) -> None:
    facts.values[node] = {origin}  # type: ignore[index]
    facts.values[node].add(origin)  # type: ignore[attr-defined]
    facts.excused.add(origin)  # type: ignore[attr-defined]
    facts.sinks.pop(node)  # type: ignore[attr-defined]
    facts.bindings[node]["key"] = frozenset()  # type: ignore[index]
    facts.values = {}  # type: ignore[misc]


def change_program(facts: Facts, tree: ast.Module, file: SourceFile) -> None:
    facts.program.files[tree] = file  # type: ignore[index]
    facts.program.bases.clear()  # type: ignore[attr-defined]
    facts.program = facts.program  # type: ignore[misc]


def steer_interpreter(facts: Facts, node: ast.AST) -> None:
    facts.worklist.demand(node)  # type: ignore[attr-defined]
    facts.loader.needed.add(node)  # type: ignore[attr-defined]
    facts.add(facts.main, facts.names)  # type: ignore[attr-defined]
