"""CTX301: the deprecated twin of a session getter is imported, and nothing uses it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePath

from ctxlint.config.settings import Settings
from ctxlint.contract.getter import Getter, matches_any
from ctxlint.finding import Applicability, Edit, Finding, Fix, Level
from ctxlint.flow import analyse
from ctxlint.project.import_guards import is_tried
from ctxlint.project.scopes import Names, Scope, names_of
from ctxlint.project.textual_references import computed_lookup, is_read_in_text, scope_of
from ctxlint.project.uses_elsewhere import is_used_elsewhere
from ctxlint.remedy.imports import import_edits
from ctxlint.rules.base import Rule
from ctxlint.rules.dead_context_import.unfinished_rename import DeadImport, renames
from ctxlint.source import SourceFile

_TRIED = "the code handles its ImportError, so it may be an availability check"
_COMPUTED = "line {} looks up a computed name in the module, which may be this one"


def check(rule: Rule, file: SourceFile, settings: Settings, *, edits: bool) -> Iterator[Finding]:
    """One finding for each imported name, at the name; with the `edits` of its fix."""
    check = _Check(rule, file, settings)
    return (check.finding(one, edits=edits) for one in check.dead)


def edits(
    rule: Rule, file: SourceFile, settings: Settings, findings: Sequence[Finding]
) -> tuple[Edit, ...]:
    """The fixes together, so that a statement goes if all of its names do."""
    check = _Check(rule, file, settings)
    places = {finding.span for finding in findings}
    return check.edits([one for one in check.dead if file.span(one.alias) in places])


class _Check:
    def __init__(self, rule: Rule, file: SourceFile, settings: Settings) -> None:
        self.rule = rule
        self.file = file
        self.settings = settings
        self.names: Names = names_of(file)
        self.dead = list(self.dead_imports())
        self.renames = renames(self.dead, self.names, file)

    def dead_imports(self) -> Iterator[DeadImport]:
        """The imported names that nothing uses, in source order."""
        if PurePath(self.file.path).stem == "__init__":
            return  # what a package imports is there for others
        for statement in sorted(self.file.imports, key=lambda node: (node.lineno, node.col_offset)):
            for alias in statement.names:
                getter = self.replacement(statement, alias)
                function = scope_of(statement, self.names, self.file)
                scope = function.owner(_bound_name(alias))
                if not getter or not scope or self.is_used(alias, scope, function):
                    continue
                elsewhere = self.is_used_elsewhere(alias, scope)
                if not elsewhere:
                    reason = self.doubt(statement, scope)
                    is_unseen = elsewhere is None
                    yield DeadImport(alias, statement, scope, function, getter, reason, is_unseen)

    def doubt(self, statement: ast.Import | ast.ImportFrom, scope: Scope) -> str | None:
        """Why an import that nothing uses may be there for something; None for no reason."""
        if is_tried(statement, self.file):
            return _TRIED
        lookup = computed_lookup(self.file) if scope is self.names.module else None
        return _COMPUTED.format(self.file.span(lookup).start.row) if lookup else None

    def replacement(
        self, statement: ast.Import | ast.ImportFrom, alias: ast.alias
    ) -> Getter | None:
        """The getter that replaces what an alias imports, if any."""
        path = alias.name
        if isinstance(statement, ast.ImportFrom):
            path = f"{'.' * statement.level}{statement.module or ''}.{alias.name}"
        getters = self.settings.contract.getters
        return next((g for g in getters if self.is_twin(g, alias, path)), None)

    def is_twin(self, getter: Getter, alias: ast.alias, path: str) -> bool:
        """Whether an alias imports what a getter replaces, by whatever way."""
        if matches_any(getter.replaces, path):
            return True
        if not any("." in name for name in getter.replaces):
            return False
        from ctxlint.matching.matcher import matcher_of  # noqa: PLC0415 - few contracts need it

        matcher = matcher_of(self.file, self.settings.contract)
        return matcher.imports_any(getter.replaces, alias, self.file)

    def is_used(self, alias: ast.alias, scope: Scope, function: Scope) -> bool:
        """Whether something in the file, or probably outside of it, uses an imported name."""
        name = _bound_name(alias)
        return (
            alias.asname == alias.name  # PEP 484: it is there for others
            or isinstance(scope.node, ast.ClassDef)  # an attribute of the class
            or name in function.globals  # others read what a function puts into the module
            or any(_deletes(node) for node in scope.bindings.get(name, ()))
            or self.is_read(alias, name, scope)
            or is_read_in_text(name, scope, self.names, self.file)
        )

    def is_used_elsewhere(self, alias: ast.alias, scope: Scope) -> bool | None:
        """Whether another file uses an imported name; None where none was looked at."""
        is_global = scope is self.names.module
        return is_used_elsewhere(_bound_name(alias), self.file) if is_global else False

    def is_read(self, alias: ast.alias, name: str, scope: Scope) -> bool:
        """Whether a read may get what the alias binds, and not only what replaces it."""
        if self.is_read_by_a_class(name, scope) or self.is_read_as_alias(alias):
            return True
        loads = self.names.loads(name, scope)
        bindings = scope.bindings.get(name, [])
        # `import a.b` adds to what `import a` binds: neither replaces the other
        if not loads or len(bindings) < 2 or any(map(_is_submodule, bindings)):
            return bool(loads)
        uses = analyse(self.file, self.settings.contract).uses
        return any(
            load not in uses or any(definition.node is alias for definition in uses[load])
            for load in loads
        )

    def is_read_by_a_class(self, name: str, scope: Scope) -> bool:
        """Whether a class that binds a name too reads it: before that, it is the outer one's."""
        return any(
            isinstance(inner.node, ast.ClassDef)
            and name in inner.loads
            and name in inner.bindings
            and inner.parent
            and inner.parent.owner(name) is scope
            for inner in self.names.scopes.values()
        )

    def is_read_as_alias(self, alias: ast.alias) -> bool:
        """Whether a submodule is loaded for `import package as p`, so that it can be `p.module`."""
        package = alias.name.partition(".")[0]
        return _is_submodule(alias) and any(
            other.asname
            and other.name == package
            and isinstance(self.file.parents[other], ast.Import)
            for other in self.file.nodes(ast.alias)
        )

    def finding(self, one: DeadImport, *, edits: bool) -> Finding:
        """The finding of one dead import, with its fix or the reason for none."""
        rename = self.renames.get(one)
        name = one.alias.name
        message = f"{name} is imported and never used"
        remedy = f"remove the import of {name}"
        reason = one.unfixed_reason
        if rename:
            line = rename.read.lineno
            message = f"{rename.name} on line {line} raises NameError: "
            message += f"the file imports {name} instead, and never uses it"
            remedy = f"import {rename.name} instead of {name}"
            reason = rename.unfixed_reason
        safety = Applicability.UNSAFE if one.is_unseen else Applicability.SAFE
        fix = None if reason else Fix(safety, remedy, self.edits([one]) if edits else ())
        return Finding(
            code=self.rule.code,
            name=self.rule.name,
            level=Level.ERROR if rename else Level.NOTE,
            message=message,
            filename=self.file.path,
            span=self.file.span(one.alias),
            function=one.function.qualified_name or None,
            fix=fix,
            unfixed_reason=reason,
        )

    def edits(self, dead: Collection[DeadImport]) -> tuple[Edit, ...]:
        """The edits that remove some dead imports, and finish the renames among them."""
        renamed = {one.alias: self.renames[one].name for one in dead if one in self.renames}
        gone = {one.alias for one in dead} - renamed.keys()
        return import_edits(self.file, gone, renamed)


def _bound_name(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _deletes(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del)


def _is_submodule(node: ast.AST) -> bool:
    return isinstance(node, ast.alias) and not node.asname and "." in node.name
