"""One story, for a person or a script."""

import json
from typing import Any

import click

from bot.catalogue.reports import told_of
from bot.cli.wiring import read_settings, run_to_end, stop, with_library
from bot.config import Settings
from bot.library.base import Library
from bot.story import BlockKind, Chapter, Story
from bot.texts import say


@click.command()
@click.argument("story", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print the whole record as JSON.")
def show(story: int, as_json: bool) -> None:
    """Show a story by its number."""
    run_to_end(_show(read_settings(), story, as_json))


async def _show(settings: Settings, story: int, as_json: bool) -> int:
    async def work(library: Library) -> int:
        found = await library.whole_story(story)
        if found is None:
            stop(say("cli.no-story", story=str(story)))
        if as_json:
            click.echo(json.dumps(_whole_record(story, found), ensure_ascii=False, indent=2))
        else:
            click.echo(_readable(found))
        return 0

    return await with_library(settings, work)


def _whole_record(ident: int, story: Story) -> dict[str, Any]:
    return {
        "story": ident,
        **told_of(story),
        "chapter_titles": [chapter.title for chapter in story.chapters],
        "text": [_paragraphs(chapter) for chapter in story.chapters],
    }


def _paragraphs(chapter: Chapter) -> list[str]:
    return [
        chapter.text[block.start : block.end].strip() or "* * *"
        for block in chapter.blocks
        if block.kind is not BlockKind.NOTE
    ]


def _readable(story: Story) -> str:
    lines = [story.title, ", ".join(story.authors) or say("credit.author-unknown"), ""]
    for chapter in story.chapters:
        if chapter.title:
            lines += [chapter.title, ""]
        lines += [f"{paragraph}\n" for paragraph in _paragraphs(chapter)]
    return "\n".join(lines)
