"""The searchable words of a text: the same one by one and at once, and unchanged by an index."""

import re
import sqlite3
from contextlib import closing

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.prose.words import count_words, spaced_tokens, stretches, tokens, tokens_in_line

SCRIPTS = st.text(
    alphabet="aB1'`’‘´é ßŁøıİﬁ½ 東京タワー・がｶﾞ한글ไทย हिन्दी—…“”_-.\n\x00²①", max_size=40
)
_SEPARATORS = re.compile(r"[\x00-/:-@\[-`{-\x7f]+")


@given(st.text(max_size=80) | SCRIPTS)
@example("a'b'c a''b 'tis don`t o’clock rock’n’roll")
@example("東京's タワーa'b")
@example("a…b—c ‘x’")
def test_tokens_come_out_the_same_one_by_one_and_at_once(text: str) -> None:
    assert [token for token in _SEPARATORS.split(spaced_tokens(text)) if token] == list(
        tokens(text)
    )


@pytest.mark.parametrize(
    "text",
    [
        "The King’s men don’t; “well-known” ½ 1,000",
        "Łucja, Straße, Øystein, Kovač, ÅNGSTRÖM",
        "カイロ・レンは東京タワーへ行った。",
        "वह हिन्दी में लिखता है",
        "여우가 잤다 สวัสดี",
        "Ελλάδα Привет שלום مرحبا 🦊 𐐀𐐨 𞤀",
    ],
)
def test_the_index_of_sqlite_keeps_our_tokens_as_they_are(text: str) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE kept USING fts5(text, tokenize='ascii')")
        database.execute("CREATE VIRTUAL TABLE seen USING fts5vocab(kept, instance)")
        database.execute("INSERT INTO kept VALUES (?)", (spaced_tokens(text),))
        seen = database.execute('SELECT term FROM seen ORDER BY "offset"').fetchall()
    assert [term for (term,) in seen] == list(tokens(text))


@given(st.text(max_size=60) | SCRIPTS)
def test_the_index_of_sqlite_keeps_any_tokens(text: str) -> None:
    test_the_index_of_sqlite_keeps_our_tokens_as_they_are(text.replace("\x00", " "))


def test_a_word_of_many_megabytes_is_counted_and_found_like_any_other() -> None:
    word = "a" * 5_000_000
    assert count_words(f"{word} {'=' * 5_000_000}") == 1
    assert list(tokens(word)) == [word]
    assert tokens_in_line(word) == f"{word} ".encode()
    assert sum(1 for _ in tokens("a'" * 3_000_000)) < 10_000


@given(st.text())
def test_tokens_in_a_line_are_the_tokens(text: str) -> None:
    assert tokens_in_line(text).decode() == "".join(f"{token} " for token in tokens(text))


@given(
    st.text(st.sampled_from("aB' \n-.’—Ł\u0301雨駅ー\U0001f44b7"), max_size=60), st.integers(1, 9)
)
def test_a_long_text_taken_in_stretches_has_the_same_words(text: str, length: int) -> None:
    parts = list(stretches(text, length))
    assert "".join(parts) == text
    assert sum(map(count_words, parts)) == count_words(text)
    assert b"".join(map(tokens_in_line, parts)) == tokens_in_line(text)


def test_a_text_longer_than_a_stretch_has_its_words_counted_and_told_once() -> None:
    text = "The tide went out -- slowly.\n" * 40_000
    assert count_words(text) == 200_000
    assert tokens_in_line(text) == b"the tide went out slowly " * 40_000
