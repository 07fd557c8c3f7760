"""The folder of the project that a file belongs to."""

from __future__ import annotations

import os
from collections.abc import Iterable

_MARKS = ("ctxlint.toml", "pyproject.toml", ".git")
_MOST_PATHS = 5_000  # searched in a folder without a mark: it may be the home of a user


def project_folder(folder: str, root: str) -> str:
    """The folder with the mark of a project: the closest above the root, or else one below it.

    Without a mark it is the root, or where that is empty the closest folder that is not a package.
    """
    around = ancestors(folder)
    root = root or next(filter(_is_no_package, around), folder)
    inside = [one for one in around if len(one) >= len(root)]
    return next(filter(_is_marked, [*ancestors(root), *reversed(inside)]), root)


def most_paths(home: str) -> int | None:
    """How many paths of the folder of a project are searched; None for all of them."""
    return None if _is_marked(home) else _MOST_PATHS


def ancestors(folder: str) -> list[str]:
    """A folder and all those above it, up to that of the file system."""
    found = [folder]
    while os.path.dirname(found[-1]) != found[-1]:
        found.append(os.path.dirname(found[-1]))
    return found


def _is_no_package(folder: str) -> bool:
    return not os.path.isfile(os.path.join(folder, "__init__.py"))


def _is_marked(folder: str) -> bool:
    return any(os.path.exists(os.path.join(folder, mark)) for mark in _MARKS)


def is_below(path: str, root: str) -> bool:
    """Whether a folder or file is in a folder, or is that itself."""
    return path == root or path.startswith(os.path.join(root, ""))


def above(folder: str, roots: tuple[str, ...]) -> list[str]:
    """A folder and those above it, up to the root that holds it."""
    found = [folder]
    while found[-1] not in roots and any(is_below(folder, root) for root in roots):
        found.append(os.path.dirname(found[-1]))
    return found


def folder_of(path: str) -> str:
    """The absolute folder of a file."""
    return os.path.dirname(os.path.abspath(path))


def folders_inside(module: str) -> list[str]:
    """The folder where the modules in that at a path are: of most that are no package, none."""
    inside = module.removesuffix(".py").removesuffix(f"{os.sep}__init__")
    return [inside] if os.path.isdir(inside) else []


def dotted_name(path: str, folder: str) -> str:
    """The dotted name of the module at a path, seen from a folder."""
    parts = os.path.splitext(os.path.relpath(path, folder))[0].split(os.sep)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def above_packages(folder: str) -> str:
    """The closest folder, from one upwards, that is not a package."""
    return next(filter(_is_no_package, ancestors(folder)), folder)


def is_cut_off(path: str, roots: Iterable[str], modules: Iterable[str]) -> bool:
    """Whether a file is below no import root, and imports others, one of some `modules`.

    It does so where it is in a package, or where such a module is in a folder that it is in too.
    """
    folder = os.path.dirname(path)
    if any(is_below(folder, root) for root in roots):
        return False
    around = {os.path.basename(one): one for one in ancestors(folder)}
    split = (module.split(".") for module in modules)
    inside = [os.path.join(around[one], *rest) for one, *rest in split if rest and one in around]
    is_there = any(os.path.isfile(f"{place}.py") or os.path.isdir(place) for place in inside)
    return is_there or not _is_no_package(folder)
