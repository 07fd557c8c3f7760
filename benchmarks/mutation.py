"""Mutation tests: change the code in one place, and see whether a test fails.

    python benchmarks/mutation.py [--sample N] [--seed S] [--seconds S] [--only FILE:NUMBER ...]

The mutants are mutmut's. Each runs in a fork of this process, in which pytest has collected the
tests once: the code of one function is replaced, and the tests that execute its row run until one
fails. docs/mutation.md says how to read what is printed.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pickle
import random
import re
import resource
import signal
import sys
import time
import types
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import coverage
import libcst as cst
import pytest
from mutmut.mutation import file_mutation, mutators

SOURCE = Path(__file__).parents[1] / "src"
TESTS = Path(__file__).parents[1] / "tests"
PACKAGE = SOURCE / "ctxlint"
FIXTURES = (
    "test_findings_stand_where_the_marks_are",
    "test_fix_gives_the_golden",
    "test_a_finding_is_complete",
    "test_a_fixed_file_is_done",
)
FIRST = (FIXTURES[0], rf"{FIXTURES[1]}\[fixed-")
OTHERS = (
    "remedy/test_remedy_runs",
    "flow/test_across_files",
    "remedy/test_repairs_across_files",
    "flow/test_names_across_files",
    "flow/test_classes_across_files",
    "flow/test_traces",
    "rules/test_mock_request",
    "rules/test_dead_imports",
    "rules/test_noqa",
    "run/test_whole_files",
)
SELECTION = [f"{TESTS}/rules/test_fixtures.py::{name}" for name in FIXTURES]
SELECTION += [f"{TESTS}/{name}.py" for name in OTHERS]
SECONDS_FOR_ALL = 300  # of CPU time: after that a mutant hangs
SAME = ("co_code", "co_consts", "co_names", "co_varnames")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file of the package, the number of the mutant in it, and the text with the mutation."""

    path: Path
    number: int
    text: str

    @property
    def name(self) -> str:
        return f"{self.path.relative_to(PACKAGE)}:{self.number}"

    @property
    def changed(self) -> list[tuple[int, str, str]]:
        """The rows that differ, before and after; all that follow where a row was removed."""
        pairs = zip_longest(
            self.path.read_text().splitlines(), self.text.splitlines(), fillvalue=""
        )
        return [(row, a, b) for row, (a, b) in enumerate(pairs, start=1) if a != b]


@dataclass(frozen=True, slots=True)
class Measured:
    """The tests that execute each row of each file, and the CPU seconds of each test."""

    by_row: dict[str, dict[int, list[int]]]
    seconds: list[tuple[str, float]]

    def tests(self, mutant: Mutant) -> list[tuple[str, float]]:
        """The tests of a mutant: those that execute its row, or the last measured row before."""
        rows = self.by_row.get(str(mutant.path), {})
        first = mutant.changed[0][0]
        row = max((row for row in rows if row <= first), default=0)
        return sorted((self.seconds[n] for n in rows.get(row, ())), key=_order)


def _order(test: tuple[str, float]) -> tuple[int, float]:
    """Findings and safe fixes before the rest, and what is fast before what is slow."""
    name, seconds = test
    return next((n for n, first in enumerate(FIRST) if re.search(first, name)), len(FIRST)), seconds


# The mutants.


def _branches(node: cst.If | cst.CompIf) -> Iterator[cst.CSTNode]:
    for word in ("True", "False"):
        yield node.with_changes(
            test=cst.Name(word), whitespace_before_test=cst.SimpleWhitespace(" ")
        )


def _one_string(node: cst.BaseString) -> list[cst.BaseString]:
    """The first mutant of a string; the others only change the case of its letters."""
    return list(mutators.operator_string(node))[:1]


def places(path: Path) -> tuple[cst.Module, list[file_mutation.Mutation]]:
    """A file, and what can be mutated in its functions."""
    operators = [
        (t, o) for t, o in mutators.mutation_operators if o is not mutators.operator_string
    ]
    operators += [(cst.BaseString, _one_string), (cst.If | cst.CompIf, _branches)]
    file_mutation.mutation_operators = operators
    module, mutations, *_ = file_mutation.create_mutations(str(path), path.read_text())
    return module, [m for m in mutations if m.contained_by_top_level_function]


def mutants(path: Path, numbers: Collection[int]) -> Iterator[Mutant]:
    """The mutants of a file with these numbers, if they change the code of a function."""
    module, mutations = places(path)
    old = _functions(compile(path.read_text(), path, "exec"))
    for number in sorted(numbers):
        before, after = mutations[number].original_node, mutations[number].mutated_node
        text = file_mutation.deep_replace(module, before, after).code
        if _changes(old, text, path):
            yield Mutant(path, number, text)


def _changes(old: dict[str, types.CodeType], text: str, path: Path) -> dict[str, types.CodeType]:
    """The functions of `text` that are not as in `old`; none where it does not compile."""
    try:
        new = _functions(compile(text, path, "exec"))
    except SyntaxError:
        return {}
    return {
        name: code
        for name, code in new.items()
        if any(getattr(code, key) != getattr(old[name], key) for key in SAME)
        and code.co_freevars == old[name].co_freevars
    }


def _functions(code: types.CodeType) -> dict[str, types.CodeType]:
    """The functions of a module and the methods of its classes, by qualified name."""
    found = {}
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            is_class = not inner.co_flags & 1  # CO_OPTIMIZED
            found |= _functions(inner) if is_class else {inner.co_qualname: inner}
    return found


def sample(paths: list[Path], size: int, seed: int) -> Iterator[str]:
    """The names of about `size` mutants, from each file in proportion."""
    counts = {path: len(places(path)[1]) for path in paths}
    total = sum(counts.values())
    print(f"{total} places", flush=True)
    for path, count in counts.items():
        chosen = min(count, max(1, round(size * count / total)))
        name = path.relative_to(PACKAGE)
        for number in random.Random(f"{seed} {name}").sample(range(count), chosen):
            yield f"{name}:{number}"


def named(names: Iterable[str]) -> Iterator[Mutant]:
    """The mutants with these names."""
    numbers: dict[str, list[int]] = {}
    for name in names:
        file, _, number = name.partition(":")
        numbers.setdefault(file, []).append(int(number))
    for file, those in numbers.items():
        yield from mutants(PACKAGE / file, those)


def apply(mutant: Mutant) -> None:
    """Replace the code of the functions that the mutant changes, in this process."""
    name = ".".join(mutant.path.relative_to(SOURCE).with_suffix("").parts)
    module = importlib.import_module(name.removesuffix(".__init__"))
    old = _functions(compile(mutant.path.read_text(), mutant.path, "exec"))
    for qualified, code in _changes(old, mutant.text, mutant.path).items():
        target = module
        for part in qualified.split("."):
            target = getattr(target, part)
        target = getattr(target, "__func__", target)
        if hasattr(target, "__code__"):
            target.__code__ = code


# The tests.


class Loop:
    """A pytest plugin: instead of running the tests once, measure them and try the mutants."""

    def __init__(self, mutants: list[Mutant], seconds: float, cache: Path) -> None:
        self.mutants = mutants
        self.seconds = seconds
        self.cache = cache
        self.results: dict[str, str] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        if _is_stale(self.cache):
            _wait({_fork(lambda: measure(session, items, self.cache)): "measure"})
        measured: Measured = pickle.loads(self.cache.read_bytes())
        running: dict[int, str] = {}
        for mutant in self.mutants:
            while len(running) >= (os.cpu_count() or 1):
                self._finish(running)
            tests = [items[t] for t in _within(self.seconds, measured, mutant) if t in items]
            running[_fork(lambda: _try(mutant, tests))] = mutant.name  # noqa: B023
        while running:
            self._finish(running)
        return True

    def _finish(self, running: dict[int, str]) -> None:
        name, result = _wait(running)
        self.results[name] = result
        mutant = next(m for m in self.mutants if m.name == name)
        row, before, after = mutant.changed[0]
        print(f"{result:9}{name:32} row {row}", flush=True)
        if result != "killed":
            print(f"  - {before.strip()}\n  + {after.strip()}", flush=True)


def _is_stale(cache: Path) -> bool:
    """Whether the code or a test has changed since its rows were measured."""
    files = [path for folder in (PACKAGE, TESTS) for path in folder.rglob("*.py")]
    newest = max(path.stat().st_mtime for path in files)
    return not cache.exists() or cache.stat().st_mtime < newest


def _within(seconds: float, measured: Measured, mutant: Mutant) -> Iterator[str]:
    """The tests of a mutant that take no more CPU time together than this, two at least."""
    for number, (test, needs) in enumerate(measured.tests(mutant)):
        seconds -= needs
        if seconds < 0 and number > 1:
            return
        yield test


def measure(session: pytest.Session, items: dict[str, pytest.Item], cache: Path) -> bool:
    """Run all tests under coverage and keep what they execute in a file."""
    runs = coverage.Coverage(data_file=None, source=[str(PACKAGE)])
    seconds = {}
    runs.start()
    for name, item in items.items():
        runs.switch_context(name)
        start = time.process_time()
        if not _passes(item):
            raise SystemExit(f"{name} fails without any mutation")
        seconds[name] = time.process_time() - start
    runs.stop()
    data = runs.get_data()
    by_row: dict[str, dict[int, list[int]]] = {}
    for path in data.measured_files():
        rows = by_row.setdefault(path, {})
        for number, name in enumerate(items):  # by number: the names would fill a gigabyte
            data.set_query_context(name)
            for row in data.lines(path) or ():
                rows.setdefault(row, []).append(number)
    cache.write_bytes(pickle.dumps(Measured(by_row, list(seconds.items()))))
    return True


def _try(mutant: Mutant, tests: list[pytest.Item]) -> bool:
    """Whether all tests pass with the mutant."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_FOR_ALL, SECONDS_FOR_ALL))
    apply(mutant)
    return all(map(_passes, tests))


def _passes(item: pytest.Item) -> bool:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    return not item.session.testsfailed


def _fork(function: Callable[[], bool]) -> int:
    """Start a process that exits with 0 where `function` returns true; return its number."""
    number = os.fork()
    if number:
        return number
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    try:
        os._exit(0 if function() else 1)
    except BaseException as error:
        print(repr(error), file=sys.stderr)
        os._exit(1)


def _wait(running: dict[int, str]) -> tuple[str, str]:
    """Wait for one of these processes, and take it out; its name, and how it ended."""
    number, status = os.wait()
    code = os.waitstatus_to_exitcode(status)
    word = "hung" if code in (-signal.SIGXCPU, -signal.SIGKILL) else "killed"
    return running.pop(number), "survived" if code == 0 else word


def main() -> None:
    parser = argparse.ArgumentParser(description="Try mutants of ctxlint.")
    parser.add_argument("--sample", type=int, default=300, help="how many mutants, about")
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=10, help="CPU time of a mutant's tests")
    parser.add_argument("--only", nargs="*", help="mutants, as FILE:NUMBER")
    parser.add_argument("--cache", type=Path, default=Path(".mutation"), help="what tests execute")
    options = parser.parse_args()
    paths = [PACKAGE / "run" / "fix_loop.py"]
    paths += [
        path for name in ("flow", "remedy", "rules") for path in (PACKAGE / name).rglob("*.py")
    ]
    names = options.only or sample(sorted(paths), options.sample, options.seed)
    chosen = list(named(names))
    print(f"{len(chosen)} mutants", flush=True)
    loop = Loop(chosen, options.seconds, options.cache)
    pytest.main(["-s", "-o", "addopts=", "-p", "no:terminal", *SELECTION], plugins=[loop])
    print(dict(Counter(loop.results.values())))


if __name__ == "__main__":
    main()
