"""The page of the project on the web: `[project.urls]` of pyproject.toml sets it, or not."""

from __future__ import annotations

from functools import cache
from importlib import metadata


@cache
def _root() -> str | None:
    """The URL `Documentation`, below which the files of the repository can be read."""
    try:
        urls = metadata.metadata("ctxlint").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:  # it runs from a folder and was never installed
        return None
    named = dict(url.split(", ", 1) for url in urls)
    return named.get("Documentation")


def url_of(path: str) -> str | None:
    """The address of a file of the repository; None while the project has no page."""
    root = _root()
    return root and f"{root.rstrip('/')}/{path}"
