"""The closing line of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxlint.finding import Applicability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxlint.finding import Finding


_SHOWN = 3  # getters or files that are named


def checked(
    findings: Sequence[Finding], files: int, errors: int, unsafe_fixes: bool, marked: bool = False
) -> str:
    """The summary of `ctxlint check` over `files` files and others with `errors`.

    `marked`: whether findings that a fix repairs have the mark `[*]`, which it explains.
    """
    if not findings:
        return _clear(files, errors)
    places = [count(len({finding.filename for finding in findings}), "file")]
    functions = {(f.filename, f.function) for f in findings if f.function}
    if functions:
        places.append(count(len(functions), "function"))
    found = f"Found {count(len(findings), 'finding')} in {' and '.join(places)}"
    return f"{found}; {_fixable(findings, unsafe_fixes, marked)}."


def fixed(
    fixed: Sequence[Finding],
    remaining: Sequence[Finding],
    files: int,
    errors: int,
    *,
    written: bool,
    suppressed: Sequence[Finding] = (),
) -> str:
    """The summary of a run that changes files, or of a diff if not `written`.

    `suppressed` are the findings that it wrote noqa comments for.
    """
    if not fixed and not suppressed and not remaining:
        return _clear(files, errors)
    verbs = ("fixed", "suppressed") if written else ("would fix", "would suppress")
    deeds = [
        _deed(verb, findings)
        for verb, findings in zip(verbs, (fixed, suppressed), strict=True)
        if findings
    ]
    done = ", ".join(deeds) or ("nothing fixed" if written else "nothing to fix")
    return f"{done[0].upper()}{done[1:]}; {_left(remaining)}."


def _deed(verb: str, findings: Sequence[Finding]) -> str:
    places = count(len({finding.filename for finding in findings}), "file")
    return f"{verb} {count(len(findings), 'finding')} in {places}"


def known(findings: int, more: bool, where: str | None = None) -> str:
    """The notice of known findings, beside others if `more`.

    `where` says since when they are; without it they are in a baseline.
    """
    them = f"{findings} more" if more else count(findings, "finding")
    if where:
        return f"{them} {'was' if findings == 1 else 'were'} already there {where}."
    return f"{them} {'is' if findings == 1 else 'are'} in the baseline."


def stale(entries: int, file: str, moved: int) -> str:
    """The notice of stale baseline entries.

    `moved` is how many findings are new in their files, which may be theirs.
    """
    number = "1 entry" if entries == 1 else f"{entries} entries"
    them, are = ("it", "is") if entries == 1 else ("them", "are")
    opening = f"{number} of {file} {are} stale"
    if not moved:
        return f"{opening}: --write-baseline {file} prunes {them}."
    files = "file" if entries == 1 else "files"
    new = "is" if moved == 1 else "are"
    return (
        f"{opening}, and {count(moved, 'finding')} of the same {files} {new} new. "
        f"Where a finding has moved, --write-baseline {file} renews its entry."
    )


def skipped(tests: int) -> str:
    """The notice of test files that were not checked."""
    them = "it" if tests == 1 else "them"
    return f"Skipped {count(tests, 'test file')} (--include-tests checks {them})."


def closed(names: Sequence[str]) -> str:
    """The notice of files whose calls into other files were not followed."""
    of_files = count(len(names), "file")
    return f"Followed no call out of {of_files} ({_listed(names)}): too much code in other files."


def cut_off(names: Sequence[str]) -> str:
    """The notice of files below no import root that import others."""
    of_files = count(len(names), "file")
    return (
        f"Followed imports of {of_files} ({_listed(names)}) only within their folders: they are "
        "outside the import roots. Run ctxlint in the project's folder, or set src."
    )


def failed(errors: int) -> str:
    """The notice of errors, which are printed above the summary."""
    return f"{count(errors, 'error')}, see above."


def nothing_to_check(getters: Sequence[str], files: int) -> str:
    """The line for a run that saw no call of a getter, so that nothing was checked."""
    return (
        f"Nothing to check for CTX101: no call of a session getter in {count(files, 'file')} "
        f"(looked for {_listed(getters)}). "
        "Name yours in [tool.ctxlint]; 'ctxlint init' finds candidates."
    )


def _listed(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - _SHOWN
    return ", ".join([*names[:_SHOWN], *([f"{more} more"] if more > 0 else [])])


def _clear(files: int, errors: int) -> str:
    if not files:
        return "No Python file was checked."
    opening = "No findings" if errors else "All clear"
    return f"{opening}: {count(files, 'file')} checked."


def _fixable(findings: Sequence[Finding], unsafe_fixes: bool, marked: bool) -> str:
    """How many findings have a fix, and the command that applies it."""
    safe, unsafe = _fixes(findings)
    if unsafe_fixes:
        safe, unsafe = safe + unsafe, 0
    if safe:
        more = f", {unsafe} more with --unsafe-fixes" if unsafe else ""
        mark = "[*] " if marked else ""
        return f"{mark}{safe} fixable with 'ctxlint fix'{more}"
    return f"{unsafe} fixable with 'ctxlint fix --unsafe-fixes'" if unsafe else "none fixable"


def _left(remaining: Sequence[Finding]) -> str:
    """How many findings are left after fixing."""
    if not remaining:
        return "none remain"
    _, unsafe = _fixes(remaining)
    more = f", {unsafe} fixable with --unsafe-fixes" if unsafe else ""
    return f"{len(remaining)} {'remains' if len(remaining) == 1 else 'remain'}{more}"


def _fixes(findings: Sequence[Finding]) -> tuple[int, int]:
    """How many findings have a safe fix, and how many an unsafe one."""
    kinds = [finding.fix.applicability for finding in findings if finding.fix]
    return kinds.count(Applicability.SAFE), kinds.count(Applicability.UNSAFE)


def count(number: int, noun: str, several: str | None = None) -> str:
    """A number of things, in words; `several` is the plural, without it the noun with an s."""
    return f"{number} {noun}" if number == 1 else f"{number} {several or f'{noun}s'}"
