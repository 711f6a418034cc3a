"""Works of the Archive: the same record from every layout of every period."""

import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest

from bot.catalogue.completing import complete
from bot.errors import ImportFailed
from bot.importers import read_story
from bot.importers.ao3.labels import find_address, read_byline, read_stats
from bot.importers.html.tree import body_of, parse
from bot.prose.aliases import Aliases
from bot.story import Chapter, Character, Permission, Rating, SeriesPart, Story
from tests.ao3_pages import PERIODS, Part, Work, download, saved_page, site_page
from tests.epubs import archive_epub, zipped

CHAPTERED = Work(
    parts=(
        Part(
            "<p>One.</p><!--cut--><p>More <em>of</em> one.</p>",
            "The Pier",
            "<p>She waits.</p>",
            "<p>Before.</p>",
            "<p>After.</p>",
            "cara",
        ),
        Part("<p>Two.</p><hr/><p>Still two.</p>"),
        Part("<p>Three.</p>", "Chapter 3"),
    ),
    planned="?",
    revised="2020-02-02",
    inspired=(
        '<a href="https://archiveofourown.org/works/10">Neap</a> by '
        '<a rel="author" href="https://archiveofourown.org/users/q">quill</a>',
    ),
)


def page(markup: str, name: str = "a.html") -> Story:
    return read_story(markup.encode(), name)


def told(story: Story) -> list[tuple[str | None, str, str, str, str]]:
    return [(c.title, c.text, c.summary, c.notes, c.end_notes) for c in story.chapters]


@pytest.mark.parametrize("period", PERIODS)
def test_a_download_of_one_chapter_has_every_field(period: str) -> None:
    story = page(download(Work(), period))
    assert story == Story(
        chapters=story.chapters,
        title="Low Water & High",
        authors=("adaquay",),
        rating=Rating.TEEN,
        warnings=("No Archive Warnings Apply",),
        categories=("F/F", "Gen"),
        fandoms=("Harbours & Piers (TV)", "Tides - I. Penn"),
        characters=(
            Character("Ada Quay"),
            Character("Ida Penn"),
            Character("Ben Strand", ("The Pilot",)),
        ),
        relationships=("Ada Quay/Ida Penn", "Ada Quay & Ben Strand"),
        tags=("Slow Burn", "Alternate Universe - Lighthouse"),
        language="English" if period >= "2022-06" else "",
        series=(SeriesPart("Tide Tables, Annotated", "2"),),
        published=date(2019, 3, 1),
        complete=True,
        source="https://archiveofourown.org/works/4711",
        summary="Ada waits for the tide.\n\nIt comes.",
        notes="For everyone on the pier.\n\nThe pilot is my uncle.",
        stated_words=4559,
        collections=("Harbour Exchange 2019",),
        extra=(
            *([("chapters", "1/1")] if period >= "2023-04" else []),
            ("inspired by", "Spring Tide by ben (https://archiveofourown.org/works/9)"),
        ),
    )
    (chapter,) = story.chapters
    assert chapter.title is None
    assert chapter.text == "The tide went out at six.\n\n“Well,” said Ada, “it will be back.”"
    assert chapter.text[slice(*_first_span(chapter))] == "back"


def _first_span(chapter: Chapter) -> tuple[int, int]:
    span = next(span for block in chapter.blocks for span in block.spans)
    return span.start, span.end


@pytest.mark.parametrize("period", PERIODS)
def test_chapters_keep_their_titles_summaries_and_notes(period: str) -> None:
    story = page(download(CHAPTERED, period))
    assert told(story) == [
        (
            "The Pier",
            "One.\n\nMore of one.",
            "She waits.",
            "Chapter by cara\n\nBefore.",
            "After.",
        ),
        (None, "Two.\n\n* * *\n\nStill two.", "", "", ""),
        (None, "Three.", "", "", ""),
    ]
    assert (story.complete, story.updated) == (False, date(2020, 2, 2))
    inspired = (
        "works inspired by this one",
        "Neap by quill (https://archiveofourown.org/works/10)",
    )
    assert ("chapters", "3/?") in story.extra
    assert inspired in story.extra


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("work", [Work(), CHAPTERED])
def test_the_epub_of_a_work_gives_the_record_of_its_page(work: Work, period: str) -> None:
    from_page, from_book = page(download(work, period)), read_story(archive_epub(work, period), "b")
    # The package says the language where the page of that time did not.
    assert from_book == replace(from_page, language=from_page.language or "en")


def test_a_head_that_lost_its_class_is_still_one() -> None:
    with zipfile.ZipFile(io.BytesIO(archive_epub(CHAPTERED))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()[1:]}
    bare = {name: told.replace(b'class="heading calibre3"', b"") for name, told in files.items()}
    assert read_story(zipped(bare), "b") == read_story(archive_epub(CHAPTERED), "b")


def test_a_complete_work_says_so_by_its_count_or_by_its_label() -> None:
    one_of_many = replace(CHAPTERED, parts=CHAPTERED.parts[:1])
    assert [page(download(one_of_many, period)).complete for period in PERIODS] == [False] * 7
    done = replace(CHAPTERED, planned="3")
    assert [page(download(done, period)).complete for period in PERIODS] == [True] * 7


def test_the_only_chapter_of_an_unfinished_work_has_a_title_since_2026() -> None:
    work = replace(CHAPTERED, parts=CHAPTERED.parts[:1])
    assert told(page(download(work, "2025-10")))[0][0] is None
    assert told(page(download(work, "2026-02")))[0][:3] == (
        "The Pier",
        "One.\n\nMore of one.",
        "She waits.",
    )


@pytest.mark.parametrize(
    ("authors", "expected"),
    [
        (("ada", "ben (quay)", "orphan_account"), ("ada", "ben (quay)", "orphan_account")),
        (("Anonymous",), ("Anonymous",)),
    ],
)
def test_authors_are_the_linked_names(authors: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert page(download(Work(authors=authors))).authors == expected
    assert page(saved_page(Work(authors=authors))).authors == expected
    assert read_story(archive_epub(Work(authors=authors)), "b").authors == expected


def test_the_author_of_an_archived_work_is_who_wrote_it() -> None:
    markup = (
        '<div>by Hope Roy [archived by <a rel="author" href="/users/a">the_archivist</a>], '
        '<a rel="author" href="/users/b">ben</a></div>'
    )
    assert read_byline(body_of(parse(markup))) == ["Hope Roy", "ben"]


def test_the_old_name_of_a_warning_becomes_the_one_that_is_shown() -> None:
    work = Work(warnings=("Choose Not To Use Archive Warnings", "Major Character Death"))
    assert page(download(work, "2019-02")).warnings == (
        "Creator Chose Not To Use Archive Warnings",
        "Major Character Death",
    )


def test_a_preface_without_most_of_it_is_read_as_far_as_it_goes() -> None:
    bare = Work(
        warnings=(), categories=(), fandoms=(), relationships=(), characters=(), tags=(),
        language="", series=(), collections=(), summary="", notes="", end_notes="", related=(),
    )  # fmt: skip
    story = page(download(bare))
    assert (story.title, story.rating, story.extra) == (
        "Low Water & High",
        Rating.TEEN,
        (("chapters", "1/1"),),
    )
    assert (story.summary, story.notes, story.series) == ("", "", ())


def test_a_page_that_was_posted_elsewhere_is_no_work_of_the_archive() -> None:
    story = page("<title>Ebb</title><p>Posted originally on my own site.</p><p>It fell.</p>")
    assert (story.title, story.chapters[0].text) == (
        "Ebb",
        "Posted originally on my own site.\n\nIt fell.",
    )


def test_several_series_and_one_without_a_number() -> None:
    work = Work(series=((2, "Tide Tables"), (11, "Part of the Pier")))
    assert page(download(work)).series == (
        SeriesPart("Tide Tables", "2"),
        SeriesPart("Part of the Pier", "11"),
    )


def test_headings_notes_and_lists_of_the_author_stay_in_the_text() -> None:
    body = (
        "<h2>Chapter 1</h2><p>Summary</p><blockquote>It is a quote.</blockquote>"
        "<dl><dt>Rating:</dt><dd>A low one.</dd></dl><p>A/N: thanks</p>"
        '<h2 class="heading">Part Two</h2>'
    )
    story = page(download(Work(parts=(Part(body),), summary="")))
    assert (story.summary, story.rating) == ("", Rating.TEEN)
    assert story.chapters[0].text.split("\n\n") == [
        "Chapter 1",
        "Summary",
        "It is a quote.",
        "Rating:",
        "A low one.",
        "A/N: thanks",
        "Part Two",
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Published: 2020-01-02 Words: 450", ("2020-01-02", "450", None, True)),
        (
            "Published: 2020-01-02 Updated: 2020-03-04 Chapters: 2/? Words: 4500",
            ("2020-01-02", "4500", "2/?", False),
        ),
        (
            "Published: 2020-01-02 Completed: 2020-03-04 Words: 1,234,567 Chapters: 1,001/1,001",
            ("2020-01-02", "1,234,567", "1001/1001", True),
        ),
        (
            "Published:2020-01-02Words:4,559Chapters:3/4Hits:12",
            ("2020-01-02", "4,559", "3/4", False),
        ),
        ("Hits: 3", (None, None, None, None)),
    ],
)
def test_statistics_of_every_period(line: str, expected: tuple[object, ...]) -> None:
    facts = read_stats(line)
    keys = ("published", "words", "chapters", "complete")
    assert tuple(facts.get(key) for key in keys) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://archiveofourown.org/works/12", "https://archiveofourown.org/works/12"),
        ("https://www.ao3.org/works/12/chapters/3", "https://archiveofourown.org/works/12"),
        (
            "https://archiveofourown.org/collections/x/works/12",
            "https://archiveofourown.org/works/12",
        ),
        ("https://squidgeworld.org/works/12", "https://squidgeworld.org/works/12"),
        ("https://archiveofourown.org/users/12", ""),
    ],
)
def test_one_work_has_one_address(address: str, expected: str) -> None:
    assert find_address(address) == expected


# A page of the site, saved from the browser


@pytest.mark.parametrize("work", [Work(), CHAPTERED])
def test_a_saved_page_gives_the_record_of_the_download(work: Work) -> None:
    saved, downloaded = page(saved_page(work)), page(download(work))
    only_there = {"works inspired by this one"}
    assert replace(saved, chapters=()) == replace(
        downloaded,
        chapters=(),
        collections=(),
        extra=tuple(fact for fact in downloaded.extra if fact[0] not in only_there),
    )
    assert [c.text for c in saved.chapters] == [c.text for c in downloaded.chapters]
    assert [(c.title, c.summary, c.end_notes) for c in saved.chapters] == [
        (c.title, c.summary, c.end_notes) for c in downloaded.chapters
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("saved from url=(0044)https://archiveofourown.org/works/4711", "x"),
        ("saved from url=(0044)https://archiveofourown.org/works/4711", "saved from url=(3)x"),
    ],
)
def test_the_address_is_found_in_the_links_of_a_saved_page(old: str, new: str) -> None:
    assert page(saved_page(Work()).replace(old, new)).source == (
        "https://archiveofourown.org/works/4711"
    )


def test_a_gift_stands_on_the_page_of_the_site_alone() -> None:
    story = page(saved_page(Work(gifts=("Zed", "yan (quay)"))))
    assert ("gift for", "Zed, yan (quay)") in story.extra


def test_a_page_of_one_chapter_of_several_says_what_is_missing() -> None:
    story = page(saved_page(CHAPTERED, only=2))
    assert [c.text for c in story.chapters] == ["Two.\n\n* * *\n\nStill two."]
    assert "chapter 2 of 3" in story.messages[0]


@pytest.mark.parametrize(
    "inside",
    [
        '<p class="caution notice">This work could have adult content.</p>'
        '<ol class="work index group"><li>A blurb</li></ol>',
        '<ol class="work index group"><li class="work blurb"><p>A blurb</p></li></ol>',
        '<div id="workskin"><div id="chapters"></div></div>',
    ],
)
def test_a_page_of_the_site_without_a_work_is_refused_with_advice(inside: str) -> None:
    with pytest.raises(ImportFailed) as failed:
        page(site_page(inside))
    assert failed.value.key == "import.ao3-page"


def test_a_work_from_the_web_without_a_permission_is_link_only() -> None:
    for data in (download(Work()).encode(), archive_epub(Work()), saved_page(Work()).encode()):
        done = complete(read_story(data, "a"), "a", Aliases(), Rating.TEEN).story
        assert done.permission is Permission.LINK_ONLY
    agreed = read_story(download(Work()).encode(), "a", {"permission": "consent (mail of 3 May)"})
    done = complete(agreed, "a", Aliases(), Rating.TEEN).story
    assert done.permission is Permission.CONSENT
