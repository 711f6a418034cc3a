"""Curation for the operator: list, edit, hide and restore stories of any shelf."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot.catalogue import Catalogue
from bot.catalogue.editing import Edited, Editing
from bot.catalogue.edits import FIELDS, REFLOW, edits_from_json
from bot.catalogue.reports import told_of
from bot.cli.backups import restore_library
from bot.cli.wiring import read_settings, run_to_end, stop, with_library
from bot.config import Settings
from bot.library.base import OPERATOR_SHELF, Filter, KeptBack, Library, Shelved
from bot.prose.words import fold
from bot.story import Audience, Rating, TagKind
from bot.texts import say

_AT_ONCE = 200  # stories read from the library together

_Command = Callable[..., None]
# Filters by name, as options of `list`.
_NAMED = {
    "author": TagKind.AUTHOR,
    "fandom": TagKind.FANDOM,
    "character": TagKind.CHARACTER,
    "tag": TagKind.FREEFORM,
    "warning": TagKind.WARNING,
}
# What a text option of `edit` is for, by field.
_HELP = {
    "title": "The title.",
    "authors": "Authors, with commas between.",
    "rating": "General, Teen, Mature, Explicit or Not Rated; empty: estimated.",
    "warnings": "Archive warnings, with commas between.",
    "categories": "Categories such as F/F, with commas between.",
    "fandoms": "Fandoms, with commas between.",
    "characters": "Characters, with commas between; empty: found in the text.",
    "relationships": "Relationships, with commas between.",
    "tags": "Other tags, with commas between.",
    "language": "The language, such as en or English.",
    "series": "The series, such as “Tides #2”.",
    "published": "When it was published, such as 2024-02-28.",
    "updated": "When it was last updated.",
    "complete": "yes or no.",
    "source": "The web address it comes from.",
    "summary": "The summary.",
    "notes": "The author's notes.",
    "permission": "own, public domain, licence, consent (with a note), link only.",
}
_WHY_HIDDEN = {
    KeptBack.NOT: "cli.hidden-gone",
    KeptBack.BY_HAND: "cli.hidden-hand",
    KeptBack.WITHHELD: "cli.hidden-withheld",
}


def _editing(library: Library, settings: Settings) -> Editing:
    catalogue = Catalogue(library, settings, now=_now)
    return Editing(library, settings, aliases=lambda: catalogue.aliases, now=_now)


def _now() -> datetime:
    return datetime.now(UTC)


@click.command("list")
@click.option("--shelf", type=int, default=OPERATOR_SHELF, help="A server's id; yours if left out.")
@click.option("--hidden", is_flag=True, help="Those that are hidden instead of those that are not.")
@click.option("--author", help="Only by this author.")
@click.option("--fandom", help="Only of this fandom.")
@click.option("--character", help="Only with this character.")
@click.option("--tag", help="Only with this tag.")
@click.option("--warning", help="Only with this archive warning.")
@click.option("--collection", help="Only from this collection.")
@click.option("--max-rating", help="Rated this at most.")
@click.option("--edited", is_flag=True, help="Only those that people edited.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per story.")
def list_(
    shelf: int,
    hidden: bool,
    collection: str | None,
    max_rating: str | None,
    edited: bool,
    as_json: bool,
    **named: str | None,
) -> None:
    """List the stories of a shelf by number."""
    ratings = {rating.label.casefold(): rating for rating in Rating}
    most = None if max_rating is None else ratings.get(max_rating.casefold())
    if max_rating is not None and most is None:
        raise click.UsageError(say("cli.no-rating", rating=max_rating))
    names = [(kind, fold(t)) for option, kind in _NAMED.items() if (t := named[option])]

    async def work(library: Library) -> int:
        within: set[int] | None = None
        who = Audience(
            Rating.NOT_RATED, Rating.NOT_RATED, server=None if shelf == OPERATOR_SHELF else shelf
        )
        wanted = Filter(names=tuple(names), max_rating=most)
        if collection is not None:
            found = [
                each
                for each in await library.collections_on(shelf)
                if fold(each.name) == fold(collection)
            ]
            if not found:
                stop(say("cli.no-collection", name=collection))
            wanted = Filter(names=tuple(names), max_rating=most, collection=found[0].id)
        if wanted != Filter():
            within = await _fitting(library, wanted, who)
        after, count = 0, 0
        while page := await library.on_shelf(shelf, after, _AT_ONCE, hidden=hidden):
            after = page[-1].id
            for story in page:
                if (within is None or story.id in within) and (story.edits or not edited):
                    click.echo(
                        json.dumps(_record(story), ensure_ascii=False) if as_json else _line(story)
                    )
                    count += 1
        if not as_json:
            click.echo(say("find.stories", count=count), err=True)
        return 0

    run_to_end(with_library(read_settings(), work))


async def _fitting(library: Library, wanted: Filter, who: Audience) -> set[int]:
    found: set[int] = set()
    after = 0
    while cards := await library.listing(wanted, who, after, _AT_ONCE):
        after = cards[-1].id
        found |= {card.id for card in cards}
    return found


def _record(story: Shelved) -> dict[str, Any]:
    told = told_of(story.record) | {"chapters": story.chapters}
    hidden = story.hidden_since and story.hidden_since.isoformat()
    why = story.kept_back.value or ("gone" if hidden else "")
    return {
        "story": story.id,
        "shelf": story.shelf,
        **told,
        "added": story.added.isoformat(),
        "hidden_since": hidden,
        "hidden_by": why or None,
        "edits": edits_from_json(story.edits),
    }


def _line(story: Shelved) -> str:
    record = story.record
    authors = ", ".join(record.authors) or say("credit.author-unknown")
    words = say("credit.words", count=record.words)
    rating = record.rating.label if record.rating is not None else "-"
    line = f"{story.id}  {record.title} ({authors}; {words}, {rating})"
    if story.hidden_since is not None:
        line += f"  {say(_WHY_HIDDEN[story.kept_back])}"
    return line + (f"  {say('cli.is-edited')}" if story.edits else "")


def _with_fields(command: _Command) -> _Command:
    """Add an option for every field that holds text or names."""
    for field in reversed([field for field in FIELDS if field != REFLOW]):
        command = click.option(f"--{field}", help=_HELP[field])(command)
    return command


@click.command()
@click.argument("story", type=int)
@_with_fields
@click.option(
    "--reflow/--no-reflow", default=None, help="Find paragraphs in walls of text, or leave them."
)
@click.option("--collect", multiple=True, metavar="NAME", help="Put it into this collection.")
@click.option("--uncollect", multiple=True, metavar="NAME", help="Take it out of this collection.")
@click.option("--undo", multiple=True, metavar="FIELD", help="Let the file's word stand again.")
@click.option("--undo-all", is_flag=True, help="Undo every edit of this story.")
@click.option("--json", "as_json", is_flag=True, help="Print what changed as JSON.")
def edit(
    story: int,
    reflow: bool | None,
    collect: tuple[str, ...],
    uncollect: tuple[str, ...],
    undo: tuple[str, ...],
    undo_all: bool,
    as_json: bool,
    **fields: str | None,
) -> None:
    """Change a story; it holds when its file is read again, until it is undone."""
    changes: dict[str, object] = {name: told for name, told in fields.items() if told is not None}
    if reflow is not None:
        changes[REFLOW] = reflow
    if not (changes or undo or undo_all or collect or uncollect):
        raise click.UsageError(say("cli.edit-what"))
    settings = read_settings()

    async def work(library: Library) -> int:
        editing = _editing(library, settings)
        if undo or undo_all:
            _tell(await editing.undo_edits(None, story, undo), as_json=as_json)
        if changes:
            _tell(await editing.edit(None, story, changes), as_json=as_json)
        if collect or uncollect:
            await _collect(library, story, collect, uncollect)
        return 0

    run_to_end(with_library(settings, work))


def _tell(done: Edited, *, as_json: bool) -> None:
    if as_json:
        told: Mapping[str, object] = {
            "story": done.story,
            "changed": {
                each.field: {"before": each.before, "after": each.after}
                for each in done.differences
            },
            "reflow": done.reflow,
            "withheld": done.is_withheld,
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(say("cli.edited", title=done.title, story=str(done.story)))
    for each in done.differences:
        click.echo(f"  {each.field}")
        click.echo(f"    - {each.before or say('cli.nothing')}")
        click.echo(f"    + {each.after or say('cli.nothing')}")
    if done.reflow is not None:
        click.echo(f"  {say('cli.reflow-on' if done.reflow else 'cli.reflow-off')}")
    if done.is_withheld:
        click.echo(say("cli.edited-withheld"), err=True)


async def _collect(
    library: Library, story: int, collect: tuple[str, ...], uncollect: tuple[str, ...]
) -> None:
    found = await library.shelved(story)
    if found is None:
        stop(say("cli.no-story", story=str(story)))
    for name in collect:
        if not fold(name):
            raise click.UsageError(say("cli.no-collection", name=name))
        await library.collect(found.shelf, name, [story])
        click.echo(say("cli.collected", title=found.record.title, name=name))
    for name in uncollect:
        own = await library.collections_on(found.shelf, story)
        meant = [each for each in own if fold(each.name) == fold(name)]
        if not meant:
            stop(say("cli.no-collection", name=name))
        await library.uncollect(meant[0].id, [story])
        click.echo(say("cli.uncollected", title=found.record.title, name=meant[0].name))


@click.command()
@click.argument("story", type=int)
@click.option("--server", type=int, help="In this server alone.")
def hide(story: int, server: int | None) -> None:
    """Take a story off its shelf; it stays hidden until you restore it."""
    settings = read_settings()

    async def work(library: Library) -> int:
        await _editing(library, settings).hide(None, story, server=server)
        click.echo(say("cli.hidden", story=str(story)))
        return 0

    run_to_end(with_library(settings, work))


@click.command()
@click.argument("what", metavar="STORY|FILE")
@click.option("--server", type=int, help="A story that is hidden in this server alone.")
def restore(what: str, server: int | None) -> None:
    """Put a hidden story back, by its number; or make the library from the backup FILE.

    A backup is restored only where there is no library yet, and all of it is compared.
    """
    settings = read_settings()
    if not what.isdecimal() or Path(what).exists():
        run_to_end(restore_library(settings, Path(what)))

    async def work(library: Library) -> int:
        await _editing(library, settings).restore(None, int(what), server=server)
        click.echo(say("cli.restored", story=what))
        return 0

    run_to_end(with_library(settings, work))
