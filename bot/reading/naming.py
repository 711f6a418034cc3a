"""What somebody means by what they typed: a name, a collection, a title.

In this order: what they picked, what is called exactly that, an alias, the only
one it begins; else an error that carries what is spelt nearly so.
"""

from collections.abc import Callable, Sequence

from bot.errors import NoStoryFits, StoryNotFound
from bot.library.base import Card, Collection, Filter, Library, Name, Titled
from bot.prose.names import Aliases
from bot.prose.words import fold, search_key
from bot.reading.seen import card_for
from bot.reading.spelling import Spellings
from bot.story import Audience, TagKind

CHOICES = 25  # Discord's limit for autocompletion and for the options of a select
COMPANIONS = 200  # names looked through for those that go with another one
NEAR = 5  # near misses offered as buttons: one row
SPARE = 4  # times as many near misses looked at, for some may not be shown here
SHORTEST_SLIP = 4  # letters, from which on near misses are offered; three are like too much
PICKED = "#"  # a picked name or title travels as "#12", its id

TAG_KINDS = (
    TagKind.FREEFORM,
    TagKind.FANDOM,
    TagKind.RELATIONSHIP,
    TagKind.AUTHOR,
    TagKind.WARNING,
    TagKind.CATEGORY,
    TagKind.CHARACTER,
)
CHARACTER_KINDS = (TagKind.CHARACTER,)


class NearNames(StoryNotFound):
    """No name is exactly what was typed; ``names`` are near, the nearest first."""

    def __init__(self, key: str, names: Sequence[Name], **values: object) -> None:
        super().__init__(key, **values)
        self.names = tuple(names)


class NearTitles(StoryNotFound):
    """No title is exactly what was typed; ``cards`` are near, the nearest first."""

    def __init__(self, key: str, cards: Sequence[Card], **values: object) -> None:
        super().__init__(key, **values)
        self.cards = tuple(cards)


class Naming:
    """Finds what people name."""

    def __init__(self, library: Library, aliases: Callable[[], Aliases]) -> None:
        self._library = library
        self._spellings = Spellings(library, aliases)

    def forget_spellings(self) -> None:
        """Read the spellings of names and titles anew: the shelf changed."""
        self._spellings.forget()

    # Names

    async def name(self, kinds: Sequence[TagKind], typed: str, audience: Audience) -> Name:
        """Give the name meant by ``typed``: itself, an alias of it, or the only one it begins.

        Raises:
            NearNames: Nothing is called that, or several are; names may be near.
            NoStoryFits: The name exists, but every story of it is above the
                audience's ceiling; ``values["count"]`` says how many.
        """
        if typed.startswith(PICKED) and typed[1:].isdecimal():
            picked = await self._library.name(int(typed[1:]), audience)
            if picked is not None and picked.kind in kinds:
                return picked
        for spelling in dict.fromkeys((typed, self._spellings.canonical(kinds, typed) or typed)):
            found = await self._library.name_called(kinds, fold(spelling), audience)
            if found:
                return found
        meant = await self._also_called(kinds, fold(typed), audience)
        meant = meant or await self._paired(kinds, typed, audience)
        if len(meant) == 1:
            return meant[0]
        if typed.startswith(PICKED) and typed[1:].isdecimal():
            raise NearNames("find.gone", ())  # picked from a list that was offered before
        canonical = self._spellings.canonical(kinds, typed) or typed
        for kind in kinds:
            wanted = Filter(names=((kind, fold(canonical)),))
            count = await self._library.count(wanted, audience)
            if count.restricted:
                raise NoStoryFits(
                    "find.only-restricted", name=canonical, count=count.told_restricted
                )
        near = await self.near_names(kinds, typed, audience)
        starting = await self._library.find_names(fold(typed), kinds, audience, 2)
        if len(starting) == 1 and fold(typed):
            return starting[0]
        key = "find.near-name" if near else "find.no-name"
        raise NearNames(key, near, typed=typed)

    async def near_names(
        self, kinds: Sequence[TagKind], typed: str, audience: Audience, limit: int = NEAR
    ) -> list[Name]:
        """List visible names that ``typed`` may have meant: by word, by alias, by a slip."""
        asked = fold(typed)
        starting = await self._library.find_names(asked, kinds, audience, limit) if asked else []
        found = {name.id: name for name in (*await self._paired(kinds, typed, audience), *starting)}
        return list((await self._with_near(found, kinds, asked, audience, limit)).values())[:limit]

    async def _with_near(
        self,
        found: dict[int, Name],
        kinds: Sequence[TagKind],
        asked: str,
        audience: Audience,
        limit: int,
    ) -> dict[int, Name]:
        """Add to what was found what is spelt nearly so, until there are ``limit`` names."""
        if len(asked) > 1:
            for ident in await self._spellings.nearest(tuple(kinds), asked, limit * SPARE):
                if len(found) < limit and ident not in found:
                    name = await self._library.name(ident, audience)
                    if name is not None:
                        found[name.id] = name
        return found

    async def suggest_names(
        self, kinds: Sequence[TagKind], typed: str, audience: Audience
    ) -> list[Name]:
        """List the names to offer while somebody types: matches, then aliases, then slips."""
        asked = fold(typed)
        called = await self._spellings.called_otherwise(kinds, asked, NEAR)
        offered = await self._library.offered_names(asked, kinds, called, audience, CHOICES)
        meant = offered.called
        # Names that begin as typed are cut rather than those that are called so otherwise.
        both = [*offered.names[: CHOICES - len(meant)], *meant]
        names = {name.id: name for name in both}
        if asked and len(names) < NEAR:
            for name in offered.also:
                names.setdefault(name.id, name)
        if len(names) < NEAR and (len(asked) >= SHORTEST_SLIP or not asked.isascii()):
            names = await self._with_near(names, kinds, asked, audience, CHOICES)
        return list(names.values())

    async def suggest_beside(
        self, other: Name, kinds: Sequence[TagKind], typed: str, audience: Audience
    ) -> list[Name]:
        """List the names with a word that begins as typed that stories of ``other`` carry, too."""
        asked = search_key(typed)
        if typed.strip() and not asked:
            return []
        found = await self._library.companions(other.id, audience, COMPANIONS)
        return [
            name
            for name in found
            if name.kind in kinds and f" {asked}" in f" {search_key(name.name)}"
        ][:CHOICES]

    async def _also_called(
        self, kinds: Sequence[TagKind], asked: str, audience: Audience
    ) -> list[Name]:
        """List the characters that were detected in stories under the name ``asked`` as well."""
        if TagKind.CHARACTER not in kinds or not asked:
            return []
        meant = await self._library.meant_by(asked, audience)
        if not meant:
            return []
        folded = [fold(name) for name in meant]
        return await self._library.names_called(CHARACTER_KINDS, folded, audience)

    async def _paired(self, kinds: Sequence[TagKind], typed: str, audience: Audience) -> list[Name]:
        """List the relationships of those whom ``typed`` pairs, however they are written."""
        if TagKind.RELATIONSHIP not in kinds:
            return []
        found = [
            await self._library.name(ident, audience)
            for ident in await self._spellings.paired(typed, NEAR)
        ]
        return [name for name in found if name is not None]

    # Collections

    async def collection(self, typed: str, audience: Audience) -> Collection:
        """Give the collection meant by ``typed``: itself, or the only one it begins.

        Raises:
            StoryNotFound: None is called that, or several are; those near are named.
        """
        if typed.startswith(PICKED) and typed[1:].isdecimal():
            picked = await self._library.collection(int(typed[1:]), audience)
            if picked is not None:
                return picked
        found = await self._library.collection_called(fold(typed), audience)
        if found is not None:
            return found
        near = await self.suggest_collections(typed, audience)
        if len(near) == 1 and fold(typed):
            return near[0]
        if not near:
            raise StoryNotFound("filter.no-collection", typed=typed)
        names = ", ".join(each.name for each in near[:NEAR])
        raise StoryNotFound("filter.near-collection", typed=typed, names=names)

    async def suggest_collections(self, typed: str, audience: Audience) -> list[Collection]:
        """List the collections to offer while somebody types."""
        return await self._library.find_collections(fold(typed), audience, CHOICES)

    # Titles

    async def titled(self, typed: str, audience: Audience) -> Card:
        """Give the story that ``typed`` names: a picked title ("#12"), or a title.

        Raises:
            NearTitles: No title is that, or several are; titles may be near.
            StoryNotFound: The picked story is gone or may not be shown here.
        """
        if typed.startswith(PICKED) and typed[1:].isdecimal():
            return await card_for(self._library, int(typed[1:]), audience)
        cards = await self._library.find_titles(fold(typed), audience, CHOICES)
        exact = [card for card in cards if fold(card.record.title) == fold(typed)]
        if len(exact) == 1 or (len(cards) == 1 and fold(typed)):
            return (exact or cards)[0]
        near = exact or cards or await self._near_titles(typed, audience)
        key = "find.near-title" if near else "find.no-title"
        raise NearTitles(key, near[:NEAR], typed=typed)

    async def _near_titles(self, typed: str, audience: Audience) -> list[Card]:
        found: list[Card] = []
        for ident in await self._spellings.nearest((), fold(typed), NEAR * SPARE):
            card = await self._library.card(ident, audience) if len(found) < NEAR else None
            if card is not None:
                found.append(card)
        return found

    async def suggest_titles(self, typed: str, audience: Audience) -> list[Card]:
        """List the titles to offer while somebody types."""
        found = await self._library.find_titles(fold(typed), audience, CHOICES)
        if not found and len(fold(typed)) > 2:
            found = await self._near_titles(typed, audience)
        return found

    async def offer_titles(self, typed: str, audience: Audience) -> list[Titled]:
        """List what `suggest_titles` lists, in little: while somebody types it must be quick."""
        found = await self._library.offer_titles(fold(typed), audience, CHOICES)
        if not found and len(fold(typed)) > 2:
            return [
                Titled(card.id, card.record.title, next(iter(card.record.authors), ""))
                for card in await self._near_titles(typed, audience)
            ]
        return found
