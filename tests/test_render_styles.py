"""No style is lost or spread at a break: pieces, read as Discord reads them, show the source."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.render import messages, paginate, render_page, split_messages
from bot.story import BlockKind, Chapter, Style
from tests.discord_markdown import Seen, seen
from tests.render_chapters import chapters

WORDS = (
    "one",
    "two,",
    "three",
    "four.",
    "Five",
    "six!",
    "it’s",
    "“Seven?”",
    "so…",
    "日本。",
    "Mr.",
)
MARKS = ("*", "_", "**", "__", "~~", "||")
CODE = ("x = 1", "    y = 'a. B.'", "# c", "*z*", "Is it?")
KINDS = (BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.HEADING, BlockKind.LIST_ITEM)
STYLES = {
    Style.EMPHASIS: "emphasis",
    Style.STRONG: "strong",
    Style.UNDERLINE: "underline",
    Style.STRIKE: "strike",
    Style.SPOILER: "spoiler",
}


@st.composite
def lines(draw: st.DrawFn, depth: int = 2, inside: frozenset[str] = frozenset()) -> str:
    """Draw a line of well-formed Markdown, spans in spans."""
    # An escaped star or underscore would end the emphasis around it.
    words = st.sampled_from(
        (*WORDS, "<@123>", "👍🏽", *(() if inside & {"*", "_"} else (r"2\*3",)))
    )
    parts: list[str] = []
    for _ in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(("", "", "", "`", *MARKS)))
        if kind == "`":
            parts.append(f"`{' '.join(draw(st.lists(st.sampled_from('aB.'), min_size=1)))}`")
        elif kind and depth and kind not in inside and not (kind in "*_" and inside & {"*", "_"}):
            parts.append(f"{kind}{draw(lines(depth - 1, inside | {kind}))}{kind}")
        else:
            parts.append(" ".join(draw(st.lists(words, min_size=1, max_size=10))))
    return " ".join(parts)


@st.composite
def paragraphs(draw: st.DrawFn) -> str:
    """Draw a paragraph, or what can stand in its place."""
    opener = draw(
        st.sampled_from(("", "", "", "> ", "# ", "## ", "-# ", "1. ", "- ", "```\n", "```py\n"))
    )
    if opener.startswith("```"):
        return f"{opener}{chr(10).join(draw(st.lists(st.sampled_from(CODE), min_size=1)))}\n```"
    count = draw(st.integers(1, 3)) if opener in ("> ", "1. ", "- ") else 1
    return "\n".join(opener + draw(lines(2 if opener in ("", "> ") else 1)) for _ in range(count))


documents = st.builds(
    lambda found, last: "\n\n".join(found) + last,
    st.lists(paragraphs(), min_size=1, max_size=5),
    st.one_of(st.just(""), lines().map(lambda line: f"\n\n>>> {line}")),
)


def shown(pieces: list[str]) -> list[Seen]:
    """Give what a reader sees of all pieces, one after the other."""
    return [one for piece in pieces for one in seen(piece)]


def told(chapter: Chapter) -> list[Seen]:
    """Give what ``chapter`` says by character, with the styles of its blocks and spans."""
    found: list[Seen] = []
    for block in chapter.blocks:
        kind = {BlockKind.QUOTE: {"quote"}, BlockKind.HEADING: {"heading"}}.get(block.kind, set())
        text = chapter.text[block.start : block.end]
        if block.kind is BlockKind.LIST_ITEM and text.replace("\x00", "").strip():
            found += [(character, frozenset()) for character in block.marker if character != "•"]
        for place, character in enumerate(text, block.start):
            styles = {STYLES[span.style] for span in block.spans if span.start <= place < span.end}
            if not character.isspace() and character not in "\x00\u200b":
                found.append((character, frozenset(kind | styles)))
    return found


@given(documents, st.integers(80, 300))
def test_messages_show_every_character_in_its_styles(text: str, limit: int) -> None:
    pieces = split_messages(text, limit)
    assert all(len(piece) <= limit for piece in pieces)
    assert shown(pieces) == seen(text)


@given(chapters(kinds=KINDS, styles=tuple(STYLES)), st.integers(200, 400))
def test_pages_show_every_character_of_the_chapter_in_its_styles(
    chapter: Chapter, limit: int
) -> None:
    starts = [*paginate(chapter, limit), len(chapter.text)]
    pages = [render_page(chapter, start, end, limit) for start, end in pairwise(starts)]
    assert shown(pages) == shown(messages(chapter, limit)) == told(chapter)
