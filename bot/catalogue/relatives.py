"""What a story that was read has to do with others on the shelf."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.catalogue.likeness import Likeness


@dataclass(slots=True)
class Kin:
    """A story that another one may belong with.

    ``story`` is None for one that a dry run read, which ``path`` tells. It
    ``is_held`` when another file that is there now holds this text.
    """

    story: int | None
    told: Mapping[str, Any]
    fingerprint: str
    texts: Sequence[str]
    path: str = ""
    is_held: bool = False


@dataclass(slots=True)
class Relation:
    """What was found: what other files with the same words tell, another version, near doubles."""

    twins: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    edition: Kin | None = None
    near: list[tuple[Kin, Likeness]] = field(default_factory=list[tuple[Kin, Likeness]])
