"""Finding stories by any words inside them."""

from collections.abc import Sequence
from typing import Any

from asyncpg import Record

from bot.library.base import Filter, Found, Hit, Order
from bot.library.both.stories import CARD_COLUMNS, card_of
from bot.library.postgres.connections import Connections
from bot.library.postgres.finding import capped
from bot.library.postgres.visible import fits, rated, visible
from bot.library.records import names_of, record_from_json
from bot.prose.passages import Passage, best_passage, find_matches
from bot.prose.query import Query, Term
from bot.story import Audience, Place


class Searching(Connections):
    """The part of the contract that searches."""

    async def search(
        self,
        query: Query,
        wanted: Filter,
        audience: Audience,
        *,
        order: Order = Order.RELEVANCE,
        after: int = 0,
        before: int = 0,
        limit: int,
    ) -> Found:
        """See `Library.search`."""
        seen, values = visible(audience, max(audience.ceiling, audience.beyond))
        fitting, more = fits(wanted, audience)
        rows = await self._ask(
            f"SELECT {CARD_COLUMNS}, story.words, story.title_key, story.link_only,"
            f" {rated(audience, 'own_ceiling')} AS is_visible"
            f" FROM story WHERE {seen} AND {fitting}",
            values | more | {"own_ceiling": int(audience.ceiling)},
        )
        scored: list[tuple[float, Record]] = []
        restricted = 0
        for row in rows:
            texts = await self._texts(row["id"])
            score = _score(query, row, [text for _, _, text in texts])
            if score is None:
                continue
            if not row["is_visible"]:
                restricted += 1
            else:
                scored.append((score, row))
        ordered = [row for _, row in sorted(scored, key=lambda each: _key(order, *each))]
        ids = [row["id"] for row in ordered]
        if before:
            end = ids.index(before) if before in ids else len(ids)
            start = max(0, end - limit)
        else:
            start = ids.index(after) + 1 if after in ids else 0
            end = start + limit
        hits = [await self._hit(row, query.wanted, audience) for row in ordered[start:end]]
        return Found(
            tuple(hits),
            capped(len(ordered), restricted),
            has_more=end < len(ordered),
            has_earlier=start > 0,
        )

    async def _texts(self, story: int) -> list[tuple[int, int, str]]:
        """Give each chapter's number, where its text begins, and all of it: no phrase is parted."""
        rows = await self._ask(
            "SELECT chapter, min(start) AS start, string_agg(text, '' ORDER BY start) AS text"
            " FROM part WHERE story = :story GROUP BY chapter ORDER BY chapter",
            {"story": story},
        )
        return [(row["chapter"], row["start"], row["text"]) for row in rows]

    async def _hit(self, row: Record, terms: Sequence[Term], audience: Audience) -> Hit:
        card = card_of(row)
        best: tuple[Passage, int, int, str] | None = None
        is_link = row["link_only"] or row["id"] in audience.linked
        for chapter, start, text in [] if is_link else await self._texts(row["id"]):
            found = best_passage(text, terms)
            if found is not None and (best is None or found.terms > best[0].terms):
                best = found, chapter, start, text
        if best is None:
            return Hit(card, Place(card.id))
        passage, chapter, start, text = best
        told = text[passage.start : passage.end]
        return Hit(
            card,
            Place(card.id, chapter, start + passage.start),
            "".join(" " if letter.isspace() else letter for letter in told),
            passage.marks,
        )


def _score(query: Query, row: Record, texts: Sequence[str]) -> float | None:
    record = record_from_json(row["record"])
    fields = [(10.0, record.title), *((5.0, name) for _, name, _ in names_of(record))]
    fields += [(1.0, text) for text in texts]
    if any(find_matches(text, query.unwanted) for _, text in fields):
        return None
    score = 0.0
    for term in query.wanted:
        found = sum(weight * len(find_matches(text, [term])) for weight, text in fields)
        if not found:
            return None
        score += found / (found + 5)
    return score


def _key(order: Order, score: float, row: Record) -> tuple[Any, ...]:
    match order:
        case Order.RELEVANCE:
            return -score, -row["id"]
        case Order.NEWEST:
            return (-row["id"],)
        case Order.SHORTEST:
            return row["words"], row["id"]
        case Order.LONGEST:
            return -row["words"], -row["id"]
        case Order.TITLE:
            return row["title_key"], row["id"]
