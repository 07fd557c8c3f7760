"""URIs and the paths that they mean, here and on Windows."""

from __future__ import annotations

import pytest

from ctxlint.server.uris import path_of, uri_of

HERE = [
    ("file:///home/me/a.py", "/home/me/a.py"),
    ("file:///home/me/a%20b%23%3F%25.py", "/home/me/a b#?%.py"),
    ("file:///home/%C3%A9.py", "/home/é.py"),
]
WINDOWS = [
    ("file:///C%3A/Users/me/a.py", "C:\\Users\\me\\a.py"),
    ("file:///D%3A/a%20b/%C3%A9.py", "D:\\a b\\é.py"),
    ("file://server/share/a.py", "\\\\server\\share\\a.py"),
]


@pytest.mark.parametrize(("uri", "path"), HERE)
def test_a_path_and_its_uri(uri: str, path: str) -> None:
    assert path_of(uri, windows=False) == path
    assert uri_of(path, windows=False) == uri


@pytest.mark.parametrize(("uri", "path"), WINDOWS)
def test_a_path_of_windows_and_its_uri(uri: str, path: str) -> None:
    assert path_of(uri, windows=True) == path
    assert uri_of(path, windows=True) == uri


@pytest.mark.parametrize("uri", ["file:///c:/a.py", "file:///C:/a.py", "file:///c%3A/a.py"])
def test_clients_write_a_drive_in_several_ways(uri: str) -> None:
    assert path_of(uri, windows=True) == "C:\\a.py"


@pytest.mark.parametrize(
    "uri",
    ["untitled:Untitled-1", "git:/a.py?ref", "", "a.py", "file:", "file:///a%00.py", "http://["],
)
def test_what_is_no_file_has_no_path(uri: str) -> None:
    assert path_of(uri, windows=False) is None
