"""What all output formats have in common, each against its golden."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from support.commands import FOUND, process
from support.reports import EVERYTHING, document, report, results
from support.sample_findings import BAD, HOSTILE, KNOWN, LOST, ODD, SUPPRESSED

from ctxlint import output
from ctxlint.output import statistics

GOLDENS = Path(__file__).parents[1] / "goldens" / "output"
DOCUMENTS = ("json", "gitlab", "sarif", "junit")
every_format = pytest.mark.parametrize("name", output.FORMATS)


def compare(golden: Path, text: str, update: bool) -> None:
    data = text.encode(errors="backslashreplace")
    if update:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_bytes(data)
    assert data == golden.read_bytes()


@every_format
def test_a_report_is_the_golden(name: str, update_golden: bool) -> None:
    compare(GOLDENS / f"report.{name}", report(name, **EVERYTHING), update_golden)


@every_format
def test_an_empty_report_is_the_golden(name: str, update_golden: bool) -> None:
    compare(GOLDENS / f"empty.{name}", report(name, [], version="1.2.3"), update_golden)


@pytest.mark.parametrize("name", output.COUNTABLE)
def test_the_counts_are_the_golden(name: str, update_golden: bool) -> None:
    out = io.StringIO()
    statistics.write(name, results(**EVERYTHING), out)
    compare(GOLDENS / f"statistics.{name}", out.getvalue(), update_golden)


def test_there_is_no_other_golden() -> None:
    kinds = {"report": output.FORMATS, "empty": output.FORMATS, "statistics": output.COUNTABLE}
    names = {f"{kind}.{name}" for kind, formats in kinds.items() for name in formats}
    assert {path.name for path in GOLDENS.iterdir()} == names


@pytest.mark.parametrize("name", [name for name in output.FORMATS if name != "sarif"])
def test_known_and_suppressed_findings_are_left_out(name: str) -> None:
    assert report(name, [], known=[KNOWN], suppressed=[SUPPRESSED]) == report(name, [])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_are_ascii(name: str) -> None:
    assert report(name, **EVERYTHING).isascii()


@pytest.mark.parametrize("name", ["json", "gitlab"])
def test_a_path_that_is_no_text_is_escaped(name: str) -> None:
    (found,) = document(name, [LOST])
    path = found["filename"] if name == "json" else found["location"]["path"]
    assert path == "src/bad\\udcff.py"


@pytest.mark.parametrize(("name", "key"), [("json", "message"), ("gitlab", "description")])
def test_a_hostile_message_arrives_as_it_is(name: str, key: str) -> None:
    (found,) = document(name, [ODD])
    assert found[key].removeprefix("CTX301 ") == HOSTILE


@every_format
def test_a_report_is_the_same_in_any_folder_and_encoding(tmp_path: Path, name: str) -> None:
    outputs = []
    another = "ascii" if name in DOCUMENTS else "utf-8"
    for folder, seed, encoding in (("one", "1", "utf-8"), ("another", "2", another)):
        work = tmp_path / folder
        work.mkdir()
        (work / "é.py").write_text(BAD)
        environment = {"PYTHONIOENCODING": encoding, "PYTHONHASHSEED": seed, "PYTHONUTF8": "0"}
        done = process("check", "--output-format", name, cwd=work, env=environment)
        assert done.returncode == FOUND, done.stderr
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1]
    assert bytes(tmp_path) not in outputs[0]
