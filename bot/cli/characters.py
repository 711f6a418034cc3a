"""Who was detected in stories whose files do not say, and what the operator decides."""

import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

import click

from bot.cast import MOST_LISTED, Cast
from bot.catalogue import Catalogue
from bot.cli.wiring import read_settings, run_to_end, with_library
from bot.library.base import OPERATOR_SHELF, Library
from bot.library.detected import Decision, DetectedName, Spotted
from bot.texts import say

_SPOTTED = 3  # stories shown of each name
_SPOTTED_JSON = 1_000
_EVIDENCE = 3


def _now() -> datetime:
    return datetime.now(UTC)


def _with_cast(work: Callable[[Cast], Coroutine[Any, Any, int]]) -> None:
    """Do ``work`` with the cast of the operator's shelf, aliases read as an import reads them."""
    settings = read_settings()

    async def doing(library: Library) -> int:
        catalogue = Catalogue(library, settings, now=_now)
        await catalogue.read_aliases()
        return await work(Cast(library, aliases=lambda: catalogue.aliases, now=_now))

    run_to_end(with_library(settings, doing))


@click.group(invoke_without_command=True)
@click.pass_context
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per name.")
@click.option("--export", is_flag=True, help="Print the decisions as a characters.toml.")
@click.option("--undecided", is_flag=True, help="Only names that wait for a decision.")
@click.option(
    "--limit",
    type=click.IntRange(1, MOST_LISTED),
    default=MOST_LISTED,
    show_default=True,
    help="How many names at most; those of the most stories come first.",
)
def characters(
    context: click.Context, as_json: bool, export: bool, undecided: bool, limit: int
) -> None:
    """List the characters that were detected in stories, and decide about them.

    Without a command it lists them, each with its evidence.
    """
    if context.invoked_subcommand is not None:
        return

    async def work(cast: Cast) -> int:
        if export:
            click.echo(await cast.written_out(OPERATOR_SHELF), nl=False)
            return 0
        spotted = _SPOTTED_JSON if as_json else _SPOTTED
        found = await cast.detected(OPERATOR_SHELF, limit, undecided=undecided, spotted=spotted)
        for name in found:
            click.echo(_as_json(name) if as_json else _as_lines(name))
        if not found and not as_json:
            click.echo(say("cast.none-waiting" if undecided else "cast.none"), err=True)
        return 0

    _with_cast(work)


_story = click.option("--story", type=int, help="In this story alone; else in every one.")


@characters.command()
@click.argument("name")
@_story
def accept(name: str, story: int | None) -> None:
    """Say that NAME is a character, and called that."""
    _decided(lambda cast: cast.accept(OPERATOR_SHELF, name, story=story))


@characters.command()
@click.argument("name")
@click.argument("new_name")
@_story
def rename(name: str, new_name: str, story: int | None) -> None:
    """Call NAME by NEW_NAME; the old one still finds it."""
    _decided(lambda cast: cast.rename(OPERATOR_SHELF, name, new_name, story=story))


@characters.command()
@click.argument("name")
@click.argument("character")
@_story
def merge(name: str, character: str, story: int | None) -> None:
    """Make NAME an alias of CHARACTER, who is known already."""
    _decided(lambda cast: cast.merge(OPERATOR_SHELF, name, character, story=story))


@characters.command()
@click.argument("name")
@_story
def reject(name: str, story: int | None) -> None:
    """Say that NAME is no character; it is not detected again."""
    _decided(lambda cast: cast.reject(OPERATOR_SHELF, name, story=story))


@characters.command(name="take-back")
@click.argument("name")
@_story
def take_back(name: str, story: int | None) -> None:
    """Forget what was decided about NAME."""

    async def work(cast: Cast) -> int:
        await cast.take_back(OPERATOR_SHELF, name, story=story)
        click.echo(say("cast.taken-back", name=name))
        return 0

    _with_cast(work)


def _decided(decide: Callable[[Cast], Coroutine[Any, Any, tuple[Decision, int]]]) -> None:
    async def work(cast: Cast) -> int:
        decision, changed = await decide(cast)
        told = say(f"cast.{decision.verdict.value}", name=decision.name, becomes=decision.becomes)
        click.echo(f"{told} {say('cast.changed', count=changed)}")
        return 0

    _with_cast(work)


def _as_json(name: DetectedName) -> str:
    everywhere = next((each for each in name.decisions if each.story is None), None)
    told: dict[str, Any] = {
        "name": name.name,
        "stories": name.stories,
        "appears": name.appears,
        "mentioned": name.stories - name.appears,
        "mentions": name.mentions,
        "confidence": name.confidence / 100,
        "aliases": _aliases(name),
        "decision": everywhere.verdict.value if everywhere else None,
        "becomes": (everywhere.becomes or None) if everywhere else None,
        "decisions_by_story": [
            {"story": each.story, "decision": each.verdict.value, "becomes": each.becomes or None}
            for each in name.decisions
            if each.story is not None
        ],
        "found_in": [
            {
                "story": each.story,
                "title": each.title,
                "appears": each.detection.appears,
                "mentions": each.detection.mentions,
                "confidence": each.detection.confidence / 100,
                "aliases": list(each.detection.aliases),
                "evidence": list(each.detection.evidence),
                "example": each.detection.example,
            }
            for each in name.spotted
        ],
    }
    return json.dumps(told, ensure_ascii=False)


def _aliases(name: DetectedName) -> list[str]:
    return list(dict.fromkeys(form for each in name.spotted for form in each.detection.aliases))


def _as_lines(name: DetectedName) -> str:
    count = say("find.stories", count=name.stories)
    head = (
        f"{name.name}  {count}, appears in {name.appears},"
        f" named {name.mentions} times, {name.confidence} % sure"
    )
    return "\n".join((head + _decision_of(name), *map(_as_line, name.spotted)))


def _decision_of(name: DetectedName) -> str:
    everywhere = next((each for each in name.decisions if each.story is None), None)
    if everywhere is None:
        return "  [detected]"
    becomes = f" → {everywhere.becomes}" if everywhere.becomes else ""
    return f"  [{everywhere.verdict.value}{becomes}]"


def _as_line(spotted: Spotted) -> str:
    detection = spotted.detection
    how = "appears" if detection.appears else "mentioned"
    evidence = "; ".join(detection.evidence[:_EVIDENCE])
    return f"    {spotted.story} “{spotted.title}” {how} ({evidence})\n        {detection.example}"
