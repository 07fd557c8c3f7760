"""The pages of the rules, in Markdown."""

from __future__ import annotations

from importlib import resources

from ctxlint.rules.base import Rule


def page_of(rule: Rule) -> str:
    """The page of a rule: the file in its folder that has its name."""
    name = rule.name.replace("-", "_")
    return (resources.files("ctxlint.rules") / name / f"{name}.md").read_text(encoding="utf-8")
