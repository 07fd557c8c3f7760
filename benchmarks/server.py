"""How fast `ctxlint server` answers on a large tree, and how much memory it takes.

    python benchmarks/server.py [ROUNDS]

Opens a handler of 600 lines in a tree of 6,400 files, ROUNDS times (default 5), each time in a new
server, and types in it. Prints medians, each also in the time that the processor worked for it,
which tells more on a busy machine: of the time from the start of the process to the first
findings of the open file, beside that of `python -c "import pygls"`; of the time from a change to
its findings, while the rest of the tree is being checked, afterwards, and where changes follow
each other faster than they can be checked; of the time from a question for fixes to the answer,
asked after each of some changes; and the memory after all that.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

from trees import build, handler

LINES = 600
CHANGES = 100
QUESTIONS = 30
BURST = 40  # changes at once
PAUSE = 0.15  # seconds between two changes: as someone types
LIMITS = {"first findings": 0.5, "a change": 0.1, "memory": 143}


class Server:
    """A server, and what a client sends to it and reads."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.start = perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ctxlint", "server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=root,
        )
        capabilities = {
            "textDocument": {"publishDiagnostics": {"relatedInformation": True}},
            "window": {"workDoneProgress": True},
        }
        folder = {"uri": root.as_uri(), "name": root.name}
        self.send(
            "initialize",
            {"processId": os.getpid(), "capabilities": capabilities, "workspaceFolders": [folder]},
            number=1,
        )
        next(message for message in self.messages() if message.get("id") == 1)
        self.send("initialized", {})

    def send(self, method: str | None, params: object, number: object = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        message |= {} if number is None else {"id": number}
        self.write(message)

    def write(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def messages(self) -> Iterator[dict[str, Any]]:
        """What the server sends; its questions are answered."""
        out = self.process.stdout
        assert out
        while line := out.readline():
            size = int(line.partition(b":")[2])
            while out.readline().strip():
                pass
            message = json.loads(out.read(size))
            if "id" in message and "method" in message:
                self.write({"jsonrpc": "2.0", "id": message["id"], "result": None})
            yield message

    def findings(self, uri: str, version: int) -> int:
        """How many findings a version of a file has, once they are told."""
        for message in self.messages():
            params = message.get("params", {})
            if params.get("uri") == uri and params.get("version") == version:
                return len(params["diagnostics"])
        raise SystemExit("the server has ended")

    def wait_for_end_of_progress(self) -> None:
        """Wait until all files are checked."""
        for message in self.messages():
            if message.get("params", {}).get("value", {}).get("kind") == "end":
                return

    @property
    def worked(self) -> float:
        """The seconds that the processor has worked for it."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8")
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> tuple[float, float]:
        """MiB that the process takes now, and took at most."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        values = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        return tuple(int(values[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))

    def end(self) -> None:
        self.send("shutdown", None, number=2)
        self.send("exit", None)
        self.process.communicate(timeout=30)


def long_handler() -> str:
    """A handler of so many lines, some of which have findings."""
    methods = 4
    while (text := handler(0, findings=methods)).count("\n") < LINES:
        methods += 1
    return text


def typed(server: Server, uri: str, text: str, version: int) -> float:
    """The seconds from a change of the last line to the findings of the text."""
    text += f"    # {version}\n"
    start = perf_counter()
    change(server, uri, text, version)
    server.findings(uri, version)
    return perf_counter() - start


def asked(server: Server, uri: str, row: int, number: int) -> float:
    """The seconds from a question for the fixes of a finding to the answer."""
    ends = {"line": row, "character": 0}, {"line": row + 1, "character": 0}
    params = {
        "textDocument": {"uri": uri},
        "range": dict(zip(("start", "end"), ends, strict=True)),
        "context": {"diagnostics": []},
    }
    start = perf_counter()
    server.send("textDocument/codeAction", params, number)
    answer = next(one for one in server.messages() if one.get("id") == number)
    assert answer["result"], "the finding has no fix"
    return perf_counter() - start


def change(server: Server, uri: str, text: str, version: int) -> None:
    document = {"uri": uri, "version": version}
    server.send(
        "textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]}
    )


def measure(root: Path, text: str) -> dict[str, float]:
    """What one server takes."""
    path = root / "package0" / "handler0.py"
    uri = path.as_uri()
    server = Server(root)
    item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    server.send("textDocument/didOpen", {"textDocument": item})
    count = server.findings(uri, 1)
    first = perf_counter() - server.start
    first_worked = server.worked
    assert count, "the handler has no findings"
    meanwhile = [typed(server, uri, text, version) for version in range(2, 5)]
    server.wait_for_end_of_progress()
    whole = perf_counter() - server.start
    afterwards = []
    before = server.worked
    for version in range(5, 5 + CHANGES):
        sleep(PAUSE)
        afterwards.append(typed(server, uri, text, version))
    change_worked = (server.worked - before) / CHANGES
    for version in range(100, 100 + BURST):
        change(server, uri, f"{text}    # {version}\n", version)
    start = perf_counter()
    server.findings(uri, 99 + BURST)
    burst = perf_counter() - start
    row = text[: text.index("generate_base_id")].count("\n")
    answers = []
    for version in range(1_000, 1_000 + QUESTIONS):
        typed(server, uri, text, version)
        answers.append(asked(server, uri, row, version))
    sleep(2)  # all is checked again
    now, most = server.memory
    server.end()
    return {
        "first findings": first,
        "first findings, worked": first_worked,
        "a change meanwhile": median(meanwhile),
        "the whole tree": whole,
        "a change": median(afterwards),
        "a change, worked": change_worked,
        f"the last of {BURST} changes at once": burst,
        "the fixes of a finding": median(answers),
        "memory": now,
        "memory at most": most,
    }


def importing(module: str) -> float:
    """The seconds that it takes Python to start and import a module."""
    start = perf_counter()
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
    return perf_counter() - start


def imports() -> dict[str, float]:
    """What Python alone takes, and with what every server of pygls imports."""
    return {f"import {name}": importing(name) for name in ("pygls", "pygls.lsp.server")}


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    text = long_handler()
    with tempfile.TemporaryDirectory() as folder:
        root = build(Path(folder))[1]
        (root / "pyproject.toml").write_text("[tool.ctxlint]\n", encoding="utf-8")
        (root / "package0" / "handler0.py").write_text(text, encoding="utf-8")
        found = [measure(root, text) | imports() for _ in range(rounds)]
    for name in found[0]:
        value = median(one[name] for one in found)
        unit = f"{value:9.0f} MiB" if name.startswith("memory") else f"{value * 1000:9.0f} ms"
        limit = f"  at most {LIMITS[name]}" if name in LIMITS else ""
        print(f"{name:<34}{unit}{limit}")


if __name__ == "__main__":
    main()
