"""Fix the standard library and the installed packages, on copies, with a contract made for it.

    python tests/property/corpus.py [SHARE]

Tries one file in SHARE (default 1: all), with unsafe fixes. Prints what went wrong, how many
findings and fixes there were, and which files took longest. Exits 1 if anything went wrong.
"""

from __future__ import annotations

import ast
import difflib
import multiprocessing
import os
import signal
import sys
import sysconfig
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ctxlint.config.settings import Settings
from ctxlint.contract.contract import Contract
from ctxlint.contract.getter import Getter
from ctxlint.project.discovery import Target
from ctxlint.run import file_tasks

LIMIT = 10  # seconds of the processor for each run over a file
STDLIB, PACKAGES = (Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib"))

# Names that real code calls so often that results of one reach an argument of another.
_BUILTINS = (
    "abs all any bool bytearray bytes chr dict enumerate filter float frozenset getattr hash id "
    "int iter len list map max min next object open ord range repr round set sorted sum tuple "
    "type vars zip"
)
_MODULES = "collections datetime io json os.path re struct subprocess sys time uuid"
_CALLS = (
    "add append assertEqual assertIn call debug error extend format get info insert isinstance "
    "join open pop print remove replace run send setattr split update warn write RuntimeError "
    "TypeError ValueError"
)
CONTRACT = Contract(
    getters=tuple(Getter(call, {"first": 0, "second": 1}, "reuse") for call in _CALLS.split()),
    sources=(*_BUILTINS.split(), *(f"{module}.*" for module in _MODULES.split()), "[A-Z]*"),
)
SETTINGS = Settings(select=("CTX101",), unsafe_fixes=True, contract=CONTRACT)


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one file: seconds of the slower run, numbers, and what went wrong."""

    path: Path
    seconds: float = 0.0
    findings: int = 0
    fixed: int = 0
    error: str = ""
    problems: tuple[str, ...] = ()


class TimeIsUpError(BaseException):
    """A file that takes far too long; no handler of the tool may take it for one of its errors."""


def files() -> list[Path]:
    """The modules of the standard library, then those of the installed packages."""
    library = (p for p in sorted(STDLIB.rglob("*.py")) if "site-packages" not in p.parts)
    return [*library, *sorted(PACKAGES.rglob("*.py"))]


def attempt(path: Path) -> Tried:
    """Fix a copy of a file twice; what became of it."""
    data = path.read_bytes()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the compiler thinks of the file
        copy = Path(folder, "copy.py")
        copy.write_bytes(data)
        target = Target("copy.py", str(copy), SETTINGS)
        start = time.process_time()
        signal.signal(signal.SIGALRM, _stop)
        signal.alarm(20 * LIMIT)  # other processes may have the processor
        try:
            first = file_tasks.fix_file(target)
            middle = time.process_time()
            fixed = copy.read_bytes()
            second = file_tasks.fix_file(target) if fixed != data else first
        except TimeIsUpError:
            return Tried(path, problems=(f"takes more than {20 * LIMIT} s",))
        finally:
            signal.alarm(0)
        seconds = max(middle - start, time.process_time() - middle)
        problems = list(_errors(first.error, second.error, seconds))
        if fixed != data:
            problems += differences(data, fixed)
            if copy.read_bytes() != fixed or second.fixed:
                problems.append("a second fix changes it again")
        elif first.fixed:
            problems.append("fixed, but as it was")
    total = len(first.fixed) + len(first.findings)
    error = first.error or ""
    return Tried(path, seconds, total, len(first.fixed), error, tuple(problems))


def _stop(*_: object) -> None:
    raise TimeIsUpError


def _errors(first: str | None, second: str | None, seconds: float) -> Iterator[str]:
    for error in {first, second} - {None}:
        if "internal error" in error or "report" in error or "deep" in error:
            yield error
    if second and not first:
        yield f"cannot be read once it is fixed: {second}"
    if seconds > LIMIT:
        yield f"takes {seconds:.0f} s"


def differences(before: bytes, after: bytes) -> Iterator[str]:
    """What a fix changed that is on none of the lines it changed."""
    try:
        new = _places(ast.parse(after))
        if _compiles(before):
            compile(after, "copy.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        yield f"no longer compiles: {error}"
        return
    rows = _same_rows(before.splitlines(), after.splitlines())
    origins = {new_row: row for row, new_row in rows.items()}
    for place, (end, around, code) in _places(ast.parse(before)).items():
        row, column = place
        if not all(inner in rows for inner in range(row, end + 1)):
            continue
        _, new_around, new_code = new.get((rows[row], column), (0, 0, ""))
        if new_code != code:
            yield f"line {row} is another statement"
        elif rows.get(around, 0) != new_around and (around in rows or new_around in origins):
            yield f"line {row} is in another block"


def _compiles(data: bytes) -> bool:
    """Whether code that parses also compiles: `return` may stand outside functions."""
    try:
        compile(data, "copy.py", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


Place = tuple[int, int]  # row and column


def _places(tree: ast.Module) -> dict[Place, tuple[int, int, str]]:
    """For each statement: its last row (its first, if it has a body), that of its block, itself."""
    found = {}
    for parent in ast.walk(tree):
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, ast.stmt):
                found[node.lineno, node.col_offset] = (
                    node.lineno if hasattr(node, "body") else node.end_lineno or 0,
                    getattr(parent, "lineno", 0),
                    type(node).__name__ if hasattr(node, "body") else ast.dump(node),
                )
    return found


def _same_rows(before: list[bytes], after: list[bytes]) -> dict[int, int]:
    """The rows of the first that the second still has, with the row there; 0 is 0 in both.

    Lines that are unique in both are paired first, so that a line which many functions have is
    looked for in its own function.
    """
    rows = {0: 0}
    first, second = 0, 0
    for old, new in [*_anchors(before, after), (len(before), len(after))]:
        matcher = difflib.SequenceMatcher(None, before[first:old], after[second:new], False)
        for i, j, size in matcher.get_matching_blocks():
            rows |= {first + i + k + 1: second + j + k + 1 for k in range(size)}
        rows[old + 1] = new + 1
        first, second = old + 1, new + 1
    return rows


def _anchors(before: list[bytes], after: list[bytes]) -> Iterator[tuple[int, int]]:
    """The indexes of lines that both have once, in one order."""
    old, new = _unique(before), _unique(after)
    matcher = difflib.SequenceMatcher(None, list(old), list(new), autojunk=False)
    for i, _, size in matcher.get_matching_blocks():
        yield from ((old[line], new[line]) for line in list(old)[i : i + size])


def _unique(lines: list[bytes]) -> dict[bytes, int]:
    """The lines that are there once, each with its index."""
    counts = Counter(lines)
    return {line: i for i, line in enumerate(lines) if counts[line] == 1}


def report(results: Iterable[Tried]) -> bool:
    """Print what went wrong, as it comes, and the figures; whether nothing did."""
    tried: list[Tried] = []
    for result in results:
        tried.append(result)
        for problem in result.problems:
            print(f"{result.path}: {problem}", flush=True)
    fixed = [result for result in tried if result.fixed]
    print(
        f"{len(tried)} files, {sum(r.findings for r in tried)} findings, "
        f"{sum(r.fixed for r in fixed)} fixed in {len(fixed)} files, "
        f"{sum(bool(r.error) for r in tried)} that cannot be analysed, "
        f"{sum(r.seconds for r in tried):.0f} s"
    )
    for result in sorted(tried, key=lambda result: result.seconds)[-5:]:
        print(f"{result.seconds:6.1f} s {result.path}")
    return not any(result.problems for result in tried)


def main() -> None:
    share = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with multiprocessing.Pool(os.cpu_count()) as pool:
        results = pool.imap_unordered(attempt, files()[::share], chunksize=8)
        sys.exit(0 if report(results) else 1)


if __name__ == "__main__":
    main()
