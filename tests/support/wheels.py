"""What pip installs ctxlint with where there is no network: the packages of this environment."""

from __future__ import annotations

import os
import zipfile
from importlib.metadata import Distribution, distribution
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

if TYPE_CHECKING:
    from pathlib import Path

BUILD_BACKEND = "hatchling"


def offline(folder: Path) -> dict[str, str]:
    """Pack what ctxlint needs into a new folder: the environment in which pip looks only there."""
    folder.mkdir()
    found: dict[str, Distribution] = {}
    for name in ("ctxlint", BUILD_BACKEND):
        _add_closure(name, found)
    for name in found.keys() - {"ctxlint"}:
        _pack(found[name], folder)
    return {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(folder),
        "PYTHONPATH": "",
    }


def _add_closure(name: str, found: dict[str, Distribution]) -> None:
    """Add to `found` an installed package and all that it needs."""
    if name in found:
        return
    found[name] = distribution(name)
    for line in found[name].requires or ():
        needed = Requirement(line)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            _add_closure(needed.name, found)


def _pack(package: Distribution, folder: Path) -> None:
    """Write an installed package as the wheel that it came from."""
    tags = [
        line.removeprefix("Tag: ")
        for line in (package.read_text("WHEEL") or "").splitlines()
        if line.startswith("Tag: ")
    ]
    name = f"{package.name.replace('-', '_')}-{package.version}-{tags[0]}.whl"
    with zipfile.ZipFile(folder / name, "w") as wheel:
        for file in package.files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                wheel.write(str(package.locate_file(file)), file.as_posix())
