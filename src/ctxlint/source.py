"""One source file: bytes, encoding, text, tree, and the way between offsets and positions."""

from __future__ import annotations

import ast
import codecs
import errno
import io
import os
import re
import stat
import sys
import warnings
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from ctxlint.finding import Position, Span

Node = TypeVar("Node", bound=ast.AST)
T = TypeVar("T")

BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")  # of statements
# Its type, whether it is a list, and its name, as the docstring of a node has them.
_FIELD = re.compile(r"(\w+)([*?]?) (\w+)")
_PLAIN = frozenset(  # the types of fields that hold no nodes, or those that all nodes share
    {"boolop", "cmpop", "constant", "expr_context", "identifier", "int", "operator", "string"}
    | {"unaryop"}
)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_ADDED = (  # to the syntax since 3.11, as the message and the line of an error there show it
    ((3, 12), r".*\n\s*(?:type\s+\w+\s*[\[=]|(?:async\s+def|def|class)\s+\w+\s*\[)"),  # PEP 695
    ((3, 12), r"(?i)f-string|unterminated.*\n.*\b(?:f|fr|rf)['\"].*\{"),  # PEP 701
    ((3, 14), r"multiple exception types"),  # PEP 758
    ((3, 14), r"(?i).*\n.*\b(?:t|tr|rt)['\"]"),  # PEP 750
)
_PIECE = 2**16  # bytes: most files have fewer
SUFFIXES = (".py", ".pyi")  # of Python files
NO_FILE = "not a regular file, so it may have no end"
_BINARY: int = getattr(os, "O_BINARY", 0)
_AT_ONCE: int = getattr(os, "O_NONBLOCK", 0)


class SourceError(Exception):
    """A file that cannot be analysed: what is wrong at a position, if at one, and what to do."""

    def __init__(self, path: str, what: str, cure: str, position: Position | None = None) -> None:
        where = f"{path}:{position.row}:{position.column}" if position else path
        super().__init__(f"{where}: {what}, {cure}")


class Modules(Protocol):
    """Where the modules are that files import."""

    def module_name(self, location: str) -> str:
        """The dotted name of the module at a path."""

    def module_names(self, location: str) -> tuple[str, ...]:
        """The dotted names by which the module at a path may be imported."""

    def knows(self, package: str, importer: str) -> bool:
        """Whether a package or module of this name can be found from the file `importer`."""

    def find(self, module: str, importer: str) -> str | None:
        """The path of a module as the file `importer` means it."""

    def is_checked(self, location: str) -> bool:
        """Whether findings may be in the file at a path: it is checked in this run too."""

    def checked(self, name: str) -> SourceFile:
        """The checked file that the user knows by this name."""

    def mentions(self, pattern: str, location: str, word: str) -> bool:
        """Whether a checked file other than that at `location` matches a regular expression.

        Only files with the word can match it.
        """

    edits: bool  # whether someone wants the edits of fixes
    most_lines: int | None  # to interpret for one file; None: all that it takes

    def naming(self, word: str, location: str) -> list[str] | None:
        """The files of the project other than that at `location` which have a word, and may import
        that file; None where the project is not to be searched.
        """

    def imports_any(self, packages: tuple[str, ...], location: str) -> bool:
        """Whether a file imports one of some packages, itself or through other modules."""

    def is_test(self, location: str) -> bool:
        """Whether the file at a path is a test file."""

    def defining(self, word: str, location: str) -> list[str]:
        """The files of the project of that at `location` that define a function or class."""

    def mentioning(self, word: str, location: str) -> list[str]:
        """The files of the project of that at `location` that have a word."""

    def renames(self, name: str, location: str, *, by_star: bool = True) -> bool:
        """Whether the file at a path may export something under another name than its own."""

    def places(self, module: str, importer: str) -> list[str]:
        """The paths of what a module may be in the file `importer`; dots lead a relative one."""

    def source(self, location: str) -> SourceFile | None:
        """The file at a path; None where it cannot be analysed."""


@dataclass(frozen=True, eq=False)  # its tree is its own: equal texts are not the same file
class SourceFile:
    """The text of a file, as it is on disk but for the byte order mark, newlines kept.

    `path` is shown to the user; `encoding` and `bom` write the text back as it was read.
    `modules` finds what it imports from `location`; without it the file is checked alone.
    """

    path: str
    text: str
    encoding: str = "utf-8"
    bom: bytes = b""
    location: str = ""
    modules: Modules | None = None

    @classmethod
    def from_bytes(cls, path: str, data: bytes) -> SourceFile:
        """Decode `data` as Python would (PEP 263); raise SourceError where that fails."""
        bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        try:
            encoding = "utf-8"
            if b"coding" in b"".join(data.split(b"\n", 2)[:2]):
                import tokenize  # noqa: PLC0415 - few files declare one

                encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
                encoding = encoding.removesuffix("-sig")
            text = _decoded(data[len(bom) :], encoding)
        except UnicodeDecodeError as error:
            before = data[: error.start].decode("latin-1")
            row = before.count("\n") + 1
            column = len(before) - before.rfind("\n")
            what = f"not {error.encoding}: byte 0x{data[len(bom) + error.start]:02x}"
            cure = "save it as UTF-8 or declare its encoding"
            raise SourceError(path, what, cure, Position(row, column)) from None
        except UnicodeError:  # as some codecs have it, without a place
            what = f"cannot be decoded as {encoding}"
            raise SourceError(path, what, "declare its real encoding") from None
        except (SyntaxError, LookupError) as error:
            raise SourceError(path, str(error), "declare an encoding that Python knows") from None
        return cls(path, text, encoding, bom)

    def encode(self, text: str) -> bytes:
        """`text` in this file's encoding, with its byte order mark; may raise UnicodeError."""
        return self.bom + text.encode(self.encoding)

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree; raise SourceError for text that is not Python."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the file's own SyntaxWarnings are not ours
                return deep_enough(lambda: _parsed(self.text))
        except SyntaxError as error:
            raise _not_python(self.path, error) from None
        except ValueError as error:  # null bytes
            raise SourceError(self.path, str(error), "save it as text") from None
        except (RecursionError, MemoryError):
            raise too_deep(self.path) from None

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The parent of each node below the tree, as of `children`, outer nodes first."""
        parents: dict[ast.AST, ast.AST] = {}
        pending: list[ast.AST] = [self.tree]
        for parent in pending:  # it grows
            if _fields[type(parent)]:  # half of all nodes are leaves
                inner = children(parent)
                parents |= dict.fromkeys(inner, parent)
                pending += inner
        return parents

    @property
    def imports(self) -> list[ast.Import | ast.ImportFrom]:
        """The import statements of the file, outer ones first."""
        pending: list[ast.AST] = [self.tree]
        for node in pending:  # it grows; statements are few among the nodes
            for block in BLOCKS:
                pending += getattr(node, block, ())
        return [node for node in pending if isinstance(node, ast.Import | ast.ImportFrom)]

    @cached_property
    def _by_kind(self) -> dict[type[ast.AST], list[ast.AST]]:
        found: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        for node in self.parents:
            found[type(node)].append(node)
        return found

    def nodes(self, kind: type[Node]) -> list[Node]:
        """The nodes of the tree that are of a kind, and of none more special; outer ones first."""
        return self._by_kind[kind]  # type: ignore[return-value]

    def around(self, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
        """The nodes that hold a node, inner ones first, each behind the child that holds it too."""
        while node in self.parents:
            parent = self.parents[node]
            yield node, parent
            node = parent

    def statement_of(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that holds a node."""
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node

    def function_of(self, node: ast.AST) -> ast.AST:
        """The innermost function or lambda that is or holds a node; the module for none."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)
        while not isinstance(node, kinds):
            node = self.parents[node]
        return node

    @cached_property
    def lines(self) -> list[str]:
        """The lines with their ends, as Python counts them (a form feed ends none)."""
        return _LINE.findall(self.text)

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line))
        return starts

    def offset(self, position: Position) -> int:
        """The index in `text` of a position."""
        return self._starts[position.row - 1] + position.column - 1

    def position(self, offset: int) -> Position:
        """The position of an index in `text`."""
        row = bisect_right(self._starts, offset, hi=max(len(self.lines), 1))
        return Position(row, offset - self._starts[row - 1] + 1)

    def span(self, node: ast.expr | ast.stmt | ast.alias | ast.arg | ast.keyword) -> Span:
        """Where a node is; ast counts columns in UTF-8 bytes, we in code points."""
        end_row, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return Span(
            self._from_bytes(node.lineno, node.col_offset), self._from_bytes(end_row, end_column)
        )

    def _from_bytes(self, row: int, column: int) -> Position:
        line = self.lines[row - 1]
        if not line.isascii():
            column = len(line.encode()[:column].decode())
        return Position(row, column + 1)

    def segment(self, span: Span) -> str:
        """The text that a span covers."""
        return self.text[self.offset(span.start) : self.offset(span.end)]


class _Fields(dict[type[ast.AST], tuple[tuple[str, bool], ...]]):
    """The fields of each type of node that may hold nodes below it, and whether each is a list."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[tuple[str, bool], ...]:
        fields = _FIELD.findall(kind.__doc__ or "")
        self[kind] = tuple(
            (name, mark == "*") for type_, mark, name in fields if type_ not in _PLAIN
        )
        return self[kind]


_fields = _Fields()
_WITH_GAPS = (ast.Dict, ast.arguments)  # their lists hold None where a key or default is missing


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below one, without contexts and operators, faster than `ast` has them."""
    found: list[ast.AST] = []
    for name, is_list in _fields[type(node)]:
        value = getattr(node, name)
        if is_list:
            found += value
        elif value is not None:
            found.append(value)
    return [*filter(None, found)] if isinstance(node, _WITH_GAPS) else found


def walk(node: ast.AST) -> list[ast.AST]:
    """A node and all those below it, without contexts and operators, outer ones first."""
    found = [node]
    for parent in found:  # it grows
        if _fields[type(parent)]:  # half of all nodes are leaves
            found += children(parent)
    return found


def reachable(start: Iterable[T], following: Callable[[T], Iterable[T]]) -> Iterator[T]:
    """Some things, and those that follow from them through any number of others, each once."""
    pending, seen = list(start), set[T]()
    while pending:
        thing = pending.pop()
        if thing not in seen:
            seen.add(thing)
            yield thing
            pending += following(thing)


def _decoded(data: bytes, encoding: str) -> str:
    if encoding == "utf-8":
        return data.decode()  # as most
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some codecs have their own to say
        return data.decode(encoding)


def digest(data: bytes) -> str:
    """The fingerprint of a file's content."""
    import hashlib  # noqa: PLC0415 - it takes long to import

    return hashlib.blake2b(data, digest_size=16).hexdigest()


def digest_of(contents: Mapping[str, bytes] | None) -> str:
    """A digest of files and their contents."""
    parts = (f"{path}\0{digest(data)}" for path, data in (contents or {}).items())
    return digest("\n".join(parts).encode(errors="surrogateescape"))


def read_file(path: str, *, waits: bool = True, size: int | None = None) -> bytes:
    """The bytes of a file; for small ones a file object takes almost twice as long.

    `waits`: a pipe is read too, until all who write to it close it. `size`: that of a regular file
    when it was found, which need not be asked for then. Raises OSError, as for what need not end:
    devices, and files of the system that go on when something happens.
    """
    is_pipe = False
    if size is None:
        status = os.stat(path)
        kind = stat.S_IFMT(status.st_mode)
        is_pipe = kind == stat.S_IFIFO
        if kind in {stat.S_IFCHR, stat.S_IFBLK} or (is_pipe and not waits):
            raise OSError(errno.ENODEV, NO_FILE, path)
        size = status.st_size if kind == stat.S_IFREG else None
    descriptor = os.open(path, os.O_RDONLY | _BINARY | (0 if is_pipe else _AT_ONCE))
    try:
        data = os.read(descriptor, _PIECE)
        if len(data) == size != _PIECE:
            return data  # as most
        if more := os.read(descriptor, _PIECE):
            data += more + io.FileIO(descriptor, closefd=False).readall()
        return data
    except BlockingIOError:
        raise OSError(errno.ENODEV, NO_FILE, path) from None
    finally:
        os.close(descriptor)


def _not_python(path: str, error: SyntaxError) -> SourceError:
    """The error for a text that is not Python, at least not to the one that runs ctxlint."""
    position = Position(error.lineno, max(error.offset or 1, 1)) if error.lineno else None
    about = f"{error.msg}\n{error.text}"
    if any(sys.version_info < version and re.match(pattern, about) for version, pattern in _ADDED):
        running = f"{sys.version_info.major}.{sys.version_info.minor}"
        what = f"not valid in Python {running}, which runs ctxlint: fix it"
        return SourceError(path, what, "or run ctxlint with the project's Python", position)
    return SourceError(path, f"syntax error: {error.msg}", "fix it and check again", position)


def _parsed(text: str) -> ast.Module:
    """The tree of a text.

    CPython 3.11 may raise SystemError where another thread parses meanwhile, as the standard
    library does to print a traceback.
    """
    try:
        return ast.parse(text)
    except SystemError:
        return ast.parse(text)


def deep_enough(work: Callable[[], T]) -> T:
    """The result of work, which gets a larger stack where it recurses too deep for this one.

    Raises RecursionError where that is not enough either.
    """
    try:
        return work()
    except RecursionError:
        from ctxlint.deep_stack import deeply  # noqa: PLC0415 - few files need it

        return deeply(work)


def too_deep(path: str) -> SourceError:
    """The error for code nested deeper than the interpreter follows."""
    return SourceError(path, "nested too deeply to analyse", "split the expression")
