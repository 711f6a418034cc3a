"""EPUBs built for tests: plain ones, and those of Calibre, FanFicFare, FicHub and the Archive."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from html import escape

from tests.ao3_pages import PERIODS, Work, afterword, chapter_end, chapter_meta, has_heads, preface

CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" '
    'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="{}" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf"'


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """Zip ``files``, the mimetype first and not packed, as EPUB asks."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        for name, told in files.items():
            archive.writestr(name, told)
    return buffer.getvalue()


def xhtml(body: str, *, title: str = "", head: str = "", attrs: str = "") -> str:
    """Write a page of a book."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">\n'
        f"<head><title>{escape(title)}</title>{head}</head>\n<body{attrs}>{body}</body>\n</html>"
    )


def ncx(entries: Sequence[tuple[str, str]]) -> str:
    """Write the contents of an EPUB 2: labels and addresses."""
    points = "".join(
        f'<navPoint id="n{number}" playOrder="{number}"><navLabel><text>{escape(label)}</text>'
        f'</navLabel><content src="{address}"/></navPoint>'
        for number, (label, address) in enumerate(entries, 1)
    )
    return (
        '<?xml version="1.0"?><ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" '
        f'version="2005-1"><navMap>{points}</navMap></ncx>'
    )


def nav(entries: Sequence[tuple[str, str]]) -> str:
    """Write the contents of an EPUB 3."""
    items = "".join(f'<li><a href="{to}">{escape(label)}</a></li>' for label, to in entries)
    return xhtml(f'<nav epub:type="toc"><h1>Contents</h1><ol>{items}</ol></nav>')


def book(
    pages: Mapping[str, str | bytes],
    *,
    metadata: str = "<dc:title>Slack Water</dc:title><dc:creator>Ida Penn</dc:creator>",
    contents: Sequence[tuple[str, str]] = (),
    version: str = "2.0",
    folder: str = "",
    spine: Sequence[str] | None = None,
    guide: str = "",
    files: Mapping[str, str | bytes] | None = None,
    opf: str = "",
) -> bytes:
    """Build a book.

    Args:
        pages: By path from the package; a page with markup of its own or only a body.
        metadata: What stands in the package's metadata.
        contents: Labels and addresses of its NCX (EPUB 2) or nav (EPUB 3).
        version: "2.0" or "3.0".
        folder: Where the package lies, such as "OEBPS/".
        spine: Lines of the spine; as the pages are when not given.
        guide: Lines of the guide.
        files: What else is in the zip, by path from its top.
        opf: The whole package instead.
    """
    items = [
        f'<item id="i{number}" href="{path}" media-type="application/xhtml+xml"/>'
        for number, path in enumerate(pages)
        if not path.endswith(".css")
    ]
    items += [
        f'<item id="c{number}" href="{path}" media-type="text/css"/>'
        for number, path in enumerate(pages)
        if path.endswith(".css")
    ]
    refs = spine
    if refs is None:
        refs = [
            f'<itemref idref="i{number}"/>'
            for number, path in enumerate(pages)
            if not path.endswith(".css")
        ]
    told: dict[str, str | bytes] = {"META-INF/container.xml": CONTAINER.format(f"{folder}b.opf")}
    toc = ""
    if contents and version == "2.0":
        items.append('<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>')
        told[f"{folder}toc.ncx"] = ncx(contents)
        toc = ' toc="ncx"'
    elif contents:
        items.append(
            '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
        )
        told[f"{folder}nav.xhtml"] = nav(contents)
    told[f"{folder}b.opf"] = opf or (
        f'<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="{version}">'
        f"<metadata {DC}>{metadata}</metadata><manifest>{''.join(items)}</manifest>"
        f"<spine{toc}>{''.join(refs)}</spine><guide>{guide}</guide></package>"
    )
    for path, page in pages.items():
        is_body = isinstance(page, str) and "<html" not in page and not path.endswith(".css")
        told[folder + path] = xhtml(str(page)) if is_body else page
    return zipped({**told, **(files or {})})


def mangled(markup: str) -> str:
    """Rename classes as Calibre does: ids and labels stay."""
    for name, other in (
        ('class="meta group"', 'class="calibre1"'),
        ('class="meta"', 'class="calibre1"'),
        ('class="heading"', 'class="heading calibre3"'),
        ('class="toc-heading"', 'class="toc-heading"'),
        ('<div class="userstuff">', '<div class="userstuff2">'),
        ('<blockquote class="userstuff">', '<blockquote class="userstuff1">'),
        ('class="byline"', 'class="byline"'),
        ("<p>", '<p class="calibre7">'),
        ("<em>", '<span class="calibre9">'),
        ("</em>", "</span>"),
        ('rel="author" ', ""),
        ("<!--chapter content-->", ""),
        ("<!--/chapter content-->", ""),
    ):
        markup = markup.replace(name, other)
    return markup


def archive_epub(work: Work, period: str = PERIODS[-1]) -> bytes:
    """Build the Archive's own EPUB of a work, as it was in a period."""
    metadata = (
        f"<dc:title>{escape(work.title)}</dc:title>"
        f"<dc:creator>{escape(', '.join(work.authors))}</dc:creator><dc:language>en</dc:language>"
        "<dc:publisher>Archive of Our Own</dc:publisher>"
    )
    if period == "2011":
        return _archive_epub_by_hand(work, metadata)
    head, rest = preface(work, period).split("</dl>", 1)
    pages = {"A_split_000.xhtml": f"{head}</dl></div></div>"}
    begun = '<div id="chapters" class="userstuff">'
    pages["A_split_001.xhtml"] = f'<div id="preface"><div class="meta">{rest}{begun}</div>'
    for number, part in enumerate(work.parts, 1):
        told = '<h2 class="toc-heading">x</h2>'
        if has_heads(work, period):
            told = chapter_meta(part, number, period)
        body = f'{told}<div class="userstuff">{part.body}</div>'
        if has_heads(work, period):
            body += chapter_end(part, number)
        pages[f"A_split_{number + 1:03}.xhtml"] = f"{begun}{body}</div>"
    pages[f"A_split_{len(work.parts) + 2:03}.xhtml"] = afterword(work, period)
    tags = ["Fanworks", *work.fandoms, *work.characters, *work.tags]
    metadata += (
        "<dc:date>2026-11-01T00:00:00+00:00</dc:date>"
        f"<dc:description>{escape(work.summary)}</dc:description>"
        + "".join(f"<dc:subject>{escape(tag)}</dc:subject>" for tag in tags)
        + '<dc:identifier id="u">urn:uuid:1</dc:identifier>'
    )
    css = ".calibre9 { font-style: italic } .toc-heading { display: none }"
    return book({path: mangled(page) for path, page in pages.items()} | {"s.css": css},
                metadata=metadata, contents=[("Preface", "A_split_000.xhtml")])  # fmt: skip


def _archive_epub_by_hand(work: Work, metadata: str) -> bytes:
    """Build the EPUB of the years before Calibre: a file for each part of a chapter."""
    metadata += '<dc:identifier opf:scheme="URI">http://archiveofourown.org/works/4711'
    metadata += f"</dc:identifier><dc:date>{work.published}</dc:date>"
    pages = {"preface.xhtml": preface(work, "2011")}
    is_chaptered = len(work.parts) > 1
    for number, part in enumerate(work.parts, 1):
        halves = part.body.split("<!--cut-->")
        for half, text in enumerate(halves, 1):
            told = chapter_meta(part, number, "2011") if is_chaptered and half == 1 else ""
            told += f'<div class="userstuff">{text}</div>'
            if is_chaptered and half == len(halves):
                told += chapter_end(part, number)
            pages[f"chapter{number}_{half}.xhtml"] = told
    pages["afterword.xhtml"] = afterword(work, "2011")
    return book(pages, metadata=metadata, folder="OEBPS/",
                contents=[("Preface", "preface.xhtml")])  # fmt: skip


FFF_ENTRIES = (
    ("Series", '<a href="https://archiveofourown.org/series/1">Tide Tables [2]</a>'),
    ("Category", "Harbours &amp; Piers (TV), Tides"),
    ("Genre", "F/F, Lighthouse, Slow Burn"),
    ("Language", "English"),
    ("Characters", "Ada Quay, Strand, Ben"),
    ("Relationships", "Ada Quay/Ida Penn"),
    ("Status", "In-Progress"),
    ("Published", "2019-03-01"),
    ("Updated", "2020-02-02"),
    ("Packaged", "2024-01-01 10:00:00"),
    ("Rating", "Teen And Up Audiences"),
    ("Warnings", "No Archive Warnings Apply"),
    ("Chapters", "2"),
    ("Words", "4,559"),
    ("Publisher", "archiveofourown.org"),
    ("Summary", "<div><p>Ada waits.</p><p>It comes.</p></div>"),
)
FFF_CHAPTER = (
    '<div class="story"><div class="fff_chapter_notes fff_head_notes"><b>Author\'s Note:</b>'
    '<blockquote class="userstuff"><p>For the pier.</p></blockquote>'
    "<b>Summary for the Chapter:</b><blockquote>She waits.</blockquote>"
    "<b>Notes for the Chapter:</b><blockquote>Before.</blockquote></div>"
    '<div class="userstuff module"><p>The tide went out.</p></div>'
    '<div class="fff_chapter_notes fff_foot_notes"><b>Notes for the Chapter:</b>'
    "<blockquote>After.</blockquote></div></div>"
)


def fanficfare_epub(*, has_table: bool = False, has_classes: bool = True) -> bytes:
    """Build what FanFicFare writes; without classes, as a library program leaves it."""

    def page(body: str, kind: str, title: str = "") -> str:
        attrs = f' class="{kind}"' if has_classes else ' class="calibre"'
        return xhtml(body, title=title, attrs=attrs)

    row = "<tr><td><b>{}:</b></td><td>{}</td></tr>" if has_table else "<b>{}:</b> {}<br />\n"
    entries = "".join(row.format(label, value) for label, value in FFF_ENTRIES)
    entries = f'<table class="full">{entries}</table>' if has_table else f"<div>{entries}</div>"
    heading = (
        '<h3><a href="https://archiveofourown.org/works/4711">Low Water</a> by '
        '<a class="authorlink" href="https://archiveofourown.org/users/a">adaquay</a>, '
        '<a class="authorlink" href="https://archiveofourown.org/users/b">ben</a></h3>'
    )
    chapters = {
        f"OEBPS/file000{number}.xhtml": page(
            f'<h3 class="fff_chapter_title">{title}</h3>{body}', "fff_chapter", title
        )
        for number, title, body in (
            (1, "1. The Pier", FFF_CHAPTER),
            (2, "2. Chapter 2", "<p>It came back.</p>"),
        )
    }
    subjects = ("FanFiction", "Harbours &amp;amp; Piers (TV)", "Strand, Ben", "In-Progress")
    metadata = (
        "<dc:title>Low Water</dc:title>"
        '<dc:creator opf:role="aut">adaquay</dc:creator><dc:creator opf:role="aut">ben</dc:creator>'
        "<dc:contributor>FanFicFare [https://github.com/JimmXinu/FanFicFare]</dc:contributor>"
        '<dc:language>en</dc:language><dc:date opf:event="creation">2024-01-01</dc:date>'
        '<dc:date opf:event="publication">2019-03-01</dc:date>'
        "<dc:source>https://archiveofourown.org/works/4711</dc:source>"
        + "".join(f"<dc:subject>{subject}</dc:subject>" for subject in subjects)
    )
    return book(
        {
            "OEBPS/title_page.xhtml": page(heading + entries, "fff_titlepage"),
            "OEBPS/toc_page.xhtml": page("<h3>Table of Contents</h3>", "fff_tocpage"),
            "OEBPS/log_page.xhtml": page(
                "<h3>Update Log</h3><p class='log_entry'><b>Words:</b> <span>4</span></p>",
                "fff_logpage",
            ),
            **chapters,
        },
        metadata=metadata,
        contents=[
            ("Title Page", "OEBPS/title_page.xhtml"),
            ("1. The Pier", "OEBPS/file0001.xhtml"),
        ],
    )


def fichub_epub() -> bytes:
    """Build what FicHub writes."""
    intro = (
        "<h1>Low Water</h1>\n<p><b>By: Quiet Owl</b></p>\n<p></p><p>Ada waits.</p><p></p>"
        "<p>Status: ongoing</p><p>Published: 2019-03-01</p><p>Updated: 2020-02-02</p>"
        "<p>Words: 4559</p><p>Chapters: 2</p>"
        "<p>Rated: Fiction T - Language: English - Genre: Hurt/Comfort/Drama - "
        "Characters: [Ada Q., Ida P.] Ben S. - Reviews: 4</p>"
        '<p>Original source:\n<a href="https://www.fanfiction.net/s/99/1/">'
        "https://www.fanfiction.net/s/99/1/</a></p><p>Exported with the assistance of\n"
        "<a href='https://fichub.net'>FicHub.net</a></p>"
    )
    entries = [("Introduction", "introduction.xhtml"), ("1. The Pier", "chap_1.xhtml")]
    pages = {
        "introduction.xhtml": xhtml(intro, title="Introduction"),
        "nav.xhtml": nav(entries),
        "chap_1.xhtml": "<h2>1. The Pier</h2><p>The tide went out.</p>",
        "chap_2.xhtml": "<h2>Chapter 2</h2><p>It came back.</p>",
    }
    metadata = (
        "<dc:title>Low Water</dc:title><dc:creator>Quiet Owl</dc:creator>"
        "<dc:language>en</dc:language>"
        "<dc:description>&lt;p&gt;Ada waits.&lt;/p&gt;</dc:description>"
    )
    return book(pages, metadata=metadata, folder="EPUB/")
