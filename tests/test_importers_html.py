"""Markup becomes blocks: what a reader meets, and nothing else."""

import base64
import quopri
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ImportFailed
from bot.importers import read_story
from bot.importers.html.looks import Looks
from bot.importers.html.tidy import read_pieces
from bot.importers.html.tree import TAGS_LIMIT, body_of, parse
from bot.importers.pieces import Piece
from bot.story import BlockKind, Origin, Story, Style

XHTML = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head>'


def pieces(markup: str, css: str = "") -> list[Piece]:
    return read_pieces(body_of(parse(markup)).children, Looks.parse([css]))


def told(markup: str, css: str = "") -> list[tuple[str, str]]:
    return [(piece.kind.value, piece.text) for piece in pieces(markup, css)]


def styled(markup: str, css: str = "") -> list[tuple[str, str]]:
    (piece,) = pieces(markup, css)
    return [(span.style.value, piece.text[span.start : span.end]) for span in piece.spans]


def paragraphs(*texts: str) -> list[tuple[str, str]]:
    return [("scene break" if text == "* * *" else "paragraph", text) for text in texts]


def page(markup: str, name: str = "a.html") -> Story:
    return read_story(markup.encode(), name)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One\n  two</p>\n<p>three</p>", ("One two", "three")),
        ("<p>a<br/>b</p>", ("a\nb",)),
        ("a<br> <br/>\n&nbsp;<br>b", ("a", "b")),
        ("<p>a<br><br>b<br><br><br><br><br>c</p>", ("a", "b", "* * *", "c")),
        ("<p>a</p><p></p><p>&nbsp;</p><p>b</p>", ("a", "b")),
        ("<p>a</p><p></p><p><br></p><p>&nbsp;</p><p>b</p>", ("a", "* * *", "b")),
        ("<div>a<p>b</p>c</div>", ("a", "b", "c")),
        ("<p>a</p><p>&nbsp;</p><hr/><p>&nbsp;</p><p>b</p>", ("a", "* * *", "b")),
        ("<hr><p>a</p><hr><hr><p>b</p><hr>", ("a", "* * *", "b")),
        ('<p>a</p><p align="center">* * *</p><p>b</p>', ("a", "* * *", "b")),
        ("<p>one</p><!-- no --><script>no()</script><style>p{}</style><p>two</p>", ("one", "two")),
        ("<p>a&nbsp;b</p>", ("a\xa0b",)),
        ("<p>ex&shy;am&#173;ple</p>", ("example",)),
        ("<p>e&#769;</p>", ("é",)),
        ("<p>a<span hidden>no</span><b style='display:none'>no</b>b</p>", ("ab",)),
        ("<p><ruby>雨<rt>あめ</rt></ruby>が<ruby>降<rp>(</rp><rt>ふ</rt><rp>)</rp></ruby>る</p>",
         ("雨(あめ)が降(ふ)る",)),
        ("<p>He said <q>hi <q>in</q></q>.</p>", ("He said “hi ‘in’”.",)),
        ("<p>So<a href='#fn1'><sup>1</sup></a> it was.</p><p id='fn1'>1. A note.</p>",
         ("So1 it was.", "1. A note.")),
        ("<dl><dt>Tide</dt><dd>It goes out.</dd></dl>", ("Tide", "It goes out.")),
    ],
)  # fmt: skip
def test_paragraphs_breaks_and_scenes(markup: str, expected: tuple[str, ...]) -> None:
    assert told(markup) == paragraphs(*expected)


def test_styles_go_on_over_spaces_and_stop_where_they_end() -> None:
    assert styled("<p>One <em>two</em> <i>three</i>, <b>four</b>.</p>") == [
        ("emphasis", "two three"),
        ("strong", "four"),
    ]
    assert styled("<p><u>a</u><s>b</s><small>c</small><code>d</code></p>") == [
        ("underline", "a"),
        ("strike", "b"),
        ("small", "c"),
        ("code", "d"),
    ]


def test_a_style_over_two_paragraphs_stands_in_both() -> None:
    first, second = pieces("<i>one<br><br>two</i>")
    assert [span.style for span in first.spans + second.spans] == [Style.EMPHASIS] * 2
    assert second.spans[0].end == len("two")


def test_styles_of_a_sheet_become_styles_of_the_text() -> None:
    css = "/* .c {font-style: italic} */ .a, .x {font-style:italic} em.b {font-style: normal}"
    markup = '<p><span class="a">on</span> <em class="b">off</em> <i class="c">still</i></p>'
    assert styled(markup, css) == [("emphasis", "on"), ("emphasis", "still")]
    assert styled('<p>a <span style="font-weight: 700">b</span></p>') == [("strong", "b")]


def test_only_web_addresses_are_links() -> None:
    (piece,) = pieces('<p><a href="https://x.org/a">one</a> <a href="javascript:x()">two</a></p>')
    assert [(span.href, span.style) for span in piece.spans] == [("https://x.org/a", Style.LINK)]


def test_lists_keep_their_marks_and_depths() -> None:
    markup = (
        "<ul><li>a<ol start='3'><li>b</li><li><p>c</p><p>d</p></li></ol></li><li>e</li></ul>"
        "<ol type='A'><li>f</li></ol><ol type='i'><li value='4'>g</li></ol>"
    )
    assert [(p.text, p.kind.value, p.level, p.marker) for p in pieces(markup)] == [
        ("a", "list item", 1, "•"),
        ("b", "list item", 2, "3."),
        ("c", "list item", 2, "4."),
        ("d", "paragraph", 0, ""),
        ("e", "list item", 1, "•"),
        ("f", "list item", 1, "A."),
        ("g", "list item", 1, "iv."),
    ]


def test_quotes_have_a_depth_and_a_chapter_that_is_all_quote_has_none() -> None:
    inside = "<blockquote><p>a</p><blockquote>b</blockquote></blockquote>"
    assert [(p.kind.value, p.level) for p in pieces(f"<p>x</p>{inside}")] == [
        ("paragraph", 0),
        ("quote", 1),
        ("quote", 2),
    ]
    assert [(p.kind.value, p.level) for p in pieces(inside)] == [("paragraph", 0), ("quote", 1)]


def test_rows_of_a_table_are_lines_and_a_table_around_text_is_none() -> None:
    markup = (
        "<table><caption>Tides</caption><tr><th>Monday</th><td><p>six <i>sharp</i></p></td></tr>"
        "<tr><td>Tuesday</td><td>seven</td></tr></table>"
        "<table><tr><td><p>One.</p><p>Two.</p></td></tr></table>"
    )
    expected = paragraphs("Tides", "Monday | six sharp\nTuesday | seven", "One.", "Two.")
    assert told(markup) == expected


def test_a_picture_is_its_description() -> None:
    assert told('<p>a <img src="x.png" alt="A lamp"> b</p>') == [
        ("paragraph", "a"),
        ("image", "A lamp"),
        ("paragraph", "b"),
    ]
    assert told('<p>a</p><img src="x.png"><img src="photo.jpg" alt="photo.jpg"><p>b</p>') == (
        paragraphs("a", "b")
    )
    assert told('<p>a <img src="e.png" alt="😀">b</p>') == paragraphs("a 😀b")


@pytest.mark.parametrize(
    "picture",
    [
        '<p><img src="i/scene_break.png" alt=""/></p>',
        '<div><img src="1.png" alt="scene break"></div>',
        '<p><img src="1.png" alt="* * *"></p>',
        '<img class="divider" src="1.png" alt="image">',
        '<p><img src="o.png"><img src="o.png"><img src="o.png"></p>',
    ],
)
def test_a_picture_alone_may_part_scenes(picture: str) -> None:
    assert told(f"<p>a</p>{picture}<p>b</p>") == paragraphs("a", "* * *", "b")


def test_an_avatar_before_each_line_parts_nothing() -> None:
    markup = '<p><img src="av.png"> Hi</p><p><img src="av.png"> Ho</p>'
    assert told(markup) == paragraphs("Hi", "Ho")


def test_details_are_a_spoiler() -> None:
    summary, hidden = pieces("<details><summary>Open</summary><p>The butler.</p></details>")
    assert (summary.text, summary.spans) == ("Open", ())
    assert [span.style for span in hidden.spans] == [Style.SPOILER]


def test_a_chapter_in_one_pre_is_prose_and_a_letter_in_it_is_not() -> None:
    whole = pieces("<pre>It was dark\nand wet.\n\nThe <em>rain\nfell</em> on.\n\n***\n\nEnd.</pre>")
    assert [(p.kind.value, p.text) for p in whole] == [
        ("paragraph", "It was dark\nand wet."),
        ("paragraph", "The rain\nfell on."),
        ("scene break", "***"),
        ("paragraph", "End."),
    ]
    assert whole[1].text[whole[1].spans[0].start : whole[1].spans[0].end] == "rain\nfell"
    within = pieces(f"<p>{'It rained. ' * 20}</p><pre>\n Dear Ben,\n   stay.\n</pre>")
    assert (within[1].kind, within[1].text) == (BlockKind.PREFORMATTED, " Dear Ben,\n   stay.")


def test_xhtml_is_read_as_xml_and_mended_where_it_is_not() -> None:
    well_formed = f"{XHTML}<body><p>a&nbsp;b<br></br>c</p><p/><script/><p>d</p></body></html>"
    assert told(well_formed) == paragraphs("a\xa0b\nc", "d")
    broken = f"{XHTML}<body><p>a & b<br></br>c</p><p/><script/><p>d</p></body></html>"
    assert told(broken) == paragraphs("a & b\nc", "d")


def test_declared_entities_are_never_followed() -> None:
    subset = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "&x;&x;">]>'
    markup = f'<?xml version="1.0"?>{subset}<html><body><p>a&y;&x;</p></body></html>'
    text = " ".join(piece.text for piece in pieces(markup))
    assert "root" not in text
    assert "a&y;&x;" in text


# A page of no known layout


def test_a_plain_page_has_its_title_author_and_chapters_from_headings() -> None:
    story = page(
        '<html lang="en-GB"><head><title>Low Water - My Site</title>'
        '<meta name="Author" content="Ida Penn"><meta name="description" content="Ada waits.">'
        '<link rel="canonical" href="https://example.org/low-water"></head><body>'
        "<nav><a href='/'>Home</a></nav><main><h1>Low Water</h1>"
        "<h3>One</h3><p>The tide went out.</p><h3>Two</h3><p>It came back.</p></main>"
        "<footer>x</footer></body></html>"
    )
    assert (story.title, story.authors, story.language) == ("Low Water", ("Ida Penn",), "en-GB")
    assert (story.source, story.summary) == ("https://example.org/low-water", "Ada waits.")
    assert [(c.title, c.text) for c in story.chapters] == [
        ("One", "The tide went out."),
        ("Two", "It came back."),
    ]


def test_a_page_with_nothing_but_paragraphs_is_one_chapter() -> None:
    story = page("<html><head><title>Untitled Document</title></head><body><p>It rained.</p>")
    assert (story.title, [c.text for c in story.chapters]) == ("", ["It rained."])


def test_chapters_may_be_paragraphs_and_a_byline_may_stand_below_the_title() -> None:
    story = page(
        "<h1>Low Water</h1><p>by Ida Penn</p><p><b>Chapter 1</b></p><p>Out.</p>"
        "<p><b>Chapter 2</b></p><p>Back.</p>"
    )
    assert (story.title, story.authors) == ("Low Water", ("Ida Penn",))
    assert [(c.title, c.text) for c in story.chapters] == [
        ("Chapter 1", "Out."),
        ("Chapter 2", "Back."),
    ]


def test_a_heading_that_names_the_first_chapter_names_the_story_until_something_does() -> None:
    story = page("<h2>Ebb</h2><p>Out.</p><h2>Flood</h2><p>In.</p>")
    assert (story.title, story.title_origin) == ("Ebb", Origin.DERIVED)
    assert [c.title for c in story.chapters] == ["Ebb", "Flood"]


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ("<p>One.</p>\n<p>Two.</p>\n", "a.txt"),
        ("One.<br><br>\n<i>Two</i>.<br>And.<br>End", "a.txt"),
        ("One <i>two</i>", "a.htm"),
        ("\ufeff<!-- saved --><HTML><p>Hi", "a"),
    ],
)
def test_html_is_known_by_its_content(markup: str, name: str) -> None:
    story = page(markup, name)
    assert not any("<" in chapter.text for chapter in story.chapters)


def test_a_page_in_an_older_encoding_is_read_in_the_one_it_states() -> None:
    markup = '<html><head><meta http-equiv="Content-Type" content="text/html; charset={}"></head>'
    russian = (markup.format("windows-1251") + "<p>Пришла зима.</p>").encode("cp1251")
    assert read_story(russian, "a.html").chapters[0].text == "Пришла зима."
    latin = (markup.format("iso-8859-1") + "<p>“Café”</p>").encode("cp1252")
    assert read_story(latin, "a.html").chapters[0].text == "“Café”"
    wrong = (markup.format("iso-8859-1") + "<p>Café</p>").encode()
    assert read_story(wrong, "a.html").chapters[0].text == "Café"


def test_what_stands_beside_a_page_goes_before_what_it_says() -> None:
    facts = {"title": "Beside", "permission": "consent"}
    story = read_story(b"<title>In</title><h1>In</h1><p>Text.</p>", "a.html", facts)
    assert (story.title, story.chapters[0].text) == ("Beside", "Text.")


@pytest.mark.parametrize("coding", ["quoted-printable", "base64", "8bit"])
def test_a_page_saved_in_one_file_is_unpacked(coding: str) -> None:
    markup = (
        "<html><head><title>Low Water</title></head><body><p>“Café”, it said.</p></body></html>"
    )
    coded = {
        "quoted-printable": quopri.encodestring(markup.encode()),
        "base64": base64.encodebytes(markup.encode()),
        "8bit": markup.encode(),
    }[coding]
    head = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/low\r\n"
        "Subject: Low\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\t"
        'type="text/html";\r\n\tboundary="----Mark--1----"\r\n\r\n\r\n'
        "------Mark--1----\r\nContent-Type: text/css\r\n\r\np {}\r\n"
        "------Mark--1----\r\nContent-Type: text/html\r\nContent-ID: <f>\r\n"
        f"Content-Transfer-Encoding: {coding}\r\nContent-Location: https://example.org/low\r\n\r\n"
    )
    data = head.encode() + coded + b"\r\n------Mark--1------\r\n"
    story = read_story(data, "low.mhtml")
    assert (story.title, story.source) == ("Low Water", "https://example.org/low")
    assert story.chapters[0].text == "“Café”, it said."


def test_a_letter_that_begins_like_a_mail_is_a_story() -> None:
    letter = "Date: 3 May\n\nDear Ben,\n\ncontent-type: multipart/related is all I have to say."
    assert read_story(letter.encode(), "a.txt").chapters[0].text.endswith("to say.")


@pytest.mark.parametrize(
    ("markup", "key"),
    [
        ("<html><body><script>x</script></body></html>", "import.no-story"),
        ("<html><body>" + "<p>x" * (TAGS_LIMIT + 1), "import.too-many-tags"),
    ],
)
def test_pages_without_a_story_are_refused(markup: str, key: str) -> None:
    with pytest.raises(ImportFailed) as failed:
        page(markup)
    assert (failed.value.key, failed.value.values["file"]) == (key, "a.html")


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 20_000 + "x",
        "<blockquote>" * 20_000 + "x",
        "<ul><li>x" * 10_000,
        "<b>" * 20_000 + "x",
        "<table><tr><td>x" * 5_000,
        "<p>" + "x <i>y</i><br/> <br/>" * 10_000,
        "<pre>" + "The <i>line</i> of text is here\n" * 10_000,
        "<q>" * 20_000 + "x",
        "<ruby>" * 10_000 + "x<rt>y",
        "<p><img src=a.png>" * 20_000,
        "<details>" * 10_000 + "x",
        "<p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">x",
        f"{XHTML}<body>" + "<rt>" * 20_000 + "x" + "</rt>" * 20_000 + "</body></html>",
        "<!DOCTYPE html" + "<a " * 20_000,
        "<style>" + "/*" * 50_000 + "</style>x",
        '<p style="' + "a:" * 50_000 + '">x',
    ],
)
def test_hostile_markup_takes_linear_time(markup: str) -> None:
    started = time.process_time()
    read_pieces(body_of(parse(markup)).children)
    read_pieces(body_of(parse(markup)).children, Looks.parse([markup]))
    assert time.process_time() - started < 10


NAMES = """
    p br hr b i em span div blockquote ul ol li table tr td pre h1 h2 img a q ruby rt details
    summary dl dt dd script style title nav sup
"""
tags = st.sampled_from(NAMES.split())
fragments = st.lists(
    st.one_of(
        tags.map(lambda name: f"<{name}>"),
        tags.map(lambda name: f"</{name}>"),
        tags.map(lambda name: f"<{name} class='x' style='font-style:italic' id='y'/>"),
        st.text(max_size=12),
        st.sampled_from(["&nbsp;", "&amp;", "&#0;", "&#x202e;", "\u200b", "***", "<!--", "]]>"]),
    ),
    max_size=40,
).map("".join)


@given(fragments)
def test_any_markup_gives_pieces_whose_spans_fit(markup: str) -> None:
    for piece in pieces(markup):
        assert piece.text
        for span in piece.spans:
            assert 0 <= span.start < span.end <= len(piece.text)


@given(st.lists(st.text(alphabet="abc xyz.", min_size=1, max_size=20), min_size=1, max_size=8))
def test_all_text_of_paragraphs_arrives_in_order(texts: list[str]) -> None:
    markup = "".join(f"<p>{text[:3]}<em>{text[3:]}</em></p>" for text in texts)
    arrived = "".join(piece.text for piece in pieces(markup))
    assert "".join(arrived.split()) == "".join("".join(texts).split())
