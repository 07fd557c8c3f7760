"""The findings of each blob at each path that it was ever at; a blob is read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from ctxlint.findings.fingerprint import code_of
from ctxlint.history.lives import Seen
from ctxlint.run import check_file as checker
from ctxlint.run import worker_pool
from ctxlint.run.file_tasks import check_file
from ctxlint.run.project_run import project_of

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from ctxlint.git import Repository
    from ctxlint.history.memory import Memory
    from ctxlint.history.walk import Visit
    from ctxlint.project.discovery import Target

    Track = Callable[[Iterator[str], int], Iterable[str]]
    Naming = Callable[[str], Target | None]  # the target for a path; None: it is left out

_BATCH = 1000  # blobs whose candidates are in memory at once


@dataclass
class Contents:
    """The findings of the blobs of a history.

    `found` has candidates only, by blob and path: None is for one that cannot be parsed. `read`
    are the blobs that were looked at, now or earlier; `missing` those that this clone lacks.
    """

    found: dict[tuple[str, str], Sequence[Seen] | None] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)

    @property
    def parsed(self) -> int:
        """How many blobs passed the text gate and were parsed."""
        return len({blob for (blob, _), seen in self.found.items() if seen is not None})

    def look(self, blob: str, path: str) -> Sequence[Seen] | None:
        """The findings of a blob at a path; None where it cannot be read."""
        return None if blob in self.missing else self.found.get((blob, path), ())


class Check:
    """The work on a candidate, in any process."""

    def look(self, target: Target, data: bytes) -> Sequence[Seen] | None:
        """The findings of a blob at a path; None for one that cannot be parsed."""
        outcome = check_file(target, data, project=project_of([target], data, edits=False))
        if outcome.error:
            return None
        return tuple(
            Seen(f.code, f.function or "", code_of(f, outcome.lines).hash, f.message)
            for f in outcome.findings
        )


def read(
    repository: Repository,
    visits: Iterable[Visit],
    naming: Naming,
    track: Track,
    *,
    jobs: int | None = None,
    executor: Executor | None = None,
    memory: Memory | None = None,
) -> Contents:
    """The findings of all blobs of the visits, from memory as far as it goes."""
    contents = Contents()
    new = _new(visits, naming, contents, memory)
    try:
        with worker_pool.WorkerPool(
            Check(), worker_pool.processes(len(new), jobs), executor
        ) as hands:
            for _ in track(_looked(repository, new, contents, memory, hands), len(new)):
                pass
    finally:  # what an interrupted run has read, the next one need not
        if memory:
            memory.save()
    return contents


def _looked(
    repository: Repository,
    new: Mapping[str, Sequence[Target]],
    contents: Contents,
    memory: Memory | None,
    hands: worker_pool.WorkerPool,
) -> Iterator[str]:
    """The blobs, each once `contents` has what is in it.

    Git has ended whenever processes may start: they would inherit its pipes and keep them open.
    """
    ids = iter(new)
    while batch := list(islice(ids, _BATCH)):
        candidates = list(_candidates(repository, batch, new, contents, memory))
        results = hands.map("look", [(target, data) for _, target, data in candidates])
        for (blob, target, _), seen in zip(candidates, results, strict=True):
            contents.found[blob, target.display] = seen
            if memory:
                memory.keep(blob, target, is_candidate=True, seen=seen)
        yield from batch


def _new(
    visits: Iterable[Visit], naming: Naming, contents: Contents, memory: Memory | None
) -> dict[str, list[Target]]:
    """The blobs that are to be read, with their paths; the others' findings go to `contents`."""
    new: defaultdict[str, list[Target]] = defaultdict(list)
    named = cache(lambda path: _named(path, naming))
    changes = (change for visit in visits for change in visit.diffs[0])
    for blob, path in dict.fromkeys((c.blob, c.path) for c in changes if c.blob is not None):
        target = named(path)
        if target is None:
            continue
        contents.read.add(blob)
        if memory is None or not memory.knows(blob, target):
            new[blob].append(target)
            continue
        is_candidate, seen = memory.recall(blob, target)
        if is_candidate:
            contents.found[blob, path] = seen
    return new


def _named(path: str, naming: Naming) -> Target | None:
    """The target for a path, which is also what it is shown as, wherever the repository is."""
    target = naming(path)
    return target._replace(display=path) if target else None


def _candidates(
    repository: Repository,
    blobs: Sequence[str],
    targets: Mapping[str, Sequence[Target]],
    contents: Contents,
    memory: Memory | None,
) -> Iterator[tuple[str, Target, bytes]]:
    """The blobs that name what a rule looks for, at each of their paths."""
    for blob, data in zip(blobs, repository.blobs(blobs), strict=True):
        if data is None:
            contents.missing.add(blob)
            contents.read.discard(blob)
            continue
        for target in targets[blob]:
            if checker.is_candidate(data, target.display, target.settings):
                yield blob, target, data
            elif memory:
                memory.keep(blob, target, is_candidate=False)
