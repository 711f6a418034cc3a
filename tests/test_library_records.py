"""Stories written down as JSON and read back."""

import json
from dataclasses import fields, replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.library.records import (
    PART_LENGTH,
    blocks_from_json,
    blocks_to_json,
    names_of,
    parts_of,
    record_from_json,
    record_to_json,
    write_down,
    written_from_json,
    written_to_json,
)
from bot.story import (
    Block,
    BlockKind,
    Chapter,
    Character,
    Origin,
    Permission,
    Rating,
    SeriesPart,
    Span,
    Story,
    Style,
    TagKind,
)
from tests.library_contract import chapter_of

FULL = Story(
    chapters=(),
    title="The Tooth",
    title_origin=Origin.DERIVED,
    authors=("Ann", "Bo"),
    rating=Rating.GENERAL,
    rating_origin=Origin.ESTIMATED,
    warnings=("Major Character Death",),
    categories=("Gen",),
    fandoms=("Pride and Prejudice",),
    characters=(Character("Mary", ("Molly",), Origin.DETECTED, appears=False), Character("Jane")),
    relationships=("Mary & Jane",),
    tags=("teeth",),
    collections=("Teeth of 2019",),
    language="en-GB",
    series=(SeriesPart("Jaws", "3"), SeriesPart("Mouths")),
    published=date(2019, 2, 28),
    updated=date(2020, 2, 29),
    complete=False,
    source="https://example.org/1",
    summary="A tooth.",
    notes="Thanks.",
    permission=Permission.CONSENT,
    permission_note="by letter",
    words=399,
    stated_words=0,
    ends_in_note=True,
    extra=(("mood", "grim"), ("mood", "gay")),
    messages=("Read oddly.",),
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
names = st.lists(texts, max_size=3).map(tuple)
days = st.none() | st.dates()
stories = st.builds(
    Story,
    chapters=st.just(()),
    title=texts,
    title_origin=st.sampled_from(Origin),
    authors=names,
    rating=st.none() | st.sampled_from(Rating),
    rating_origin=st.sampled_from(Origin),
    warnings=names,
    categories=names,
    fandoms=names,
    characters=st.lists(
        st.builds(Character, texts, names, st.sampled_from(Origin), st.booleans()), max_size=3
    ).map(tuple),
    relationships=names,
    tags=names,
    collections=names,
    language=texts,
    series=st.lists(st.builds(SeriesPart, texts, st.none() | texts), max_size=2).map(tuple),
    published=days,
    updated=days,
    complete=st.none() | st.booleans(),
    source=texts,
    summary=texts,
    notes=texts,
    permission=st.none() | st.sampled_from(Permission),
    permission_note=texts,
    words=st.integers(0, 10**7),
    ends_in_note=st.booleans(),
    stated_words=st.none() | st.integers(0, 10**7),
    extra=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
    messages=names,
)
spans = st.builds(
    Span,
    st.integers(0, 50),
    st.integers(0, 50),
    st.sampled_from(Style),
    st.none() | texts,
)
blocks = st.builds(
    Block,
    st.sampled_from(BlockKind),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.lists(spans, max_size=3).map(tuple),
    st.integers(0, 6),
    texts,
)


def test_the_example_fills_every_field() -> None:
    empty = Story(chapters=())
    told = {field.name for field in fields(Story) if field.compare} - {"chapters"}
    assert {name for name in told if getattr(FULL, name) == getattr(empty, name)} == set()


def test_a_full_record_comes_back() -> None:
    assert record_from_json(record_to_json(FULL)) == FULL


@given(stories)
def test_any_record_comes_back(story: Story) -> None:
    read = record_from_json(record_to_json(story))
    assert read == story
    assert type(read.rating) is type(story.rating)


def test_the_text_is_not_in_the_record() -> None:
    told = record_to_json(replace(FULL, chapters=(chapter_of("Secret words."),)))
    assert "Secret" not in told
    assert record_from_json(told) == FULL


def test_what_is_empty_takes_no_room() -> None:
    told = json.loads(record_to_json(Story(chapters=(), title="Ash")))
    assert told == {"title": "Ash", "title_origin": "stated", "rating_origin": "stated", "words": 0}


def test_keys_of_a_later_version_are_passed_over() -> None:
    told = json.loads(record_to_json(FULL)) | {"mood": {"deep": [1]}}
    assert record_from_json(json.dumps(told)) == FULL


def test_a_record_without_any_key_is_an_empty_story() -> None:
    assert record_from_json("{}") == Story(chapters=())


@given(st.lists(blocks, max_size=5))
def test_blocks_come_back(told: list[Block]) -> None:
    assert blocks_from_json(blocks_to_json(told)) == tuple(told)


def test_blocks_come_back_counted_from_another_place() -> None:
    block = Block(BlockKind.PARAGRAPH, 120, 160, (Span(125, 130, Style.LINK, "https://a.b"),))
    moved = Block(BlockKind.PARAGRAPH, 20, 60, (Span(25, 30, Style.LINK, "https://a.b"),))
    assert blocks_from_json(blocks_to_json([block]), 100) == (moved,)


@pytest.mark.parametrize(
    ("kind", "code"),
    list(zip(BlockKind, range(8), strict=True)),
)
def test_the_codes_of_kinds_never_change(kind: BlockKind, code: int) -> None:
    known = (
        "paragraph",
        "heading",
        "scene break",
        "quote",
        "list item",
        "preformatted",
        "image",
        "note",
    )
    assert json.loads(blocks_to_json([Block(kind, 0, 1)]))[0][0] == known.index(kind.value) == code


def test_the_codes_of_styles_never_change() -> None:
    known = ("emphasis", "strong", "underline", "strike", "small", "code", "spoiler", "link")
    told = [Block(BlockKind.PARAGRAPH, 0, 1, tuple(Span(0, 1, Style(name)) for name in known))]
    assert [span[2] for span in json.loads(blocks_to_json(told))[0][3]] == list(range(8))


lengths = st.lists(st.integers(1, 2 * PART_LENGTH), max_size=12)


@given(lengths, st.sampled_from(["", "\n", "  \n\n"]), st.sampled_from(["", "\n", "\n\n\n"]))
def test_parts_restore_the_chapter(sizes: list[int], lead: str, tail: str) -> None:
    chapter = chapter_of(lead + "\n\n".join("x" * size for size in sizes) + tail)
    parts = parts_of(chapter)
    assert "".join(text for _, text, _ in parts) == chapter.text
    assert [start for start, _, _ in parts] == [
        sum(len(text) for _, text, _ in parts[:number]) for number in range(len(parts))
    ]
    told = [block for _, _, written in parts for block in blocks_from_json(written)]
    assert tuple(told) == chapter.blocks
    for start, text, written in parts:
        for block in blocks_from_json(written):
            assert start <= block.start
            assert block.end <= start + len(text), "no block lies in two parts"


@given(st.lists(st.integers(1, 500), min_size=100, max_size=200))
def test_parts_are_about_as_long_as_promised(sizes: list[int]) -> None:
    chapter = chapter_of("\n\n".join("x" * size for size in sizes))
    parts = [len(text) for _, text, _ in parts_of(chapter)]
    assert all(PART_LENGTH <= length < PART_LENGTH + 1_000 for length in parts[:-1])
    assert parts[-1] < PART_LENGTH + 1_000


def test_one_long_block_makes_one_part() -> None:
    ((start, text, _),) = parts_of(chapter_of("x" * 10 * PART_LENGTH))
    assert (start, len(text)) == (0, 10 * PART_LENGTH)


@pytest.mark.parametrize("text", ["", " \n\n ", "unseen text"])
def test_a_chapter_without_blocks_is_one_part(text: str) -> None:
    assert parts_of(Chapter(text, ())) == [(0, text, "[]")]


def test_parts_of_a_long_chapter_start_in_order() -> None:
    chapter = chapter_of("\n\n".join("x" * 900 for _ in range(100)))
    starts = [start for start, _, _ in parts_of(chapter)]
    assert starts[0] == 0
    assert all(first < second for first, second in pairwise(starts))


def test_a_story_is_found_by_every_name_it_carries() -> None:
    assert names_of(FULL) == [
        (TagKind.AUTHOR, "Ann", True),
        (TagKind.AUTHOR, "Bo", True),
        (TagKind.FANDOM, "Pride and Prejudice", True),
        (TagKind.CHARACTER, "Mary", False),
        (TagKind.CHARACTER, "Jane", True),
        (TagKind.RELATIONSHIP, "Mary & Jane", True),
        (TagKind.FREEFORM, "teeth", True),
        (TagKind.WARNING, "Major Character Death", True),
        (TagKind.CATEGORY, "Gen", True),
    ]
    assert {kind for kind, _, _ in names_of(FULL)} == set(TagKind)


# A story written down for the store


def test_what_is_written_down_survives_its_json() -> None:
    story = replace(FULL, chapters=(chapter_of("It came.", "One"), chapter_of("“It” went.")))
    written = write_down(
        story,
        opening="It came.",
        fingerprint="its words",
        page_starts=((0, 5), (0,)),
        walls=frozenset({1}),
        reflow_version=2,
        pagination_version=3,
    )
    again = written_from_json(written_to_json(written))
    assert written_to_json(again) == written_to_json(written)
    assert record_from_json(again.record) == FULL
    assert [tuple(page) for page in again.pages] == [(0, 0, 1), (0, 5, 2), (1, 0, 1)]
    assert "".join(part[2] for part in again.parts) == "It came.“It” went."
