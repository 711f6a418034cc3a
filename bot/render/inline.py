r"""One line of styled text as Discord Markdown that holds beside any neighbour.

Marks never touch white space, and nest in one fixed order: spoiler, link,
underline, strike, strong, emphasis. So emphasis, the fickle one, holds
nothing but escaped text and is written ``*`` or ``_``, whichever its
neighbours allow. Where neither works (emphasis between two letters, beside
a bold letter) a zero width space keeps the marks apart: a backslash would be
seen there.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from bot.render.escaping import ZERO_WIDTH, escape
from bot.render.markup import Region
from bot.render.writer import Writer
from bot.story import Span, Style

_LONGEST_ADDRESS = 120  # characters; a longer address is left out
_ORDER = (
    Style.SPOILER, Style.LINK, Style.UNDERLINE, Style.STRIKE, Style.STRONG, Style.EMPHASIS,
    Style.CODE,
)  # fmt: skip
_MARKS = {Style.SPOILER: "||", Style.UNDERLINE: "__", Style.STRIKE: "~~", Style.STRONG: "**"}
_ADDRESS = re.compile(r"https?://[^\s/?#@]+\.[^\s/?#@]+(?:[/?#]\S*)?\Z", re.IGNORECASE)
_OUR_ADDRESS = re.compile(r"https?://(?:[\w.-]*\.)?discord(?:app)?\.", re.IGNORECASE)
_UNSAFE = re.compile(r"[^A-Za-z0-9:/?#@!$&+,;=%.\-]|[.,:;!?]+\Z")
_SPECIAL = frozenset("\\*_~`|[]<@:/")


class _Item(NamedTuple):
    """A style over a segment; a link brings its closing mark."""

    style: Style
    closer: str = ""


class _Segment(NamedTuple):
    """A range of the source with one set of styles; ``tail`` is an address to show after it."""

    start: int
    end: int
    items: tuple[_Item, ...]
    tail: str = ""


def write_inline(writer: Writer, text: str, start: int, end: int, spans: Iterable[Span]) -> None:
    """Write ``text[start:end]`` with its styles; marks open and close inside the range."""
    if not spans:
        writer.text(start, end)
        return
    segments = _segments(text, start, end, spans)
    stack: list[tuple[_Item, int, int]] = []
    for index, segment in enumerate(segments):
        outer = _outer(segment.items)
        kept = _common([item for item, _, _ in stack], outer)
        while len(stack) > kept:
            _close(writer, *stack.pop())
        for item in outer[kept:]:
            opener = _opener(item)
            if opener[0] == "_" and writer.last == "~":
                writer.put(ZERO_WIDTH)  # Discord reads no strike in front of an underscore
            begin = writer.size
            writer.put(opener)
            stack.append((item, begin, writer.size))
        following = segments[index + 1] if index + 1 < len(segments) else None
        _write_innermost(writer, text, segment, _next_character(text, outer, following))
    while stack:
        _close(writer, *stack.pop())


def _opener(item: _Item) -> str:
    return "[" if item.style is Style.LINK else _MARKS[item.style]


def _outer(items: tuple[_Item, ...]) -> tuple[_Item, ...]:
    return tuple(item for item in items if item.style not in (Style.EMPHASIS, Style.CODE))


def _common(left: Sequence[_Item], right: tuple[_Item, ...]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _close(writer: Writer, item: _Item, start: int, inner_start: int) -> None:
    inner_end = writer.size
    closer = item.closer or _MARKS[item.style]
    if item.style in (Style.STRIKE, Style.SPOILER) and writer.last == closer[0]:
        # ``\~`` before ``~~`` would close one character early.
        writer.put(ZERO_WIDTH)
    writer.put(closer)
    writer.regions.append(Region(start, inner_start, inner_end, writer.size, _opener(item), closer))


def _write_innermost(writer: Writer, text: str, segment: _Segment, following: str) -> None:
    """Write a segment's text, in emphasis or as code if it is."""
    styles = {item.style for item in segment.items}
    start = writer.size
    if Style.CODE in styles:
        mark, before, inside, after = "`", "", "", ""
    elif Style.EMPHASIS in styles:
        mark, before, inside, after = _emphasis(
            writer.last, escape(text[segment.start : segment.end]), segment.tail or following
        )
    else:
        writer.text(segment.start, segment.end)
        _write_tail(writer, segment)
        return
    writer.put(before + mark)
    inner_start = writer.size
    if mark == "`":
        writer.copy(segment.start, segment.end)
    else:
        writer.text(segment.start, segment.end)
    inner_end = writer.size
    writer.put(inside + mark + after)
    writer.regions.append(Region(start, inner_start, inner_end, writer.size, mark, mark))
    _write_tail(writer, segment)


def _write_tail(writer: Writer, segment: _Segment) -> None:
    if segment.tail:
        start = writer.size
        writer.put(segment.tail)
        writer.atoms.append((start - 1, writer.size))


def _emphasis(before: str, content: str, after: str) -> tuple[str, str, str, str]:
    """Choose the mark for emphasis, and what stands before, inside its end and after it."""
    follower = after[:1]
    if before != "*" and follower != "*" and "*" not in content and "\\" not in content:
        return "*", "", "", ""
    # Beside another underscore, even an escaped one, it would read as an underline, and
    # Discord reads no strike in front of an underscore.
    word_follows = follower.isascii() and (follower.isalnum() or follower == "_")
    return (
        "_",
        ZERO_WIDTH if before in ("_", "~") else "",
        ZERO_WIDTH if content.endswith("_") else "",
        ZERO_WIDTH if word_follows else "",
    )


def _next_character(text: str, outer: tuple[_Item, ...], following: _Segment | None) -> str:
    """Give the character that will be written after a segment and its innermost mark."""
    upcoming = _outer(following.items) if following else ()
    kept = _common(outer, upcoming)
    if len(outer) > kept:
        last = outer[-1]
        return last.closer[0] if last.closer else _MARKS[last.style][0]
    if following is None:
        return ""
    if len(upcoming) > kept:
        return _opener(upcoming[kept])[0]
    if following.items and following.items[-1].style is Style.EMPHASIS:
        return "*"
    if following.items and following.items[-1].style is Style.CODE:
        return "`"
    character = text[following.start]
    return "\\" if character in _SPECIAL else character


def _segments(text: str, start: int, end: int, spans: Iterable[Span]) -> list[_Segment]:
    """Cut a range where its styles change, white space taken out of the marks."""
    pieces = _split(text, start, end, spans)
    inked = [index for index, piece in enumerate(pieces) if not _is_white(text, piece)]
    left: tuple[_Item, ...] = ()
    next_ink = 0
    merged: list[_Segment] = []
    for index, piece in enumerate(pieces):
        if next_ink < len(inked) and inked[next_ink] == index:
            next_ink += 1
            left = piece.items
        else:
            # White space keeps what stays open over it, so that no mark touches it.
            right = pieces[inked[next_ink]].items if next_ink < len(inked) else ()
            kept = left[: _common(left, right)]
            piece = piece._replace(items=left if left == right else _outer(kept))
        if merged and merged[-1].items == piece.items and not merged[-1].tail:
            piece = piece._replace(start=merged.pop().start)
        merged.append(piece)
    return merged


def _is_white(text: str, piece: _Segment) -> bool:
    return text[piece.start : piece.end].isspace()


def _split(text: str, start: int, end: int, spans: Iterable[Span]) -> list[_Segment]:
    """Cut a range at every change of style and between ink and white space at the changes."""
    counts: dict[Style, int] = dict.fromkeys(_ORDER, 0)
    links: dict[int, _Item] = {}
    tails: dict[int, str] = {}
    events: dict[int, list[tuple[int, Style, int, _Item | None]]] = {start: [], end: []}
    for index, span in enumerate(spans):
        first, last = max(start, span.start), min(end, span.end)
        if span.style not in counts or not text[first:last].strip():
            continue
        item = None
        if span.style is Style.LINK:
            last = first + len(text[first:last].rstrip())
            item, tail = _link(text[first:last], span.href)
            if tail:
                tails[last] = tail
                events.setdefault(last, [])
            if item is None:
                continue
        events.setdefault(first, []).append((1, span.style, index, item))
        events.setdefault(last, []).append((-1, span.style, index, item))
    places = sorted(events)
    pieces: list[_Segment] = []
    for place, following in pairwise(places):
        for step, style, index, item in events[place]:
            counts[style] += step
            if item is not None and step > 0:
                links[index] = item
            elif item is not None:
                del links[index]
        items = _items(counts, links, text[place:following])
        body = text[place:following]
        ink_start = place + len(body) - len(body.lstrip())
        ink_end = place + len(body.rstrip())
        cuts = sorted({place, min(ink_start, following), max(ink_end, place), following})
        pieces += [
            _Segment(one, two, items, tails.get(two, "") if two == following else "")
            for one, two in pairwise(cuts)
        ]
    return pieces


def _items(counts: dict[Style, int], links: dict[int, _Item], content: str) -> tuple[_Item, ...]:
    if counts[Style.CODE] and "`" not in content:
        hidden = counts[Style.SPOILER] > 0
        if not hidden:
            return (_Item(Style.CODE),)
        if "|" not in content:
            return (_Item(Style.SPOILER), _Item(Style.CODE))
    items = [_Item(style) for style in _ORDER[:-1] if counts[style] and style is not Style.LINK]
    if counts[Style.LINK]:
        link = next(iter(links.values()))
        items.insert(1 if counts[Style.SPOILER] else 0, link)
    return tuple(items)


def _link(label: str, href: str | None) -> tuple[_Item | None, str]:
    """Decide how a link is shown: as a masked link, with its address after it, or as its text.

    Only web addresses are shown, in a form that Discord does not embed; one
    that leads to Discord itself (an invitation) is left out.
    """
    if href is None:
        return None, ""
    href = href.strip()
    if not _ADDRESS.match(href) or _OUR_ADDRESS.match(href):
        return None, ""
    address = _UNSAFE.sub(lambda found: _percent(found.group()), href)
    tells_itself = "://" in label or label.strip().rstrip("/") == href.split("://")[1].rstrip("/")
    if len(address) > _LONGEST_ADDRESS or tells_itself:
        return None, ""
    if escape(label) == label and "\n" not in label:
        return _Item(Style.LINK, f"](<{address}>)"), ""
    return None, f" (<{address}>)"


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "ignore"))
