"""Which functions of a file may matter to a getter."""

from __future__ import annotations

import pytest

from ctxlint.flow.slicing import Units
from ctxlint.project.scopes import names_of
from ctxlint.source import SourceFile

MATTERS = {
    "calls it": "def f(agent): agent.run(1)",
    "calls a parameter of its name": "def f(run): run(1)",
    "hands it on": "from agents import run\ndef f(): submit(run)",
    "hands on what it imports": "def f():\n    from agents import run\n    submit(run)",
    "has it as a default": "from agents import run\ndef f(run=run): submit(run)",
    "is decorated with it": "from agents import run\n@through(run)\ndef f(): pass",
    "names it in a string": "def f(agent): getattr(agent, 'run')",
    "calls a variable of the module": "from agents import run\ngo = run\ndef f(): go(1)",
    "calls an attribute": "def setup(self, run):\n    self.go = agent.run\ndef f(self): self.go()",
    "calls a name for a variable": (
        "def setup(self, agent):\n    run = agent.run\n    self.go = run\ndef f(self): self.go()"
    ),
    "calls what a parameter of its name is kept in": (
        "def setup(self, run): self.go = run\ndef f(self): self.go()"
    ),
    "makes an object of an heir": "class A(run): pass\ndef f(): A()",
    "makes an object of an heir of an heir": (
        "class A(run): pass\nclass B(A): pass\ndef f(): return B()"
    ),
    "calls a base": "class A(run):\n    def f(self): super().f()",
    "calls its class": "class run:\n    def f(self): type(self)()",
    "calls its class by a parameter": "class run:\n    @classmethod\n    def f(cls): cls()",
    "is called by another name after a decorator": "@run\ndef g(): pass\ndef f(): g()",
    "changes what the module has": "known = {}\ndef f(): known['a'] = 1",
    "binds a name of the module": "def f():\n    global known\n    known = 1",
}
NONE = {
    "a parameter": "def f(run): return run.status",
    "a variable": "def f(runs):\n    for run in runs:\n        print(run.status)",
    "a variable of the function around": "def f(run):\n    def g(): return run\n    return g",
    "a variable of a comprehension": "def f(runs): return [run.status for run in runs]",
    "what is read of a variable": (
        "def g(run):\n    status = run.status\n    return status\ndef f(status): return status"
    ),
}


SETS = {
    "an attribute": "def f(box): box.key = 1",
    "an item of one": "def f(box): box.key['a'] = 1",
    "an attribute of one": "def f(box): box.key.other = 1",
    "more of one": "def f(box): box.key.append(1)",
    "an attribute by its name": "def f(box): setattr(box, 'key', 1)",
    "an attribute by a name that is not known": "def f(box, name): setattr(box, name, 1)",
    "an item of what an object has": "def f(box): box.__dict__['key'] = 1",
    "one by a function": "def g(box): box.key = 1\ndef f(box): g(box)",
}
SETS_NONE = {
    "another attribute": "def f(box): box.other = 1",
    "an item of another attribute": "def f(box): box.other['key'] = 1",
    "none but reads it": "def f(box): return box.key",
}


def matters(text: str, *attributes: str) -> bool:
    """Whether the function `f` may matter to a getter `run`, for which attributes are read."""
    file = SourceFile("a.py", text + "\n")
    names = names_of(file)
    found = Units(file.tree, names).relevant_scopes(["run"], {*attributes})
    return "f" in {names.scopes[node].qualified_name.rpartition(".")[2] for node in found}


@pytest.mark.parametrize("text", MATTERS.values(), ids=MATTERS)
def test_a_function_matters_that(text: str) -> None:
    assert matters(text)


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_no_getter_is(text: str) -> None:
    assert not matters(text)


@pytest.mark.parametrize("text", SETS.values(), ids=SETS)
def test_a_function_sets(text: str) -> None:
    assert matters(text, "key")


@pytest.mark.parametrize("text", SETS_NONE.values(), ids=SETS_NONE)
def test_a_function_sets_not(text: str) -> None:
    assert not matters(text, "key")
