"""The splitters that are measured, ours and the peers', behind one interface.

Each peer is called as its own documentation says, with Discord's limit and no
other setting, but where its name or a comment says so. What a peer cannot do
alone (a line too long for discord.py's Paginator) is done the way a bot would.
"""

# The peers are installed where the bench runs, and not where the types are checked.
# pyright: reportMissingImports=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownLambdaType=false

import textwrap
from collections.abc import Callable
from dataclasses import dataclass

import semantic_text_splitter
from discord.ext.commands import Paginator
from langchain_text_splitters import RecursiveCharacterTextSplitter
from semchunk.semchunk import chunk
from telebot.util import smart_split

from bench.cuts import LIMIT
from bot.render import split_messages

OURS = "Fireside"
RUST = "semantic-text-splitter, text (Rust)"
FLOOR = "bare slicing (floor)"
_SENTENCES = ["\n\n", "\n", r"(?<=[.!?…])\s+", " ", ""]


@dataclass(frozen=True, slots=True)
class Splitter:
    """A way to cut a text into messages, and the package it is from."""

    name: str
    split: Callable[[str], list[str]]
    package: str | None = None


def splitters() -> list[Splitter]:
    """Give all splitters, ours first, the floor last."""
    recursive = RecursiveCharacterTextSplitter(chunk_size=LIMIT, chunk_overlap=0)
    by_sentence = RecursiveCharacterTextSplitter(
        separators=_SENTENCES,
        is_separator_regex=True,
        keep_separator="end",
        chunk_size=LIMIT,
        chunk_overlap=0,
    )
    return [
        Splitter(OURS, split_messages),
        Splitter(
            RUST,
            semantic_text_splitter.TextSplitter(LIMIT).chunks,
            "semantic-text-splitter",
        ),
        Splitter(
            "semantic-text-splitter, Markdown (Rust)",
            semantic_text_splitter.MarkdownSplitter(LIMIT).chunks,
            "semantic-text-splitter",
        ),
        Splitter("semchunk", _chunked, "semchunk"),
        Splitter("LangChain recursive", recursive.split_text, "langchain-text-splitters"),
        Splitter(
            "LangChain recursive, sentences by regex",
            by_sentence.split_text,
            "langchain-text-splitters",
        ),
        Splitter(
            "pyTelegramBotAPI smart_split",
            lambda text: smart_split(text, LIMIT),
            "pytelegrambotapi",
        ),
        Splitter("discord.py Paginator", _paginated, "discord.py"),
        Splitter("textwrap.wrap", lambda text: textwrap.wrap(text, LIMIT)),
        Splitter(FLOOR, _sliced),
    ]


def _chunked(text: str) -> list[str]:
    # By default it remembers the length of every text it ever counted, without bound.
    found = chunk(text, LIMIT, len, memoize=False)
    assert isinstance(found, list)
    return found


def _sliced(text: str, size: int = LIMIT) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def _paginated(text: str) -> list[str]:
    paginator = Paginator(prefix=None, suffix=None, max_size=LIMIT)
    for line in text.split("\n"):
        try:
            paginator.add_line(line)
        except RuntimeError:  # longer than a page, of which it keeps two characters for itself
            for part in _sliced(line, LIMIT - 2):
                paginator.add_line(part)
    return paginator.pages
