"""A chapter as pages and as a run of messages, each within a number of characters.

Both cut the rendering of the whole chapter. A page is kept as a range of the
chapter's own text; showing it renders only the blocks it touches, and gives
the same text, because a block's rendering never depends on its neighbours.
"""

from bisect import bisect_left, bisect_right

from bot.render.blocks import PICTURE, Rendered, render_range
from bot.render.breaking import Cutter
from bot.render.escaping import holds_controls, insertions, longest_inert
from bot.render.markup import Markup
from bot.story import Block, BlockKind, Chapter

PAGINATION_VERSION = 6  # stored with page starts; raised when they would come out otherwise
SMALLEST_PAGE = 200  # characters; below it marks could crowd the text out


def paginate(chapter: Chapter, limit: int, *, picture: str = PICTURE) -> list[int]:
    """Find where the pages of ``chapter`` begin, as offsets in its text.

    The first page begins with the first block; each ends where the next
    begins, the last at the end of the text. A chapter with nothing to show
    has no pages.

    Raises:
        ValueError: ``limit`` is below ``SMALLEST_PAGE``.
    """
    if limit >= SMALLEST_PAGE and _is_short(chapter, limit):
        return [chapter.blocks[0].start]
    if limit >= SMALLEST_PAGE and _stands_as_written(chapter):
        first = chapter.blocks[0].start
        written = chapter.text[first : chapter.blocks[-1].end]
        return [first + piece.start for piece in Cutter(written, None, limit).pieces()]
    rendered = render_range(chapter, list(chapter.blocks), picture)
    cutter = _cutter(rendered, limit, None)
    starts = [rendered.source_of(piece.start) for piece in cutter.pieces()]
    if starts:
        starts[0] = chapter.blocks[0].start
    return starts


def render_page(
    chapter: Chapter, start: int, end: int, limit: int, *, picture: str = PICTURE
) -> str:
    """Write the page ``start:end`` of ``chapter``, its spans closed and reopened.

    Raises:
        ValueError: ``limit`` is below ``SMALLEST_PAGE``, or the range makes
            more than ``limit`` characters: it is no page of ``paginate``.
    """
    size = len(chapter.text)
    # An empty block may stand at the very end of the text.
    stop = size + 1 if end >= size else end
    rendered = render_range(chapter, _touched(chapter.blocks, start, stop), picture)
    cutter = _cutter(rendered, limit, None)
    left = cutter.settle_after(rendered.offsets.first_written_of(start))
    right = cutter.settle_after(
        len(rendered.markdown) if end >= size else rendered.offsets.first_written_of(end)
    )
    if right <= left:
        return ""
    page = cutter.piece(left, right)
    if len(page) > limit:
        raise ValueError(f"{start}:{end} makes {len(page)} characters, over {limit}: no page")
    return page


def messages(
    chapter: Chapter,
    limit: int = 2000,
    first_limit: int | None = None,
    *,
    picture: str = PICTURE,
) -> list[str]:
    """Write ``chapter`` as a run of messages; ``first_limit`` leaves room for a header.

    Raises:
        ValueError: ``limit`` or ``first_limit`` is below ``SMALLEST_PAGE``.
    """
    rendered = render_range(chapter, list(chapter.blocks), picture)
    return _cutter(rendered, limit, first_limit).texts()


def _is_short(chapter: Chapter, limit: int) -> bool:
    """Tell whether it is clear at a glance that all of a chapter makes one page.

    Many stories are so short, and of plain paragraphs: those need not be written out.
    """
    text, blocks = chapter.text, chapter.blocks
    if len(text) > limit or not blocks:
        return False
    if any(block.kind is not BlockKind.PARAGRAPH or block.spans for block in blocks):
        return False
    if holds_controls(text, blocks[0].start, blocks[-1].end):
        return False
    added = 3 * len(blocks)  # a blank line between two, and each begins a line
    if longest_inert(text) + added > limit:
        return False
    return any(text[block.start : block.end].strip() for block in blocks)


def _stands_as_written(chapter: Chapter) -> bool:
    """Tell whether the text of a chapter is its own Markdown: plain, and with nothing to escape."""
    text, end = chapter.text, -1
    for block in chapter.blocks:
        if block.kind is not BlockKind.PARAGRAPH or block.spans or block.start == block.end:
            return False
        if end >= 0 and text[end : block.start] != "\n\n":
            return False
        end = block.end
        if text[block.start].isspace() or text[end - 1].isspace():
            return False
    if end < 0 or holds_controls(text, chapter.blocks[0].start, end):
        return False
    return next(insertions(text[chapter.blocks[0].start : end]), None) is None


def _cutter(rendered: Rendered, limit: int, first_limit: int | None) -> Cutter:
    least = limit if first_limit is None else min(limit, first_limit)
    if least < SMALLEST_PAGE:
        raise ValueError(f"a page needs {SMALLEST_PAGE} characters, not {least}")
    markup = None
    if rendered.regions or rendered.atoms:
        markup = Markup(rendered.regions, rendered.atoms, least)
    return Cutter(rendered.markdown, markup, limit, first_limit)


def _touched(blocks: tuple[Block, ...], start: int, end: int) -> list[Block]:
    """Give the blocks that reach into a range; an empty block belongs to where it stands."""
    first = bisect_left(blocks, start, key=_end_of)
    last = bisect_right(blocks, end, key=_start_of)
    return [
        block
        for block in blocks[first:last]
        if block.start < end and (block.end > start or block.start >= start)
    ]


def _start_of(block: Block) -> int:
    return block.start


def _end_of(block: Block) -> int:
    return block.end
