"""How long a check and a fix take, next to what Python and LibCST need to start.

    python benchmarks/startup.py [RUNS]

Prints the fastest of RUNS runs (default 10) of each command, and its ratio to `import libcst`. The
fix of the six handlers is to take no more than 3 times that, and one of 800 findings in a file no
more than about twice what 400 take.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

EXAMPLE = Path(__file__).parents[1] / "examples" / "chat_service"
HANDLERS = EXAMPLE / "app" / "websocket"
FOUND = 1  # the exit code where there are findings, or the diff of a fix has something
HEAD = "import uuid\nfrom app.session import get_user_execution_context\n\n\nclass Chat:\n"
METHOD = """\
    def reply_{}(self, user, thread_id=None):
        if not thread_id:
            thread_id = (str(uuid.uuid4()))
        return get_user_execution_context(user, thread_id=thread_id)

"""


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
            "ctxlint fix of its six handlers": fastest(
                [*ctxlint, "fix", "--diff", str(HANDLERS)], runs, FOUND
            ),
        }
        for count in (100, 200, 400, 800):
            large = Path(folder, f"chat_{count}.py")
            large.write_text(HEAD + "".join(map(METHOD.format, range(count))), encoding="utf-8")
            fix = [*ctxlint, "fix", "--isolated", "--diff", str(large)]
            cases[f"ctxlint fix of {count} findings"] = fastest(fix, min(runs, 3), FOUND)
    unit = cases["python -c 'import libcst'"]
    for name, seconds in cases.items():
        print(f"{name:<42}{seconds * 1000:7.0f} ms{seconds / unit:7.2f}")


if __name__ == "__main__":
    main()
