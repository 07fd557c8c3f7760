"""A module as several: what it defines, each in a file of its own or handlers beside the rest."""

from __future__ import annotations

import ast
import tempfile
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ctxlint.config.settings import Settings
from ctxlint.project import discovery
from ctxlint.run import file_tasks, project_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctxlint.finding import Finding

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def in_two(node: ast.stmt) -> str:
    """The module of a statement, where all but the handlers are in another one."""
    is_handler = isinstance(node, _FUNCTIONS) and not node.name.startswith("_")
    return "handlers" if is_handler else "helpers"


def each_alone(node: ast.stmt) -> str:
    """The module of a statement, where each function and class has its own."""
    is_own = isinstance(node, (*_FUNCTIONS, ast.ClassDef))
    return f"module_{node.lineno}" if is_own else "values"


def split(text: str, module_of: Callable[[ast.stmt], str]) -> dict[str, str]:
    """The texts of the modules that the statements of a module are put in, by their names.

    Each imports what the module did, and what it uses of the others.
    """
    lines = text.splitlines(keepends=True)
    imports: list[str] = []
    parts: dict[str, list[ast.stmt]] = defaultdict(list)
    homes: dict[str, str] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports.append(_text(node, lines))
            continue
        home = module_of(node)
        parts[home].append(node)
        for name in _bound(node):
            homes.setdefault(name, home)
    texts: dict[str, str] = {}
    for module, nodes in parts.items():
        used = {name for node in nodes for name in _used(node)} & homes.keys()
        others = sorted(name for name in used if homes[name] != module)
        head = [*imports, *(f"from {homes[name]} import {name}\n" for name in others)]
        texts[module] = "".join([*head, "\n\n", *(_text(node, lines) for node in nodes)])
    return texts


def _text(node: ast.stmt, lines: list[str]) -> str:
    if decorators := getattr(node, "decorator_list", []):
        return "".join(lines[decorators[0].lineno - 1 : node.end_lineno])
    text = ast.get_source_segment("".join(lines), node)
    return f"{text}\n"


def _bound(node: ast.stmt) -> Iterator[str]:
    """The names that a statement of a module binds, at least."""
    if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
        yield node.name
        return
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id
        elif isinstance(part, (*_FUNCTIONS, ast.ClassDef)):
            yield part.name


def _used(node: ast.stmt) -> Iterator[str]:
    """The names that a statement may read, also in quoted annotations."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def findings(files: dict[str, str]) -> list[Finding]:
    """The findings in some modules of one folder, which a run checks."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, f"{name}.py").write_text(text)
        settings = Settings(src=(folder,))
        targets = discovery.find([folder], lambda _: settings).targets
        project = project_run.project_of(targets)
        report = project_run.run(partial(file_tasks.check_file, project=project), targets, project)
    assert report.errors == []
    return report.findings


def places(found: list[Finding]) -> list[tuple[str, int, int, str, str]]:
    """The file, row, column, code and function of each finding."""
    return sorted(
        (Path(f.filename).name, f.span.start.row, f.span.start.column, f.code, f.function or "")
        for f in found
    )
