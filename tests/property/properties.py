"""What must hold for each generated program, and a tally of what was tried."""

from __future__ import annotations

import contextlib
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from io import BytesIO, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, seed, settings
from oracle import SAFE, UNSAFE, Problem, alarms, check, file_of, remedy_problems
from programs import NAME, Program, programs
from running import runs, usual_inputs
from texts import text_problems
from themes import THEMES

from ctxlint.cli.main import main
from ctxlint.flow import interpreter
from ctxlint.run import check_file
from ctxlint.run.fix_loop import Fixed, fix
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ctxlint.config.settings import Settings


_ONLY = ("--select", "CTX101")
STRICT = ("shapes", "web", "stores")
_BATCH = 50  # programs of one seed
FALSE = 0.06  # the share of false alarms that is accepted: branches may exclude each other


@dataclass(slots=True)
class Tally:
    """Counts: programs, by theme too; problems by kind; findings, and those that no run shows.

    `fixed` and `unfixed` count findings by mode.
    """

    programs: int = 0
    themes: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    findings: int = 0
    false: int = 0
    fixed: Counter[str] = field(default_factory=Counter)
    unfixed: Counter[str] = field(default_factory=Counter)

    def count(self, mode: str, result: Fixed) -> None:
        self.fixed[mode] += len(result.fixed)
        self.unfixed[mode] += len(result.remaining)

    def __str__(self) -> str:
        parts = [f"{self.programs} programs"] * (self.programs > 0)
        parts += [f"{share(self.false, self.findings)} false alarms"] * (self.programs > 0)
        for mode, number in self.fixed.items():
            parts.append(f"{mode}: {share(number, number + self.unfixed[mode])} fixed")
        lines = [", ".join(parts)]
        for title, counts in (("programs", self.themes), ("problems", self.problems)):
            counted = ", ".join(f"{number} {name}" for name, number in counts.most_common())
            lines += [f"{title}: {counted}"] * bool(counted)
        return "\n".join(lines)


def share(part: int, whole: int) -> str:
    """A part, also in percent."""
    return f"{part} of {whole} ({100 * part / max(whole, 1):.1f} %)"


def finding_problems(program: Program, tally: Tally) -> Iterator[Problem]:
    """A generated ID that reaches a getter unnoticed; gates that lose a finding.

    A false alarm is a problem in the themes whose branches do not exclude each other; elsewhere it
    is counted only, see FALSE.
    """
    text, others = program.text, program.files
    found = alarms(text, runs(text, usual_inputs(text), others), others)
    if program.is_silent:
        false = tuple(Problem("false alarm", finding.message) for finding in check(text))
        found = replace(found, false=false, missed=())
    tally.programs += 1
    tally.themes[program.theme] += 1
    tally.findings += found.findings
    tally.false += len(found.false)
    yield from found.missed
    yield from found.false if program.theme in STRICT else ()
    file = file_of(text)
    ungated = check_file.check(file, SAFE, gates=False)
    is_candidate = check_file.is_candidate(file.text.encode(), file.path, SAFE)
    if check_file.check(file, SAFE) != ungated or (ungated and not is_candidate):
        yield Problem("gates", "findings differ without the gates")
    with patch.multiple(interpreter, _FEW=0, _MOST=2):
        if check_file.check(file, SAFE) != check_file.check(file_of(text), SAFE):
            yield Problem("gates", "findings differ if only some functions are interpreted")


def safe_problems(program: Program, tally: Tally) -> Iterator[Problem]:
    """What running a safely fixed program shows."""
    yield from _remedied(program, SAFE, tally)


def unsafe_problems(program: Program, tally: Tally) -> Iterator[Problem]:
    """What running a program shows that was fixed with --unsafe-fixes."""
    yield from _remedied(program, UNSAFE, tally)


def _remedied(program: Program, options: Settings, tally: Tally) -> Iterator[Problem]:
    """What is wrong with a fix of the file alone, and of all files."""
    # Beside other files it is fixed as a library does that knows none of them.
    bare = SourceFile.from_bytes(NAME, program.text.encode())
    result = fix(bare if program.files else file_of(program.text), options)
    tally.count("unsafe" if options.unsafe_fixes else "safe", result)
    texts = {result.text, *(_fixed_in_folder(program, options) if program.files else ())}
    for text in sorted(texts - {program.text}):
        yield from remedy_problems(program.text, text, program.files, unsafe=options.unsafe_fixes)


def _fixed_in_folder(program: Program, options: Settings) -> Iterator[str]:
    """The text that the command line makes of a file beside the others, which it may be given."""
    switches = ["--unsafe-fixes"] * options.unsafe_fixes
    for target in (".", NAME):
        with TemporaryDirectory() as folder:
            for name, text in {**program.files, NAME: program.text}.items():
                path = Path(folder, name)
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(text.encode())
            with contextlib.chdir(folder), _captured() as output:
                with pytest.raises(SystemExit) as done:
                    main(["fix", "--isolated", "--no-cache", "-j1", *_ONLY, *switches, target])
                assert done.value.code in (0, 1), output.buffer.getvalue().decode()
            yield Path(folder, NAME).read_bytes().decode()


@contextlib.contextmanager
def _captured() -> Iterator[TextIOWrapper]:
    """What is written to either stream meanwhile."""
    output = TextIOWrapper(BytesIO())
    with redirect_stdout(output), redirect_stderr(output):
        yield output


def done_problems(program: Program, tally: Tally) -> Iterator[Problem]:
    """What a fix leaves behind: open findings without a reason, lost comments, other layout."""
    text = program.text
    for options in (SAFE, UNSAFE):
        result = fix(file_of(text), options)
        if result.text != text:
            yield from text_problems(text, result.text)
        yield from _unfinished(result, options)


def _unfinished(result: Fixed, options: Settings) -> Iterator[Problem]:
    compile(result.text, "fixed", "exec", dont_inherit=True)
    if fix(file_of(result.text), options) != Fixed(result.text, (), result.remaining):
        yield Problem("a second fix changes something", result.text)
    for finding in check_file.check(file_of(result.text), options):
        if finding not in result.remaining:
            yield Problem("a new finding", finding.message)
        if finding.fix is None and not finding.unfixed_reason:
            yield Problem("neither fix nor reason", finding.message)
        if finding.fix and (options.unsafe_fixes or finding.fix.applicability == "safe"):
            yield Problem("a fix is left", finding.message)


PROPERTIES = {
    "findings": finding_problems,
    "safe fix": safe_problems,
    "unsafe fix": unsafe_problems,
    "a fix is done": done_problems,
}


def problems_of(name: str, program: Program | str, tally: Tally) -> list[Problem]:
    """What is wrong with a program by one of the properties; an exception of ours is, too."""
    program = Program(program) if isinstance(program, str) else program
    try:
        found = list(PROPERTIES[name](program, tally))
    except Exception as error:  # a crash is a finding of the fuzzer, with its program
        found = [Problem(f"{type(error).__name__}", str(error))]
    tally.problems.update({f"{name}: {problem.kind}" for problem in found})
    return found


def tried(count: int, judge: Callable[[Program], object], themes: Sequence[str] = THEMES) -> None:
    """Call `judge` with so many programs, always the same; the smallest that fails is shown.

    They come of several seeds: the programs of one are often alike.
    """

    def each(program: Program) -> None:
        judge(program)

    for number in range(0, count, _BATCH):
        profile = settings(
            max_examples=min(_BATCH, count - number),
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        profile(seed(number)(given(programs(themes))(each)))()
