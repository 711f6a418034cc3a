"""Which subjects there are: every module of the bench with a ``measure(quick) -> Outcome``.

A subject is found by its file alone, and imported only when it is measured:
one whose packages are missing keeps no other from running.
"""

import ast
from pathlib import Path
from typing import NamedTuple

_HERE = Path(__file__).parent
_ORDER = ("split", "find", "import", "answer", "memory", "deliver")  # of the tables; others follow


class Subject(NamedTuple):
    """Where a subject is measured, and what it is about."""

    module: str
    about: str


def find_subjects() -> dict[str, Subject]:
    """Give all subjects by name: the file's, without the underscore that ``import_.py`` needs."""
    found = {
        path.stem.rstrip("_"): Subject(f"bench.{path.stem}", about)
        for path in sorted(_HERE.glob("*.py"))
        if (about := _about(path)) is not None
    }
    names = [name for name in _ORDER if name in found]
    return {name: found[name] for name in [*names, *(name for name in found if name not in names)]}


def _about(path: Path) -> str | None:
    """Give the first line of a subject's docstring; None for a module that is none."""
    tree = ast.parse(path.read_text("utf-8"))
    if not any(isinstance(node, ast.FunctionDef) and node.name == "measure" for node in tree.body):
        return None
    return (ast.get_docstring(tree) or "").partition("\n")[0]
