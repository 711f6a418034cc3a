"""The stories that come with Fireside: what is promised about them, counted."""

import asyncio
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.catalogue import Catalogue
from bot.library import library_at
from bot.prose.excerpts import choose_excerpt
from bot.prose.sentences import sentence_ends
from bot.prose.words import tokens
from bot.render import messages
from bot.story import BlockKind, Rating, Story
from tests.stage import SEEDS, USER_STORIES, needs_user_stories, settings_for

SERIALS = ("The Lamp at Sable Point",)


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> list[Story]:
    """Give every seed as the library holds it, with its text."""
    return _imported(tmp_path_factory.mktemp("seeds"), SEEDS)


@lru_cache
def _imported(folder: Path, stories_dir: Path) -> list[Story]:
    async def read() -> list[Story]:
        settings = settings_for(folder, stories_dir)
        library = library_at(settings.database_url)
        await library.open()
        try:
            reports: list[Any] = []
            catalogue = Catalogue(library, settings, now=lambda: datetime.now(UTC))
            await catalogue.import_paths([stories_dir], reports.append)
            assert {report.outcome for report in reports} == {"added"}
            whole = [await library.whole_story(report.told["story"]) for report in reports]
            return [story for story in whole if story is not None]
        finally:
            await library.close()

    return asyncio.run(read())


def _short(stories: list[Story]) -> list[Story]:
    return [s for s in stories if s.words <= 500 and (s.rating or Rating.GENERAL) <= Rating.TEEN]


def test_every_seed_imports_without_a_message(stories: list[Story]) -> None:
    assert {story.title: story.messages for story in stories if story.messages} == {}


def test_there_are_enough_for_a_month_of_drabbles(stories: list[Story]) -> None:
    assert len(stories) >= 40
    assert len(_short(stories)) >= 31


def test_true_drabbles_have_exactly_100_words(stories: list[Story]) -> None:
    tagged = [story for story in stories if "Drabble" in story.tags]
    assert len(tagged) >= 12
    assert {story.title: story.words for story in tagged if story.words != 100} == {}


def test_there_are_longer_stories_and_a_serial(stories: list[Story]) -> None:
    assert sum(1_000 <= story.words <= 3_000 for story in stories) >= 6
    assert max(len(story.chapters) for story in stories) >= 8
    assert {len(s.chapters) for s in stories if s.title in SERIALS} == {9}


def test_ratings_fandoms_and_casts_are_as_promised(stories: list[Story]) -> None:
    assert [s.title for s in stories if s.rating is Rating.MATURE] == ["A Few Bits"]
    assert [s.title for s in stories if s.rating is Rating.NOT_RATED] == ["Slack Water"]
    fandoms = {fandom for story in stories for fandom in story.fandoms}
    assert len(fandoms) >= 3
    casts = [name.name for story in stories for name in story.characters]
    recurring = {name for name in casts if casts.count(name) >= 3}
    assert {"Sherlock Holmes", "Elizabeth Bennet", "Ines Okafor"} <= recurring


def test_everything_a_card_shows_is_there(stories: list[Story]) -> None:
    for story in stories:
        assert story.authors
        assert story.summary, story.title
        assert len(story.summary) <= 250, story.title
        assert story.tags and story.fandoms and story.language == "en", story.title
        assert story.permission is not None and story.permission.value == "public domain"


def test_every_short_story_fits_two_messages(stories: list[Story]) -> None:
    for story in _short(stories):
        assert len(messages(story.chapters[0], limit=1_990, first_limit=1_500)) <= 2, story.title


@needs_user_stories
def test_no_seed_shares_eight_words_in_a_row_with_the_example_stories(
    stories: list[Story],
) -> None:
    theirs: set[tuple[str, ...]] = set()
    for path in USER_STORIES.glob("*.txt"):
        theirs |= _runs(path.read_text("utf-8"))
    assert theirs
    for story in stories:
        for chapter in story.chapters:
            assert not _runs(chapter.text) & theirs, story.title


def _runs(text: str, length: int = 8) -> set[tuple[str, ...]]:
    words = list(tokens(text))
    return {tuple(words[n : n + length]) for n in range(len(words) - length + 1)}


@pytest.mark.parametrize(
    "folder",
    [
        SEEDS,
        pytest.param(USER_STORIES, marks=needs_user_stories),
    ],
)
def test_a_thousand_excerpts_are_whole_sentences_and_never_the_end(
    folder: Path, tmp_path: Path
) -> None:
    rng = Random(7)
    every = _imported(tmp_path, folder)
    drawn = 0
    while drawn < 1_000:
        story = rng.choice(every)
        number = rng.randrange(len(story.chapters))
        chapter = story.chapters[number]
        paragraphs = [(b.start, b.end) for b in chapter.blocks if b.kind is BlockKind.PARAGRAPH]
        last = number + 1 == len(story.chapters)
        found = choose_excerpt(paragraphs, chapter.text, 1_200, rng, final=last)
        drawn += 1
        if found is None:
            assert len(paragraphs) < 3 or story.words < 150, story.title
            continue
        start, end = found
        assert start in {first for first, _ in paragraphs}, "it starts at a paragraph"
        assert end - start <= 1_200
        assert any(stop == end for stop in sentence_ends(chapter.text, start)) or end in {
            stop for _, stop in paragraphs
        }
        if last:
            assert end <= paragraphs[-1][0], "the last paragraph stays untold"
