"""The report of a search: TOML with comments, or JSON."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence

from ctxlint.init.generators import Generator
from ctxlint.init.meaning import Evidence
from ctxlint.init.proposals import Proposal, Search
from ctxlint.init.usage import Use
from ctxlint.output import printable
from ctxlint.output.summary import count

_SHOWN = 5  # calls that are named
_QUESTION = (
    "none is left open: what does it give without {}? "
    '"reuse" the session that the user is in, a "new" one, one "shared" by all, or an "error"?'
)


def as_json(found: Search) -> str:
    """The getters, sources and presets as a document."""
    document = {
        "getters": [_getter(proposal) for proposal in found.proposals],
        "sources": [_source(source) for source in found.sources],
        "presets": list(found.presets),
    }
    return json.dumps(document, indent=2) + "\n"


def _getter(proposal: Proposal) -> dict[str, object]:
    candidate = proposal.candidate
    return {
        "call": candidate.call,
        "ids": dict(candidate.ids),
        "none": candidate.none,
        "filename": candidate.filename,
        "row": candidate.row,
        "calls": len(proposal.calls),
        "generated_calls": len(proposal.generated),
        "evidence": [one._asdict() for one in candidate.evidence],
    }


def _source(source: Generator) -> dict[str, object]:
    evidence = [Evidence(source.why, source.filename, source.row)._asdict()]
    place = {"filename": source.filename, "row": source.row}
    return {"call": source.call, **place, "evidence": evidence}


def as_toml(found: Search, *, prefix: str = "tool.ctxlint.", taken: Collection[str] = ()) -> str:
    """The tables of a contract; comments say what shows it.

    `prefix` is that of the tables in pyproject.toml; a ctxlint.toml has none. The keys under
    keys that are `taken` can only be told in comments.
    """
    tables = [
        *([_presets(found.presets, prefix)] if found.presets else []),
        *(_getter_table(proposal, prefix) for proposal in found.proposals),
        *([_sources(found.sources, prefix)] if found.sources else []),
    ]
    names = (["presets"] if found.presets else []) + ["getter"] * len(found.proposals)
    shown = [
        _commented(table) if name in taken else table
        for name, table in zip([*names, "sources"], tables, strict=False)
    ]
    return "\n".join("".join(f"{line}\n" for line in table) for table in shown)


def _commented(lines: list[str]) -> list[str]:
    return [line if line.startswith("#") else f"# {line}" for line in lines]


def _presets(names: Sequence[str], prefix: str) -> list[str]:
    head = [f"[{prefix.rstrip('.')}]"] if prefix else []
    return ["# Frameworks that the code imports", *head, f"presets = {_array(names)}"]


def _getter_table(proposal: Proposal, prefix: str) -> list[str]:
    candidate = proposal.candidate
    ids = ", ".join(f"{_key(path)} = {index}" for path, index in candidate.ids.items())
    lines = [
        f"# {candidate.filename}:{candidate.row}: {_calls(proposal)}",
        *(f"# {one.filename}:{one.row}: {one.message}" for one in candidate.evidence),
    ]
    table = [f"[[{prefix}getter]]", f"call = {_text(candidate.call)}", f"ids = {{ {ids} }}"]
    if candidate.none is not None:
        table.append(f"none = {_text(candidate.none)}")
    else:
        table.append(f"# {_QUESTION.format(' and '.join(candidate.ids))}")
    return [*map(printable, lines), *table]


def _calls(proposal: Proposal) -> str:
    """The calls by kind: "4 calls, 2 get a generated ID: bot.py:13, mail.py:7"."""
    calls = count(len(proposal.calls), "call")
    if not proposal.calls:
        return calls.replace("0", "no")
    if proposal.unknown == proposal.calls:
        return f"{calls}, not followed"
    unknown = f"; {len(proposal.unknown)} not followed" if proposal.unknown else ""
    if not proposal.generated:
        return f"{calls}, none gets a generated ID{unknown}"
    verb = "gets" if len(proposal.generated) == 1 else "get"
    places = ", ".join(_places(proposal.generated))
    return f"{calls}, {len(proposal.generated)} {verb} a generated ID: {places}{unknown}"


def _places(calls: Sequence[Use]) -> Iterator[str]:
    yield from (f"{use.filename}:{use.row}" for use in calls[:_SHOWN])
    if len(calls) > _SHOWN:
        yield f"{len(calls) - _SHOWN} more"


def _sources(sources: Sequence[Generator], prefix: str) -> list[str]:
    lines = [f"# {one.filename}:{one.row}: {one.call}: {one.why}" for one in sources]
    table = [f"[{prefix}sources]", f"extend = {_array([one.call for one in sources])}"]
    return [*map(printable, lines), *table]


def _array(items: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, items))}]"


def _text(value: str) -> str:
    return json.dumps(value)


def _key(path: str) -> str:
    return path if path.isidentifier() and path.isascii() else _text(path)
