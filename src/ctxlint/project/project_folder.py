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
    while found[-1] not in roots and not is_outside(folder, roots):
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


def is_outside(folder: str, roots: Iterable[str]) -> bool:
    """Whether a folder is below no import root."""
    return not any(is_below(folder, root) for root in roots)


def is_cut_off(folder: str, roots: Iterable[str]) -> bool:
    """Whether a folder is a package below no import root, so that no import of it is found."""
    return is_outside(folder, roots) and not _is_no_package(folder)


def imports_from_above(path: str, modules: Iterable[str]) -> bool:
    """Whether one of some modules is in a folder that the file at a path is in too, by its name."""
    around = {os.path.basename(one): one for one in ancestors(os.path.dirname(path))}
    split = (module.split(".") for module in modules)
    inside = (os.path.join(around[one], *rest) for one, *rest in split if rest and one in around)
    return any(os.path.isfile(f"{place}.py") or os.path.isdir(place) for place in inside)
