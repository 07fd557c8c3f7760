"""Running commands in turns, for their times and their memory."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from peers import Command, environment


@dataclass(slots=True)
class Measured:
    """What the runs of a command took: seconds, and KiB of the largest process."""

    seconds: list[float] = field(default_factory=list)
    memory: int = 0

    @property
    def median(self) -> float:
        """The median of the seconds."""
        return median(self.seconds)

    def ratio(self, base: Measured) -> float:
        """The median of the ratios to another command in the same rounds.

        So it hardly matters that the machine is not always as fast.
        """
        return median(a / b for a, b in zip(self.seconds, base.seconds, strict=True))


def interleaved(commands: Sequence[Command], rounds: int) -> dict[str, Measured]:
    """Run each command once in each round, after a first round that only warms the disk up."""
    found = {command.name: Measured() for command in commands}
    for round_ in range(rounds + 1):
        for command in commands:
            seconds, memory = _run(command)
            if round_ or not rounds:
                found[command.name].seconds.append(seconds)
                found[command.name].memory = max(found[command.name].memory, memory)
    return found


def _run(command: Command) -> tuple[float, int]:
    """The seconds that a command takes, and the peak of its largest process in KiB."""
    folder = os.path.dirname(command.args[-1]) or None  # users are in the project that they check
    start = perf_counter()
    with open(command.stdin or os.devnull, "rb") as stdin:
        process = subprocess.Popen(
            command.args,
            cwd=folder,
            stdin=stdin,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(),
        )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if not 0 <= process.returncode < command.failing:
        raise SystemExit(f"{' '.join(command.args)} exited {process.returncode}")
    return seconds, usage.ru_maxrss
