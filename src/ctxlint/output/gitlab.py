"""The format `gitlab`: a Code Quality report, which GitLab shows in merge requests.

See https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctxlint.finding import Level
from ctxlint.findings.fingerprint import unique_fingerprints
from ctxlint.output.json import document

if TYPE_CHECKING:
    from typing import TextIO

    from ctxlint.finding import Finding
    from ctxlint.output import Results

# As ruff and ESLint do; `critical` and `blocker` are left to what stops a service or a release.
_SEVERITY = {Level.ERROR: "major", Level.WARNING: "minor", Level.NOTE: "info"}


def write(results: Results, out: TextIO) -> None:
    """Write one JSON array; fingerprints are unique in it, and stay when lines move."""
    fingerprints = unique_fingerprints(results.findings, results.lines)
    out.write(document(list(map(_issue, results.findings, fingerprints))))


def _issue(finding: Finding, fingerprint: str) -> dict[str, Any]:
    text = ". ".join([finding.message, *filter(None, (finding.help, finding.url))])
    return {
        "description": f"{finding.code} {text}",
        "check_name": finding.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITY[finding.level],
        "location": {"path": finding.filename, "lines": {"begin": finding.span.start.row}},
    }
