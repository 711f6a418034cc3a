"""A disk without room, made in two ways: a small one of its own, or a limit that a process has.

A file system in memory (tmpfs) is the truest, and takes rights that few users
have. A limit on the size of files (RLIMIT_FSIZE) needs none, and can be put on
a process that runs, and taken off again.
"""

import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.postgres import Server, server

WITHOUT_LIMIT = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def may_write(process: int, size: int | None) -> None:
    """Let a running process write files of at most ``size`` bytes; None: of any size."""
    most = resource.RLIM_INFINITY if size is None else size
    resource.prlimit(process, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


@contextmanager
def small_disk(place: Path, size: int) -> Generator[Path]:
    """Give a folder on a disk of ``size`` bytes; skips the test where none can be made."""
    place.mkdir()
    made = (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", place],
            capture_output=True,
            check=False,
        )
        if shutil.which("mount")
        else None
    )
    if made is None or made.returncode:
        pytest.skip("this user may not mount a disk; the same is tried with a limit")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def fill(disk: Path) -> Path:
    """Take all the room there is; gives the file that holds it."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as opened:
        try:
            while True:
                opened.write(bytes(4096))
        except OSError:
            return filler


@contextmanager
def server_on(size: int, *, log_apart: bool = True) -> Generator[tuple[Server, Path]]:
    """Give a server whose tables lie on a disk of ``size`` bytes, and that disk."""
    server()  # skips where there is none
    folder = Path(tempfile.mkdtemp(prefix="fireside-disk-"))
    folder.chmod(0o755)  # the server runs as somebody else
    try:
        with small_disk(folder / "disk", size) as disk:
            started = Server(disk=disk, log_apart=log_apart)
            started.start()
            try:
                yield started, disk
            finally:
                started.remove()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def leave(disk: Path, room: int) -> Path:
    """Take all room but that many bytes; gives the file that holds it."""
    filler = fill(disk)
    os.truncate(filler, filler.stat().st_size - room)
    return filler
