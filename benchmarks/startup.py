"""How long a check takes, next to what Python and LibCST need to start.

    python benchmarks/startup.py [RUNS]

Prints the fastest of RUNS runs (default 10) of each command, and its ratio to `import libcst`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

EXAMPLE = Path(__file__).parents[1] / "examples" / "chat_service"
FOUND = 1  # the exit code where there are findings


def fastest(args: list[str], runs: int, expected: int = 0) -> float:
    """The seconds that the fastest of some runs of Python took."""
    command = [sys.executable, *args]
    times = []
    for _ in range(runs):
        start = perf_counter()
        result = subprocess.run(command, capture_output=True, check=False)
        times.append(perf_counter() - start)
        if result.returncode != expected:
            raise SystemExit(f"{command} exited {result.returncode}: {result.stderr.decode()}")
    return min(times)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    ctxlint = ["-m", "ctxlint"]
    with tempfile.TemporaryDirectory() as folder:
        clean = Path(folder, "clean.py")
        clean.write_text("import os\n\nprint(os.getcwd())\n", encoding="utf-8")
        cases = {
            "python -c pass": fastest(["-c", "pass"], runs),
            "ctxlint --version": fastest([*ctxlint, "--version"], runs),
            "ctxlint check, a file without a getter": fastest(
                [*ctxlint, "check", str(clean)], runs
            ),
            "python -c 'import libcst'": fastest(["-c", "import libcst"], runs),
            "ctxlint check examples/chat_service": fastest(
                [*ctxlint, "check", str(EXAMPLE)], runs, FOUND
            ),
        }
    unit = cases["python -c 'import libcst'"]
    for name, seconds in cases.items():
        print(f"{name:<42}{seconds * 1000:7.0f} ms{seconds / unit:7.2f}")


if __name__ == "__main__":
    main()
