"""The identity of a finding while code moves around it: never its line number."""

from __future__ import annotations

import ast
import hashlib
import re
import warnings
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ctxlint.finding import Finding, Span

    Lines = Callable[[str], Sequence[str]]  # the lines of a file by its name

_SPACE = re.compile(r"(?:\s|\\(?=[\r\n]))+")


class Code(NamedTuple):
    """The code a finding points at: its `hash`, and its `text` for people."""

    hash: str
    text: str


def code_of(finding: Finding, lines: Sequence[str]) -> Code:
    """The code a finding points at, the same however a formatter spells it.

    Formatters keep the syntax tree, so the hash is that of the tree, written in a way that no
    version of Python changes. `lines` are those of the file that the finding is in.
    """
    text = _text(finding.span, lines)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes in the code
            tree = ast.parse(f"({text})", mode="eval").body
        return Code(_hash(*_shape(tree))[:16], ast.unparse(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # `x as y`, a comment, too deep
        text = _SPACE.sub(" ", text)
        return Code(_hash(text)[:16], text)


def fingerprint(finding: Finding, lines: Sequence[str]) -> str:
    """The hash of a finding's path, code, function, and of the code it points at, as `code_of`."""
    code = code_of(finding, lines).hash
    return _hash(finding.filename, finding.code, finding.function or "", code)


def unique_fingerprints(findings: Sequence[Finding], lines: Lines) -> list[str]:
    """A fingerprint for each finding; of those that share one, the lower are numbered."""
    seen: Counter[str] = Counter()
    result = [""] * len(findings)
    for index in sorted(range(len(findings)), key=lambda index: findings[index].sort_key):
        plain = fingerprint(findings[index], lines(findings[index].filename))
        seen[plain] += 1
        result[index] = plain if seen[plain] == 1 else f"{plain}:{seen[plain]}"
    return result


def _text(span: Span, lines: Sequence[str]) -> str:
    """The code that a span covers."""
    (row, column), (end_row, end_column) = span
    rows = list(lines[row - 1 : end_row]) or [""]
    rows[-1] = rows[-1][: end_column - 1]
    rows[0] = rows[0][column - 1 :]
    return "".join(rows)


def _shape(tree: ast.expr) -> Iterator[str]:
    """A syntax tree as words: its nodes, the lengths of their lists, their plain values."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):  # Python 3.12.1 sees empty texts in it
            node.values = [v for v in node.values if getattr(v, "value", None) != ""]
    for node in ast.walk(tree):
        yield type(node).__name__
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                yield f"{name} {len(value)}"
            elif value is not None and not isinstance(value, ast.AST) and name != "kind":
                yield f"{name} {value!a}"  # `kind` is the u of u"text"


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:32]
