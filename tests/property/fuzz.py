"""`make fuzz`: the properties of generated programs on random seeds, for as long as one likes."""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import FlakyFailure
from programs import Program, programs
from properties import PROPERTIES, Tally, problems_of
from themes import THEMES

if TYPE_CHECKING:
    from collections.abc import Sequence

_BATCH = 100  # programs for one seed


class FoundError(AssertionError):
    """A program with a problem that was not seen before."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.randrange(10**9), help="the first seed")
    parser.add_argument("--theme", action="append", choices=sorted({*THEMES}), help="only this")
    options = parser.parse_args()
    tally, known = Tally(), set[str]()
    end = time.monotonic() + options.seconds
    number = options.seed
    while time.monotonic() < end:
        try:
            _batch(number, tally, known, end, options.theme or THEMES)
        except FoundError as found:
            print(found, flush=True)
        except FlakyFailure as failure:  # what is found depends on something else than the text
            print("== not each time:", *failure.exceptions, sep="\n", flush=True)
        else:
            number += 1
            print(f"seed {number}: {tally}", file=sys.stderr, flush=True)
    print(tally)
    return 1 if known else 0


def _batch(number: int, tally: Tally, known: set[str], end: float, themes: Sequence[str]) -> None:
    """Try the programs of one seed; raise FoundError with the smallest that shows a new problem."""
    wanted: list[tuple[str, str]] = []  # the property and kind of the problem, once there is one

    @seed(number)
    @settings(
        max_examples=_BATCH,
        deadline=None,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(programs(themes))
    def each(program: Program) -> None:
        if time.monotonic() > end and not wanted:
            return
        for name in [wanted[0][0]] if wanted else PROPERTIES:
            for problem in problems_of(name, program, Tally() if wanted else tally):
                if (name, problem.kind) in wanted or (not wanted and problem.kind not in known):
                    wanted[:] = [(name, problem.kind)]
                    where = f"(seed {number}, {program.theme})"
                    what = f"== {name}: {problem.kind}\n== {problem.detail} {where}"
                    raise FoundError(f"{what}\n{program!r}")

    try:
        each()
    finally:
        known |= {kind for _, kind in wanted}


if __name__ == "__main__":
    sys.exit(main())
