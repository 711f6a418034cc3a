"""Paragraphs of walls of text: found with the styles in them, and left as they came."""

from bot.catalogue.paragraphs import with_paragraphs, with_reflow, without_reflow
from bot.story import Block, BlockKind, Chapter, Span, Style

LINE = "“Where is it?” Ada asked the harbour master. “Gone out,” he said, and shut the book. "
WALL = (LINE * 20).strip()
SPANS = (
    Span(0, len(WALL), Style.EMPHASIS),
    Span(45, 60, Style.LINK, "https://example.org/1"),
)


def chapter(*more: Block, spans: tuple[Span, ...] = SPANS, text: str = WALL) -> Chapter:
    return Chapter(text, (Block(BlockKind.PARAGRAPH, 0, len(WALL), spans), *more))


def test_a_styled_wall_gets_paragraphs_that_keep_every_style() -> None:
    (done,), walls, notes = with_paragraphs((chapter(),))
    assert (walls, notes) == (frozenset({0}), [])
    assert len(done.blocks) > 10
    assert done.text == WALL
    emphasized = {
        at
        for block in done.blocks
        for span in block.spans
        if span.style is Style.EMPHASIS
        for at in range(span.start, span.end)
    }
    assert {at for at, char in enumerate(WALL) if not char.isspace()} <= emphasized
    for block in done.blocks:
        assert all(block.start <= span.start < span.end <= block.end for span in block.spans)
    links = [span for block in done.blocks for span in block.spans if span.style is Style.LINK]
    assert {span.href for span in links} == {"https://example.org/1"}
    assert sum(span.end - span.start for span in links) in (14, 15)  # a space may part them


def test_left_as_it_came_and_found_again_it_is_the_same() -> None:
    plain = chapter(spans=(SPANS[0],))
    found, walls, _ = with_paragraphs((plain,))
    assert without_reflow(found, walls) == (plain,)
    assert with_reflow((plain,), frozenset()) == (found, walls)
    assert with_reflow(found, walls) == (found, walls)


def test_a_note_behind_a_wall_stays_a_note() -> None:
    text = f"{WALL}\n\nThanks."
    note = Block(BlockKind.NOTE, len(WALL) + 2, len(text))
    before = chapter(note, spans=(), text=text)
    (found,), walls = with_reflow((before,), frozenset())
    assert walls == {0}
    assert found.blocks[-1] == note
    assert without_reflow((found,), walls) == (before,)
