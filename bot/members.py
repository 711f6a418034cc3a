"""What a member decided for themselves, and their rights over what is kept of them.

Preferences are cached for a moment, because every question asks for them, and
dropped when they change.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.errors import NotAllowed
from bot.library.base import Card, Library
from bot.prose.warnings import all_spellings
from bot.prose.words import with_names, without_names
from bot.story import Audience, Place

MOST_AVOIDED = 100  # names on one member's list
MOST_REFUSED = 200  # stories one member does not want again; the first ones give way
REFUSED_FOR = timedelta(days=365)
_KNOWN_MOST = 10_000  # members whose preferences are in memory at once
_KNOWN_FOR = timedelta(minutes=1)  # another process may have changed them meanwhile
# Moments in unix microseconds are above this, those in seconds below.
_MICROSECONDS_FROM = 10**13


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a member decided; the defaults hold where they decided nothing."""

    avoided: tuple[str, ...] = ()  # names of tags of any kind, as they were written
    keeps_places: bool = True  # False: turning a page writes nothing down
    not_again: tuple[tuple[int, str], ...] = ()  # stories, and the day that was said

    def avoiding(self, names: Sequence[str]) -> "Preferences":
        """Avoid names as well; one that is avoided already stays once.

        Raises:
            NotAllowed: There would be more than a list holds.
        """
        avoided = with_names(self.avoided, names)
        if len(avoided) > MOST_AVOIDED:
            raise NotAllowed("mine.too-many", most=MOST_AVOIDED)
        return replace(self, avoided=avoided)

    def not_avoiding(self, names: Sequence[str]) -> "Preferences":
        """Avoid these names no longer."""
        return replace(self, avoided=without_names(self.avoided, names))

    def refusing(self, story: int, today: date) -> "Preferences":
        """Come upon a story by chance no more."""
        others = [each for each in self.wanting(story).not_again if _holds(each[1], today)]
        kept = (*others, (story, today.isoformat()))[-MOST_REFUSED:]
        return replace(self, not_again=tuple(kept))

    def wanting(self, story: int) -> "Preferences":
        """Take `refusing` back."""
        return replace(self, not_again=tuple(n for n in self.not_again if n[0] != story))


def _holds(said: str, today: date) -> bool:
    return today - date.fromisoformat(said) <= REFUSED_FOR


class Members:
    """Gives and changes what members decided, and what is kept of them."""

    def __init__(self, library: Library, *, now: Callable[[], datetime]) -> None:
        self._library = library
        self._now = now
        self._known: OrderedDict[int, tuple[datetime, Preferences, frozenset[str]]] = OrderedDict()
        self._changing = asyncio.Lock()

    async def preferences(self, member: int) -> Preferences:
        """Give what ``member`` decided."""
        return (await self._of(member))[0]

    async def avoided(self, member: int) -> frozenset[str]:
        """Give what ``member`` avoids, folded, as an `Audience` takes it."""
        return (await self._of(member))[1]

    async def not_again(self, member: int) -> frozenset[int]:
        """Give the stories that ``member`` does not want to come upon by chance."""
        today = self._now().date()
        told = (await self._of(member))[0].not_again
        return frozenset(story for story, said in told if _holds(said, today))

    async def refused(self, member: int, audience: Audience) -> list[Card]:
        """List these stories, the last one first, as far as ``audience`` may see them."""
        today = self._now().date()
        told = (await self._of(member))[0].not_again
        stories = [story for story, said in reversed(told) if _holds(said, today)]
        cards = [await self._library.card(story, audience) for story in stories]
        return [card for card in cards if card is not None]

    async def refuse(self, member: int, story: int) -> None:
        """Have ``member`` come upon ``story`` by chance no more, for a year."""
        today = self._now().date()
        await self.change(member, lambda before: before.refusing(story, today))

    async def want_again(self, member: int, story: int) -> None:
        """Take `refuse` back."""
        await self.change(member, lambda before: before.wanting(story))

    async def remember_shown(self, member: int, story: int) -> None:
        """Write down what ``member`` was shown in a channel, unless they want nothing kept."""
        if (await self.preferences(member)).keeps_places:
            await self._library.remember_shown(member, story, self._now())

    async def _of(self, member: int) -> tuple[Preferences, frozenset[str]]:
        found = self._known.get(member)
        if found is not None and self._now() - found[0] < _KNOWN_FOR:
            return found[1], found[2]
        stored = await self._library.preferences(member)
        return self._know(member, Preferences() if stored is None else _from_json(stored))

    def _know(self, member: int, preferences: Preferences) -> tuple[Preferences, frozenset[str]]:
        avoided = all_spellings(preferences.avoided)
        self._known[member] = (self._now(), preferences, avoided)
        self._known.move_to_end(member)
        if len(self._known) > _KNOWN_MOST:
            self._known.popitem(last=False)
        return preferences, avoided

    async def change(
        self, member: int, change: Callable[[Preferences], Preferences]
    ) -> Preferences:
        """Change what ``member`` decided, and give all of it.

        Who no longer wants places kept has none: those that were kept go.
        """
        async with self._changing:
            stored = await self._library.preferences(member)
            before = Preferences() if stored is None else _from_json(stored)
            preferences = change(before)
            told = None if preferences == Preferences() else json.dumps(asdict(preferences))
            await self._library.write_preferences(member, told, self._now())
            self._know(member, preferences)
        if not preferences.keeps_places:
            await self._library.forget_places_of(member)
        return preferences

    async def save_place(
        self, member: int, place: Place, *, unless_beyond: Place | None = None
    ) -> None:
        """Keep where ``member`` is in a story, unless they want no places kept.

        A place that is kept already stays when it lies ``unless_beyond`` that one.
        """
        if (await self.preferences(member)).keeps_places:
            await self._library.save_place(member, place, self._now(), unless_beyond=unless_beyond)

    async def export(self, member: int) -> dict[str, Any]:
        """Give everything that is kept of ``member``, table by table, for themselves to read."""
        records = await self._library.records_of(member)
        return {
            "member": str(member),
            "at": self._now().isoformat(timespec="seconds"),
            "kept": {
                table: [
                    {name: _readable(name, value) for name, value in row.items()} for row in rows
                ]
                for table, rows in records.items()
            },
        }

    async def forget(self, member: int) -> int:
        """Forget everything about ``member``; gives how much there was."""
        async with self._changing:
            forgotten = await self._library.forget_member(member)
            self._known.pop(member, None)
        return forgotten


def _readable(name: str, value: Any) -> Any:
    """Write a moment as a date, and a number too long for some programs as text."""
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    if name == "at" or name.endswith("_at") or name == "next_due":
        seconds = value / 1_000_000 if value >= _MICROSECONDS_FROM else value
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    return str(value) if value > 2**53 else value


def _from_json(stored: str) -> Preferences:
    told: dict[str, Any] = json.loads(stored)
    return Preferences(
        avoided=tuple(told.get("avoided", ())),
        keeps_places=told.get("keeps_places", True),
        not_again=tuple((story, said) for story, said in told.get("not_again", ())),
    )
