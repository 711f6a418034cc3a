"""Works as the Archive's pages show them: downloads of every period, and the site itself.

The builders write the layout; the words are our own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

# The first month in which downloads looked so, with the last one's differences gone.
PERIODS = ("2011", "2019-02", "2022-06", "2023-04", "2023-10", "2025-10", "2026-02")
SITE = "https://archiveofourown.org"


@dataclass(frozen=True)
class Part:
    """A chapter; ``body`` is HTML, the rest as it is shown."""

    body: str
    title: str = ""
    summary: str = ""
    notes: str = ""
    end_notes: str = ""
    byline: str = ""


@dataclass(frozen=True)
class Work:
    """What a work of the Archive says of itself."""

    parts: Sequence[Part] = (
        Part(
            "<p>The tide went out at six.</p><p>“Well,” said Ada, “it will be <em>back</em>.”</p>"
        ),
    )
    title: str = "Low Water & High"
    authors: Sequence[str] = ("adaquay",)
    number: int = 4711
    rating: str = "Teen And Up Audiences"
    warnings: Sequence[str] = ("No Archive Warnings Apply",)
    categories: Sequence[str] = ("F/F", "Gen")
    fandoms: Sequence[str] = ("Harbours & Piers (TV)", "Tides - I. Penn")
    relationships: Sequence[str] = ("Ada Quay/Ida Penn", "Ada Quay & Ben Strand")
    characters: Sequence[str] = ("Ada Quay", "Ida Penn", "Ben Strand | The Pilot")
    tags: Sequence[str] = ("Slow Burn", "Alternate Universe - Lighthouse")
    language: str = "English"
    series: Sequence[tuple[int, str]] = ((2, "Tide Tables, Annotated"),)
    collections: Sequence[str] = ("Harbour Exchange 2019",)
    published: str = "2019-03-01"
    revised: str = ""
    words: int = 4559
    planned: str = ""  # chapters: "" as many as there are, or "?"
    summary: str = "<p>Ada waits for the tide.</p><p>It comes.</p>"
    notes: str = "<p>For everyone on the pier.</p>"
    end_notes: str = "<p>The pilot is my uncle.</p>"
    related: Sequence[str] = field(
        default=('Inspired by <a href="https://archiveofourown.org/works/9">Spring Tide</a> by '
                 '<a rel="author" href="https://archiveofourown.org/users/b/pseuds/b">ben</a>',)
    )  # fmt: skip
    inspired: Sequence[str] = ()
    gifts: Sequence[str] = ()

    @property
    def is_chaptered(self) -> bool:
        return len(self.parts) > 1 or bool(self.planned)

    @property
    def count(self) -> str:
        return f"{len(self.parts)}/{self.planned or len(self.parts)}"

    @property
    def is_complete(self) -> bool:
        return not self.planned or self.planned == str(len(self.parts))


def _at(period: str) -> int:
    return PERIODS.index(period)


def byline(work: Work) -> str:
    """Write the names as links; "Anonymous" is none."""
    if list(work.authors) == ["Anonymous"]:
        return "Anonymous"
    return ", ".join(
        f'<a rel="author" href="{SITE}/users/u/pseuds/p">{escape(name)}</a>'
        for name in work.authors
    )


def _label(singular: str, plural: str, values: Sequence[str], period: str) -> str:
    return plural if len(values) > 1 and _at(period) >= _at("2023-10") else singular


def _tags(work: Work, period: str) -> str:
    groups = (
        ("Rating", "Ratings", [work.rating]),
        ("Archive Warning", "Archive Warnings", work.warnings),
        ("Category", "Categories", work.categories),
        ("Fandom", "Fandoms", work.fandoms),
        ("Relationship", "Relationships", work.relationships),
        ("Character", "Characters", work.characters),
        ("Additional Tags", "Additional Tags", work.tags),
    )
    told = "".join(
        f"<dt>{_label(one, several, values, period)}:</dt>\n<dd>"
        + ", ".join(f'<a href="{SITE}/tags/x">{escape(value)}</a>' for value in values)
        + "</dd>\n"
        for one, several, values in groups
        if values
    )
    if work.language and _at(period) >= _at("2022-06"):
        told += f"<dt>Language:</dt>\n<dd>{escape(work.language)}</dd>\n"
    if work.series:
        gap = "\n" if _at(period) < _at("2025-10") else " "
        parts = ", ".join(
            f'Part {part} of{gap}<a href="{SITE}/series/1">{escape(name)}</a>'
            for part, name in work.series
        )
        told += f"<dt>Series:</dt>\n<dd>{parts}</dd>\n"
    if work.collections:
        links = ", ".join(f'<a href="{SITE}/c">{escape(name)}</a>' for name in work.collections)
        told += f"<dt>Collections:</dt>\n<dd>{links}</dd>\n"
    return f'<dl class="tags">\n{told}<dt>Stats:</dt>\n<dd>\n{_stats(work, period)}\n</dd>\n</dl>'


def _stats(work: Work, period: str) -> str:
    lines = [f"Published: {work.published}"]
    if work.revised:
        lines.append(f"{'Completed' if work.is_complete else 'Updated'}: {work.revised}")
    words = f"Words: {work.words:,}" if _at(period) >= _at("2023-04") else f"Words: {work.words}"
    if _at(period) >= _at("2023-04"):
        lines += [words, f"Chapters: {work.count}"]
    else:
        lines += [f"Chapters: {work.count}"] if work.is_chaptered else []
        lines.append(words)
    return "\n          ".join(lines)


def preface(work: Work, period: str) -> str:
    """Write what stands before the chapters."""
    site, address = f'<a href="{SITE}/">Archive of Our Own</a>', f"{SITE}/works/{work.number}"
    if _at(period) < _at("2019-02"):
        address = address.replace("https", "http")
    posted = f'Posted originally on the {site} at <a href="{address}">{address}</a>.'
    bold = "" if _at(period) < _at("2019-02") else f"<b>{escape(work.title)}</b><br />\n"
    told = f'<p class="message">\n{bold}{posted}</p>\n<div class="meta">\n{_tags(work, period)}\n'
    told += f'<h1>{escape(work.title)}</h1>\n<div class="byline">by {byline(work)}</div>\n'
    if work.summary:
        told += f'<p>Summary</p>\n<blockquote class="userstuff">{work.summary}</blockquote>\n'
    if work.notes or work.end_notes:
        told += "<p>Notes</p>\n"
        if work.notes:
            told += f'<blockquote class="userstuff">{work.notes}</blockquote>\n'
        if work.end_notes:
            more = "more notes" if work.notes else "notes"
            told += '<div class="endnote-link">See the end of the work for '
            told += f'<a href="#endnotes">{more}</a></div>\n'
    if work.related:
        told += "<ul>" + "".join(f"<li>\n{line}\n</li>" for line in work.related) + "</ul>\n"
    told += "</div>\n"
    if _at(period) < _at("2019-02"):
        return told
    return f'<div id="preface">\n<h2 class="toc-heading">Preface</h2>\n{told}</div>\n'


def chapter_meta(part: Part, number: int, period: str) -> str:
    """Write the head of a chapter of several."""
    heading = f"Chapter {number}: {part.title}" if _at(period) >= _at("2025-10") else part.title
    heading = heading if part.title else f"Chapter {number}"
    told = f'<div class="meta group">\n<h2 class="heading">{escape(heading)}</h2>\n'
    if part.byline:
        told += (
            f'<p class="byline">Chapter by <a rel="author" href="/users/x">{part.byline}</a></p>'
        )
    if part.summary:
        told += "<p>Chapter Summary</p>\n"
        told += f'<blockquote class="userstuff">{part.summary}</blockquote>\n'
    if part.notes or part.end_notes:
        told += "<p>Chapter Notes</p>\n"
        if part.notes:
            told += f'<blockquote class="userstuff">{part.notes}</blockquote>\n'
        if part.end_notes:
            told += '<div class="endnote-link">See the end of the chapter for '
            told += f'<a href="#endnotes{number}">notes</a></div>\n'
    return told + "</div>\n"


def chapter_end(part: Part, number: int) -> str:
    """Write the notes behind a chapter of several."""
    if not part.end_notes:
        return ""
    return (
        f'<div class="meta" id="endnotes{number}">\n<p>Chapter End Notes</p>\n'
        f'<blockquote class="userstuff">{part.end_notes}</blockquote>\n</div>\n'
    )


def has_heads(work: Work, period: str) -> bool:
    """Tell whether chapters have heads; since 2026 also the only one of an unfinished work."""
    return len(work.parts) > 1 or (work.is_chaptered and _at(period) >= _at("2026-02"))


def afterword(work: Work, period: str) -> str:
    """Write what stands behind the chapters."""
    told = ""
    if work.end_notes or work.inspired:
        told += '<div class="meta">\n'
        if work.end_notes:
            told += '<div id="endnotes">\n<p>End Notes</p>\n'
            told += f'<blockquote class="userstuff">{work.end_notes}</blockquote>\n</div>\n'
        if work.inspired:
            lines = "".join(f"<dd>{line}</dd>" for line in work.inspired)
            told += f"<dl><dt>Works inspired by this one</dt>{lines}</dl>\n"
        told += "</div>\n"
    told += '<p class="message">Please <a href="/comments">drop by the Archive and comment</a> '
    told += "to let the creator know if you enjoyed their work!</p>\n"
    if _at(period) < _at("2019-02"):
        return told
    return f'<div id="afterword">\n<h2 class="toc-heading">Afterword</h2>\n{told}</div>\n'


def page(title: str, body: str) -> str:
    """Write the page around a download."""
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">\n<head>\n'
        f'<meta charset="utf-8" />\n<title>{escape(title)}</title>\n'
        '<style type="text/css">\np.message { text-align: center; }\n'
        ".toc-heading { display: none; }\n</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def download(work: Work, period: str = PERIODS[-1]) -> str:
    """Write a work as the HTML download of a period."""
    told = '<div id="chapters" class="userstuff">\n'
    if has_heads(work, period):
        for number, part in enumerate(work.parts, 1):
            told += chapter_meta(part, number, period)
            told += "<!--chapter content-->\n"
            told += f'<div class="userstuff">{part.body}</div>\n<!--/chapter content-->\n'
            told += chapter_end(part, number)
    else:
        if _at(period) >= _at("2019-02"):
            told += f'<h2 class="toc-heading">{escape(work.title)}</h2>\n'
        told += f'<div class="userstuff">{work.parts[0].body}</div>\n'
    told += "</div>\n"
    title = f"{work.title} - {', '.join(work.authors)} - {', '.join(work.fandoms)}"
    return page(title, preface(work, period) + told + afterword(work, period))


def site_page(body: str) -> str:
    """Write the site's frame around a page of it, as a browser saves it."""
    return (
        "<!DOCTYPE html>\n<!-- saved from url=(0044)https://archiveofourown.org/works/4711 -->\n"
        '<html lang="en"><head><title>Low Water [Archive of Our Own]</title>'
        "<script>var a = 1;</script></head>\n"
        '<body class="logged-out"><div id="outer" class="wrapper">\n'
        '<div id="header"><h1 class="heading"><a href="/">Archive of Our Own</a></h1>'
        '<ul class="navigation"><li><a href="/media">Fandoms</a></li></ul></div>\n'
        f'<div id="inner" class="wrapper"><div id="main" role="main">{body}</div></div>\n'
        '<div id="footer"><p>About the Archive</p></div></div></body></html>'
    )


def saved_page(work: Work, only: int | None = None) -> str:
    """Write a work's page as a browser saves it; ``only`` one chapter (from 1) of it, or all."""
    tags = "".join(
        f'<dt class="{name} tags">\n{label}:\n</dt><dd class="{name} tags"><ul class="commas">'
        + "".join(f'<li><a class="tag" href="/tags/x">{escape(value)}</a></li>' for value in values)
        + "</ul></dd>\n"
        for name, label, values in (
            ("rating", "Rating", [work.rating]),
            ("warning", '<a href="/tos_faq#tags">Archive Warnings</a>', work.warnings),
            ("category", "Categories", work.categories),
            ("fandom", "Fandoms", work.fandoms),
            ("relationship", "Relationships", work.relationships),
            ("character", "Characters", work.characters),
            ("freeform", "Additional Tags", work.tags),
        )
        if values
    )
    tags += (
        f'<dt class="language">Language:</dt><dd class="language" lang="en">{work.language}</dd>'
    )
    series = "".join(
        '<span class="series"><a class="previous" href="/works/8">← Previous Work</a>'
        f'<span class="divider"> </span><span class="position">Part {part} of '
        f'<a href="/series/1">{escape(name)}</a></span></span>'
        for part, name in work.series
    )
    tags += f'<dt class="series">Series:</dt><dd class="series">{series}</dd>'
    revised = f'<dt class="status">Updated:</dt><dd class="status">{work.revised}</dd>'
    stats = (
        f'<dt class="published">Published:</dt><dd class="published">{work.published}</dd>'
        f"{revised if work.revised else ''}"
        f'<dt class="words">Words:</dt><dd class="words">{work.words:,}</dd>'
        f'<dt class="chapters">Chapters:</dt><dd class="chapters">{work.count}</dd>'
        '<dt class="hits">Hits:</dt><dd class="hits">1,200</dd>'
    )
    told = (
        '<div class="work"><ul class="work navigation actions"><li class="download">'
        f'<a href="/downloads/{work.number}/Low_Water.epub">EPUB</a></li></ul>'
        '<h3 class="landmark heading">Work Header</h3><div class="wrapper">'
        f'<dl class="work meta group">{tags}<dt class="stats">Stats:</dt>'
        f'<dd class="stats"><dl class="stats">{stats}</dl></dd></dl></div>'
        '<div id="workskin"><div class="preface group">'
        f'<h2 class="title heading">\n{escape(work.title)}\n</h2>'
        f'<h3 class="byline heading">{byline(work)}</h3>'
        '<div class="summary module"><h3 class="heading">Summary:</h3>'
        f'<blockquote class="userstuff">{work.summary}</blockquote></div>'
        '<div class="notes module"><h3 class="heading">Notes:</h3><ul class="associations">'
    )
    if work.gifts:
        links = ", ".join(f'<a href="/users/x/gifts">{name}</a>' for name in work.gifts)
        told += f"<li>For {links}.</li>"
    told += "".join(f"<li>{line}</li>" for line in work.related)
    told += f'</ul><blockquote class="userstuff">{work.notes}</blockquote>'
    told += '<p class="jump">(See the end of the work for <a href="#e">more notes</a>.)</p>'
    told += '</div></div><div id="chapters" role="article">'
    if len(work.parts) == 1:
        told += '<h3 class="landmark heading" id="work">Work Text:</h3>'
        told += f'<div class="userstuff">{work.parts[0].body}</div>'
    for number, part in enumerate(work.parts, 1):
        if len(work.parts) > 1 and only in (None, number):
            told += _saved_chapter(part, number)
    told += '</div><div class="afterword preface group">'
    told += '<div id="work_endnotes" class="end notes module"><h3 class="heading">Notes:</h3>'
    told += f'<blockquote class="userstuff">{work.end_notes}</blockquote></div></div></div></div>'
    told += '<div id="feedback"><h3>Comments</h3><p>Lovely! kudos</p></div>'
    return site_page(told)


def _saved_chapter(part: Part, number: int) -> str:
    title = f": {part.title}" if part.title else ""
    told = f'<div class="chapter" id="chapter-{number}"><div class="chapter preface group">'
    told += f'<h3 class="title"><a href="/works/1/chapters/2">Chapter {number}</a>{title}</h3>'
    for kind, text in (("summary", part.summary), ("notes", part.notes)):
        if text:
            told += f'<div id="{kind}" class="{kind} module"><h3 class="heading">x:</h3>'
            told += f'<blockquote class="userstuff">{text}</blockquote></div>'
    told += '</div><div class="userstuff module" role="article">'
    told += f'<h3 class="landmark heading" id="work">Chapter Text</h3>{part.body}</div>'
    if part.end_notes:
        told += '<div class="chapter preface group"><div class="end notes module" id="e">'
        told += '<h3 class="heading">Notes:</h3>'
        told += f'<blockquote class="userstuff">{part.end_notes}</blockquote></div></div>'
    return told + "</div>"
