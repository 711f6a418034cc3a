"""What a file does not say, filled in: title, rating, people, paragraphs, pages, words."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.completing import (
    OPENING_LENGTH,
    PAGE_LENGTH,
    Completed,
    complete,
    counted_text,
    fingerprint_of,
)
from bot.importers import read_story
from bot.prose.aliases import Aliases, load_aliases
from bot.prose.reflow import is_wall
from bot.render import render_page
from bot.story import (
    Block,
    BlockKind,
    Chapter,
    Character,
    Origin,
    Permission,
    Rating,
    Story,
)
from tests.library_contract import chapter_of
from tests.stage import USER_STORIES, needs_user_stories

ALIASES = load_aliases(
    '[[character]]\nname = "Josiah Wick"\naliases = ["Old Wick", "Captain Wick", "Wick"]\n'
)
TEXT = "The lamp burned all night. Nobody came to put it out.\n\nIn the morning it was cold."


def completed(
    story: Story,
    stem: str = "a-lamp-at-night",
    *,
    aliases: Aliases = ALIASES,
    default: Rating = Rating.TEEN,
) -> Completed:
    return complete(story, stem, aliases, default)


def told(*texts: str) -> Story:
    return Story(chapters=tuple(chapter_of(text) for text in texts))


# Words


def test_only_what_is_told_is_counted() -> None:
    text = "Heading here\n\nOne two three.\n\n* * *\n\nA picture of it\n\nThanks to all"
    kinds = (
        BlockKind.HEADING,
        BlockKind.PARAGRAPH,
        BlockKind.SCENE_BREAK,
        BlockKind.IMAGE,
        BlockKind.NOTE,
    )
    plain = chapter_of(text)
    chapter = replace(
        plain,
        blocks=tuple(
            replace(block, kind=kind) for block, kind in zip(plain.blocks, kinds, strict=True)
        ),
    )
    assert counted_text(chapter) == "One two three."
    assert completed(Story(chapters=(chapter, chapter_of("Four.")))).story.words == 4


def test_what_the_file_says_of_its_length_stays_beside_the_count() -> None:
    story = completed(replace(told(TEXT), stated_words=9_999)).story
    assert (story.words, story.stated_words) == (17, 9_999)


# Fingerprints


def test_a_fingerprint_sees_words_alone() -> None:
    first = fingerprint_of(["The “lamp” burned, all night…"])
    assert first == fingerprint_of(["the LAMP\n\nburned -- all", "night"])
    assert first != fingerprint_of(["the lamp burned all nights"])
    assert fingerprint_of(["ab c"]) != fingerprint_of(["a bc"])


def test_the_format_of_a_file_does_not_change_its_fingerprint() -> None:
    plain = read_story(TEXT.encode(), "a.txt")
    marked = read_story(
        f"# Title\n\n*{TEXT.split(chr(10))[0]}*\n\n**{TEXT[-28:]}**".encode(), "a.md"
    )
    assert completed(plain).fingerprint == completed(marked).fingerprint


def test_texts_without_words_are_told_apart() -> None:
    assert fingerprint_of(["🦊 🌲"]) != fingerprint_of(["🐋 🌊"])


# Titles


def test_a_stated_title_stays() -> None:
    story = completed(replace(told(TEXT), title="Mine")).story
    assert (story.title, story.title_origin) == ("Mine", Origin.STATED)
    assert not any("title" in message for message in story.messages)


def test_a_missing_title_is_taken_from_the_name_or_the_text_and_said_so() -> None:
    story = completed(told(TEXT)).story
    assert (story.title, story.title_origin) == ("A lamp at night", Origin.DERIVED)
    assert any("A lamp at night" in message for message in story.messages)
    from_text = completed(told(TEXT), "000_48bdef85f3e9a8b8").story
    assert from_text.title == "The lamp burned all night"


@given(st.text(max_size=60), st.text(max_size=300))
def test_no_story_is_left_without_title_rating_or_permission(stem: str, text: str) -> None:
    done = completed(told(text), stem)
    assert done.story.title.strip()
    assert done.story.rating is not None
    assert done.story.permission is not None
    assert len(done.page_starts) == 1
    assert done.page_starts[0][0] == 0


# Ratings


def test_a_stated_rating_stays_whatever_the_words() -> None:
    story = completed(replace(told("Fuck. " * 50), rating=Rating.GENERAL)).story
    assert (story.rating, story.rating_origin) == (Rating.GENERAL, Origin.STATED)


def test_not_rated_when_declared_is_a_statement() -> None:
    story = completed(replace(told(TEXT), rating=Rating.NOT_RATED)).story
    assert (story.rating, story.rating_origin) == (Rating.NOT_RATED, Origin.STATED)


@pytest.mark.parametrize("default", [Rating.GENERAL, Rating.TEEN, Rating.MATURE])
def test_a_missing_rating_is_the_default_of_the_operator(default: Rating) -> None:
    story = completed(told(TEXT), default=default).story
    assert (story.rating, story.rating_origin) == (default, Origin.DEFAULT)


def test_words_raise_a_missing_rating_and_it_is_said() -> None:
    story = completed(told("Fuck this, he said, and they were gone. " * 20)).story
    assert (story.rating, story.rating_origin) == (Rating.MATURE, Origin.ESTIMATED)
    assert any("Mature" in message for message in story.messages)


# People


def test_stated_people_get_their_canonical_names_once() -> None:
    story = replace(told(TEXT), characters=(Character("Old Wick"), Character("josiah wick")))
    (who,) = completed(story).story.characters
    assert (who.name, who.origin) == ("Josiah Wick", Origin.STATED)
    assert "Old Wick" in who.aliases


def test_stated_people_we_do_not_know_stay_in_order() -> None:
    story = replace(told(TEXT), characters=(Character("Zed"), Character("Amy", ("Am",))))
    assert completed(story).story.characters == story.characters


def test_people_are_detected_when_nobody_names_them() -> None:
    text = "Josiah Wick lit it. “Good night,” said Captain Wick. Then Wick went to bed. " * 3
    found = completed(told(text)).story.characters
    assert found[0].name == "Josiah Wick"
    assert {who.origin for who in found} == {Origin.DETECTED}


def test_nobody_is_detected_beside_people_that_are_stated() -> None:
    text = "Old Wick lit the lamp. “Good night,” said Old Wick. " * 3
    story = replace(told(text), characters=(Character("Amy"),))
    assert [who.name for who in completed(story).story.characters] == ["Amy"]


# Permission


@pytest.mark.parametrize(
    ("stated", "source", "expected"),
    [
        (None, "", Permission.UNSTATED),
        (None, "https://example.org/1", Permission.LINK_ONLY),
        (Permission.CONSENT, "https://example.org/1", Permission.CONSENT),
        (Permission.LINK_ONLY, "", Permission.LINK_ONLY),
    ],
)
def test_a_web_source_without_a_permission_is_link_only(
    stated: Permission | None, source: str, expected: Permission
) -> None:
    story = replace(told(TEXT), permission=stated, source=source)
    assert completed(story).story.permission is expected


# Paragraphs

WALL = " ".join(
    f"The lamp burned on the {n}th night. “Who is there?” she said. “Nobody,” he said, and sat."
    for n in range(60)
)


def test_a_wall_of_text_gets_paragraphs_that_cover_it() -> None:
    assert is_wall(WALL)
    done = completed(told(WALL))
    (chapter,) = done.story.chapters
    assert done.walls == {0}
    assert len(chapter.blocks) > 5
    assert chapter.text == WALL, "the text itself stays as it came"
    shown = " ".join(chapter.text[block.start : block.end] for block in chapter.blocks)
    assert shown.split() == WALL.split()


def test_a_short_paragraph_is_no_wall() -> None:
    done = completed(told("The lamp burned."))
    assert done.walls == frozenset()
    assert done.story.chapters == (chapter_of("The lamp burned."),)


def test_text_with_paragraphs_stays_as_it_is() -> None:
    story = told(f"{WALL}\n\n{WALL}")
    done = completed(story)
    assert done.walls == frozenset()
    assert done.story.chapters == story.chapters


def test_the_note_at_the_end_of_a_wall_is_shown_but_not_counted() -> None:
    text = f"{WALL} A/N: Thanks to my beta."
    with_note, without = completed(told(text)), completed(told(WALL))
    (chapter,) = with_note.story.chapters
    assert chapter.blocks[-1].kind is BlockKind.NOTE
    assert chapter.text[chapter.blocks[-1].start :] == "A/N: Thanks to my beta."
    assert with_note.story.words == without.story.words
    assert "Thanks to my beta." in with_note.story.notes


@pytest.mark.parametrize("lead", ["", "\n\n", "   "])
@pytest.mark.parametrize("tail", ["", "\n", " \n\n "])
def test_white_space_around_a_wall_moves_no_offset(lead: str, tail: str) -> None:
    chapter = Chapter(
        lead + WALL + tail,
        (Block(BlockKind.PARAGRAPH, len(lead), len(lead) + len(WALL)),),
    )
    (done,) = completed(Story(chapters=(chapter,))).story.chapters
    assert done.text == chapter.text
    assert done.blocks[0].start == len(lead)
    assert done.blocks[-1].end == len(lead) + len(WALL)
    assert all(not done.text[b.start : b.end].startswith(" ") for b in done.blocks)


# Pages and openings


@given(st.lists(st.integers(1, 4_000), min_size=1, max_size=8), st.sampled_from(["", "\n\n "]))
def test_pages_cover_every_chapter_and_can_be_shown(sizes: list[int], lead: str) -> None:
    text = lead + "\n\n".join(("Word by word. " * size)[:size].strip() for size in sizes)
    done = completed(told(text))
    (chapter,), (starts,) = done.story.chapters, done.page_starts
    assert starts[0] == 0
    assert list(starts) == sorted(set(starts))
    shown = [
        render_page(chapter, start, end, PAGE_LENGTH)
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    ]
    assert all(len(page) <= PAGE_LENGTH for page in shown)
    assert " ".join(shown).split() == text.split()


@pytest.mark.parametrize("text", ["", " \n ", "x"])
def test_even_an_empty_chapter_has_a_page(text: str) -> None:
    done = completed(told("Here it begins.", text, "Here it ends."))
    assert [starts[0] for starts in done.page_starts] == [0, 0, 0]


def test_an_opening_is_short_and_from_the_story() -> None:
    assert completed(told(TEXT)).opening.startswith("The lamp burned all night.")
    assert len(completed(told(WALL)).opening) <= OPENING_LENGTH
    heading = Chapter(
        "Part One\n\nIt began.",
        (
            Block(BlockKind.HEADING, 0, 8, level=1),
            Block(BlockKind.PARAGRAPH, 10, 19),
        ),
    )
    assert completed(Story(chapters=(heading,))).opening == "It began."


def test_a_story_without_prose_has_no_opening() -> None:
    chapter = Chapter("* * *", (Block(BlockKind.SCENE_BREAK, 0, 5),))
    assert completed(Story(chapters=(chapter,))).opening == ""


def test_completing_is_the_same_every_time() -> None:
    assert completed(told(WALL, TEXT)) == completed(told(WALL, TEXT))


@needs_user_stories
def test_the_example_stories_come_out_whole() -> None:
    for path in sorted(USER_STORIES.glob("*.txt")):
        data = path.read_bytes()
        done = completed(read_story(data, path.name), path.stem)
        shown = " ".join(
            chapter.text[block.start : block.end]
            for chapter in done.story.chapters
            for block in chapter.blocks
        )
        assert shown.split() == data.decode().split(), path.name
        assert done.story.title_origin is Origin.DERIVED
        assert path.stem not in done.story.title
