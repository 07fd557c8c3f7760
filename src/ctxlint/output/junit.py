"""The format `junit`: XML as CI servers read it, a test suite for each file."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from ctxlint.finding import Position
from ctxlint.output import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TextIO

    from ctxlint.output import Results

# In XML 1.0; and DEL, which a terminal would get as it is.
_ILLEGAL = re.compile(r"[^\t\n\r -~\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Case(NamedTuple):
    """A test case that did not pass; `outcome` is the element that says so."""

    filename: str
    position: Position
    name: str
    outcome: str
    kind: str
    message: str
    text: str


def write(results: Results, out: TextIO) -> None:
    """Write one XML document; findings are failures, files that were not checked are errors."""
    cases = sorted(_cases(results))
    root = ET.Element("testsuites", {"name": "ctxlint", **_counts(cases)})
    for filename, group in groupby(cases, key=lambda case: case.filename):
        suite = list(group)
        element = _add(root, "testsuite", {"name": filename, **_counts(suite)})
        for case in suite:
            _add_case(element, case)
    if not cases:  # readers take a report without a test for a failure
        root.set("tests", "1")
        suite_of_one = {"name": "ctxlint", "tests": "1", "failures": "0", "errors": "0"}
        element = _add(root, "testsuite", suite_of_one)
        _add(element, "testcase", {"name": "no findings", "classname": "ctxlint"})
    ET.indent(root)
    # In ASCII, so that it is valid in whatever encoding it is written.
    xml = ET.tostring(root, encoding="us-ascii", xml_declaration=False).decode()
    out.write(f'<?xml version="1.0" encoding="utf-8"?>\n{xml}\n')


def _cases(results: Results) -> Iterator[_Case]:
    for finding in results.findings:
        filename, (row, column) = finding.filename, finding.span.start
        name = f"{finding.code} {finding.name} at {row}:{column}"
        text = f"{filename}:{row}:{column}: {finding.message}"
        yield _Case(
            filename, finding.span.start, name, "failure", finding.level, finding.message, text
        )
    for line in results.errors:
        filename, position = place_of(line) or ("ctxlint", None)
        where = position or Position(1, 1)  # readers want a line
        yield _Case(filename, where, "can be checked", "error", "error", line, line)


def _counts(cases: Sequence[_Case]) -> dict[str, str]:
    outcomes = [case.outcome for case in cases]
    failures, errors = outcomes.count("failure"), outcomes.count("error")
    return {"tests": str(len(cases)), "failures": str(failures), "errors": str(errors)}


def _add_case(suite: ET.Element, case: _Case) -> None:
    row, column = case.position
    place = {"file": case.filename, "line": str(row), "column": str(column)}
    element = _add(suite, "testcase", {"name": case.name, "classname": case.filename, **place})
    outcome = _add(element, case.outcome, {"message": case.message, "type": case.kind})
    outcome.text = _legal(case.text.replace("\r", "\\r"))  # which readers take for a line end


def _add(parent: ET.Element, tag: str, attributes: Mapping[str, str]) -> ET.Element:
    return ET.SubElement(parent, tag, {name: _legal(text) for name, text in attributes.items()})


def _legal(text: str) -> str:
    """`text` with the characters escaped that XML cannot hold in any form."""
    return _ILLEGAL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
