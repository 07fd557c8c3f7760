"""Simple statements of generated programs: assignments, containers, readers, getter calls."""

from __future__ import annotations

from dataclasses import replace

from grammar import CONTEXTS, IDS, KEYS, MAPS, PAIR, Scope, call, source, value
from layout import Body, Line, Statement, block


def dressed(scope: Scope, statements: list[Statement]) -> Body:
    """The statements, each in a form of its own."""
    return tuple(replace(statement, form=scope.one(scope.forms)) for statement in statements)


# Names.


def assign(scope: Scope) -> list[Statement]:
    """An assignment to a name, or to two."""
    text, name, key = value(scope), scope.one(IDS), scope.one(KEYS)
    forms = ["{0} = {1}"] * 3
    forms += ["{0}: str | None = {1}", "{0} = {2} = {1}", "{0}, *_ = [{1}]"]
    form = scope.one(forms)
    if scope.chance(8):
        scope.bind("id", name)
        return [Line(f'{name} = "p-"'), Line(f"{name} += str({text})")]
    if "{2}" in form:
        scope.bind("id", key)
    return [Line(form.format(scope.bind("id", name), text, key))]


def pair(scope: Scope) -> list[Statement]:
    """Both IDs in one statement."""
    first, second = value(scope, 1), value(scope, 1)
    options = [
        f"thread_id, run_id = {first}, {second}",
        'thread_id, run_id, _ = UnifiedIdGenerator.generate_user_context_ids("u", "op")',
        'thread_id, run_id = UnifiedIdGenerator.generate_user_context_ids("u", "op")[:2]',
        *(f"thread_id, run_id = {call(scope, f)}" for f in scope.calls("pair")),
    ]
    if scope.known(PAIR):
        options.append(f"thread_id, run_id = {PAIR}")
    if set(KEYS) <= set(scope.known("id")):
        options.append("thread_id, run_id = run_id, thread_id")
    text = scope.one(options)
    for key in KEYS:
        scope.bind("id", key)
    return [Line(text)]


def delete(scope: Scope) -> list[Statement]:
    """A name that is gone for a while, or an item that is gone."""
    if scope.known("map") and scope.chance(3):
        return [Line(f'{scope.one(scope.known("map"))}.pop("{scope.one(KEYS)}", None)')]
    if not scope.known("id"):
        return assign(scope)
    name = scope.one(scope.known("id"))
    scope.unbind("id", name)
    text = value(scope, 1)
    return [Line(f"del {name}"), Line(f"{scope.bind('id', name)} = {text}")]


def attribute(scope: Scope) -> list[Statement]:
    """An attribute of the handler is set, perhaps where it is missing."""
    name, text = f"self.{scope.one(KEYS)}", value(scope, 1)
    change = Line(f"{name} = {text}")
    form = scope.one(["plain", "guard", "or"])
    if form == "guard":
        return [block(f"if not {name}:", *dressed(scope, [change]))]
    return [Line(f"{name} = {name} or {text}") if form == "or" else change]


# Containers.


def container(scope: Scope) -> list[Statement]:
    """A pair or mapping of IDs is made or changed."""
    maps = scope.known("map")
    first, second, key = value(scope, 1), value(scope, 1), scope.one(KEYS)
    if scope.chance(4):
        scope.bind(PAIR, PAIR)
        return [Line(scope.one([f"{PAIR} = ({first}, {second})", f"{PAIR} = [{first}, {second}]"]))]
    if not maps or scope.chance(3):
        made = [f'{{"thread_id": {first}, "run_id": {second}}}', f'{{"{key}": {first}}}']
        made += ["{}", f"dict({key}={first})"]
        made += [f'{{**{name}, "{key}": {first}}}' for name in maps]
        made += [f'{{"{key}": {first}, **{name}}}' for name in maps]
        made += [form.format(name) for name in maps for form in ("{}.copy()", "dict({})", "{}")]
        made += [call(scope, function) for function in scope.calls("map")]
        text = scope.one(made)
        return [Line(f"{scope.bind('map', scope.one(MAPS))} = {text}")]
    name = scope.one(maps)
    forms = [
        f'{name}["{key}"] = {first}',
        f'{name}.setdefault("{key}", {first})',
        f"{name}.update({key}={first})",
        f'{name} |= {{"{key}": {first}}}',
        f'{name}.pop("{key}", None)',
    ]
    change = Line(scope.one(forms))
    if scope.chance(3):
        return [block(f'if not {name}.get("{key}"):', *dressed(scope, [change]))]
    return [change]


# Readers, and other consumers of the generator.


def read(scope: Scope) -> list[Statement]:
    """A line that reads something, or says where it is."""
    if "log" not in scope.inputs:
        return assign(scope)
    forms = ['log.append("step")']
    for name in scope.known("id"):
        forms += [f"log.append({name})", f'log.append(f"id {{{name}}}")', f"db.save(run_id={name})"]
        forms += [f"log.append(str({name})[:8])", f'log.append({name} or "none")']
    for name in scope.known("map"):
        forms += [f"log.append(dict({name}))", f'log.append({name}.get("thread_id"))']
    forms += [f"log.append({name}.user_id)" for name in scope.known("context")]
    return [Line(scope.one(forms))]


def other_consumer(scope: Scope) -> list[Statement]:
    """A generated ID that goes where it is right."""
    if "log" not in scope.inputs:
        return assign(scope)
    made = source(scope)
    if scope.chance(2):
        return [Line(f"create_user_execution_context(user_id, thread_id={made})")]
    reader = scope.one(["log.append(request_id)", "db.save(request_id)"])
    return [Line(f"request_id = {made}"), Line(reader)]


def session(scope: Scope) -> list[Statement]:
    """A call of the getter, or of a function that calls it."""
    if "user_id" not in scope.inputs:
        return assign(scope)
    text = getter_call(scope)
    kind = scope.one(["name", "name", "alone", "log"])
    if kind == "alone":
        return [Line(text)]
    if kind == "log" and "log" in scope.inputs:
        return [Line(f"log.append({text})")]
    return [Line(f"{scope.bind('context', scope.one(CONTEXTS))} = {text}")]


def getter_call(scope: Scope) -> str:
    """A call of the getter with IDs by keyword, by position, from a mapping or a sequence."""
    openers = scope.calls("context")
    if openers and scope.chance(3):
        return call(scope, scope.one(openers))
    first, second = _argument(scope, "thread_id"), _argument(scope, "run_id")
    forms = [
        f"user_id=user_id, thread_id={first}, run_id={second}",
        f"user_id, {first}, {second}",
        f"user_id, {first}, run_id={second}",
        f"user_id, thread_id={first}",
        f"user_id, run_id={second}",
    ]
    forms += [f"user_id, **{name}" for name in scope.known("map")] * 2
    forms += [f"user_id, *{PAIR}" for _ in scope.known(PAIR)] * 2
    forms += [f'user_id, **{{"thread_id": {first}}}', f"user_id, *({first}, {second})"]
    text = f"{scope.getter}({scope.one(forms)})"
    if scope.chance(12):
        ids = f"thread_id={first}, run_id={second}"
        made = [f"{scope.getter}, user_id)({ids})", f"{scope.getter}, user_id, {ids})()"]
        text = f"functools.partial({scope.one(made)}"
    return f"(await {text})" if scope.is_async and scope.chance(3) else text


def _argument(scope: Scope, key: str) -> str:
    """What is passed for an ID: its own name if there is one, most of the time."""
    if key in scope.known("id") and not scope.chance(4):
        return key
    if scope.known("id") and not scope.chance(3):
        return str(scope.one(scope.known("id")))
    return value(scope, 1)
