"""The trees of files that the benchmarks run on, made from what the machine has."""

from __future__ import annotations

import shutil
import sysconfig
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

FILES = 6_400  # of the whole tree, some 65 MB
SHARE = 100  # one file in so many is a handler with findings
PARTS = (8, 4, 2, 1)  # the growth is measured on an eighth, a quarter, a half, and all

_HANDLER = '''"""Handles {name} messages."""

import logging

from shared.id_generation import UnifiedIdGenerator
from services.session import get_user_execution_context

log = logging.getLogger(__name__)


class Handler{number}:
    """Answers one kind of message."""

    def __init__(self, store):
        self.store = store
{methods}'''
_METHODS = (
    """
    async def on_{index}(self, user_id, payload):
        thread_id = payload.get("thread_id")
        run_id = payload.get("run_id")
        if not thread_id or not run_id:
            thread_id = UnifiedIdGenerator.generate_base_id("thread")
            run_id = UnifiedIdGenerator.generate_base_id("run")
        context = get_user_execution_context(
            user_id=user_id, thread_id=thread_id, run_id=run_id
        )
        log.info("message of %s", user_id)
        return await self.store.answer(context, payload)
""",
    """
    async def on_{index}(self, user_id, payload, run_id=None):
        try:
            text = payload["text"].strip()
        except KeyError:
            return None
        run_id = run_id or UnifiedIdGenerator.generate_base_id("run")
        context = get_user_execution_context(user_id=user_id, run_id=run_id)
        return await self.store.answer(context, text)
""",
    """
    async def on_{index}(self, user_id, payload):
        request_id = UnifiedIdGenerator.generate_base_id("request")
        log.info("request %s with %d parts", request_id, len(payload))
        for part in payload["parts"]:
            context = get_user_execution_context(user_id=user_id, thread_id=part["thread_id"])
            await self.store.put(context, part)
""",
)


def handler(number: int, findings: int) -> str:
    """A module with a class whose methods have this many findings, and half as many clean ones."""
    methods = islice(cycle(_METHODS), findings + findings // 2)
    body = "".join(text.format(index=index) for index, text in enumerate(methods))
    return _HANDLER.format(name=f"topic {number}", number=number, methods=body)


def build(folder: Path) -> dict[int, Path]:
    """Make the tree and its parts below `folder`; return them by the part of the whole."""
    sources = list(islice(_real_files(), FILES))
    trees = {part: folder / f"part{part}" / "src" for part in PARTS}
    for part, tree in trees.items():
        for index, source in enumerate(sources[::part]):
            place = tree / f"package{index // 200}"
            place.mkdir(parents=True, exist_ok=True)
            if index % SHARE == 0:
                text = handler(index, findings=4)
                (place / f"handler{index}.py").write_text(text, encoding="utf-8")
            else:
                shutil.copyfile(source, place / f"{source.stem}_{index}.py")
    return trees


def _real_files() -> Iterator[Path]:
    """The Python files of what is installed and of the standard library, again and again."""
    stdlib = sysconfig.get_paths()["stdlib"]
    roots = (sysconfig.get_paths()["purelib"], stdlib)
    found = [path for root in roots for path in sorted(Path(root).rglob("*.py"))]
    yield from cycle(path for path in found if "bad" not in path.name and "test" not in path.parts)
