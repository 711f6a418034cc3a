"""The content of a page: credit, text, notes, and where one is."""

from collections.abc import Iterable, Iterator

from bot import credit, notes
from bot.catalogue.completing import PAGE_LENGTH
from bot.library.base import Page
from bot.render import MESSAGE_LIMIT, isolate, render_page
from bot.texts import say

HEADER_ROOM = 330  # characters above a page, what the length of a page leaves
READING_SPEED = 1_200  # characters a minute, about 220 words
SOURCED_FRAMES = 3  # of `_frames`, those that name where a story comes from


def page_content(page: Page, language: str) -> str:
    """Give the content of a page: credit, text, and where one is."""
    return _composed(page, language)[0]


def _composed(page: Page, language: str) -> tuple[str, bool]:
    """Give the content of a page, and whether its author's notes are all there."""
    body = render_page(page.chapter, page.start - page.base, page.end - page.base, PAGE_LENGTH)
    before, behind = notes.around(page)
    # The first is nearly always the one; the others are made only when they are needed.
    frames: Iterable[tuple[int, tuple[str, str]]] = (
        (0, frame) for frame in _frames(page, language)
    )
    if before or behind:  # they come before a rich header, but not before the source
        wanted = len(notes.quoted((*before, *behind), language, MESSAGE_LIMIT)[0]) + 4
        least = min(notes.NOTES_ROOM, wanted)
        every = list(frames)
        frames = [*((least, frame) for _, frame in every[:SOURCED_FRAMES]), *every]
    for least, (above, below) in frames:
        left = MESSAGE_LIMIT - len(f"{above}\n\n{body}\n\n{below}")
        if left < least:
            continue
        # Two more characters stand before each; half is for those behind, where there are both.
        lead, is_all = notes.quoted(before, language, left // (2 if behind else 1) - 2)
        left -= len(lead) + 2 if lead else 0
        tail, is_all_behind = notes.quoted(behind, language, left - 2)
        parts = (above, lead, body, tail, below)
        return "\n\n".join(filter(None, parts)), is_all and is_all_behind
    raise AssertionError("the smallest frame leaves room for every page")


def has_more_notes(page: Page, language: str) -> bool:
    """Tell whether an author says more around this page than stands on it."""
    if any(notes.around(page)) and not _composed(page, language)[1]:
        return True
    return notes.opens_with_notes(page)


def _frames(page: Page, language: str) -> Iterator[tuple[str, str]]:
    """Give what stands above and below a page, the richest first."""
    record = page.card.record
    where = _where(page, language)
    source = credit.source(record, language)
    site = credit.source(record, language, only_site=True)
    byline = credit.byline(record, language, length=60)
    is_first = page.previous is None
    for room, line in ((HEADER_ROOM, source), (HEADER_ROOM, site), (0, site), (0, "")):
        above = credit.header(page.card, language, room=room) if is_first else byline
        yield above, "\n".join(filter(None, (where, line)))
    shortest = credit.byline(record, language, length=30)
    warned = credit.warnings(record, language, length=60) if is_first else ""
    yield "\n".join(filter(None, (shortest, warned))), where


def _where(page: Page, language: str) -> str:
    told = say("page.of-pages", language, number=page.number, pages=page.pages)
    if page.card.chapters > 1:
        chapter = say(
            "page.of-chapters", language, number=page.place.chapter + 1, chapters=page.card.chapters
        )
        if page.chapter.title:
            chapter = f"{chapter}: {isolate(credit.shortened(page.chapter.title, 50))}"
        told = f"{chapter} · {told}"
    minutes = round((page.chapter_length - page.end) / READING_SPEED)
    if minutes:
        left = "page.minutes-in-chapter" if page.card.chapters > 1 else "page.minutes"
        told = f"{told} · {say(left, language, count=minutes)}"
    return f"-# {told}"
