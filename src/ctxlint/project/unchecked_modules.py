"""Modules that checked files may import and that are not checked."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from itertools import chain

from ctxlint.project.project_folder import ancestors, is_below


def unchecked_modules(
    shown: Collection[str], folders: Collection[str], roots: Collection[str]
) -> set[str]:
    """The names of the modules and packages beside checked files, and below roots.

    `shown` are the paths of the checked files, `folders` those that these are in, `roots` the ones
    that imports begin in.
    """
    around = {above for folder in folders for above in ancestors(folder)}
    inside = {one for one in around if any(is_below(one, root) for root in roots)}.union(folders)
    found = set()
    for folder in inside.union(roots):
        for entry in _entries(folder):
            if entry.path in shown:
                continue  # as most
            name, suffix = os.path.splitext(entry.name)
            if suffix == ".py":
                found.add(name)
            elif name.isidentifier() and not suffix and entry.path not in inside:
                found |= {name} if _has_python(entry.path) else set()
    return found


def _entries(folder: str) -> list[os.DirEntry[str]]:
    with suppress(OSError), os.scandir(folder) as entries:
        return list(entries)
    return []


def _has_python(folder: str) -> bool:
    """Whether there is a Python file in a folder, or in one that it holds."""
    entries = _entries(folder)
    inner = (entry for one in entries if one.is_dir() for entry in _entries(one.path))
    return any(entry.name.endswith(".py") for entry in chain(entries, inner))
