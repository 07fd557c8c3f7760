"""The check of a contract against the code: what defines and calls what it names, and how."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher, get_close_matches
from fnmatch import fnmatchcase
from itertools import chain
from typing import NamedTuple

from ctxlint.contract.contract import Contract
from ctxlint.contract.getter import SPECIAL, Getter
from ctxlint.matching.callee import CALL, INIT, words_of
from ctxlint.matching.contract_entries import Entry
from ctxlint.matching.definitions import defining_classes, files_defining
from ctxlint.matching.inference import Inference
from ctxlint.matching.matcher import Matcher, canonical, is_dotted, takes_id_when_called
from ctxlint.matching.modules import module_names, scope_at
from ctxlint.matching.nodes import is_decorated
from ctxlint.matching.things import Class, Function, Object, Outside, Thing, is_unknown
from ctxlint.project.modules import Project
from ctxlint.project.scopes import NAMED_FUNCTIONS, names_of, parameters, positionals
from ctxlint.source import SourceFile

_NAMED = re.compile(rb"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.M)
# A name that an import has, also between parentheses, or that follows a dot.
_IMPORTED = rb"(?:^[ \t]*(?:from|import)\b(?:[^\n(]*|[^\n(]*\([^)]*)\b|\.)%s\b"
_MOST_NEAR = 20  # files that are looked into for a name like one that matches nothing


class Judgement(NamedTuple):
    """The state of an entry of a contract in the code.

    `definition` is the file and row where it is defined; `problems` are whole lines.
    """

    entry: Entry
    definition: tuple[str, int] | None
    calls: int
    problems: tuple[str, ...]


def judged(
    entries: Iterable[Entry], project: Project, files: int, *, is_counted: bool = False
) -> Iterator[Judgement]:
    """The states of the entries of a contract in a project of so many files.

    `is_counted`: whether their calls are counted, where one is enough to know that there are any.
    """
    for entry in entries:
        if entry.kind == "src":
            is_there = os.path.isdir(os.path.join(entry.folder, entry.name))
            problem = entry.line("no such folder, fix or remove it")
            yield Judgement(entry, None, 0, () if is_there else (problem,))
        else:
            yield _Judge(entry, project, files).judgement(is_counted=is_counted)
            project.forget()  # the trees of all files that have some word are many


class _Judge:
    def __init__(self, entry: Entry, project: Project, files: int) -> None:
        self.entry = entry
        self.project = project
        self.files = files
        self.inference = Inference()
        place = os.path.join(entry.folder, "_.py")  # from where its dotted names are seen
        self.source = SourceFile(entry.file, "", location=place, modules=project)

    def judgement(self, *, is_counted: bool) -> Judgement:
        """The state of the entry in the code."""
        definitions = self.definitions()
        first = next(definitions, None)
        calls = self.calls() if is_counted or not first else 0
        place = self.place(first) if first else None
        if first:
            problems = tuple(self.wrong_ids(chain([first], definitions)))
        elif calls:
            problems = ()
        else:
            what = f"nothing in {self.files} files defines or calls it{self.advice()}"
            problems = (self.entry.line(what),)
        return Judgement(self.entry, place, calls, problems)

    # --- definitions ------------------------------------------------------------------------------

    def definitions(self) -> Iterator[Thing]:
        """The definitions that the project has under the name."""
        name = self.entry.name
        owner, _, last = name.rpartition(".")
        if not owner:
            yield from self.bare(last)
        elif name[0].isupper():
            for found in defining_classes(owner, self.source):
                yield from self.in_class(found, last)
        elif "*" in name:
            for thing in self.inference.at_path(owner, self.source):
                yield from self.in_class(thing, last) if isinstance(thing, Class) else ()
            if "*" not in owner and len(set(canonical(name, self.source, self.inference))) > 1:
                yield from self.inference.at_path(owner, self.source)
        else:
            things = self.inference.at_path(name, self.source)
            yield from (t for t in things if not is_unknown(t) and not isinstance(t, Outside))

    def in_class(self, owner: Class, name: str) -> Iterator[Thing]:
        """The members of a class under a name, which may be a pattern."""
        if "*" in name:
            bound = names_of(owner.source).scopes[owner.node].bindings
            yield from (owner for one in bound if fnmatchcase(one, name))
            return
        found = self.inference.in_class(owner, name)
        yield from found or ([owner] if name == INIT else [])

    def bare(self, name: str) -> Iterator[Thing]:
        """The functions, methods and classes of a name."""
        for file in files_defining(name, self.source):
            for node in names_of(file).scopes:
                if getattr(node, "name", "") == name:
                    yield _thing(file, node)

    def place(self, thing: Thing) -> tuple[str, int] | None:
        """The file and row of a definition."""
        if isinstance(thing, Object):
            thing = thing.owner
        if isinstance(thing, Function | Class):
            return thing.source.path, thing.node.lineno
        source = getattr(thing, "source", None)
        return (source.path, 1) if source else None

    # --- calls ------------------------------------------------------------------------------------

    def calls(self) -> int:
        """How many calls of it there are."""
        getter = self.entry.getter or Getter(self.entry.name, {})
        contract = Contract(getters=(getter,), sources=(self.entry.name,))
        matcher = Matcher(contract)
        *owner, word = self.entry.name.split(".")
        if word in SPECIAL:
            word = owner.pop()
        if not self.may_be_reached(owner, word):
            return 0
        return sum(self.calls_in(file, matcher) for file in self.mentioning(word))

    def may_be_reached(self, owner: list[str], word: str) -> bool:
        """Whether a file names both a function and its module, as one must to call it.

        A file that imports all names of a module need not name the function. Methods are called on
        objects of classes that the file does not name.
        """
        if not owner or owner[-1][:1].isupper() or "*" in owner[-1]:
            return True
        module = re.compile(_IMPORTED % re.escape(owner[-1]).encode(), re.M)
        named = re.compile(_pattern(word).pattern + rb"|import[ ]*\*")
        paths = self.project.words.containing(owner[-1], self.source.location)
        texts = map(self.project.read, paths)
        return any(module.search(text) and named.search(text) for text in texts)

    def calls_in(self, file: SourceFile, matcher: Matcher) -> int:
        """How many calls of it a file has."""
        found = 0
        for call in file.nodes(ast.Call):
            scope = scope_at(call, file)
            if self.entry.getter is None:
                found += matcher.is_source(call.func, scope, file)
            elif is_dotted(self.entry.name):
                found += matcher.getter(call, call.func, scope, file) is not None
            else:
                found += self.entry.name in words_of(call.func, scope, file)
        return found

    def mentioning(self, word: str) -> Iterator[SourceFile]:
        """The files that have a word, which may be a pattern."""
        named = _pattern(word)
        text = max(word.split("*"), key=len)
        for path in self.project.words.containing(text, self.source.location):
            found = self.project.source(path) if named.search(self.project.read(path)) else None
            if found is not None:
                yield found
                self.project.forget()

    # --- parameters -------------------------------------------------------------------------------

    def wrong_ids(self, definitions: Iterable[Thing]) -> Iterator[str]:
        """A line for each ID that no definition takes where the contract says so."""
        getter = self.entry.getter
        paths = [path for path in getter.paths if not path.is_of_object] if getter else []
        wrong = dict.fromkeys(paths, "")  # each with the problem of the first function
        for function in (f for one in definitions for f in self.functions(one)):
            problems = {p: _problem(p.parameter, p.position, function) for p in wrong}
            wrong = {p: wrong[p] or problem for p, problem in problems.items() if problem}
            if not wrong:
                return  # the files of the others need not be read
        for path, problem in wrong.items():
            if problem:
                yield self.entry.line(problem, self.entry.ids.get(path.name))

    def functions(self, thing: Thing) -> list[Function]:
        """The functions that a call of what is defined runs."""
        getter = self.entry.getter
        if isinstance(thing, Function):
            return [thing]
        owner = thing.owner if isinstance(thing, Object) else thing
        if not isinstance(owner, Class) or getter is None:
            return []
        is_called = isinstance(thing, Object) or takes_id_when_called(owner, getter, self.inference)
        found = self.inference.in_class(owner, CALL if is_called else INIT)
        return [one for one in found if isinstance(one, Function)]

    # --- advice -----------------------------------------------------------------------------------

    def advice(self) -> str:
        """The nearest right name, and where it is defined; what to do, where there is none."""
        last = self.entry.name.rpartition(".")[2]
        words = self.words()
        near = [last] if last in words else get_close_matches(last, words, n=3, cutoff=0.7)
        candidates = [pair for word in near for pair in self.named(word)]
        if not candidates:
            return ", fix or remove it"
        name, place = max(candidates, key=lambda pair: (_likeness(pair[0], self.entry.name), pair))
        return f", did you mean '{name}' ({place})?"

    def words(self) -> set[str]:
        """The names of all functions and classes of the project."""
        paths = self.project.words.containing("", self.source.location)
        names = {name for path in paths for name in _NAMED.findall(self.project.read(path))}
        return {name.decode(errors="replace") for name in names}

    def named(self, word: str) -> Iterator[tuple[str, str]]:
        """The dotted names under which a word is defined, each with its place."""
        is_class_first = self.entry.name[0].isupper()
        for file in self.nearest(word):
            for node, scope in names_of(file).scopes.items():
                if getattr(node, "name", "") != word:
                    continue
                place = f"{file.path}:{getattr(node, 'lineno', 1)}"
                if is_class_first or not is_dotted(self.entry.name):
                    yield scope.qualified_name, place
                else:
                    names = (f"{one}.{scope.qualified_name}" for one in module_names(file))
                    yield from ((name, place) for name in names)

    def nearest(self, word: str) -> Iterator[SourceFile]:
        """The files that define a word, of many those whose paths are most like the name."""
        wanted = self.entry.name.replace(".", "/")
        paths = sorted(self.project.defining(word, self.source.location))
        paths.sort(key=lambda path: _likeness(os.path.relpath(path, self.entry.folder), wanted))
        found = map(self.project.source, paths[-_MOST_NEAR:])
        yield from (file for file in found if file is not None)


def _pattern(word: str) -> re.Pattern[bytes]:
    """The pattern of a name in a text; `*` matches anything."""
    return re.compile(rb"\b%s\b" % re.escape(word).replace(r"\*", r"\w*").encode())


def _thing(file: SourceFile, node: ast.AST) -> Thing:
    """A definition, a method with its class."""
    if isinstance(node, ast.ClassDef):
        return Class(file, node)
    assert isinstance(node, NAMED_FUNCTIONS)
    around = file.parents[node]
    return Function(file, node, Class(file, around) if isinstance(around, ast.ClassDef) else None)


def _problem(name: str, index: int, function: Function) -> str:
    """The problem of a parameter and its position; empty where they are right."""
    node = function.node
    is_method = function.owner is not None and not is_decorated(node, "staticmethod")
    positional = positionals(node.args)[int(is_method) :]
    names = [one.arg for one in positional]
    if name in names:
        actual = names.index(name)
        is_counted_with_self = is_method and index == actual + 1
        hint = f" ({'cls' if is_decorated(node, 'classmethod') else 'self'} does not count)"
        what = f"'{name}' is at position {actual}, not {index}"
        return "" if index == actual else what + (hint if is_counted_with_self else "")
    if name in {one.arg for one in node.args.kwonlyargs}:
        return "" if index == -1 else f"'{name}' is keyword only, write -1, not {index}"
    if node.args.kwarg is not None:
        return ""
    near = get_close_matches(name, [p.arg for p in parameters(node.args)], n=1, cutoff=0.6)
    return f"no parameter '{name}'" + (f", did you mean '{near[0]}'?" if near else ", fix it")


def _likeness(name: str, wanted: str) -> float:
    return SequenceMatcher(None, name, wanted).ratio()
