"""Stories by the words in them, for the operator: every rating of the operator's shelf."""

import json
from typing import Any

import click

from bot.cli.wiring import read_settings, run_to_end, stop, with_library
from bot.config import Settings
from bot.library.base import Filter, Found, Hit, Library, Order
from bot.prose.query import Query, parse_query
from bot.story import Audience, Rating
from bot.texts import say

_MOST = 1_000  # stories printed in one call


# A word with a dash before it is no option: it leaves stories out.
@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per story.")
@click.option(
    "--sort",
    type=click.Choice([order.value for order in Order]),
    default=Order.RELEVANCE.value,
    show_default=True,
    help="In which order.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, _MOST),
    default=20,
    show_default=True,
    help="How many stories at most.",
)
def search(words: tuple[str, ...], as_json: bool, sort: str, limit: int) -> None:
    """Find stories by words, a "phrase in quotes", -without, and begin*."""
    query = parse_query(" ".join(words))
    if query.is_empty:
        stop(say("search.no-word", typed=" ".join(words)))
    run_to_end(_search(read_settings(), query, Order(sort), limit, as_json))


async def _search(settings: Settings, query: Query, order: Order, limit: int, as_json: bool) -> int:
    everything = Audience(ceiling=Rating.NOT_RATED, beyond=Rating.NOT_RATED)

    async def work(library: Library) -> int:
        found = await library.search(query, Filter(), everything, order=order, limit=limit)
        for hit in found.hits:
            if as_json:
                click.echo(json.dumps(_record(hit), ensure_ascii=False))
            else:
                click.echo(_line(hit))
        if not as_json:
            click.echo(_count(found), err=True)
        return 0

    return await with_library(settings, work)


def _record(hit: Hit) -> dict[str, Any]:
    record = hit.card.record
    assert record.rating is not None
    return {
        "story": hit.card.id,
        "title": record.title,
        "authors": list(record.authors),
        "words": record.words,
        "rating": record.rating.label,
        "chapter": hit.place.chapter + 1,
        "offset": hit.place.offset,
        "passage": hit.passage,
        "marks": [list(mark) for mark in hit.marks],
    }


def _line(hit: Hit) -> str:
    told = _record(hit)
    authors = ", ".join(told["authors"]) or say("credit.author-unknown")
    words = say("credit.words", count=told["words"])
    line = f"{told['story']}  {told['title']} ({authors}; {words}, {told['rating']})"
    return f"{line}\n    {hit.passage}" if hit.passage else line


def _count(found: Found) -> str:
    key = "find.more-than" if found.count.is_more else "find.stories"
    return say(key, count=found.count.visible)
