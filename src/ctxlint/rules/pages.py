"""The pages of the rules, in Markdown, and where they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from ctxlint import project_page
from ctxlint.rules.base import Rule
from ctxlint.rules.registry import RULES

_MARK = re.compile(r"[ \t]*# (?:error|ok|todo|fixture): .*$", re.MULTILINE)  # of the tests


def page_of(rule: Rule) -> str:
    """The page of a rule, without the marks that its tests read."""
    page = resources.files("ctxlint") / _path(rule)
    return _MARK.sub("", page.read_text(encoding="utf-8"))


def url_of(rule: Rule) -> str | None:
    """The address of the page of a rule on the web; None while the project has no page."""
    return project_page.url_of(f"src/ctxlint/{_path(rule)}")


def urls() -> Mapping[str, str]:
    """The address on the web of each rule's page that has one, by code."""
    return {rule.code: url for rule in RULES if (url := url_of(rule))}


def links() -> Mapping[str, str]:
    """The address of each rule's page, by code: on the web, or else of the file that is here."""
    folder = Path(str(resources.files("ctxlint")))
    return {rule.code: url_of(rule) or (folder / _path(rule)).as_uri() for rule in RULES}


def _path(rule: Rule) -> str:
    """The path of a page in the package: the file in the rule's folder that has its name."""
    name = rule.name.replace("-", "_")
    return f"rules/{name}/{name}.md"
