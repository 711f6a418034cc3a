"""What authors say around a chapter: its summary and notes before it, its end notes behind it.

Pages of text are full, so as much is quoted on a page as it leaves room for; the
whole of it stands behind a button.
"""

from bot.credit import shortened
from bot.library.base import Card, Page
from bot.render import escape
from bot.story import Chapter
from bot.texts import say

NOTES_ROOM = 200  # characters that a header gives up for notes before they are cut
_SHORTEST = 40  # characters of a note; less says nothing

Told = tuple[tuple[str, str], ...]  # the key of what it is, and an author's words


def said_before(chapter: Chapter) -> Told:
    """Give what an author says before a chapter."""
    told = (("notes.summary", chapter.summary), ("notes.notes", chapter.notes))
    return tuple((key, text) for key, text in told if text.strip())


def said_behind(chapter: Chapter) -> Told:
    """Give what an author says behind a chapter."""
    return (("notes.end", chapter.end_notes),) if chapter.end_notes.strip() else ()


def around(page: Page) -> tuple[Told, Told]:
    """Give what belongs before the text of a page, and behind it."""
    before = said_before(page.chapter) if page.number == 1 else ()
    behind = said_behind(page.chapter) if page.number == page.pages else ()
    return before, behind


def of_story(card: Card) -> Told:
    """Give the notes of a whole story."""
    notes = card.record.notes
    return (("notes.of-story", notes),) if notes.strip() else ()


def opens_with_notes(page: Page) -> bool:
    """Tell whether a page opens a story that has notes, other than those at the end of its text."""
    is_first = page.place.chapter == 0 and page.number == 1
    return is_first and bool(of_story(page.card)) and not page.card.record.ends_in_note


def quoted(told: Told, language: str, room: int) -> tuple[str, bool]:
    """Quote ``told`` in at most ``room`` characters of Markdown; tells whether it is all there."""
    lines: list[str] = []
    is_whole = True
    for number, (key, text) in enumerate(told):
        share = (room - sum(len(line) + 1 for line in lines)) // (len(told) - number)
        head = f"> **{say(key, language)}** "
        line, is_all = _line(head, " ".join(text.split()), share)
        lines += [line] if line else []
        is_whole = is_whole and is_all
    return "\n".join(lines), is_whole


def _line(head: str, text: str, room: int) -> tuple[str, bool]:
    """Give as much of ``text`` behind ``head`` as ``room`` takes once it is escaped."""
    length = min(len(text), room - len(head))
    while length >= min(_SHORTEST, len(text)):
        line = head + escape(shortened(text, length))
        if len(line) <= room:
            return line, length == len(text)
        length -= len(line) - room
    return "", False
