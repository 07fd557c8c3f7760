"""The functions that a finding runs through, and the code they have: it tells which were edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxlint.project.scopes import NAMED_FUNCTIONS, names_of
from ctxlint.source import SourceError, digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxlint.finding import Finding
    from ctxlint.project.modules import Project
    from ctxlint.source import SourceFile


def functions_of(finding: Finding, project: Project) -> list[dict[str, str]]:
    """The functions of a trace, or of a finding without one: each with the hash of its code."""
    places = [(step.filename, step.span.start.row) for step in finding.trace]
    found = {}
    for filename, row in places or [(finding.filename, finding.span.start.row)]:
        file = project.named(filename)
        name = names_of(file).function_at(row) if file else None
        if name and (code := hash_of(filename, name, project)):
            found[filename, name] = code
    return [{"filename": f, "function": name, "hash": code} for (f, name), code in found.items()]


def hash_of(filename: str, function: str, project: Project) -> str | None:
    """The hash of the code that a function has in a file; None where it is not there."""
    file = project.named(filename)
    try:
        code = "".join(_code(file, function)) if file else ""
    except SourceError:
        return None
    return digest(code.encode(errors="surrogatepass")) if code else None


def _code(file: SourceFile, function: str) -> Iterator[str]:
    """The code of a function, with all its definitions."""
    for node, scope in names_of(file).scopes.items():
        if isinstance(node, NAMED_FUNCTIONS) and scope.qualified_name == function:
            yield from file.lines[node.lineno - 1 : node.end_lineno]
