"""What lies in a folder of stories: the files, and the facts written beside them."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from bot.errors import FiresideError
from bot.importers.sidecar import (
    SIDECAR_NAME,
    Sidecar,
    facts_for,
    is_sidecar,
    meta_name,
    parse_meta,
)

ALIAS_FILE = "characters.toml"


@dataclass(frozen=True, slots=True)
class FileOnDisk:
    """A story file as the folder lists it."""

    path: Path
    relative: str  # posix, below the folder that was scanned
    key: str  # "source:path", as the library knows it
    shown: str  # the path as the person gave it
    size: int
    modified: int  # nanoseconds


@dataclass(frozen=True, slots=True)
class Folder:
    """A scanned folder: story files in order, and the facts beside them.

    ``sidecars`` are by folder ("" is the scanned one), ``metas`` by path; one
    that cannot be read is kept as its error.
    """

    files: tuple[FileOnDisk, ...]
    exists: bool
    sidecars: Mapping[str, Sidecar | FiresideError] = field(
        default_factory=dict[str, Sidecar | FiresideError]
    )
    metas: Mapping[str, dict[str, object] | FiresideError] = field(
        default_factory=dict[str, dict[str, object] | FiresideError]
    )

    def facts(self, file: FileOnDisk) -> dict[str, object]:
        """Give what library.toml and ``<stem>.meta.toml`` say of ``file``, the nearest winning.

        Raises:
            ImportFailed: One of them cannot be read: a story must not be
                served without a fact that somebody wrote down.
        """
        path = PurePosixPath(file.relative)
        sidecars: dict[str, Sidecar] = {}
        for parent in path.parents:
            folder = "" if str(parent) == "." else str(parent)
            sidecar = self.sidecars.get(folder)
            if isinstance(sidecar, FiresideError):
                raise sidecar
            if sidecar is not None:
                sidecars[folder] = sidecar
        meta = self.metas.get(str(path.with_name(meta_name(path.name))))
        if isinstance(meta, FiresideError):
            raise meta
        return facts_for(file.relative, sidecars, meta)


def scan(path: Path, stories_dir: Path) -> Folder:
    """List the story files at ``path``, a folder or one file.

    Hidden and temporary files (``.x``, ``~$x``, ``x~``) and the files of facts
    are passed over. Below ``stories_dir`` files are known by their relative
    path, so the folder can move; elsewhere by their absolute one.
    """
    if path.is_file():
        folder, names = path.parent, [path.name]
    elif path.is_dir():
        folder, names = path, list(_names(path))
    else:
        return Folder((), exists=False)
    home, base = stories_dir.resolve(), folder.resolve()
    files: list[FileOnDisk] = []
    for name in names:
        file = folder / name
        try:
            stat = file.stat()
        except OSError:  # removed while we looked, or a dangling link
            continue
        absolute = base / name
        key = (
            f"stories:{absolute.relative_to(home).as_posix()}"
            if absolute.is_relative_to(home)
            else f"import:{absolute.as_posix()}"
        )
        shown = str(path) if path.is_file() else str(path / name)
        files.append(FileOnDisk(file, name, key, shown, stat.st_size, stat.st_mtime_ns))
    sidecars, metas = _facts_beside(folder)
    return Folder(tuple(files), exists=True, sidecars=sidecars, metas=metas)


def _names(folder: Path) -> Iterator[str]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if _is_story_name(name):
                yield (Path(where) / name).relative_to(folder).as_posix()


def _is_story_name(name: str) -> bool:
    is_temporary = name.startswith((".", "~$")) or name.endswith("~")
    return not (is_temporary or is_sidecar(name) or name == ALIAS_FILE)


def _facts_beside(
    folder: Path,
) -> tuple[dict[str, Sidecar | FiresideError], dict[str, dict[str, object] | FiresideError]]:
    sidecars: dict[str, Sidecar | FiresideError] = {}
    metas: dict[str, dict[str, object] | FiresideError] = {}
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in filter(is_sidecar, names):
            path = Path(where) / name
            relative = path.relative_to(folder).as_posix()
            if name.lower() == SIDECAR_NAME:
                place = PurePosixPath(relative).parent.as_posix()
                sidecars["" if place == "." else place] = _read_sidecar(path, relative)
            else:
                metas[relative] = _read_meta(path, relative)
    return sidecars, metas


def _read_sidecar(path: Path, shown: str) -> Sidecar | FiresideError:
    try:
        return Sidecar.parse(path.read_bytes(), shown)
    except FiresideError as error:
        return error


def _read_meta(path: Path, shown: str) -> dict[str, object] | FiresideError:
    try:
        return parse_meta(path.read_bytes(), shown)
    except FiresideError as error:
        return error
