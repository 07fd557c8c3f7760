"""Transformations of a module that keep its meaning: other names, other statements.

Each takes a syntax tree and changes it in place; a module to which it does not apply stays as it
is. What it renames or introduces ends in `ADDED`, so that messages compare.
"""

from __future__ import annotations

import ast
import builtins
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ADDED = "_added"
GETTER = "get_user_execution_context"
IDS = ("thread_id", "run_id")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Block = list[ast.stmt]


def renamed_locals(tree: ast.Module) -> None:
    """Another name for each local variable that is no parameter."""
    stored = {
        node.id
        for function in functions_of(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    _rename(tree, stored - _named_otherwise(tree) - {GETTER})


def aliased_imports(tree: ast.Module) -> None:
    """`import uuid as uuid_added`, `from x import y as y_added`, wherever the name is private."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    aliases = [alias for node in imports for alias in node.names]
    plain = {a.name for a in aliases if a.asname is None and "." not in a.name} - {"*"}
    plain -= {alias.asname for alias in aliases}
    plain -= {alias.name.partition(".")[0] for alias in aliases if "." in alias.name}
    plain -= {a.name for n in imports if getattr(n, "module", "") == "__future__" for a in n.names}
    names = plain - _named_otherwise(tree, imports=False)
    names -= {node.id for node in _names(tree) if not isinstance(node.ctx, ast.Load)}
    names &= {node.id for node in _names(tree)}  # an alias would make an unfinished rename whole
    for alias in aliases:
        if alias.name in names and alias.asname is None:
            alias.asname = alias.name + ADDED
    _rename(tree, names)


def _named_otherwise(tree: ast.Module, *, imports: bool = True) -> set[str]:
    """The names that mean more than a variable of one function, or may."""
    found = {*dir(builtins), *quoted(tree)}
    for node in ast.walk(tree):
        match node:
            case ast.arg(arg=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                found.update(names)
            case ast.alias() if imports:
                found.add((node.asname or node.name).partition(".")[0])
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                found.add(name)
            case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                found.add(name)
    return found | {name for block in _shared_blocks(tree) for name in _stored(block)}


def _shared_blocks(tree: ast.Module) -> Iterator[Block]:
    """The statements outside functions: of the module and of classes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef):
            yield [s for s in node.body if not isinstance(s, (*FUNCTIONS, ast.ClassDef))]


def _stored(block: Block) -> Iterator[str]:
    for statement in block:
        for node in _names(statement):
            if not isinstance(node.ctx, ast.Load):
                yield node.id


def _rename(tree: ast.Module, names: set[str]) -> None:
    for node in _names(tree):
        if node.id in names:
            node.id += ADDED


def split_assignments(tree: ast.Module) -> None:
    """`b = x` and `a = b` for `a = b = x`, and one statement each for `a, b = x, y`."""
    _replace_statements(tree, _split_assignment)


def _split_assignment(statement: ast.stmt) -> Block:
    match statement:
        case ast.Assign(targets=[*targets, ast.Name(id=name) as last]) if targets:
            copies = [ast.Assign([target], ast.Name(name, ast.Load())) for target in targets]
            return [ast.Assign([last], statement.value), *copies]
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            stored = {word_of(target) for target in targets}
            read = {word_of(node) for value in values for node in ast.walk(value)}
            is_plain = all(isinstance(target, ast.Name) for target in targets)
            if is_plain and len(targets) == len(values) and not stored & read:
                pairs = zip(targets, values, strict=True)
                return [ast.Assign([target], value) for target, value in pairs]
    return [statement]


def chained_assignments(tree: ast.Module) -> None:
    """`x = x_added = value` for `x = value` in functions."""

    def chain(statement: ast.stmt) -> Block:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]):
                statement.targets.append(ast.Name(name + ADDED, ast.Store()))
        return [statement]

    _replace_statements(tree, chain)


def annotated(tree: ast.Module) -> None:
    """Types for variables, parameters and results of functions that have none."""
    declared = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Global | ast.Nonlocal)
        for name in node.names
    }

    def annotate(statement: ast.stmt) -> Block:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name) as target]) if name not in declared:
                return [ast.AnnAssign(target, ast.Name("object", ast.Load()), statement.value, 1)]
        return [statement]

    _replace_statements(tree, annotate)
    for function in functions_of(tree):
        function.returns = function.returns or ast.Name("object", ast.Load())
        for parameter in function.args.args:
            parameter.annotation = parameter.annotation or ast.Name("object", ast.Load())


def aliased_arguments(tree: ast.Module) -> None:
    """`t_added = t` before a call of the getter with `t`, and `t_added` in the call."""
    _replace_statements(tree, _alias_arguments)


def _alias_arguments(statement: ast.stmt) -> Block:
    if not isinstance(statement, ast.Expr | ast.Assign | ast.Return) or statement.value is None:
        return [statement]
    copies: Block = []
    call = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
    if isinstance(call, ast.Call) and word_of(call.func) == GETTER:
        names = [a for a in call.args[1:3] if isinstance(a, ast.Name)]
        names += [k.value for k in call.keywords if k.arg in IDS and isinstance(k.value, ast.Name)]
        for name in {name.id: name for name in names}.values():
            target = ast.Name(name.id + ADDED, ast.Store())
            copies.append(ast.Assign([target], ast.Name(name.id, ast.Load())))
        for name in names:
            name.id += ADDED
    return [*copies, statement]


def keyword_arguments(tree: ast.Module) -> None:
    """The IDs by keyword in calls of the getter."""
    for call in _getter_calls(tree):
        if not any(isinstance(argument, ast.Starred) for argument in call.args):
            named = zip(IDS, call.args[1:], strict=False)
            call.keywords[:0] = [ast.keyword(name, value) for name, value in named]
            del call.args[1:3]


def positional_arguments(tree: ast.Module) -> None:
    """The user and the IDs by position in calls of the getter."""
    for call in _getter_calls(tree):
        for name in ("user_id", *IDS)[len(call.args) :]:
            if not call.keywords or call.keywords[0].arg != name:
                break
            if any(isinstance(argument, ast.Starred) for argument in call.args):
                break
            call.args.append(call.keywords.pop(0).value)


def _getter_calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and word_of(node.func) == GETTER:
            yield node


def ternaries(tree: ast.Module) -> None:
    """`x if x else y` for `x or y`, where reading x twice changes nothing."""
    _Ternaries().visit(tree)


class _Ternaries(ast.NodeTransformer):
    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.BoolOp(op=ast.Or(), values=[first, second]) if _is_pure(first):
                return ast.IfExp(first, first, second)
        return node


def _is_pure(node: ast.expr) -> bool:
    """Whether an expression is a name, or a look-up of a constant key in one."""
    match node:
        case ast.Name():
            return True
        case ast.Attribute(value=owner) | ast.Subscript(value=owner, slice=ast.Constant()):
            return _is_pure(owner)
        case ast.Call(func=ast.Attribute(value=owner, attr="get"), args=[ast.Constant()]):
            return _is_pure(owner)
    return False


def word_of(node: ast.AST) -> str:
    """The last name of a name or an attribute."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def quoted(tree: ast.AST) -> set[str]:
    """The words of all strings: a quoted annotation, locals()["x"], a doctest."""
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return set(re.findall(r"\w+", " ".join(text for text in texts if isinstance(text, str))))


def functions_of(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]


def _names(tree: ast.AST) -> list[ast.Name]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Name)]


def blocks_of(node: ast.AST) -> Iterator[Block]:
    """The lists of statements that a node has."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def _replace_statements(tree: ast.Module, replace: Callable[[ast.stmt], Block]) -> None:
    """Put other statements in the place of each statement of functions."""
    blocks = {id(b): b for f in functions_of(tree) for n in ast.walk(f) for b in blocks_of(n)}
    in_classes = {id(n.body) for n in ast.walk(tree) if isinstance(n, ast.ClassDef)}
    for key, block in blocks.items():
        if key not in in_classes:
            block[:] = [new for statement in block for new in replace(statement)]
