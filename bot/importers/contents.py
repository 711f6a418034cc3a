"""What a web page or a book holds, before the facts beside it are laid over it."""

from dataclasses import dataclass, field

from bot.story import Chapter, Origin


@dataclass(frozen=True, slots=True)
class Contents:
    """Facts under any of their usual names (``fields.by_field``), and the chapters.

    ``title`` serves where no fact states one.
    """

    facts: dict[str, object]
    chapters: tuple[Chapter, ...]
    title: str = ""
    title_origin: Origin = Origin.STATED
    messages: tuple[str, ...] = field(default=())
    layout: str = ""  # what made it, as in ``Provenance``
