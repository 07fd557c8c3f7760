"""Reads of a name outside the code proper: exports, quoted annotations, doctests, comments."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from ctxlint.names import FUNCTIONS, Names, Scope, imported_words
from ctxlint.source import SourceFile

_PROMPT = re.compile(r"^[ \t]*(?:>>>|\.\.\.)(?: (.*))?$", re.MULTILINE)
_TYPE_COMMENT = re.compile(r"#\s*type:(?!\s*ignore\b)(.*)")
# Calls that take quoted types: how many arguments come before those.
_TYPE_MAKERS = {"TypeVar": 1, "NewType": 1, "NamedTuple": 1, "TypedDict": 1}
_GENERICS = frozenset({"list", "dict", "tuple", "set", "frozenset", "type"})
_NAMESPACES = frozenset({"globals", "locals", "vars", "dir"})
_BY_NAME = _NAMESPACES | {"__all__", "eval", "exec"}  # what a string in the statement goes to


def is_read_in_text(name: str, owner: Scope, names: Names, file: SourceFile) -> bool:
    """Whether a string or comment of a file means the binding of `name` in `owner`."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    if any(word.search(comment[1]) for comment in _TYPE_COMMENT.finditer(file.text)):
        return True
    words = imported_words(file)
    for node in (file.tree, *file.parents):
        for part in _quotable(node, words):
            if _quotes(part, name, words) and scope_of(part, names, file).owner(name) is owner:
                return True
        if isinstance(node, ast.Name) and _is_looked_up(name, node, owner, names, file):
            return True
        if owner is names.module and _has_doctest_of(name, node):
            return True
    return False


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


def _has_doctest_of(name: str, node: ast.AST) -> bool:
    """Whether an example in the docstring of a node reads a name."""
    match node:
        case (
            ast.Module(body=[ast.Expr(value=ast.Constant(value=str(text))), *_])
            | ast.ClassDef(body=[ast.Expr(value=ast.Constant(value=str(text))), *_])
            | ast.FunctionDef(body=[ast.Expr(value=ast.Constant(value=str(text))), *_])
            | ast.AsyncFunctionDef(body=[ast.Expr(value=ast.Constant(value=str(text))), *_])
        ) if name in text and ">>>" in text:
            code = "\n".join(_PROMPT.findall(text))
        case _:
            return False
    try:
        found = ast.walk(ast.parse(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return bool(re.search(rf"\b{re.escape(name)}\b", code))
    return any(isinstance(inner, ast.Name) and inner.id == name for inner in found)
