"""Books become stories: whoever made them, however they are put together."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ImportFailed
from bot.importers import read_story
from bot.importers.epub import parcel
from bot.importers.epub.book import without_title
from bot.importers.epub.parcel import resolve
from bot.importers.pieces import Piece
from bot.story import BlockKind, Character, Permission, Rating, SeriesPart, Story, Style
from tests.epubs import CONTAINER, book, fanficfare_epub, fichub_epub, xhtml, zipped

TEXT = "<p>The tide went out at six, as it does.</p>"


def read(data: bytes) -> Story:
    return read_story(data, "a.epub")


def refusal(data: bytes) -> tuple[str, str]:
    with pytest.raises(ImportFailed) as failed:
        read(data)
    assert str(failed.value.values["file"]).startswith("a.epub")
    return failed.value.key, str(failed.value.values.get("part", ""))


def chapters(data: bytes) -> list[tuple[str | None, str]]:
    return [(chapter.title, chapter.text) for chapter in read(data).chapters]


# FanFicFare and FicHub


@pytest.mark.parametrize("has_table", [False, True])
@pytest.mark.parametrize("has_classes", [False, True])
def test_a_book_of_fanficfare(has_table: bool, has_classes: bool) -> None:
    story = read(fanficfare_epub(has_table=has_table, has_classes=has_classes))
    assert story == Story(
        chapters=story.chapters,
        title="Low Water",
        authors=("adaquay", "ben"),
        rating=Rating.TEEN,
        warnings=("No Archive Warnings Apply",),
        categories=("F/F",),
        fandoms=("Harbours & Piers (TV)", "Tides"),
        characters=(Character("Ada Quay"), Character("Strand, Ben")),
        relationships=("Ada Quay/Ida Penn",),
        tags=("Lighthouse", "Slow Burn"),
        language="English",
        series=(SeriesPart("Tide Tables", "2"),),
        published=date(2019, 3, 1),
        updated=date(2020, 2, 2),
        complete=False,
        source="https://archiveofourown.org/works/4711",
        summary="Ada waits.\n\nIt comes.",
        notes="For the pier.",
        stated_words=4559,
        extra=(("chapters", "2"), ("publisher", "archiveofourown.org")),
    )
    first, second = story.chapters
    assert (first.title, first.text, first.summary) == (
        "The Pier",
        "The tide went out.",
        "She waits.",
    )
    assert (first.notes, first.end_notes) == ("Before.", "After.")
    assert (second.title, second.text) == (None, "It came back.")


def test_a_book_of_fichub() -> None:
    story = read(fichub_epub())
    assert story == Story(
        chapters=story.chapters,
        title="Low Water",
        authors=("Quiet Owl",),
        rating=Rating.TEEN,
        characters=(Character("Ada Q."), Character("Ida P."), Character("Ben S.")),
        relationships=("Ada Q./Ida P.",),
        tags=("Hurt/Comfort", "Drama"),
        language="English",
        published=date(2019, 3, 1),
        updated=date(2020, 2, 2),
        complete=False,
        source="https://www.fanfiction.net/s/99/1/",
        summary="Ada waits.",
        stated_words=4559,
        extra=(("chapters", "2"),),
    )
    assert [(c.title, c.text) for c in story.chapters] == [
        ("The Pier", "The tide went out."),
        (None, "It came back."),
    ]


def test_the_same_as_one_page_of_html() -> None:
    page = (
        "<html><head><title>Low Water by Quiet Owl</title></head><body><h1><span class='title'>"
        "Low Water</span></h1><h2>by <span class='author'>Quiet Owl</span></h2>"
        "<div><p>Ada waits.</p></div><p>Original source: <a href='https://x.org/s/1'>"
        "https://x.org/s/1</a></p><p>Chapters: 2</p><p>Exported with the assistance of "
        "<a href='https://fichub.net'>FicHub.net</a></p><nav id='contents-list'><ol></ol></nav>"
        "<div id='chap_1'><div class='chapter_nav'><a>next chapter</a></div><h2>The Pier</h2>"
        "<p>Out.</p></div><div id='chap_2'><h2>Chapter 2</h2><p>Back.</p></div></body></html>"
    )
    story = read_story(page.encode(), "a.html")
    assert (story.title, story.authors, story.source) == (
        "Low Water",
        ("Quiet Owl",),
        "https://x.org/s/1",
    )
    assert story.summary == "Ada waits."
    assert [(c.title, c.text) for c in story.chapters] == [("The Pier", "Out."), (None, "Back.")]
    page = (
        "<html><body><h1><a href='https://x.org/1'>Low Water</a> by "
        "<a class='authorlink' href='https://x.org/u'>owl</a></h1><table class='full'>"
        "<tr><td><b>Category:</b></td><td>Tides</td></tr></table>"
        "<a name='section0001'><h2>1. The Pier</h2></a><p>Out.</p>"
        "<a name='section0002'><h2>2. Ebb</h2></a><p>Back.</p></body></html>"
    )
    story = read_story(page.encode(), "a.html")
    assert (story.title, story.authors, story.fandoms) == ("Low Water", ("owl",), ("Tides",))
    assert [(c.title, c.text) for c in story.chapters] == [("The Pier", "Out."), ("Ebb", "Back.")]


# Calibre and others: what the package says


def test_facts_of_an_epub_2() -> None:
    story = read(
        book(
            {"a.xhtml": TEXT},
            metadata=(
                '<dc:title>Slack Water</dc:title><dc:creator opf:role="aut">Ida Penn</dc:creator>'
                '<dc:creator opf:role="ill">Some Painter</dc:creator><dc:creator>Ben</dc:creator>'
                "<dc:contributor opf:role='bkp'>calibre (6.1)</dc:contributor>"
                "<dc:language>en</dc:language><dc:date>2020-05-01T00:00:00+00:00</dc:date>"
                "<dc:description>&lt;p&gt;One &amp;amp; two.&lt;/p&gt;&lt;p&gt;Three.&lt;/p&gt;"
                "</dc:description><dc:subject>Tides; Piers</dc:subject><dc:subject>Fog</dc:subject>"
                '<meta name="calibre:series" content="Tide Tables"/>'
                '<meta name="calibre:series_index" content="2.0"/>'
                '<meta name="calibre:rating" content="10.0"/>'
            ),
        )
    )
    assert story == Story(
        chapters=story.chapters,
        title="Slack Water",
        authors=("Ida Penn", "Ben"),
        language="en",
        tags=("Tides", "Piers", "Fog"),
        series=(SeriesPart("Tide Tables", "2"),),
        published=date(2020, 5, 1),
        summary="One & two.\n\nThree.",
    )


def test_facts_of_an_epub_3() -> None:
    story = read(
        book(
            {"a.xhtml": TEXT},
            version="3.0",
            metadata=(
                '<dc:title id="s">A Subtitle</dc:title><dc:title id="t">Slack Water</dc:title>'
                '<meta refines="#s" property="title-type">subtitle</meta>'
                '<meta refines="#t" property="title-type">main</meta>'
                '<dc:creator id="a">Ida Penn</dc:creator><dc:creator id="b">A Painter</dc:creator>'
                '<meta refines="#a" property="role" scheme="marc:relators">aut</meta>'
                '<meta refines="#b" property="role" scheme="marc:relators">ill</meta>'
                '<meta property="belongs-to-collection" id="c">Tide Tables</meta>'
                '<meta refines="#c" property="collection-type">series</meta>'
                '<meta refines="#c" property="group-position">2.5</meta>'
                "<dc:identifier>url:https://example.org/slack</dc:identifier>"
                "<dc:date>0101-01-01T00:00:00+00:00</dc:date>"
            ),
        )
    )
    assert (story.title, story.authors) == ("Slack Water", ("Ida Penn",))
    assert story.series == (SeriesPart("Tide Tables", "2.5"),)
    assert (story.source, story.published) == ("https://example.org/slack", None)


@pytest.mark.parametrize(
    ("rights", "permission"),
    [
        ("Public domain in the USA.", Permission.PUBLIC_DOMAIN),
        ("CC BY-SA 4.0", Permission.LICENCE),
        ("https://creativecommons.org/licenses/by/4.0/", Permission.LICENCE),
        ("© 2020 Ida Penn. All rights reserved.", None),
        ("This is not in the public domain.", None),
    ],
)
def test_rights_count_where_they_plainly_permit(rights: str, permission: Permission | None) -> None:
    metadata = f"<dc:title>A</dc:title><dc:rights>{rights}</dc:rights>"
    assert read(book({"a.xhtml": TEXT}, metadata=metadata)).permission is permission


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "http://archiveofourown.org/works/12/chapters/3?view_adult=true",
            "https://archiveofourown.org/works/12",
        ),
        ("https://www.fanfiction.net/s/99/1/Low", "https://www.fanfiction.net/s/99/1/Low"),
    ],
)
def test_a_work_of_the_archive_has_one_address(address: str, expected: str) -> None:
    metadata = f"<dc:title>A</dc:title><dc:source>{address}</dc:source>"
    assert read(book({"a.xhtml": TEXT}, metadata=metadata)).source == expected


# Which pages are chapters


def test_titles_come_from_the_contents_and_front_pages_are_left_out() -> None:
    pages = {
        "cover.xhtml": '<img src="c.jpg" alt="Cover"/>',
        "title.xhtml": "<h1>Slack Water</h1><p>by</p><p>Ida Penn</p>",
        "copyright.xhtml": "<p>Copyright © 2020 Ida Penn.</p>",
        "dedication.xhtml": "<p>For Ben, who waited for the tide.</p>",
        "contents.xhtml": '<h2>Inside</h2><p><a href="a.xhtml">Ebb</a></p>'
        '<p><a href="b.xhtml">Flood</a></p>',
        "a.xhtml": f"<h2>Chapter 1</h2><h3>Ebb</h3>{TEXT}",
        "b.xhtml": "<p>FLOOD</p><p>It came back.</p>",
        "about.xhtml": "<h2>About the Author</h2><p>Ida lives by the sea.</p>",
    }
    entries = [
        ("Copyright", "copyright.xhtml"),
        ("Dedication", "dedication.xhtml"),
        ("1. Ebb", "a.xhtml"),
        ("Flood", "b.xhtml"),
        ("About the Author", "about.xhtml"),
    ]
    for version in ("2.0", "3.0"):
        assert chapters(book(pages, contents=entries, version=version)) == [
            ("Dedication", "For Ben, who waited for the tide."),
            ("1. Ebb", "The tide went out at six, as it does."),
            ("Flood", "It came back."),
        ]


def test_the_guide_and_types_name_front_pages() -> None:
    pages = {
        "x.xhtml": "<p>Anything the guide calls a title page.</p>",
        "y.xhtml": xhtml(f'<section epub:type="copyright-page">{TEXT}</section>'),
        "a.xhtml": f"<h2>Ebb</h2>{TEXT}",
    }
    data = book(pages, guide='<reference type="title-page" href="x.xhtml"/>')
    assert [title for title, _ in chapters(data)] == ["Ebb"]


def test_a_book_that_is_nothing_but_a_short_page_still_is_one() -> None:
    data = book({"a.xhtml": "<h1>Slack Water</h1><p>The tide went out.</p>"})
    assert chapters(data) == [(None, "The tide went out.")]


def test_one_file_with_several_chapters_is_cut_at_the_entries() -> None:
    page = (
        '<h1 id="t">Slack Water</h1><h2 id="one">Ebb</h2><p>Out.</p>'
        '<p><a id="two"></a><b>Flood</b></p><p>Back.</p>'
    )
    entries = [("Ebb", "all.xhtml#one"), ("Flood", "all.xhtml#two")]
    assert [title for title, _ in chapters(book({"all.xhtml": page}, contents=entries))] == [
        "Ebb",
        "Flood",
    ]


def test_one_file_without_contents_is_cut_at_its_headings() -> None:
    page = "<h1>Slack Water</h1><h2>Ebb</h2><p>Out.</p><h2>Flood</h2><p>Back.</p>"
    assert chapters(book({"all.xhtml": page})) == [("Ebb", "Out."), ("Flood", "Back.")]


def test_a_chapter_in_several_files_is_one() -> None:
    pages = {
        "a_split_000.xhtml": "<h2>Ebb</h2><p>Out.</p>",
        "a_split_001.xhtml": "<p>Further out.</p>",
        "b.xhtml": "<h2>Flood</h2><p>Back.</p>",
    }
    entries = [("Ebb", "a_split_000.xhtml"), ("Flood", "b.xhtml")]
    assert chapters(book(pages, contents=entries)) == [
        ("Ebb", "Out.\n\nFurther out."),
        ("Flood", "Back."),
    ]


def test_files_that_sparse_contents_do_not_name_are_chapters_of_their_own() -> None:
    pages = {f"p{number}.xhtml": f"<p>This is page {number}.</p>" for number in range(5)}
    assert len(chapters(book(pages, contents=[("Start", "p0.xhtml")]))) == 5


def test_a_page_of_a_part_goes_before_its_first_chapter() -> None:
    pages = {"p.xhtml": "<h1>Part One</h1>", "a.xhtml": f"<h2>Ebb</h2>{TEXT}", "b.xhtml": TEXT}
    entries = [("Part One", "p.xhtml"), ("Ebb", "a.xhtml"), ("Flood", "b.xhtml")]
    (first, second) = read(book(pages, contents=entries)).chapters
    assert (first.title, second.title) == ("Ebb", "Flood")
    assert first.text.startswith("Part One\n\n")
    assert first.blocks[0].kind is BlockKind.HEADING


def test_an_entry_with_nothing_but_its_title_is_no_chapter() -> None:
    pages = {
        "a.xhtml": '<p id="p">PART ONE</p><h2 id="e">Ebb</h2><p>Out.</p>',
        "b.xhtml": f"<h2>Flood</h2>{TEXT}",
    }
    entries = [("Part One", "a.xhtml#p"), ("Ebb", "a.xhtml#e"), ("Flood", "b.xhtml")]
    assert [title for title, _ in chapters(book(pages, contents=entries))] == ["Ebb", "Flood"]


def test_notes_survive_wherever_they_stand() -> None:
    pages = {
        "a.xhtml": '<p>So<a epub:type="noteref" href="#n1">1</a> it was.</p>'
        '<aside epub:type="footnote" id="n1"><p>1. It was not.</p></aside>',
        "n.xhtml": xhtml("<h2>Notes</h2><p>2. Nor was it there.</p>",
                         attrs=' epub:type="endnotes"'),
        "ad.xhtml": "<p>Buy our other books.</p>",
    }  # fmt: skip
    refs = [
        '<itemref idref="i0"/>',
        '<itemref idref="i1" linear="no"/>',
        '<itemref idref="i2" linear="no"/>',
    ]
    assert chapters(book(pages, spine=refs)) == [
        (None, "So1 it was.\n\n1. It was not."),
        ("Notes", "2. Nor was it there."),
    ]


def test_styles_of_the_sheet_and_pictures_in_the_text() -> None:
    pages = {
        "t/a.xhtml": '<p class="calibre1">It <span class="calibre5">was</span> late.</p>'
        '<p><img src="../i/lamp.jpg" alt="A lamp in a window"/></p><p>And dark.</p>',
        "s.css": ".calibre5 { font-style: italic }",
    }
    (chapter,) = read(book(pages, folder="OEBPS/")).chapters
    assert [block.kind for block in chapter.blocks] == [
        BlockKind.PARAGRAPH,
        BlockKind.IMAGE,
        BlockKind.PARAGRAPH,
    ]
    (span,) = chapter.blocks[0].spans
    assert (span.style, chapter.text[span.start : span.end]) == (Style.EMPHASIS, "was")


@pytest.mark.parametrize(
    ("title", "texts", "expected"),
    [
        ("Ebb", ["Ebb", "Out."], ("Ebb", ["Out."])),
        ("Chapter 1: Ebb", ["Chapter 1", "Ebb", "Out."], ("Chapter 1: Ebb", ["Out."])),
        ("1. Ebb", ["Ebb", "Out."], ("1. Ebb", ["Out."])),
        ("Chapter 1", ["Chapter 1: Ebb", "Out."], ("Chapter 1: Ebb", ["Out."])),
        ("Ebb", ["Flood", "Out."], ("Ebb", ["Flood", "Out."])),
        ("", ["Ebb", "Out."], ("", ["Ebb", "Out."])),
    ],
)
def test_a_title_is_said_once(
    title: str, texts: list[str], expected: tuple[str, list[str]]
) -> None:
    headings = [Piece(BlockKind.HEADING, text, level=2) for text in texts[:-1]]
    found, left = without_title(title, [*headings, Piece(BlockKind.PARAGRAPH, texts[-1])])
    assert (found, [piece.text for piece in left]) == expected


@pytest.mark.parametrize(
    "page",
    [
        "<h1>Slack Water</h1><p>Fandom: Tides, Piers</p><p>Category: F/F</p><p>Rating: Mature</p>"
        "<p>Chapters: 41/?</p><p>Words: 4,066</p><p>Summary: Ada waits.</p>",
        "<p><b>Category:</b> Tides, Piers<br/><b>AO3 Categories:</b> F/F<br/>Rating : Mature<br/>"
        "Chapters: 41/?<br/>Words: 4,066<br/>Summary: Ada waits.</p>",
    ],
)
def test_a_page_of_labelled_lines_before_the_story_is_its_facts(page: str) -> None:
    story = read(book({"i.xhtml": page, "a.xhtml": TEXT}))
    assert (story.fandoms, story.categories) == (("Tides", "Piers"), ("F/F",))
    assert (story.rating, story.complete, story.stated_words) == (Rating.MATURE, False, 4066)
    assert (story.summary, len(story.chapters)) == ("Ada waits.", 1)


def test_a_story_of_labelled_lines_is_a_story() -> None:
    log = "<p>Ada: Where?</p><p>Ben: The pier.</p><p>Status: waiting.</p><p>Words: none.</p>"
    assert chapters(book({"a.xhtml": log, "b.xhtml": TEXT}))[0][1].startswith("Ada: Where?")


# Traps


def test_addresses_are_resolved_inside_the_book() -> None:
    assert resolve("OEBPS/toc.ncx", "Text/a%20b.xhtml#x%20y") == ("OEBPS/Text/a b.xhtml", "x y")
    assert resolve("OEBPS/Text/a.xhtml", "../b.xhtml") == ("OEBPS/b.xhtml", "")
    assert resolve("a.xhtml", "#x") == ("a.xhtml", "x")
    assert resolve("a.opf", "../../../etc/passwd") == ("etc/passwd", "")


def test_a_package_in_a_folder_with_odd_names_and_encodings() -> None:
    utf16 = xhtml("<p>Пришла зима.</p>").replace("utf-8", "utf-16").encode("utf-16")
    latin = xhtml("<p>Café</p>").replace("utf-8", "iso-8859-1").encode("latin-1")
    html4 = b"<HTML><BODY><P>No end tags<P>here&nbsp;either</BODY>"
    pages: dict[str, str | bytes] = {
        "Text/a%20b.xhtml": "<p>x</p>",
        "Text/c.xhtml": utf16,
        "text/D.xhtml": latin,
        "e.html": html4,
    }
    data = book(pages, folder="O E/")
    # The zip has the name without its escapes, and a name in another case.
    data = _renamed(data, {"O E/Text/a%20b.xhtml": "O E/Text/a b.xhtml",
                           "O E/text/D.xhtml": "O E/text/d.xhtml"})  # fmt: skip
    assert [text for _, text in chapters(data)] == [
        "x",
        "Пришла зима.",
        "Café",
        "No end tags\n\nhere\xa0either",
    ]


def _renamed(data: bytes, names: Mapping[str, str]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = {names.get(name, name): archive.read(name) for name in archive.namelist()}
    del found["mimetype"]
    return zipped(found)


def test_missing_pages_are_told_and_the_rest_is_read() -> None:
    refs = ['<itemref idref="i0"/>', '<itemref idref="gone"/>', '<itemref idref="i0"/>']
    story = read(book({"a.xhtml": TEXT}, spine=refs))
    assert len(story.chapters) == 1
    assert "gone" in story.messages[0]


def test_a_broken_package_is_read_as_far_as_it_goes() -> None:
    opf = (
        "<package><metadata><dc:title>Tom & Jerry</dc:title></metadata><manifest>"
        '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    )
    story = read(book({"a.xhtml": TEXT}, opf=opf))
    assert (story.title, len(story.chapters)) == ("Tom & Jerry", 1)
    without_container = zipped({"b.opf": opf, "a.xhtml": xhtml(TEXT)})
    assert read(without_container).title == "Tom & Jerry"


@pytest.mark.parametrize("name", ["a.epub", "a.txt", "a", "a.zip"])
def test_a_book_is_known_by_its_content(name: str) -> None:
    assert read_story(book({"a.xhtml": TEXT}), name).title == "Slack Water"


# What is locked, damaged or hostile


@pytest.mark.parametrize(
    ("files", "key"),
    [
        ({"META-INF/rights.xml": "<rights/>"}, "import.book-locked"),
        (
            {
                "META-INF/encryption.xml": "<encryption><EncryptedData><EncryptionMethod "
                'Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></EncryptedData>'
                "</encryption>"
            },
            "import.book-locked",
        ),
    ],
)
def test_a_locked_book_is_refused(files: Mapping[str, str], key: str) -> None:
    assert refusal(book({"a.xhtml": TEXT}, files=files))[0] == key


def test_scrambled_fonts_lock_nothing() -> None:
    method = '<EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/>'
    told = f"<encryption><EncryptedData>{method}</EncryptedData></encryption>"
    assert read(book({"a.xhtml": TEXT}, files={"META-INF/encryption.xml": told})).chapters


def test_a_book_with_a_password_is_refused() -> None:
    data = bytearray(book({"a.xhtml": TEXT}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := data.find(mark, start)) >= 0:
            data[start + place] |= 1
            start += 4
    assert refusal(bytes(data))[0] == "import.book-password"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_book_that_was_cut_off_is_damaged(share: float) -> None:
    data = book({f"{n}.xhtml": TEXT for n in range(20)})
    assert refusal(data[: int(len(data) * share)])[0] == "import.book-damaged"


def test_a_damaged_page_is_named() -> None:
    data = bytearray(book({"a.xhtml": f"<p>{'The tide. ' * 500}</p>"}))
    start = data.find(b"a.xhtml") + 30
    data[start : start + 20] = bytes(20)
    assert refusal(bytes(data)) == ("import.book-damaged", " (a.xhtml)")


def test_a_bomb_is_given_up_when_it_has_grown_too_large() -> None:
    bomb = b"<p>" + b" " * (parcel.MEMBER_LIMIT + 1)
    key, part = refusal(book({"a.xhtml": TEXT, "b.xhtml": bomb}))
    assert (key, part) == ("import.book-too-large", "b.xhtml")


def test_many_large_pages_are_given_up_too() -> None:
    half = b"<p>" + b" " * (parcel.MEMBER_LIMIT - 100)
    count = parcel.PARCEL_LIMIT // parcel.MEMBER_LIMIT + 2
    data = book({f"{number}.xhtml": half for number in range(count)})
    assert refusal(data)[0] == "import.book-too-large"


def test_too_many_files_are_refused_before_they_are_listed() -> None:
    files = {f"x{number}": b"" for number in range(parcel.MEMBERS_LIMIT + 1)}
    assert refusal(book({"a.xhtml": TEXT}, files=files))[0] == "import.book-members"


ENTITIES = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>'


@pytest.mark.parametrize("subset", [ENTITIES, LAUGHS])
@pytest.mark.parametrize("place", ["page", "container", "package"])
def test_a_book_that_declares_entities_is_refused(subset: str, place: str) -> None:
    page = xhtml("<p>&x;&c;</p>").replace("<!DOCTYPE html>", subset)
    if place == "page":
        assert refusal(book({"a.xhtml": page})) == ("import.book-entities", "a.xhtml")
    elif place == "container":
        told = f'<?xml version="1.0"?>{subset}' + CONTAINER.format("b.opf").partition("?>")[2]
        data = zipped({"META-INF/container.xml": told, "b.opf": "<package/>"})
        assert refusal(data) == ("import.book-entities", "META-INF/container.xml")
    else:
        opf = f'<?xml version="1.0"?>{subset}<package><spine>&x;</spine></package>'
        assert refusal(book({"a.xhtml": TEXT}, opf=opf)) == ("import.book-entities", "b.opf")


def test_a_named_character_that_a_page_declares_is_that_character() -> None:
    subset = '<!DOCTYPE html [<!ENTITY nbsp "&#160;">]>'
    page = xhtml("<p>a&nbsp;b</p>").replace("<!DOCTYPE html>", subset)
    assert chapters(book({"a.xhtml": page})) == [(None, "a\xa0b")]


def test_links_and_names_that_lead_outside_are_not_followed() -> None:
    link = zipfile.ZipInfo("OEBPS/a.xhtml")
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO(book({"b.xhtml": TEXT}, folder="OEBPS/", opf=(
        '<package><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="p" href="../../../../etc/passwd" media-type="application/xhtml+xml"/>'
        '<item id="b" href="b.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="a"/><itemref idref="p"/><itemref idref="b"/></spine></package>'
    )))  # fmt: skip
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    story = read(buffer.getvalue())
    assert [chapter.text for chapter in story.chapters] == ["The tide went out at six, as it does."]
    assert "etc/passwd" in story.messages[0]


def test_scripts_and_deep_nesting_do_nothing() -> None:
    page = "<script>alert(1)</script><p onclick='x()'>The tide.</p>" + "<div>" * 5_000
    page += "<p>Deep.</p>" + "</div>" * 5_000
    assert chapters(book({"a.xhtml": page})) == [(None, "The tide.\n\nDeep.")]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (zipped({"META-INF/container.xml": CONTAINER.format("b.opf")}), "import.book-no-order"),
        (book({}), "import.book-no-order"),
        (book({"a.xhtml": "<p> </p>"}), "import.no-story"),
        (book({"a.xhtml": b"\0\0\0"}), "import.book-damaged"),
    ],
)
def test_a_book_without_text_is_refused(data: bytes, key: str) -> None:
    assert refusal(data)[0] == key


def test_facts_beside_a_book_go_before_its_own() -> None:
    story = read_story(fanficfare_epub(), "a.epub", {"title": "Beside", "rating": "M"})
    assert (story.title, story.rating) == ("Beside", Rating.MATURE)
    assert replace(story, title="", rating=None).authors == ("adaquay", "ben")


BOOKS = (
    fanficfare_epub(),
    fichub_epub(),
    book(
        {"a.xhtml": f"<h2 id='x'>Ebb</h2>{TEXT}", "s.css": ".a {}"}, contents=[("E", "a.xhtml#x")]
    ),
)


@given(
    st.sampled_from(BOOKS),
    st.floats(0, 0.999),
    st.integers(0, 60),
    st.sampled_from([b"", b"\0", b"<", b"</div>", b"&x;", b"\xff\xfe", b"PK\x01\x02"]),
    st.booleans(),
)
def test_any_damage_leaves_a_story_or_a_reason(
    data: bytes, share: float, length: int, put: bytes, is_packed: bool
) -> None:
    if is_packed:
        at = int(share * len(data))
        data = data[:at] + put + data[at + length :]
    else:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()[1:]}
        name = sorted(files)[int(share * len(files))]
        at = int(share * len(files[name]))
        files[name] = files[name][:at] + put + files[name][at + length :]
        data = zipped(files)
    try:
        story = read(data)
    except ImportFailed as failed:
        assert failed.key.startswith("import.")
        assert str(failed.values["file"]).startswith("a.epub")
    else:
        assert story.chapters


def test_a_file_without_a_name_is_passed_over() -> None:
    buffer = io.BytesIO(book({"a.xhtml": TEXT}))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(zipfile.ZipInfo(""), "x")
    assert read(buffer.getvalue()).chapters
