"""The block model as Discord Markdown, with a map between the offsets of both."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.render.escaping import escape, holds_controls, without_controls
from bot.render.inline import write_inline
from bot.render.markup import Region
from bot.render.writer import OffsetMap, Writer
from bot.story import Block, BlockKind, Chapter, Span, Style

PICTURE = "[Picture: {description}]"
SCENE_BREAK = r"\* \* \*"  # what print sets; read out as three stars, drawn as text
_DEEPEST_ITEM = 8  # levels of a list; Discord draws eleven
_NUMBER = re.compile(r"[0-9]{1,9}\.\Z")
_BULLETS = frozenset(["", "•", "-", "*", "+", "◦", "▪", "‣", "·", "–", "—", "○", "■"])
_BLANK_LINES = re.compile(r"(?:[^\S\n]*\n)+")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A chapter, or a part of one, as Discord Markdown.

    ``regions`` are its spans and ``atoms`` the ranges that no break may
    enter, both in offsets of ``markdown``.
    """

    markdown: str
    regions: tuple[Region, ...]
    atoms: tuple[tuple[int, int], ...]
    offsets: OffsetMap

    def source_of(self, md_offset: int) -> int:
        """Give the offset in ``Chapter.text`` for one in ``markdown``."""
        return self.offsets.source_of(md_offset)

    def markdown_of(self, source_offset: int) -> int:
        """Give the offset in ``markdown`` for one in ``Chapter.text``, behind opening marks."""
        return self.offsets.last_written_of(source_offset)


def render_blocks(
    chapter: Chapter, start: int = 0, end: int | None = None, *, picture: str = PICTURE
) -> Rendered:
    """Write the blocks of ``chapter`` between two offsets of its text as Discord Markdown.

    A block that reaches beyond the range is cut to it; the rest of a list
    item has no mark, for it is no second item. ``picture`` holds
    ``{description}`` and says that a description stands for a picture.
    """
    size = len(chapter.text)
    # An empty block may stand at the very end of the text.
    stop = size + 1 if end is None or end >= size else end
    return render_range(chapter, [*_clipped(chapter.blocks, start, stop)], picture)


def render_range(chapter: Chapter, blocks: list[Block], picture: str = PICTURE) -> Rendered:
    """Write ``blocks`` of ``chapter`` as Discord Markdown, each whole."""
    text, dropped = chapter.text, list[int]()
    if blocks and holds_controls(text, blocks[0].start, blocks[-1].end):
        text, dropped = without_controls(text)
        blocks = [_shifted(block, dropped) for block in blocks]
    blocks = [block for block in blocks if _is_seen(text, block)]
    writer = Writer(text, blocks[0].start if blocks else 0)
    before: Block | None = None
    before_at = 0
    for block in blocks:
        if before is not None:
            both_items = before.kind is block.kind is BlockKind.LIST_ITEM
            writer.replace("\n" if both_items else "\n\n", before.end, block.start, held=False)
        at = writer.size
        _WRITERS[block.kind](writer, text, block, picture)
        if before is not None and block.start == before.start:
            # No offset lies between the two, so no page may begin there.
            writer.atoms.append((before_at, at + 1))
        before, before_at = block, at
    markdown, offsets = writer.finish()
    return Rendered(
        markdown,
        tuple(writer.regions),
        tuple(writer.atoms),
        offsets.shifted(dropped) if dropped else offsets,
    )


def _is_seen(text: str, block: Block) -> bool:
    return block.kind is BlockKind.SCENE_BREAK or bool(text[block.start : block.end].strip())


def _clipped(blocks: tuple[Block, ...], start: int, stop: int) -> Iterator[Block]:
    for block in blocks:
        if start <= block.start < stop and block.end <= stop:
            yield block
        elif block.end > start and block.start < stop:
            spans = tuple(
                replace(span, start=max(span.start, start), end=min(span.end, stop))
                for span in block.spans
                if span.end > start and span.start < stop
            )
            cut = replace(block, start=max(block.start, start), end=min(block.end, stop))
            if block.kind is BlockKind.LIST_ITEM and block.start < start:
                yield replace(cut, kind=BlockKind.PARAGRAPH, spans=spans)
            else:
                yield replace(cut, spans=spans)


def _shifted(block: Block, dropped: list[int]) -> Block:
    """Move a block's offsets to the text without the ``dropped`` places."""

    def moved(offset: int) -> int:
        return offset - bisect_left(dropped, offset)

    spans = tuple(
        replace(span, start=moved(span.start), end=moved(span.end)) for span in block.spans
    )
    return replace(block, start=moved(block.start), end=moved(block.end), spans=spans)


def _write_paragraph(writer: Writer, text: str, block: Block, _picture: str) -> None:
    if any(span.style is Style.SMALL for span in block.spans):
        _write_lines(writer, text, block, "")
    else:
        start, end = _ink(text, block.start, block.end)
        write_inline(writer, text, start, end, block.spans)


def _write_heading(writer: Writer, text: str, block: Block, _picture: str) -> None:
    _write_lines(writer, text, block, "## " if block.level <= 2 else "### ")


def _write_quote(writer: Writer, text: str, block: Block, _picture: str) -> None:
    _write_lines(writer, text, block, "> ")


def _write_item(writer: Writer, text: str, block: Block, _picture: str) -> None:
    indent = "  " * (max(1, min(block.level, _DEEPEST_ITEM)) - 1)
    marker = block.marker.strip()
    mark = "-" if marker in _BULLETS else marker if _NUMBER.match(marker) else escape(marker)
    done = block.start
    for number, (start, end) in enumerate(_lines(text, block)):
        if number:
            writer.replace("\n", done, start, held=False)
        done = end
        begin = writer.size
        writer.put(f"{indent}  " if number else f"{indent}{mark} ")
        _write_line(writer, text, (start, end), block.spans, begin, "")


def _write_lines(writer: Writer, text: str, block: Block, prefix: str) -> None:
    """Write every line of a block behind ``prefix``, its styles closed at the line's end."""
    done = block.start
    for number, (start, end) in enumerate(_lines(text, block)):
        if number:
            blank = text.count("\n", done, start) > 1
            writer.replace("\n\n" if blank else "\n", done, start, held=False)
        done = end
        begin = writer.size
        opener = prefix
        if prefix in ("", "> ") and _is_small(text, start, end, block.spans):
            opener += "-# "
        writer.put(opener)
        _write_line(writer, text, (start, end), block.spans, begin, opener)


def _write_line(
    writer: Writer,
    text: str,
    line: tuple[int, int],
    spans: tuple[Span, ...],
    begin: int,
    opener: str,
) -> None:
    inner = writer.size
    inside = [span for span in spans if span.end > line[0] and span.start < line[1]]
    write_inline(writer, text, *line, inside)
    if inner > begin:
        writer.regions.append(Region(begin, inner, writer.size, writer.size, opener, "", line=True))


def _write_preformatted(writer: Writer, text: str, block: Block, _picture: str) -> None:
    blank = _BLANK_LINES.match(text, block.start, block.end)
    start = blank.end() if blank else block.start
    _, end = _ink(text, start, block.end)
    begin = writer.size
    writer.put("```\n")
    inner = writer.size
    writer.verbatim(start, end)
    writer.put("\n")
    inner_end = writer.size
    writer.put("```")
    writer.regions.append(
        Region(begin, inner, inner_end, writer.size, "```\n", "\n```", verbatim=True)
    )


def _write_image(writer: Writer, text: str, block: Block, picture: str) -> None:
    before, _, after = picture.partition("{description}")
    start, end = _ink(text, block.start, block.end)
    begin = writer.size
    writer.put(escape(before))
    writer.atoms.append((begin, writer.size + 1))
    writer.text(start, end)
    begin = writer.size
    writer.put(escape(after))
    writer.atoms.append((begin - 1, writer.size))


def _write_scene_break(writer: Writer, _text: str, block: Block, _picture: str) -> None:
    writer.replace(SCENE_BREAK, block.start, block.end)


_WRITERS = {
    BlockKind.PARAGRAPH: _write_paragraph,
    BlockKind.HEADING: _write_heading,
    BlockKind.SCENE_BREAK: _write_scene_break,
    BlockKind.QUOTE: _write_quote,
    BlockKind.LIST_ITEM: _write_item,
    BlockKind.PREFORMATTED: _write_preformatted,
    BlockKind.IMAGE: _write_image,
    BlockKind.NOTE: _write_paragraph,
}


def _lines(text: str, block: Block) -> Iterator[tuple[int, int]]:
    """Give the ranges of the block's lines that hold something, without white space around."""
    place = block.start
    while place < block.end:
        line_end = text.find("\n", place, block.end)
        line_end = block.end if line_end < 0 else line_end
        start, end = _ink(text, place, line_end)
        if start < end:
            yield start, end
        place = line_end + 1


def _ink(text: str, start: int, end: int) -> tuple[int, int]:
    body = text[start:end]
    return start + len(body) - len(body.lstrip()), start + len(body.rstrip())


def _is_small(text: str, start: int, end: int, spans: tuple[Span, ...]) -> bool:
    """Tell whether small print covers all of a line but white space."""
    done = start
    for span in sorted((span for span in spans if span.style is Style.SMALL), key=_span_start):
        if span.start > done and text[done : span.start].strip():
            return False
        done = max(done, span.end)
    return done >= end or not text[done:end].strip()


def _span_start(span: Span) -> int:
    return span.start
