"""The format `sarif`. CI also shows it to Microsoft's validator, see .ci/sarif."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest
from support.reports import EVERYTHING, RULES, document, schema
from support.sample_findings import (
    ERRORS,
    HOSTILE,
    KNOWN,
    LOST,
    ODD,
    ODD_PATH,
    OPEN,
    OVER_ROWS,
    SUPPRESSED,
    TRACED,
    finding,
)

from ctxlint.finding import Finding


def run(*findings: Finding, **fields: Any) -> Any:
    """The one run of a log, which is valid."""
    log = document("sarif", findings, **fields)
    jsonschema.validate(log, schema("sarif-2.1.0"))
    (only,) = log["runs"]
    return only


def result(found: Finding, **fields: Any) -> Any:
    (only,) = run(found, **fields)["results"]
    return only


def place(found: Finding) -> Any:
    return result(found)["locations"][0]["physicalLocation"]


def region(start: tuple[int, int], end: tuple[int, int]) -> dict[str, int]:
    names = ("startLine", "startColumn", "endLine", "endColumn")
    return dict(zip(names, start + end, strict=True))


def test_all_that_a_report_holds_is_valid() -> None:
    assert len(run(*OPEN, **EVERYTHING)["results"]) == len(OPEN) + 2


def test_the_schema_refuses_what_the_standard_does() -> None:
    log = document("sarif", [TRACED])
    log["runs"][0]["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"][0]["text"] = "x"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(log, schema("sarif-2.1.0"))


def test_an_empty_log_says_that_the_run_went_well() -> None:
    assert run(version="1.2.3") == {
        "tool": {"driver": {"name": "ctxlint", "semanticVersion": "1.2.3", "rules": []}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": []}],
        "columnKind": "unicodeCodePoints",
        "results": [],
    }


def test_a_result_says_what_and_where() -> None:
    found = result(TRACED)
    assert (found["ruleId"], found["level"]) == ("CTX101", "error")
    assert found["message"] == {"text": "generated thread_id reaches get()"}
    (location,) = found["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "app/a.py", "uriBaseId": "%SRCROOT%"},
        "region": region((2, 17), (2, 23)),
    }
    assert location["logicalLocations"] == [
        {"fullyQualifiedName": "Handler.handle", "kind": "function"}
    ]


def test_a_result_at_module_level_names_no_function() -> None:
    assert "logicalLocations" not in result(ODD)["locations"][0]


def test_a_region_may_span_rows() -> None:
    assert place(OVER_ROWS)["region"] == region((3, 12), (5, 6))


def test_hostile_text_arrives_as_it_is_but_for_links() -> None:
    assert result(ODD)["message"]["text"] == HOSTILE.replace("[e](f)", r"\[e](f)")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [("a[0] (b)", "a[0] (b)"), ("[a[0](b)", r"[a\[0](b)"), ("[a](b)[c](d)", r"\[a](b)\[c](d)")],
)
def test_no_text_becomes_a_link(text: str, escaped: str) -> None:
    assert result(finding(message=text))["message"]["text"] == escaped


@pytest.mark.parametrize("found", [ODD, LOST, finding("C:x.py"), finding("~é\n.py")])
def test_a_path_becomes_a_uri_that_leads_back_to_it(found: Finding) -> None:
    uri = place(found)["artifactLocation"]["uri"]
    assert unquote_to_bytes(uri) == found.filename.encode(errors="surrogateescape")
    assert uri.isascii()
    assert not set(uri) & set(" #?:\\\n")


def test_a_path_outside_the_working_folder_has_no_base() -> None:
    location = place(finding("/tmp/a b\udcff.py"))["artifactLocation"]
    assert location == {"uri": "file:///tmp/a%20b%FF.py"}


def test_the_trace_is_a_code_flow_through_both_files() -> None:
    (flow,) = result(TRACED)["codeFlows"]
    (thread,) = flow["threadFlows"]
    steps = thread["locations"]
    assert [step["executionOrder"] for step in steps] == [1, 2, 3]
    assert [step["kinds"] for step in steps] == [["source"], ["step"], ["sink"]]
    assert [step["importance"] for step in steps] == ["essential", "important", "essential"]
    assert [step["nestingLevel"] for step in steps] == [1, 0, 0]
    assert steps[0]["location"] == {
        "message": {"text": "an ID is generated here"},
        "physicalLocation": {
            "artifactLocation": {"uri": "app/b.py", "uriBaseId": "%SRCROOT%"},
            "region": region((2, 12), (2, 19)),
        },
    }


def test_without_a_trace_there_is_no_code_flow() -> None:
    assert "codeFlows" not in result(ODD)


def test_a_fix_has_its_edits_as_replacements() -> None:
    (fix,) = result(TRACED)["fixes"]
    assert fix["description"] == {"text": "pass None"}
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "app/a.py", "uriBaseId": "%SRCROOT%"}
    assert change["replacements"] == [
        {"deletedRegion": region((2, 1), (3, 1)), "insertedContent": {"text": ""}},
        {"deletedRegion": region((4, 18), (4, 27)), "insertedContent": {"text": "None"}},
    ]


def test_a_fix_of_another_file_names_it() -> None:
    assert TRACED.fix
    (fix,) = result(TRACED._replace(fix=TRACED.fix._replace(filename="app/b.py")))["fixes"]
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"]["uri"] == "app/b.py"


def test_an_unsafe_fix_is_called_so() -> None:
    (fix,) = result(OVER_ROWS)["fixes"]
    assert fix["description"] == {"text": "insert a line (unsafe)"}


def test_without_a_fix_there_is_none() -> None:
    assert "fixes" not in result(ODD)


def test_rules_are_described_and_referred_to() -> None:
    only = run(ODD, rules=RULES)
    first, second = only["tool"]["driver"]["rules"]
    assert first == {
        "id": "CTX101",
        "name": "GeneratedSessionId",
        "shortDescription": {"text": "a generated ID reaches a session getter"},
        "fullDescription": {"text": "Finds `<a>` of a getter."},
        "help": {"text": RULES[0].page, "markdown": RULES[0].page},
        "defaultConfiguration": {"level": "error"},
    }
    assert second["fullDescription"] == {"text": "an import is unused"}
    assert only["results"][0]["ruleIndex"] == 1


def test_a_description_is_no_longer_than_github_shows() -> None:
    rules = [RULES[0]._replace(page="# x\n\n" + "word " * 1000)]
    text = run(rules=rules)["tool"]["driver"]["rules"][0]["fullDescription"]["text"]
    assert len(text) <= 1024
    assert text.endswith("word...")


def test_a_rule_that_is_not_described_has_no_index() -> None:
    assert result(TRACED)["ruleIndex"] == -1


def test_without_a_baseline_there_is_no_state() -> None:
    assert "baselineState" not in result(TRACED)


def test_with_a_baseline_each_result_has_a_state() -> None:
    results = run(TRACED, known=[KNOWN], suppressed=[SUPPRESSED])["results"]
    assert {found["message"]["text"]: found["baselineState"] for found in results} == {
        TRACED.message: "new",
        KNOWN.message: "unchanged",
        SUPPRESSED.message: "new",
    }
    assert result(TRACED, known=[])["baselineState"] == "new"


def test_suppressed_findings_are_marked() -> None:
    results = run(TRACED, suppressed=[SUPPRESSED])["results"]
    assert [found["suppressions"] for found in results] == [[], [{"kind": "inSource"}]]


def test_results_are_in_order_and_told_apart() -> None:
    only = run(TRACED, ODD, known=[KNOWN], suppressed=[TRACED, SUPPRESSED])
    places = [found["locations"][0]["physicalLocation"] for found in only["results"]]
    order = [(p["artifactLocation"]["uri"], p["region"]["startLine"]) for p in places]
    assert order == sorted(order)
    prints = [found["partialFingerprints"]["primaryLocationLineHash"] for found in only["results"]]
    assert len(set(prints)) == len(prints) == 5


def test_errors_are_notifications_where_they_belong() -> None:
    (invocation,) = run(errors=ERRORS)["invocations"]
    assert invocation["executionSuccessful"] is False
    odd, lost, placeless = invocation["toolExecutionNotifications"]
    assert odd["level"] == "error"
    assert odd["message"] == {"text": ERRORS[0]}
    (location,) = odd["locations"]
    assert location["physicalLocation"]["region"] == region((3, 4), (3, 4))
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote_to_bytes(uri).decode() == ODD_PATH
    assert lost["message"] == {"text": ERRORS[1].replace("\udcff", "\\udcff")}
    assert placeless["locations"] == []
