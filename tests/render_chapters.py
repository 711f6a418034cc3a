"""Chapters for the tests of the renderer, by hand and by Hypothesis."""

from collections.abc import Sequence

from hypothesis import strategies as st

from bot.story import Block, BlockKind, Chapter, Span, Style

bits = st.sampled_from(
    [
        *"ab cd. ! \n *_~|`\\<>[]()#-+1.@:/é日。\x00\x1c\u200b\u3000",
        *("**", "__", "```", "||", "> ", "- ", "1. ", "# ", "-# ", "* * *", "Mr. ", "👩‍👩‍👧"),
        *("https://a.bc/d ", "<@1>", "One sentence stands here. "),
    ]
)
plain_bits = st.sampled_from(["a", "bc ", "d.", "e, ", "日", "One sentence stands here. ", "\n"])


def chapter_of(*blocks: tuple[BlockKind, str]) -> Chapter:
    """Build a chapter from the text of its blocks, blank lines between them."""
    text = ""
    made: list[Block] = []
    for kind, content in blocks:
        text += "\n\n" if text else ""
        made.append(Block(kind, len(text), len(text) + len(content)))
        text += content
    return Chapter(text, tuple(made))


@st.composite
def chapters(
    draw: st.DrawFn,
    *,
    styled: bool = True,
    marked: bool = True,
    kinds: Sequence[BlockKind] = tuple(BlockKind),
    styles: Sequence[Style] = tuple(Style),
) -> Chapter:
    """Draw a chapter: any blocks, gaps of any kind, styles over any range."""
    text = ""
    blocks: list[Block] = []
    for _ in range(draw(st.integers(0, 6))):
        text += draw(st.sampled_from(["\n\n", "\n", " ", "" if styled else "\n\n"]))
        pieces = draw(st.lists(bits if marked else plain_bits, max_size=60))
        content = "".join(pieces) * draw(st.integers(1, 4))
        start, end = len(text), len(text) + len(content)
        text += content
        spans: list[Span] = []
        for _ in range(draw(st.integers(0, 4 if styled else 0))):
            first = draw(st.integers(start, end))
            last = draw(st.integers(first, end))
            if first < last:
                style = draw(st.sampled_from(styles))
                spans.append(Span(first, last, style, "https://x.yz/a_b"))
        kind = draw(st.sampled_from(kinds))
        level = draw(st.integers(0, 12))
        marker = draw(st.sampled_from(["", "•", "a)"] if marked else ["•"]))
        blocks.append(Block(kind, start, end, tuple(spans), level, marker))
    return Chapter(text, tuple(blocks))
