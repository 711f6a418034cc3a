"""/search as a member types it: words, phrases, filters, turning, and nothing found."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.controls import custom_id
from tests.stage import (
    Clock,
    Stage,
    is_private,
    labels,
    messages,
    needs_user_stories,
    option_value,
    options,
    settings_for,
    stage,
)

TEXTS = {
    "Anchor": ("Ida Penn", "The lamp on the quay went out. Nobody said a word about the lamp."),
    "Buoy": ("Ida Penn", "A bell rang in the fog. The fog did not mind the bell at all."),
    "Capstan": ("Bo Lind", "The lamp burned all night, and the fog came up to look at it."),
    "Dinghy": ("Bo Lind", "昨日、桜井さんは港で灯台を見た。It was a long way to row."),
    "Ebb": ("Bo Lind", "O'Hara isn't here, said the 2nd mate; DROP TABLE story; -- he laughed."),
}


@pytest.fixture
async def harbour(tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with five short stories, and nine about rope."""
    folder = tmp_path / "stories"
    folder.mkdir()
    told = TEXTS | {f"Rope {n}": ("Cy Rope", f"A rope has {n} strands.") for n in range(1, 10)}
    for title, (author, text) in told.items():
        head = f"title: {title}\nauthor: {author}\nrating: General\nlanguage: en"
        (folder / f"{title}.md").write_text(f"---\n{head}\n---\n\n{text}\n", "utf-8")
    async with stage(settings_for(tmp_path, folder), clock) as ready:
        yield ready


async def looked_for(s: Stage, words: str | None = None, **more: Any) -> str:
    """Search in the general channel; give what the one private answer says."""
    given = {"words": words} if words is not None else {}
    answer = await s.ben.slash(s.general, "search", **given, **more)
    assert is_private(answer)
    (told,) = s.texts(answer)
    return told


def titles_in(told: str) -> list[str]:
    return re.findall(r"^\*\*([A-Z][a-z]+(?: \d)?)\*\* by", told, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("lamp", {"Anchor", "Capstan"}),
        ("LAMP", {"Anchor", "Capstan"}),
        ("lamp fog", {"Capstan"}),
        ('"a bell rang"', {"Buoy"}),
        ("“a bell rang", {"Buoy"}),
        ("lamp -fog", {"Anchor"}),
        ("lan* lam*", set[str]()),
        ("lam*", {"Anchor", "Capstan"}),
        ("桜井", {"Dinghy"}),
        ("灯台を見た", {"Dinghy"}),
        ("o’hara", {"Ebb"}),
        ("'); DROP TABLE story; --", {"Ebb"}),
        ("story OR NEAR(table)", set[str]()),
        ("anchor", {"Anchor"}),
        ("bo lind lamp", {"Capstan"}),
        ("the", {"Anchor", "Buoy", "Capstan", "Ebb"}),
    ],
)
async def test_words_find_the_stories_that_hold_them(
    harbour: Stage, words: str, expected: set[str]
) -> None:
    assert set(titles_in(await looked_for(harbour, words))) == expected


async def test_a_result_shows_title_author_length_rating_and_the_words_marked(
    harbour: Stage,
) -> None:
    told = await looked_for(harbour, "bell rang")
    assert told.startswith("**bell rang** · 1 story")
    assert "**Buoy** by Ida Penn" in told
    assert "-# 15 words · General" in told
    assert "> A **bell** **rang** in the fog." in told


async def test_a_choice_opens_the_story_there_privately_and_it_can_be_posted(
    harbour: Stage,
) -> None:
    s = harbour
    found = await s.ben.slash(s.general, "search", words="bell rang")
    (message,) = messages(found)
    opened = await s.ben.select(message, [option_value(message, "Buoy")])
    assert is_private(opened)
    assert "The fog did not mind" in s.texts(opened)[0]
    posted = await s.ben.click(messages(opened)[0], label="Post here")
    assert not is_private(posted)


async def test_results_turn_five_at_a_time_both_ways_and_after_a_restart(harbour: Stage) -> None:
    s = harbour
    answer = await s.ben.slash(s.general, "search", words="rope", sort="title")
    (first,) = messages(answer)
    assert titles_in(first.content) == [f"Rope {n}" for n in range(1, 6)]
    assert "Earlier results" not in labels(first)
    await s.restart()
    turned = await s.ben.click(first, label="More results")
    second = messages(turned)[0] if messages(turned) else first
    assert titles_in(second.content) == [f"Rope {n}" for n in range(6, 10)]
    assert "More results" not in labels(second)
    back = await s.ben.click(second, label="Earlier results")
    again = messages(back)[0] if messages(back) else second
    assert titles_in(again.content) == [f"Rope {n}" for n in range(1, 6)]


async def test_nothing_found_offers_to_drop_the_filter_that_is_in_the_way(harbour: Stage) -> None:
    s = harbour
    answer = await s.ben.slash(s.general, "search", words="bell", author="Bo Lind")
    (message,) = messages(answer)
    assert message.content == (
        "No story that I may show here holds **bell**.\n"
        "You asked for: Bo Lind.\n"
        "Drop one of these, and there are some:"
    )
    drops = ["Drop “Bo Lind” (1 story)", "Drop “bell” (3 stories)"]
    assert labels(message) == [*drops, "Other words"]
    found = await s.ben.click(message, label="Drop “Bo Lind” (1 story)")
    assert titles_in(s.texts(found)[0]) == ["Buoy"]


async def test_nothing_found_offers_to_drop_a_word(harbour: Stage) -> None:
    s = harbour
    (message,) = messages(await s.ben.slash(s.general, "search", words="bell zeppelin"))
    assert labels(message) == ["Drop “zeppelin” (1 story)", "Other words"]
    found = await s.ben.click(message, label="Drop “zeppelin” (1 story)")
    assert titles_in(s.texts(found)[0]) == ["Buoy"]


async def test_nothing_found_offers_to_drop_all_filters_or_all_words(harbour: Stage) -> None:
    s = harbour
    given = {"words": "bell fog", "author": "Bo Lind", "without": "Cy Rope", "language": "de"}
    (message,) = messages(await s.ben.slash(s.general, "search", **given))
    (label,) = labels(message)[:1]
    assert label.startswith("Drop “Bo Lind, without Cy Rope, in German” (1 story)")
    found = await s.ben.click(message, label=label)
    assert titles_in(s.texts(found)[0]) == ["Buoy"]
    given = {"words": "zeppelin airship", "author": "Bo Lind"}
    (message,) = messages(await s.ben.slash(s.general, "search", **given))
    found = await s.ben.click(message, label="Drop “zeppelin airship” (3 stories)")
    assert titles_in(s.texts(found)[0]) == ["Ebb", "Dinghy", "Capstan"]


async def test_nothing_found_drops_a_phrase_as_a_whole(harbour: Stage) -> None:
    s = harbour
    (message,) = messages(await s.ben.slash(s.general, "search", words='lamp "fog at sea" -rope'))
    assert labels(message)[0] == 'Drop “"fog at sea"” (2 stories)'
    found = await s.ben.click(message, label='Drop “"fog at sea"” (2 stories)')
    assert titles_in(s.texts(found)[0]) == ["Anchor", "Capstan"]


@pytest.mark.parametrize(
    ("words", "looser", "expected"),
    [
        ('"rang bell"', "rang* bell*", ["Buoy"]),
        ("burn -rope", "burn* -rope", ["Capstan"]),
        ('lamp "fog, the"', "lamp* fog* the*", ["Capstan"]),
    ],
)
async def test_nothing_found_offers_to_look_less_strictly(
    words: str, looser: str, expected: list[str], harbour: Stage
) -> None:
    s = harbour
    (message,) = messages(await s.ben.slash(s.general, "search", words=words))
    found = await s.ben.click(message, label="Look less strictly (1 story)")
    told = s.texts(found)[0]
    assert told.replace("\\", "").startswith(f"**{looser}** · 1 story")
    assert titles_in(told) == expected


async def test_where_looser_finds_no_more_it_is_not_offered(harbour: Stage) -> None:
    s = harbour
    (message,) = messages(await s.ben.slash(s.general, "search", words='"zeppelin over"'))
    assert labels(message) == ["Other words"]


@pytest.mark.parametrize("length", [81, 100, 4_000])
async def test_more_than_fits_a_button_is_looked_for_as_far_as_it_fits(
    length: int, harbour: Stage
) -> None:
    words = ("lamp " * length)[:length]
    told = await looked_for(harbour, words)
    assert "-# Only the first 80 characters are looked for." in told
    assert set(titles_in(told)) == {"Anchor", "Capstan"}


async def test_long_words_that_find_nothing_say_how_far_they_were_looked_for(
    harbour: Stage,
) -> None:
    told = await looked_for(harbour, "z" * 300)
    assert "-# Only the first 80 characters are looked for." in told


@pytest.mark.parametrize("words", ["🎣" * 40, "🎣" * 100, "-", '"', "* * *", "()"])
async def test_what_holds_no_word_is_told_so(harbour: Stage, words: str) -> None:
    assert "no word in" in await looked_for(harbour, words)


async def test_only_what_is_to_be_left_out_finds_the_rest(harbour: Stage) -> None:
    told = await looked_for(harbour, "-rope")
    assert set(titles_in(told)) == set(TEXTS)


async def test_without_words_the_filters_alone_find(harbour: Stage) -> None:
    told = await looked_for(harbour, author="Bo Lind")
    assert told.startswith("Bo Lind · 3 stories")
    assert set(titles_in(told)) == {"Capstan", "Dinghy", "Ebb"}


async def test_other_words_are_typed_into_a_form_that_holds_the_last(harbour: Stage) -> None:
    s = harbour
    (message,) = messages(await s.ben.slash(s.general, "search", words="bell"))
    form = await s.ben.click(message, label="Other words")
    assert form.modal is not None
    found = await s.ben.submit_modal(form, {"words": "lamp -fog"})
    assert titles_in(s.texts(found)[0]) == ["Anchor"]


@pytest.mark.parametrize("words", ["lamp", "burned", "zeppelin"])
async def test_other_words_are_looked_for_among_the_same_stories(
    words: str, harbour: Stage
) -> None:
    s = harbour
    given = {"words": words, "author": "Bo Lind", "sort": "title"}
    (message,) = messages(await s.ben.slash(s.general, "search", **given))
    form = await s.ben.click(message, label="Other words")
    found = await s.ben.submit_modal(form, {"words": "the"})
    assert titles_in(s.texts(found)[0]) == ["Capstan", "Ebb"]


async def test_a_misspelt_filter_keeps_the_words(harbour: Stage) -> None:
    s = harbour
    (message,) = messages(await s.ben.slash(s.general, "search", words="lamp", author="Bo Lindd"))
    found = await s.ben.click(message, label="Bo Lind")
    assert titles_in(s.texts(found)[0]) == ["Capstan"]


async def test_surprise_me_posts_one_of_what_was_found(harbour: Stage) -> None:
    s = harbour
    (message,) = messages(await s.ben.slash(s.general, "search", words="bell"))
    posted = await s.ben.click(message, label="Surprise me")
    assert not is_private(posted)
    assert s.texts(posted)[0].startswith("**Buoy** by Ida Penn")


async def test_surprise_me_passes_over_what_the_channel_saw_and_what_nobody_should_come_upon(
    tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "stories"
    folder.mkdir()
    for title, warning in {"Ash": "", "Birch": "", "Cedar": "Major Character Death"}.items():
        head = f"title: {title}\nauthor: Ida Penn\nrating: General\nwarnings: [{warning}]"
        (folder / f"{title}.md").write_text(f"---\n{head}\n---\n\nA {title} is a tree.\n", "utf-8")
    async with stage(settings_for(tmp_path, folder), clock) as s:
        (message,) = messages(await s.ben.slash(s.general, "search", words="tree"))
        shown = [
            s.texts(await s.ben.click(message, label="Surprise me"))[0].split("**")[1]
            for _ in range(4)
        ]
    assert set(shown[:2]) == set(shown[2:]) == {"Ash", "Birch"}


@needs_user_stories
async def test_a_phrase_of_the_third_example_opens_the_page_that_holds_it(
    user_stories: Stage,
) -> None:
    s = user_stories
    whole = await s.client.house.library.whole_story(3)
    assert whole is not None
    text = whole.chapters[0].text
    half = text.index(". ", len(text) // 2) + 2
    phrase = next(
        found[0]
        for found in re.finditer(r"\b[a-z]+(?: [a-z]+){4}\b", text[half:])
        if text.count(found[0]) == 1
    )
    answer = await s.ben.slash(s.adult, "search", words=f'"{phrase}"')
    (message,) = messages(answer)
    assert " · 1 story" in message.content
    opened = await s.ben.select(message, [option_value(message, options(message)[0])])
    told = "".join(s.texts(opened)[-1].replace("\\", "").split())
    if "Read" in labels(messages(opened)[-1]):
        opened = await s.ben.click(messages(opened)[-1], label="Read")
        told = "".join(s.texts(opened)[-1].replace("\\", "").split())
    assert "".join(phrase.split()) in told


def test_the_longest_words_fit_the_button_that_holds_them() -> None:
    assert len(custom_id("search-form", "x" * 80)) <= 100
