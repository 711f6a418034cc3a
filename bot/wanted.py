"""What somebody asked for, as a value short enough to travel in a button.

A reader names characters and tags once; every later press (another one, the
next page of results, drop this filter) carries the same wish in its custom_id.
Its code has no colon and stays far below Discord's 100 characters: names are
their numbers in base 36.
"""

import string
from dataclasses import dataclass, replace

from bot.library.base import Filter, Name
from bot.prose.words import fold
from bot.story import Rating

MOST_NAMES = 5  # names that a wish may ask for, and as many it may rule out: so it fits a button

_DIGITS = string.digits + string.ascii_lowercase


@dataclass(frozen=True, slots=True)
class Wanted:
    """Ids of names a story must carry or must not, and its limits; empty asks for anything.

    ``language`` is a primary language subtag such as "en"; words count as
    `prose.words.count_words` does.
    """

    names: tuple[int, ...] = ()
    without: tuple[int, ...] = ()
    max_rating: Rating | None = None
    min_words: int | None = None
    max_words: int | None = None
    language: str = ""
    complete: bool | None = None
    collection: int = 0

    @property
    def is_empty(self) -> bool:
        """Tell whether anything will do."""
        return self == Wanted()

    def code(self) -> str:
        """Write it for a custom_id; "" when anything will do."""
        parts = [
            *(f"n{_in_base_36(ident)}" for ident in self.names),
            *(f"x{_in_base_36(ident)}" for ident in self.without),
        ]
        if self.max_rating is not None:
            parts.append(f"r{int(self.max_rating)}")
        if self.min_words is not None:
            parts.append(f"a{_in_base_36(self.min_words)}")
        if self.max_words is not None:
            parts.append(f"z{_in_base_36(self.max_words)}")
        if self.language:
            parts.append(f"l{self.language}")
        if self.complete is not None:
            parts.append(f"c{int(self.complete)}")
        if self.collection:
            parts.append(f"o{_in_base_36(self.collection)}")
        return ".".join(parts)

    @classmethod
    def from_code(cls, code: str) -> "Wanted":
        """Read what `code` wrote; what a later version wrote beside it is passed over.

        Raises:
            ValueError: It is no such code.
        """
        wanted = cls()
        for part in filter(None, code.split(".")):
            letter, told = part[0], part[1:]
            match letter:
                case "n":
                    wanted = replace(wanted, names=(*wanted.names, int(told, 36)))
                case "x":
                    wanted = replace(wanted, without=(*wanted.without, int(told, 36)))
                case "r":
                    wanted = replace(wanted, max_rating=Rating(int(told)))
                case "a":
                    wanted = replace(wanted, min_words=int(told, 36))
                case "z":
                    wanted = replace(wanted, max_words=int(told, 36))
                case "l":
                    wanted = replace(wanted, language=told)
                case "c":
                    wanted = replace(wanted, complete=told == "1")
                case "o":
                    wanted = replace(wanted, collection=int(told, 36))
                case _:
                    continue
        return wanted

    def naming(self, *names: Name) -> "Wanted":
        """Give it with ``names`` asked for as well; one asked for twice counts once."""
        ids = dict.fromkeys((*self.names, *(name.id for name in names)))
        return replace(self, names=tuple(ids))

    def filter(self, names: tuple[Name, ...], without: tuple[Name, ...]) -> Filter:
        """Give the question to the library; the names are those of the ids, looked up."""
        return Filter(
            names=tuple((name.kind, fold(name.name)) for name in names),
            without_names=tuple(fold(name.name) for name in without),
            min_words=self.min_words,
            max_words=self.max_words,
            max_rating=self.max_rating,
            language=self.language,
            complete=self.complete,
            collection=self.collection,
        )


def _in_base_36(number: int) -> str:
    told = ""
    while number or not told:
        number, digit = divmod(number, 36)
        told = _DIGITS[digit] + told
    return told
