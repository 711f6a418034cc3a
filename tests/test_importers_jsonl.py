"""Lines of JSON, cut and read."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ImportFailed
from bot.importers.jsonl import LINE_LIMIT, Line, holds_records, lines, read_record
from bot.story import Character, Rating, SeriesPart, Style


def record(**fields: Any) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "surrogatepass")


def texts(data: bytes) -> list[str]:
    return [chapter.text for chapter in read_record(data, "a.jsonl", {}).chapters]


# Lines


def test_lines_come_with_their_numbers_and_without_what_is_around_them() -> None:
    found = list(lines(io.BytesIO(b'\xef\xbb\xbf{"a": 1}\r\n\n  \n{"b": 2}\0\n{"c": 3}')))
    assert [(line.number, line.data) for line in found] == [
        (1, b'{"a": 1}'),
        (4, b'{"b": 2}'),
        (5, b'{"c": 3}'),
    ]


def test_a_giant_line_is_passed_over_and_the_next_is_read() -> None:
    source = io.BytesIO(b"x" * (LINE_LIMIT + 5) + b"\n{}\n" + b"y" * (LINE_LIMIT + 5))
    assert [(line.number, line.data) for line in lines(source)] == [
        (1, None),
        (2, b"{}"),
        (3, None),
    ]


def test_a_line_of_just_the_limit_is_read() -> None:
    source = io.BytesIO(b"x" * LINE_LIMIT + b"\ny")
    assert [line.size for line in lines(source)] == [LINE_LIMIT, 1]


def test_lines_are_told_apart_by_their_bytes() -> None:
    one, two, three = lines(io.BytesIO(b"{}\n{ }\n{}\n"))
    assert one.digest == three.digest != two.digest
    assert Line(1, None).size == 0


@given(st.binary(max_size=200))
def test_no_line_is_lost(data: bytes) -> None:
    found = b"".join(line.data or b"" for line in lines(io.BytesIO(data)))
    kept = b"".join(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"))
    drop = b" \t\r\n\0"
    assert found.translate(None, drop) == kept.translate(None, drop)


@pytest.mark.parametrize(
    ("head", "name", "is_records"),
    [
        (b'{"text": "It rained."}\n', "tales", True),
        (b'\xef\xbb\xbf {"text": "It rained."}', "tales.txt", True),
        (b'{"text": broken\n', "tales.jsonl", True),
        (b'{"text": broken\n', "tales.ndjson", True),
        (b'{"text": "' + b"x" * 2_000, "tales.json", True),
        (b'{"text": broken\n', "tales.txt", False),
        (b'{\n  "text": "It rained."\n}\n', "tale.json", False),
        (b'[{"text": "It rained."}]', "tales.json", False),
        (b"{Hux waits.}\n", "play.txt", False),
        (b"It rained.", "tales.jsonl", False),
        (b"", "tales.jsonl", False),
        (b"{" * 100_000, "deep", False),
    ],
)
def test_lines_of_json_are_told_by_what_is_in_them(
    head: bytes, name: str, is_records: bool
) -> None:
    assert holds_records(head, name) is is_records


# Records


def test_a_record_has_the_fields_of_front_matter_under_any_of_their_names() -> None:
    story = read_record(
        record(
            title="The Rain",
            by=["Ann", "Bo"],
            rated="T",
            fandom="Weather",
            pairing="Ann/Bo",
            url="https://example.org/1",
            complete=False,
            words=12,
            series={"name": "Falls", "part": 2},
            mood="grey",
            text="It rained.\n\nIt stopped.",
        ),
        "a.jsonl",
        {},
    )
    assert (story.title, story.authors, story.rating) == ("The Rain", ("Ann", "Bo"), Rating.TEEN)
    assert (story.fandoms, story.relationships) == (("Weather",), ("Ann/Bo",))
    assert (story.source, story.complete) == ("https://example.org/1", False)
    assert (story.stated_words, story.series) == (12, (SeriesPart("Falls", "2"),))
    assert story.extra == (("mood", "grey"),)
    assert [block.kind.value for block in story.chapters[0].blocks] == ["paragraph"] * 2


@pytest.mark.parametrize("key", ["text", "body", "content"])
def test_the_text_has_three_names(key: str) -> None:
    assert texts(record(**{key: "It rained."})) == ["It rained."]


def test_chapters_are_texts_or_have_titles() -> None:
    data = record(chapters=[{"title": "One", "text": "It came."}, "It went.", {"body": "It is."}])
    story = read_record(data, "a.jsonl", {})
    assert [(c.title, c.text) for c in story.chapters] == [
        ("One", "It came."),
        (None, "It went."),
        (None, "It is."),
    ]


def test_a_number_of_chapters_is_a_fact_and_no_text() -> None:
    story = read_record(record(chapters="3/?", text="It rained."), "a.jsonl", {})
    assert (story.complete, len(story.chapters)) == (False, 1)


def test_what_show_prints_comes_back() -> None:
    told = {
        **{"story": 7, "path": "x", "outcome": "added", "title": "The Rain"},
        **{"title_origin": "stated", "rating": "General", "rating_origin": "default"},
        "characters": [
            {"name": "Ann", "aliases": ["Annie"], "origin": "stated", "appears": True},
            {"name": "Bo", "aliases": [], "origin": "detected", "appears": True},
        ],
        "messages": ["told"],
        "chapter_titles": ["Ebb", None],
        "text": [["It went.", "All of it."], ["It came."]],
    }
    story = read_record(record(**told), "a.jsonl", {})
    assert [(c.title, c.text) for c in story.chapters] == [
        ("Ebb", "It went.\n\nAll of it."),
        (None, "It came."),
    ]
    assert story.characters == (Character("Ann", ("Annie",)),)
    assert story.rating is None, "it was a default, not a statement"
    assert (story.extra, story.messages) == ((), ())


def test_a_derived_title_is_derived_again() -> None:
    data = record(title="It rained", title_origin="derived", text="It rained.")
    assert read_record(data, "a.jsonl", {}).title == ""


def test_a_list_of_texts_is_one_chapter() -> None:
    assert texts(record(text=["It rained.", "It stopped."])) == ["It rained.\n\nIt stopped."]


def test_markdown_is_read_when_the_record_says_so() -> None:
    marked = record(format="markdown", text="It *rained*.")
    (chapter,) = read_record(marked, "a.jsonl", {}).chapters
    assert chapter.text == "It rained."
    assert [span.style for block in chapter.blocks for span in block.spans] == [Style.EMPHASIS]
    assert texts(record(text="It *rained*.")) == ["It *rained*."]


def test_markup_is_read_when_the_record_says_so() -> None:
    marked = record(format="html", chapters=[{"title": "One", "text": "<p>It <i>rained</i>.</p>"}])
    (chapter,) = read_record(marked, "a.jsonl", {}).chapters
    assert (chapter.title, chapter.text.strip()) == ("One", "It rained.")
    assert [span.style for block in chapter.blocks for span in block.spans] == [Style.EMPHASIS]


def test_facts_beside_the_file_go_before_the_record() -> None:
    story = read_record(
        record(author="Ann", rated="T", text="It rained."), "a", {"authors": ["Bo"]}
    )
    assert (story.authors, story.rating) == (("Bo",), Rating.TEEN)


def test_text_is_cleaned() -> None:
    assert texts(b'{"text": "It\\u0000 rai\\ud800ned.\\r\\nCafe\\u0301."}') == ["It rained.\nCafé."]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"{", "import.bad-record"),
        (b'{"text": "It rained."', "import.bad-record"),
        (b'["It rained."]', "import.bad-record"),
        (b'"It rained."', "import.bad-record"),
        (b'{"a":' * 100_000, "import.bad-record"),
        (b"[" * 100_000, "import.bad-record"),
        (b'{"title": "The Rain"}', "import.no-story"),
        (b'{"title": "The Rain", "text": "  "}', "import.no-story"),
        (b'{"text": 5}', "import.no-story"),
        (b'{"text": "* * *"}', "import.no-story"),
        (b'{"chapters": []}', "import.no-story"),
        (b'{"text": {"a": "b"}}', "import.no-story"),
    ],
)
def test_a_record_that_is_no_story_is_refused_with_its_place(data: bytes, key: str) -> None:
    with pytest.raises(ImportFailed) as failed:
        read_record(data, "a.jsonl, line 3", {})
    assert failed.value.key == key
    assert failed.value.values["file"] == "a.jsonl, line 3"


@given(
    st.dictionaries(
        st.sampled_from(["text", "chapters", "title", "characters", "series", "rating", "format"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=8,
        ),
    )
)
def test_any_record_is_read_or_refused(fields: dict[str, Any]) -> None:
    try:
        story = read_record(record(**fields), "a.jsonl", {})
    except ImportFailed:
        return
    assert story.chapters


def test_a_chapter_of_a_record_brings_what_is_said_around_it() -> None:
    said = {"summary": "Ada waits.", "notes": " Rope ahead. ", "end_notes": "It held."}
    chapters = [{"title": "Ebb", "text": "It went.", **said}, {"text": "It came.", "notes": 3}]
    ebb, flow = read_record(record(chapters=chapters), "tales.jsonl, line 1", {}).chapters
    assert (ebb.summary, ebb.notes, ebb.end_notes) == ("Ada waits.", "Rope ahead.", "It held.")
    assert (flow.summary, flow.notes, flow.end_notes) == ("", "", "")


def test_a_text_that_is_several_chapters_has_its_end_notes_behind_the_last() -> None:
    text = "# Ebb\n\nIt went.\n\n# Flow\n\nIt came.\n"
    chapters = [{"text": text, "notes": "Rope ahead.", "end_notes": "It held."}]
    data = record(chapters=chapters, format="markdown")
    ebb, flow = read_record(data, "tales.jsonl, line 1", {}).chapters
    assert [(each.notes, each.end_notes) for each in (ebb, flow)] == [
        ("Rope ahead.", ""),
        ("", "It held."),
    ]
