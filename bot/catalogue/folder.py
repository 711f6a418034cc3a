"""What lies in a folder of stories: the files, and the facts written beside them."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from bot.errors import ImportFailed
from bot.importers.sidecar import SIDECAR_LIMIT, SIDECAR_NAME, FactFiles, Sidecar, is_sidecar
from bot.texts import say

ALIAS_FILE = "characters.toml"
STANDARD_INPUT = "-"  # in place of a path


@dataclass(frozen=True, slots=True)
class FileOnDisk:
    """A story file as the folder lists it."""

    path: Path
    relative: str  # posix, below the folder whose facts hold for it
    key: str  # "source:path", as the library knows it
    shown: str  # the path as the person gave it
    size: int
    modified: int  # nanoseconds
    leads_outside: bool = False  # a link to what lies outside the folder; never followed

    @property
    def name(self) -> str:
        """Its name without the folders."""
        return PurePosixPath(self.relative).name


@dataclass(frozen=True, slots=True)
class Folder:
    """A scanned folder: story files in order, and the facts beside them."""

    files: tuple[FileOnDisk, ...]
    exists: bool
    beside: FactFiles = field(default_factory=FactFiles)

    def notes(self) -> list[str]:
        """List what the author of a library.toml should know: keys and names that fit nothing."""
        told: list[str] = []
        for place, sidecar in self.beside.sidecars.items():
            if isinstance(sidecar, Sidecar):
                told.extend(sidecar.messages)
                below = [
                    PurePosixPath(file.relative).relative_to(place or ".").as_posix()
                    for file in self.files
                    if PurePosixPath(file.relative).is_relative_to(place or ".")
                ]
                where = f"{place}/{SIDECAR_NAME}" if place else SIDECAR_NAME
                told.extend(
                    say("catalogue.unused-entry", file=where, name=name)
                    for name in sidecar.find_unused(below)
                )
        return told

    def facts(self, file: FileOnDisk) -> dict[str, object]:
        """Give what library.toml and ``<stem>.meta.toml`` say of ``file``, the nearest winning.

        Raises:
            ImportFailed: One of them cannot be read: a story must not be
                served without a fact that somebody wrote down.
        """
        return self.beside.facts_beside(file.relative)


def piped(path: Path) -> Folder:
    """Give what came through standard input, and now lies at ``path``, as a folder of one file.

    It is known by its bytes: the same text again is the same file, another one is another.
    """
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    name, size = STANDARD_INPUT, path.stat().st_size
    file = FileOnDisk(path, name, f"import:{STANDARD_INPUT}/{digest}", name, size, 0)
    return Folder((file,), exists=True)


def scan(path: Path, stories_dir: Path) -> Folder:
    """List the story files at ``path``, a folder or one file.

    Hidden and temporary files (``.x``, ``~$x``, ``x~``) and the files of facts
    are passed over. Below ``stories_dir`` files are known by their relative
    path, so the folder can move; elsewhere by their absolute one. A link in
    the folder that leads out of it is listed, and says so; nothing behind it is.
    """
    if path.is_file():
        folder, names = path.parent, [path.name]
    elif path.is_dir():
        folder, names = path, list(_names(path))
    else:
        return Folder((), exists=False)
    home, base = stories_dir.resolve(), folder.resolve()
    # The facts of the whole stories folder hold in every part of it.
    root = home if base.is_relative_to(home) else base
    files: list[FileOnDisk] = []
    for name in names:
        file = folder / name
        # What a person names is meant, link or not; what lies in a folder may be anybody's.
        leads_outside = folder == path and _leads_outside(file, root)
        try:
            status = file.lstat() if leads_outside else file.stat()
        except OSError:  # removed while we looked, or a dangling link
            continue
        if not (stat.S_ISREG(status.st_mode) or leads_outside):
            continue
        absolute = base / name
        relative = _written(absolute.relative_to(root))
        source = "stories" if root == home else "import"
        key = f"{source}:{relative if root == home else _written(absolute)}"
        shown = _written(path if path.is_file() else path / name)
        size, modified = status.st_size, status.st_mtime_ns
        files.append(FileOnDisk(file, relative, key, shown, size, modified, leads_outside))
    return Folder(tuple(files), exists=True, beside=_facts_beside(root))


def _written(path: Path) -> str:
    r"""Write a path as text; bytes of a name that are no UTF-8 become ``\xe9``."""
    return path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _names(folder: Path) -> Iterator[str]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if (Path(where) / name).is_symlink()]
        for name in sorted(names + links):
            if _is_story_name(name):
                yield (Path(where) / name).relative_to(folder).as_posix()


def _leads_outside(file: Path, root: Path) -> bool:
    try:
        return file.is_symlink() and not file.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):  # it leads nowhere, or to itself
        return False


def _is_story_name(name: str) -> bool:
    is_temporary = name.startswith((".", "~$")) or name.endswith("~")
    return not (is_temporary or is_sidecar(name) or name == ALIAS_FILE)


def _facts_beside(folder: Path) -> FactFiles:
    found = FactFiles()
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in filter(is_sidecar, names):
            path = Path(where) / name
            relative = PurePosixPath(path.relative_to(folder).as_posix())
            found.add(relative, partial(_read_facts, path, str(relative), folder))
    return found


def _read_facts(path: Path, shown: str, root: Path) -> bytes:
    if _leads_outside(path, root):
        reason = say("catalogue.leads-outside")
        raise ImportFailed("import.sidecar", file=shown, line=1, reason=reason)
    try:
        if path.exists() and not path.is_file():
            raise ImportFailed("import.sidecar", file=shown, line=1, reason="no file")
        with path.open("rb") as opened:
            return opened.read(SIDECAR_LIMIT + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ImportFailed("import.sidecar", file=shown, line=1, reason=reason) from error
