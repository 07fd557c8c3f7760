"""The fixes as LibCST codemod commands: one for each rule that has a fix, and one for all.

`python -m libcst.tool codemod --no-format -x ctxlint.codemods.FixAll PATHS`
"""

from ctxlint.codemods.fixes import (
    FixAll,
    FixDeadContextImports,
    FixGeneratedSessionIds,
    FixUnusedSuppressions,
)

__all__ = ["FixAll", "FixDeadContextImports", "FixGeneratedSessionIds", "FixUnusedSuppressions"]
