"""The other names that files of the checkout give to a getter, by which blobs may call it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from ctxlint.contract.contract import Exports
from ctxlint.project.import_text import renamed_names
from ctxlint.project.text_search import has_any
from ctxlint.run.project_run import project_of
from ctxlint.run.propagation import exports_of, joined

if TYPE_CHECKING:
    from ctxlint.config.settings import Settings
    from ctxlint.history.blobs import Naming
    from ctxlint.project.discovery import Target
    from ctxlint.project.modules import Project

_RENAMED = r"\b(?:%s)[ \t]+as[ \t]|^\w+[ \t]*(?::[^=\n]*)?=[^=\n]*\b(?:%s)[ \t]*$"


def knowing_aliases(naming: Naming, checked: Iterable[Target]) -> Naming:
    """A naming whose targets have settings that know the aliases in the files of the checkout."""
    targets = list(checked)
    project = project_of(targets, edits=False)
    known: dict[int, tuple[Settings, Settings]] = {}  # by identity; what is kept stays the same

    def named(path: str) -> Target | None:
        target = naming(path)
        if target is None:
            return None
        settings = target.settings
        if id(settings) not in known:
            found = _aliases(settings, targets, project)
            known[id(settings)] = settings, joined(settings, found) if found else settings
        return target._replace(settings=known[id(settings)][1])

    return named


def _aliases(settings: Settings, targets: Collection[Target], project: Project) -> list[Exports]:
    """The aliases of the getters of a contract, and of aliases, by their files."""
    found: dict[str, Exports] = {}
    words = {*settings.contract.getter_words}
    while words:
        either = "|".join(map(re.escape, sorted(words)))
        renames = re.compile((_RENAMED % (either, either)).encode(), re.M).search
        named, words = tuple(words), set()
        for target in targets:
            path = target.location
            data = project.read(path)
            if not (has_any(data, named) and renames(data)):
                continue  # as most
            told = target._replace(settings=settings)
            names = exports_of(path, told, found.values(), project).names
            renamed, has_star = renamed_names(data)
            known = {name for one in found.values() for name in one.names}
            new = (names if has_star else names & renamed) - known
            if new:
                one = Exports(path, new)
                found[path] = found[path].united(one) if path in found else one
            words |= new
    return list(found.values())
