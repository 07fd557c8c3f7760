"""The formats of CI servers: `github`, `gitlab`, `junit`, read as those servers do."""

from __future__ import annotations

from typing import NamedTuple

import jsonschema
import pytest
from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite
from support.reports import document, report, schema
from support.sample_findings import (
    ERRORS,
    HOSTILE,
    LOST,
    ODD,
    ODD_PATH,
    OPEN,
    OVER_ROWS,
    SOURCES,
    TRACED,
    finding,
)

from ctxlint.finding import Level, Span

# github


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    message: str


def decoded(line: str) -> Command:
    """A command as the runner reads it (ActionCommand.TryParseV2 of actions/runner)."""
    start, separator, data = line.removeprefix("::").partition("::")
    assert line.startswith("::")
    assert separator
    name, _, rest = start.partition(" ")
    pairs = (pair.partition("=") for pair in rest.strip().split(",") if pair)
    properties = {key: unescaped(value, "\r\n:,%") for key, _, value in pairs}
    return Command(name, properties, unescaped(data, "\r\n%"))


def unescaped(text: str, characters: str) -> str:
    for character in characters:  # the percent sign last
        text = text.replace(f"%{ord(character):02X}", character)
    return text


def commands(*findings: object) -> list[Command]:
    text = report("github", findings)  # type: ignore[arg-type]
    assert text.endswith("\n")
    assert "\r" not in text
    return [decoded(line) for line in text[:-1].split("\n")]


def test_github_gets_a_command_for_each_finding() -> None:
    (command,) = commands(TRACED)
    assert command == (
        "error",
        {
            "title": "CTX101 generated-session-id",
            "file": "app/a.py",
            "line": "2",
            "endLine": "2",
            "col": "17",
            "endColumn": "23",
        },
        "generated thread_id reaches get()",
    )


def test_github_gets_no_columns_of_different_rows() -> None:
    (command,) = commands(OVER_ROWS)
    assert (command.properties["line"], command.properties["endLine"]) == ("3", "5")
    assert not {"col", "endColumn"} & command.properties.keys()


@pytest.mark.parametrize(
    ("level", "name"),
    [(Level.ERROR, "error"), (Level.WARNING, "warning"), (Level.NOTE, "notice")],
)
def test_github_has_a_command_for_each_level(level: Level, name: str) -> None:
    assert [command.name for command in commands(TRACED._replace(level=level))] == [name]


def test_github_decodes_hostile_text_without_what_a_terminal_would_obey() -> None:
    (command,) = commands(ODD)
    shown = HOSTILE
    for char, escaped in (("\r", "\\r"), ("\x1b", "\\x1b"), ("\0", "\\x00"), ("\u2028", "\\u2028")):
        shown = shown.replace(char, escaped)
    assert (command.properties["file"], command.message) == (ODD_PATH, shown)


@pytest.mark.parametrize("text", ["%0A", "%250A", "a\n::error::b", "a,line=9", "::", "a=b", "%"])
def test_github_text_neither_ends_a_command_nor_adds_a_property(text: str) -> None:
    (command,) = commands(finding(f"x{text}.py", message=f"x{text}y"))
    assert (command.properties["file"], command.message) == (f"x{text}.py", f"x{text}y")
    assert command.properties["line"] == "1"


# gitlab


def test_gitlab_gets_a_report_after_its_schema() -> None:
    found = document("gitlab")
    jsonschema.validate(found, schema("gitlab-code-quality"))
    assert len(found) == len(OPEN)
    assert found[0]["description"] == "CTX101 generated thread_id reaches get()"
    assert found[0]["location"] == {"path": "app/a.py", "lines": {"begin": 2}}


def test_the_schema_of_gitlab_refuses_what_gitlab_does() -> None:
    (found,) = document("gitlab", [TRACED])
    for broken in (found | {"severity": "error"}, found | {"fingerprint": ""}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate([broken], schema("gitlab-code-quality"))


@pytest.mark.parametrize(
    ("level", "severity"),
    [(Level.ERROR, "major"), (Level.WARNING, "minor"), (Level.NOTE, "info")],
)
def test_gitlab_has_a_severity_for_each_level(level: Level, severity: str) -> None:
    (found,) = document("gitlab", [TRACED._replace(level=level)])
    assert found["severity"] == severity


def test_gitlab_fingerprints_differ_within_a_report() -> None:
    found = document("gitlab", [TRACED, TRACED, *OPEN])
    assert len({issue["fingerprint"] for issue in found}) == len(found)


def test_gitlab_fingerprints_stay_when_lines_move(monkeypatch: pytest.MonkeyPatch) -> None:
    (before,) = document("gitlab", [TRACED])
    monkeypatch.setitem(SOURCES, "app/a.py", ["\n", "\n", *SOURCES["app/a.py"]])
    start, end = TRACED.span
    moved = Span(start._replace(row=start.row + 2), end._replace(row=end.row + 2))
    (after,) = document("gitlab", [TRACED._replace(span=moved)])
    assert after["location"]["lines"]["begin"] == 4
    assert after["fingerprint"] == before["fingerprint"]


# junit


def suites(text: str) -> list[TestSuite]:
    xml = JUnitXml.fromstring(text.encode())
    assert isinstance(xml, JUnitXml)
    found = list(xml)
    for count in ("tests", "failures", "errors"):
        assert getattr(xml, count) == sum(getattr(suite, count) for suite in found)
    return found


def test_junit_has_a_suite_for_each_file_and_a_failure_for_each_finding() -> None:
    found = suites(report("junit"))
    assert [(suite.name, suite.tests, suite.failures, suite.errors) for suite in found] == [
        ("app/a.py", 2, 2, 0),
        (ODD_PATH, 1, 1, 0),
        ("src/bad\\udcff.py", 1, 1, 0),
    ]
    (case, _) = found[0]
    assert isinstance(case, TestCase)
    assert (case.name, case.classname) == ("CTX101 generated-session-id at 2:17", "app/a.py")
    (failure,) = case.result
    assert isinstance(failure, Failure)
    assert failure.message == TRACED.message
    assert failure.type == "error"
    assert failure.text == f"app/a.py:2:17: {TRACED.message}"


def test_junit_keeps_all_that_xml_can_hold() -> None:
    ((case,),) = suites(report("junit", [ODD]))
    (failure,) = case.result
    assert failure.message == (
        HOSTILE.replace("\x1b", "\\x1b").replace("\x00", "\\x00").replace("\ufffe", "\\ufffe")
    )


@pytest.mark.parametrize("row", range(0, 0x110000, 0x1000))
def test_junit_can_be_read_whatever_the_characters(row: int) -> None:
    message = "".join(map(chr, range(row, row + 0x1000)))
    ((case,),) = suites(report("junit", [finding(message=message)]))
    (failure,) = case.result
    assert len(failure.message) >= len(message)


def test_junit_says_error_of_files_that_were_not_checked() -> None:
    found = suites(report("junit", [LOST], errors=ERRORS))
    assert {suite.name: (suite.failures, suite.errors) for suite in found} == {
        "ctxlint": (0, 1),
        ODD_PATH: (0, 1),
        "src/bad\\udcff.py": (1, 1),
    }
    (error,) = next(iter(found[0])).result
    assert isinstance(error, Error)
    assert error.message == "an error without a place"


def test_junit_of_a_clean_run_has_one_test_that_passed() -> None:
    (suite,) = suites(report("junit", []))
    (case,) = suite
    assert case.is_passed
    assert (suite.tests, suite.failures, suite.errors) == (1, 0, 0)
