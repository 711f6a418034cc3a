"""The lines above and below a text: whose it is, how long, how rated, where from.

Title, author and source stand on everything posted, and warnings before the
text. Everything from a story is escaped here; the result is Discord Markdown.
What is too long is shortened, never dropped: warnings are the last to go short.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

import regex
from babel.lists import format_list

from bot.library.base import COUNT_LIMIT, Card, Count, Name
from bot.prose.lengths import TRUE_DRABBLE
from bot.prose.words import first_words, fold
from bot.render import escape, isolate
from bot.story import Origin, Rating, Story, TagKind
from bot.texts import say

HEADER_LENGTH = 700  # characters of what stands above a text, so that most is text
SOURCE_LENGTH = 200  # characters of an address; a longer one is named by its site
SUMMARY_LENGTH = 600
CONTACT_LENGTH = 100  # characters of how the operator is reached
LINK_ONLY_WORDS = 75  # of the text, at most, of a story that is link only

# How long a title, a list of names and the warnings may be, the most generous first.
_LENGTHS = ((120, 160, 400), (80, 80, 250), (50, 40, 120), (30, 20, 60))
_NO_WARNINGS = "no archive warnings apply"
_GRAPHEME = regex.compile(r"\X")


def shortened(text: str, length: int) -> str:
    """Cut ``text`` to at most ``length`` characters, "…" included: at a word, else a grapheme."""
    if len(text) <= length:
        return text
    cut = 0
    for grapheme in _GRAPHEME.finditer(text, endpos=length + 64):
        if grapheme.end() > length - 1:
            break
        cut = grapheme.end()
    space = text.rfind(" ", length // 2, cut + 1)
    return f"{text[: space if space > 0 else cut].rstrip()}…"


def listed(names: tuple[str, ...] | list[str], language: str) -> str:
    """Join ``names`` as the language does: "Kylo Ren, Hux, and Snoke"."""
    return format_list(list(names), locale=language.replace("-", "_"))


@lru_cache(maxsize=512)  # whoever is read is read again: joining names is most of a header
def _names(names: tuple[str, ...], language: str, length: int) -> str:
    return isolate(shortened(listed(names, language), length))


def byline(record: Story, language: str, *, length: int = _LENGTHS[0][0]) -> str:
    """Give title and author, each cut to ``length``: ``**The Tooth** by A. N. Author``."""
    title = isolate(shortened(record.title, length))
    if not record.authors:
        return say("credit.byline-unknown", language, title=title)
    authors = _names(record.authors, language, length)
    return say("credit.byline", language, title=title, authors=authors)


def rating(record: Story, language: str) -> str:
    """Give the rating in words, marked when nobody stated it."""
    value = Rating.NOT_RATED if record.rating is None else record.rating
    label = say(f"rating.{value.key}", language)
    if record.rating_origin is Origin.STATED:
        return label
    return say("credit.estimated", language, rating=label)


def characters(record: Story, language: str, *, length: int = _LENGTHS[0][1]) -> str:
    """Give the escaped names of who appears; detected ones are marked as such."""
    appearing = [who for who in record.characters if who.appears]
    if not appearing:
        return ""
    names = _names(tuple(who.name for who in appearing), language, length)
    if any(who.origin is Origin.DETECTED for who in appearing):
        return say("credit.detected", language, names=names)
    return names


def facts(card: Card, language: str, *, length: int = _LENGTHS[0][1]) -> str:
    """Give the small line of facts: length, rating, fandom, who is in it."""
    record = card.record
    parts = [say("credit.words", language, count=record.words)]
    if record.words == TRUE_DRABBLE:
        parts[0] = say("credit.true-drabble", language)
    if card.chapters > 1:
        parts.append(say("credit.chapters", language, count=card.chapters))
    parts.append(rating(record, language))
    if record.fandoms:
        parts.append(_names(record.fandoms, language, length))
    if who := characters(record, language, length=length):
        parts.append(who)
    return f"-# {' · '.join(parts)}"


def warnings(record: Story, language: str, *, length: int = _LENGTHS[0][2]) -> str:
    """Give the line of archive warnings; empty when there is none to give."""
    told = [each for each in record.warnings if each.casefold() != _NO_WARNINGS]
    if not told:
        return ""
    return "-# " + say("credit.warnings", language, warnings=_names(tuple(told), language, length))


def tags(record: Story, language: str) -> str:
    """Give the line of tags; empty when there is none."""
    if not record.tags:
        return ""
    told = _names(record.tags, language, _LENGTHS[0][1])
    return "-# " + say("credit.tags", language, tags=told)


def source(record: Story, language: str, *, only_site: bool = False) -> str:
    """Give the line that names the source, or its site alone; empty when there is none."""
    if not record.source:
        return ""
    address = record.source
    if only_site or len(address) > SOURCE_LENGTH or not _is_plain(address):
        address = _site(address)
        if not address:
            return ""
    return "-# " + say("credit.source", language, address=f"<{address}>")


def _is_plain(address: str) -> bool:
    return not any(
        mark in "<>\\`" or mark.isspace() or unicodedata.category(mark).startswith("C")
        for mark in address
    )


def _site(address: str) -> str:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return ""
    plain = host and len(host) <= SOURCE_LENGTH and all(c.isalnum() or c in "-." for c in host)
    return f"{parts.scheme}://{host}" if plain else ""


def header(card: Card, language: str, *, room: int = HEADER_LENGTH) -> str:
    """Give the lines above a text: byline, facts, warnings, within ``room`` where that can be."""
    told = ""
    for title, names, warned in _LENGTHS:
        lines = [
            byline(card.record, language, length=title),
            facts(card, language, length=names),
            warnings(card.record, language, length=warned),
        ]
        told = "\n".join(filter(None, lines))
        if len(told) <= room:
            break
    return told


def entry(card: Card, language: str, opening_length: int, asked: Sequence[Name] = ()) -> str:
    """Give a story as an entry of a list: byline, facts, and how it begins.

    Of the names ``asked`` for, those who were only detected in it are told.
    """
    record = card.record
    parts = [say("credit.words", language, count=record.words), rating(record, language)]
    folded = {fold(name.name) for name in asked if name.kind is TagKind.CHARACTER}
    detected = [who for who in record.characters if who.origin is Origin.DETECTED]
    if found := tuple(who.name for who in detected if fold(who.name) in folded):
        parts.append(say("credit.detected", language, names=_names(found, language, 80)))
    lines = [byline(record, language, length=80), f"-# {' · '.join(parts)}"]
    warned = warnings(record, language, length=120)
    if warned:
        lines.append(warned)
    # The text of a warned story is not quoted before its cover was opened.
    told = record.summary if card.is_link_only or warned else card.opening
    opening = " ".join(told.split())
    if opening and opening_length:
        lines.append(f"> {escape(shortened(opening, opening_length))}")
    return "\n".join(lines)


def marked_passage(passage: str, marks: Sequence[tuple[int, int]], length: int) -> str:
    """Cut ``passage`` to about ``length`` characters around its first mark; marks are bold.

    ``marks`` are ranges of ``passage``, in order; those outside the cut are left out.
    """
    first, behind = marks[0] if marks else (0, 0)
    start = max(0, min(first - length // 3, len(passage) - length))
    if start:
        start = passage.find(" ", start, first) + 1 or start
    end = min(len(passage), start + length)
    if end < len(passage):
        space = passage.rfind(" ", behind, end)
        end = space if space > start else end
    told = ["… " if start else ""]
    at = start
    for begin, stop in marks:
        if at <= begin and stop <= end:
            told += [escape(passage[at:begin]), f"**{escape(passage[begin:stop])}**"]
            at = stop
    told += [escape(passage[at:end]), " …" if end < len(passage) else ""]
    return " ".join("".join(told).replace("****", "").split())  # paragraphs leave several spaces


def stories(count: Count, language: str) -> str:
    """Say how many stories there are, exactly or "more than 1,000"."""
    key = "find.more-than" if count.is_more else "find.stories"
    return say(key, language, count=count.visible)


def stories_of(number: int, language: str) -> str:
    """Say how many stories a name has, as `stories` does."""
    return stories(_count_of(number), language)


def most_used(name: str, number: int, language: str) -> str:
    """Say a name with how many stories it has where only a number has room: "Otter (1,000+)"."""
    told = isolate(shortened(name, 50))
    return say("find.most-used", language, name=told, count=_count_of(number).told)


def _count_of(number: int) -> Count:
    return Count(min(number, COUNT_LIMIT), 0, is_more=number > COUNT_LIMIT)


def link_card(card: Card, language: str, contact: str = "") -> str:
    """Give a story that is link only: credit, summary or a few words, tags, link.

    ``contact`` is how somebody outside Discord reaches the operator.
    """
    record = card.record
    lines = [header(card, language), tags(record, language)]
    told = record.summary or first_words(card.opening, LINK_ONLY_WORDS)
    if told.strip():
        # A blank line behind it, or some clients draw what follows into the quotation.
        lines.append(f"> {escape(shortened(' '.join(told.split()), SUMMARY_LENGTH // 2))}\n")
    lines.append(say("credit.link-only", language))
    lines.append(source(record, language))
    if contact:
        told = escape(shortened(contact, CONTACT_LENGTH))
        lines.append(say("credit.contact", language, contact=told))
    return "\n".join(filter(None, lines))
