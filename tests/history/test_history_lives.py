"""The lives of findings on random histories, against one that looks at each path by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ctxlint.history.lives import Key, Seen, State, states
from ctxlint.history.walk import Change, Commit, Visit

PATHS = ("a.py", "b.py")
BROKEN = "broken"
# A blob's name is the findings in it, a letter each.
BLOBS = st.one_of(st.none(), st.just(BROKEN), st.text("xy", max_size=3))
EVENTS = st.lists(st.tuples(st.sampled_from(PATHS), BLOBS), max_size=12)


def look(blob: str, path: str) -> list[Seen] | None:
    return None if blob == BROKEN else [Seen(letter, path, "", "") for letter in blob]


def commits(number: int) -> list[Commit]:
    names = [str(index) for index in range(number)]
    return [Commit(name, (names[i - 1],) if i else (), i, "") for i, name in enumerate(names)]


def line(events: list[tuple[str, str | None]]) -> list[Visit]:
    """A line of commits that change one path each."""
    return [
        Visit(commit, ((Change(path, blob),),))
        for commit, (path, blob) in zip(commits(len(events)), events, strict=True)
    ]


def stories(state: State) -> dict[tuple[str, Key], list[int]]:
    return {
        (path, key): [commit.time for commit in record.story]
        for path, records in state.items()
        for key, record in records.items()
    }


def naive(events: list[tuple[str, str | None]], path: str, letter: str, number: int) -> list[int]:
    """The commits that change whether a path has so many of a letter."""
    found, is_there = [], False
    for time, (changed, blob) in enumerate(events):
        if (
            changed == path
            and blob != BROKEN
            and ((blob or "").count(letter) >= number) != is_there
        ):
            is_there = not is_there
            found.append(time)
    return found


@given(EVENTS)
def test_a_line_of_commits_tells_what_each_path_tells(
    events: list[tuple[str, str | None]],
) -> None:
    expected = {}
    for path in PATHS:
        for letter in "xy":
            for number in (1, 2, 3):
                if story := naive(events, path, letter, number):
                    expected[path, Key(letter, path, "", number)] = story
    *_, (_, last) = [(None, {}), *states(line(events), look)]
    assert stories(last) == expected


@given(EVENTS, EVENTS)
def test_a_merge_that_takes_one_side_tells_its_story(
    ours: list[tuple[str, str | None]], theirs: list[tuple[str, str | None]]
) -> None:
    """Two lines without a common commit, on paths of their own, and a merge of both."""
    ours = [("a.py", blob) for _, blob in ours] or [("a.py", "x")]
    theirs = [("b.py", blob) for _, blob in theirs] or [("b.py", "y")]
    visits = line(ours)
    for visit in line(theirs):
        parents = tuple(f"t{parent}" for parent in visit.commit.parents)
        commit = Commit(f"t{visit.commit.id}", parents, visit.commit.time, "")
        visits.append(Visit(commit, visit.diffs))
    ends = (str(len(ours) - 1), f"t{len(theirs) - 1}")
    added, others = Change("b.py", theirs[-1][1]), Change("a.py", ours[-1][1])
    visits.append(Visit(Commit("merge", ends, 99, ""), ((added,), (others,))))
    known = {commit.id: state for commit, state in states(visits, look)}
    expected = {**stories(known[ends[0]]), **stories(known[ends[1]])}
    assert stories(known["merge"]) == expected


def test_a_state_is_shared_where_nothing_changes() -> None:
    (_, first), (_, second) = states(line([("a.py", "x"), ("b.py", "")]), look)
    assert first is second


TREES = st.fixed_dictionaries({path: st.text("xy", max_size=2) for path in PATHS})
GRAPH = st.lists(
    st.tuples(st.lists(st.integers(0, 99), min_size=1, max_size=3, unique=True), TREES), max_size=8
)


def graph(
    nodes: list[tuple[list[int], dict[str, str]]],
) -> tuple[list[Visit], list[dict[str, str]]]:
    """Commits with some of the earlier ones as parents, and the tree of each."""
    trees = [tree for _, tree in nodes]
    visits = []
    for index, (picks, tree) in enumerate(nodes):
        parents = list(dict.fromkeys(pick % index for pick in picks)) if index else []
        diffs = [
            tuple(Change(p, blob) for p, blob in tree.items() if before.get(p, "") != blob)
            for before in ([trees[parent] for parent in parents] or [{}])
        ]
        commit = Commit(str(index), tuple(map(str, parents)), index, "")
        visits.append(Visit(commit, tuple(diffs)))
    return visits, trees


@given(GRAPH)
def test_what_is_open_is_what_is_there(nodes: list[tuple[list[int], dict[str, str]]]) -> None:
    visits, trees = graph(nodes)
    ancestors: dict[str, set[str]] = {}
    for (commit, state), tree in zip(states(visits, look), trees, strict=True):
        ancestors[commit.id] = {commit.id}.union(*(ancestors[p] for p in commit.parents))
        open_ = {
            (path, key.code, key.number)
            for path, records in state.items()
            for key, record in records.items()
            if record.is_open
        }
        there = {
            (path, letter, number + 1)
            for path, blob in tree.items()
            for letter in set(blob)
            for number in range(blob.count(letter))
        }
        assert open_ == there
        for records in state.values():
            for record in records.values():
                told = [event.id for event in record.story]
                assert set(told) <= ancestors[commit.id]
                assert told == sorted(set(told), key=int)


@given(GRAPH)
def test_a_commit_like_its_first_parent_mends_and_makes_nothing_that_it_had(
    nodes: list[tuple[list[int], dict[str, str]]],
) -> None:
    visits, _ = graph(nodes)
    known: dict[str, State] = {}
    for visit, (commit, state) in zip(visits, states(visits, look), strict=True):
        known[commit.id] = state
        if commit.parents and not visit.diffs[0]:
            before = stories(known[commit.parents[0]])
            assert stories(state).items() >= before.items()
