"""Options and shared objects of the tests."""

from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from support.baselines import handler
from support.commands import CLEAN, Result, Run
from support.sample_findings import BAD

from ctxlint.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.small_projects import Write


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write what the tests got to the golden files"
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as loop:
        yield loop


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Run:
    """Run ctxlint in an empty working folder, in this process."""
    monkeypatch.chdir(tmp_path)

    def run(*args: str, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as caught:
            main.main(args)
        assert isinstance(caught.value.code, int)
        captured = capsysbinary.readouterr()
        return Result(caught.value.code, captured.out.decode(), captured.err.decode())

    return run


@pytest.fixture
def bad(run: Run, tmp_path: Path) -> Path:
    """A file with one finding, in the working folder."""
    path = tmp_path / "bad.py"
    path.write_text(BAD)
    return path


@pytest.fixture
def known(run: Run, tmp_path: Path) -> Path:
    """A baseline that knows two calls in `a.py`, and one call each in two functions of `b.py`."""
    (tmp_path / "a.py").write_text(handler("f", calls=2))
    (tmp_path / "b.py").write_text(handler("f", "g"))
    assert run("check", "--write-baseline", "known.json").code == CLEAN
    return tmp_path / "known.json"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files below the working folder."""

    def write(**files: str) -> None:
        for name, text in files.items():
            parts = ["__init__" if part == "INIT" else part for part in name.split("__")]
            path = tmp_path.joinpath(*parts).with_suffix(".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text))

    return write
