"""Reads of a name outside the code proper: exports, quoted annotations, doctests, comments."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from ctxlint.project.scopes import FUNCTIONS, Names, Scope, imported_words
from ctxlint.source import SourceFile

_PROMPT = re.compile(r"^[ \t]*(?:>>>|\.\.\.)(?: (.*))?$", re.MULTILINE)
_TYPE_COMMENT = re.compile(r"#\s*type:(?!\s*ignore\b)(.*)")
# Calls that take quoted types: how many arguments come before those.
_TYPE_MAKERS = {"TypeVar": 1, "NewType": 1, "NamedTuple": 1, "TypedDict": 1}
_GENERICS = frozenset({"list", "dict", "tuple", "set", "frozenset", "type"})
_NAMESPACES = frozenset({"globals", "locals", "vars", "dir"})
_BY_NAME = _NAMESPACES | {"__all__", "eval", "exec"}  # what a string in the statement goes to
# The nodes with parts where a string may stand for a type.
_TYPED: tuple[type[ast.AST], ...] = (
    ast.AnnAssign,
    ast.AsyncFunctionDef,
    ast.Call,
    ast.FunctionDef,
    ast.Subscript,
    ast.arg,
)


def is_read_in_text(name: str, owner: Scope, names: Names, file: SourceFile) -> bool:
    """Whether a string or comment of a file means the binding of `name` in `owner`."""
    texts = _texts_of(file)
    word = re.compile(rf"\b{re.escape(name)}\b")
    if any(map(word.search, texts.comments)) or name in texts.frames:
        return True
    if any(
        _quotes(part, name, texts.words) and scope_of(part, names, file).owner(name) is owner
        for part in texts.types
    ):
        return True
    if any(_is_looked_up(name, node, owner, names, file) for node in texts.lookups):
        return True
    return owner is names.module and any(_has_doctest_of(name, text) for text in texts.docstrings)


def computed_lookup(file: SourceFile) -> ast.Call | None:
    """The first look-up of a module's name that is computed: `globals()[name]`; None for none."""
    for node in file.nodes(ast.Call):
        if (
            isinstance(node.func, ast.Name)
            and node.func.id in ("globals", "vars")
            and not node.args
        ):
            parent = file.parents[node]
            match parent, file.parents.get(parent):
                case ast.Subscript(slice=key), _ if not isinstance(key, ast.Constant):
                    return node
                case ast.Attribute(), ast.Call(args=[key, *_]) if not isinstance(key, ast.Constant):
                    return node
    return None


def may_be_read_elsewhere(name: str, file: SourceFile) -> bool:
    """Whether another file may use a module-level name: it must not go then.

    The project is not searched for an edit that nobody wants.
    """
    if file.modules is None or not file.modules.edits:
        return True
    from ctxlint.project.uses_elsewhere import is_used_elsewhere  # noqa: PLC0415 - few edits hang on it

    return is_used_elsewhere(name, file) is not False


class _Texts(NamedTuple):
    """The texts of a file that may mean names: type comments, quoted types, look-ups, doctests.

    `frames`: its strings, if it looks into the variables of a frame.
    """

    words: Mapping[str, str]  # as of `imported_words`
    comments: list[str]
    types: list[ast.expr]
    lookups: list[ast.Name]
    docstrings: list[str]
    frames: set[str]


@lru_cache(maxsize=2)  # asked about every name that may go
def _texts_of(file: SourceFile) -> _Texts:
    words = imported_words(file)
    typed = [node for kind in _TYPED for node in file.nodes(kind)]
    documented: list[ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef] = [
        file.tree,
        *file.nodes(ast.ClassDef),
        *file.nodes(ast.FunctionDef),
        *file.nodes(ast.AsyncFunctionDef),
    ]
    docstrings = [ast.get_docstring(node, clean=False) or "" for node in documented]
    has_frames = any(node.attr == "f_locals" for node in file.nodes(ast.Attribute))
    return _Texts(
        words,
        comments=_TYPE_COMMENT.findall(file.text),
        types=[part for node in typed for part in _quotable(node, words) if _strings(part)],
        lookups=[node for node in file.nodes(ast.Name) if node.id in _BY_NAME],
        docstrings=[text for text in docstrings if ">>>" in text],
        frames=_strings(file.tree) if has_frames else set(),
    )


def scope_of(node: ast.AST, names: Names, file: SourceFile) -> Scope:
    """The scope in which a node is evaluated; decorators and annotations are outside theirs."""
    while True:
        parent = file.parents[node]
        if parent in names.scopes:
            body = getattr(parent, "body", None)
            is_inside = node in body if isinstance(body, list) else node is body
            if is_inside or not isinstance(parent, (*FUNCTIONS, ast.ClassDef)):
                return names.scopes[parent]
        node = parent


def _quotable(node: ast.AST, words: Mapping[str, str]) -> Iterator[ast.expr]:
    """The parts of a node where a string may stand for a type."""
    match node:
        case ast.arg(annotation=ast.expr() as part):
            yield part
        case ast.FunctionDef(returns=ast.expr() as part):
            yield part
        case ast.AsyncFunctionDef(returns=ast.expr() as part):
            yield part
        case ast.AnnAssign(annotation=part, value=value):
            yield part
            if value and "TypeAlias" in _words_of(part, words):
                yield value
        case ast.Subscript(value=generic):
            if any(w[:1].isupper() or w in _GENERICS for w in _words_of(generic, words)):
                yield node
        case ast.Call(func=func, args=args, keywords=keywords):
            called = _words_of(func, words)
            if "cast" in called:
                yield from args[:1]
            for maker in called & _TYPE_MAKERS.keys():
                yield from args[_TYPE_MAKERS[maker] :]
                yield from (keyword.value for keyword in keywords)


def _words_of(node: ast.expr, words: Mapping[str, str]) -> set[str]:
    """The last word of a name or attribute, and that of what it is an alias of."""
    match node:
        case ast.Name(id=name):
            return {name, words.get(name, name)}
        case ast.Attribute(attr=name):
            return {name}
    return set()


def _quotes(node: ast.AST, name: str, words: Mapping[str, str], *, quoted: bool = False) -> bool:
    """Whether a type names something, inside quotes."""
    match node:
        case ast.Name(id=word):
            return quoted and word == name
        case ast.Constant(value=str(text)):
            return name in text and _quotes(_parsed(text), name, words, quoted=True)
        case ast.Subscript(value=generic, slice=inner):
            generics = _words_of(generic, words)
            if "Annotated" in generics and isinstance(inner, ast.Tuple) and inner.elts:
                inner = inner.elts[0]
            parts = [generic] if "Literal" in generics else [generic, inner]
            return any(_quotes(part, name, words, quoted=quoted) for part in parts)
    children = ast.iter_child_nodes(node)
    return any(_quotes(child, name, words, quoted=quoted) for child in children)


def _parsed(text: str) -> ast.AST:
    """The expression in a quoted annotation; nothing for any other text."""
    try:
        return ast.parse(f"({text})", mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Pass()


def _is_looked_up(name: str, by: ast.Name, owner: Scope, names: Names, file: SourceFile) -> bool:
    """Whether `__all__`, a namespace or `eval` finds a name by a string beside it."""
    if by.id not in _BY_NAME:
        return False
    scope = scope_of(by, names, file)
    around = _expression_or_statement(by, file)
    if by.id == "__all__":
        if scope is not names.module or owner is not names.module:
            return False
        words = {node.id for node in ast.walk(around) if isinstance(node, ast.Name)}
        return bool(words & _NAMESPACES) or name in _strings(around)
    if by.id in ("locals", "vars") and scope is owner is not names.module:
        parent = file.parents[by]  # what is done with all names of a function, nobody knows
        return isinstance(parent, ast.Call) and not parent.args
    if by.id in _NAMESPACES:
        return owner is names.module and name in _strings(around)
    pattern = re.compile(rf"\b{re.escape(name)}\b")
    return scope.owner(name) is owner and any(map(pattern.search, _strings(around)))


def _expression_or_statement(node: ast.AST, file: SourceFile) -> ast.AST:
    """The simple statement around a node, or its expression in the head of a compound one."""
    while not isinstance(node, ast.stmt):
        parent = file.parents[node]
        if hasattr(parent, "body") and not isinstance(parent, ast.Lambda | ast.IfExp):
            return node
        node = parent
    return node


def _strings(node: ast.AST) -> set[str]:
    values = (inner.value for inner in ast.walk(node) if isinstance(inner, ast.Constant))
    return {value for value in values if isinstance(value, str)}


def _has_doctest_of(name: str, docstring: str) -> bool:
    """Whether an example in a docstring reads a name."""
    if name not in docstring:
        return False
    code = "\n".join(_PROMPT.findall(docstring))
    try:
        found = ast.walk(ast.parse(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return bool(re.search(rf"\b{re.escape(name)}\b", code))
    return any(isinstance(inner, ast.Name) and inner.id == name for inner in found)
