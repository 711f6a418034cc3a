"""What is told without turning a page: a short story, a passage."""

from bot import credit, notes
from bot.pages.content import HEADER_ROOM
from bot.reading import Excerpt, Telling
from bot.render import MESSAGE_LIMIT, messages, render_page

PUBLIC_MESSAGES = 2  # the most a story takes up in a channel before it opens as a page
MOST_WORDS_WHOLE = PUBLIC_MESSAGES * MESSAGE_LIMIT  # no word is shorter than one character
# Characters of a passage before escapes; the next is tried when escapes made it too long.
EXCERPT_LENGTHS = (1_200, 700, 350)
WHOLE_NOTES = 300  # characters of an author's notes around a story that is told whole


def short_messages(telling: Telling, language: str, contact: str = "") -> list[str] | None:
    """Give a story whole in at most two messages, or its card when it is link only.

    None when it is longer: then it is read page by page.
    """
    card = telling.card
    if card.is_link_only:
        return [credit.link_card(card, language, contact)]
    if len(telling.chapters) != 1:
        return None
    chapter = telling.chapters[0]
    lead = notes.quoted(notes.said_before(chapter), language, WHOLE_NOTES)[0]
    tail = notes.quoted(notes.said_behind(chapter), language, WHOLE_NOTES)[0]
    header = "\n\n".join(filter(None, (credit.header(card, language), lead)))
    source = credit.source(card.record, language)
    below = "".join(f"\n\n{part}" for part in (tail, source) if part)
    told = messages(
        chapter,
        limit=MESSAGE_LIMIT - len(below),
        first_limit=MESSAGE_LIMIT - len(below) - len(header) - 2,
    )
    if not told or len(told) > PUBLIC_MESSAGES:
        return None
    told[0] = f"{header}\n\n{told[0]}"
    told[-1] += below
    return told


def excerpt_content(passage: Excerpt, language: str) -> str | None:
    """Give a passage with title, author, length of the whole, and source.

    None when its escapes make it longer than one message.
    """
    body = render_page(passage.chapter, passage.place.offset, passage.end, MESSAGE_LIMIT * 2)
    record = passage.card.record
    for room in (credit.HEADER_LENGTH, HEADER_ROOM, 0):
        above = credit.header(passage.card, language, room=room)
        for only_site in (False, True):
            below = credit.source(record, language, only_site=only_site)
            content = "\n\n".join(part for part in (above, body, below) if part)
            if len(content) <= MESSAGE_LIMIT:
                return content
    return None
