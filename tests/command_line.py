"""The command line run as a process, and what it printed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.wire.launching import STRICT, environment

# What scripts rely on (docs/formats.md); `reason` comes with what is refused.
KEYS = {
    *("path", "record", "outcome", "story", "title", "title_origin", "authors", "words"),
    *("chapters", "rating", "rating_origin", "permission", "warnings", "categories", "fandoms"),
    *("characters", "relationships", "tags", "language", "series", "published", "updated"),
    *("complete", "source", "summary", "notes", "messages"),
    *("collections", "permission_note", "stated_words", "extra"),
}


def fireside(
    folder: Path, *words: str | Path, piped: bytes | str = b"", **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m bot`` in ``folder``, where its library is as well."""
    done = subprocess.run(
        [sys.executable, *STRICT, "-m", "bot", *map(str, words)],
        cwd=folder,
        env=environment(folder, **settings),
        input=piped.encode() if isinstance(piped, str) else piped,
        capture_output=True,
        timeout=60,
        check=False,
    )
    out, told = done.stdout.decode(), done.stderr.decode()
    return subprocess.CompletedProcess(done.args, done.returncode, out, told)


def records(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """Read what ``import --json`` printed."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def assert_one_sentence(done: subprocess.CompletedProcess[str], words: str) -> None:
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert words in line


def with_peaks(
    folder: Path, *words: str | Path
) -> tuple[subprocess.CompletedProcess[str], int, int]:
    """Do the same, and give the peaks of memory: its own and its largest child's, in kilobytes."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.peak", *map(str, words)],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        encoding="utf-8",
        timeout=900,
        check=False,
    )
    own, childs = map(int, done.stderr.splitlines()[-1].split())
    return done, own, childs
