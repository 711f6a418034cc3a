"""Text of a story made inert: it looks the same and does nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render import escape, isolate
from bot.render.escaping import insertions, without_controls

UNDONE = re.compile(r"\\([^0-9A-Za-z\s])")


def seen(text: str) -> str:
    """Give what a reader sees of escaped text."""
    return UNDONE.sub(r"\1", text).replace("\u200b", "")


@pytest.mark.parametrize(
    ("text", "inert"),
    [
        ("*hides* **bold** _a_ __b__", r"\*hides\* \*\*bold\*\* \_a\_ \_\_b\_\_"),
        ("~~no~~ ||spoiler|| `code`", r"\~\~no\~\~ \|\|spoiler\|\| \`code\`"),
        ("# heading", r"\# heading"),
        ("-# small", r"\-# small"),
        ("- item\n+ item\n* item", "\\- item\n\\+ item\n\\* item"),
        ("1. item", r"1\. item"),
        ("  12. item", r"  12\. item"),
        ("> quote\n>>> quote", "\\> quote\n\\>>> quote"),
        ("***", r"\*\*\*"),
        ("[a](https://b.cd)", r"\[a\]\(https\://b.cd)"),
        ("https://b.cd", r"https\://b.cd"),
        ("discord.gg/abc", r"discord.gg\/abc"),
        ("discord.com/invite/abc", r"discord.com\/invite/abc"),
        (":smile:", r"\:smile:"),
        ("¯\\_(ツ)_/¯", r"¯\\\_(ツ)\_/¯"),
        ("<@1> <@!1> <@&1>", r"\<\@1> \<\@!1> \<\@&1>"),
        ("<#1> </say:1> <t:1:F>", r"\<\#1> \<\/say:1> \<t\:1:F>"),
        ("<:a:1> <a:b:1> <id:browse>", r"\<\:a:1> \<a\:b:1> \<id\:browse>"),
        ("@everyone @here", "\\@\u200beveryone \\@\u200bhere"),
    ],
)
def test_markup_and_mentions_become_text(text: str, inert: str) -> None:
    assert escape(text) == inert


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Plain prose, with a dash - and 3 > 2; it's 8:30.",
        "A sentence. 1. is no list here # nor is this.",
        "“Well?” he said—and left… (no one spoke).",
        "1.5 metres -5 degrees",
        "日本語。👩‍👩‍👧",
    ],
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert escape(text) == text


@given(st.text("ab \n*_~|`\\<>[]()#-+1.@:/!&t"))
def test_the_reader_sees_the_same_text(text: str) -> None:
    assert seen(escape(text)) == text


@given(st.text("ab \n*_~|`\\<>[]()#-+1.@:/!&t"))
def test_nothing_that_acts_is_left(text: str) -> None:
    inert = escape(text)
    bare = UNDONE.sub("", inert)
    assert not re.search(r"[*_~|`\\\[\]<@]", bare)
    assert not re.search(r"<[@#:/]|<t:|@(?:everyone|here)|\w://", inert)
    assert not re.search(r"(?m)^ *(?:#{1,3}|[-+]|>(?:>>)?|-#|[0-9]+\.) ", inert)


def test_controls_and_direction_overrides_are_dropped() -> None:
    assert escape("a\x00b\x1b[c\u202ed\u2066e\ud800f\ufeffg\x7f") == r"ab\[cdefg"


def test_what_a_dropped_control_held_apart_is_inert_too() -> None:
    assert escape("#\x00 a\n@\x00everyone :\x00//") == "\\# a\n\\@\u200beveryone \\://"


def test_every_kind_of_line_end_becomes_a_new_line() -> None:
    assert escape("a\r\n- b\r- c\u2028- d\x85e") == "a\n\\- b\n\\- c\n\\- d\ne"


def test_joiners_and_variation_selectors_are_kept() -> None:
    text = "👩‍👩‍👧 ❤️ می‌خواهم"
    assert escape(text) == text


def test_a_title_is_one_escaped_line() -> None:
    assert isolate(" A *new*\n title ") == r"A \*new\* title"


@pytest.mark.parametrize("title", ["שלום 1", "قصة *جديدة*"])
def test_a_right_to_left_title_is_isolated(title: str) -> None:
    line = isolate(title)
    assert line == f"\u2068{escape(title)}\u2069"


def test_an_isolate_in_a_title_cannot_end_ours() -> None:
    assert isolate("שלום\u2069 1") == "\u2068שלום 1\u2069"


@given(st.text(st.sampled_from("aZé漢 1.-+#>\t\n\r\x1c\u2028\u202e\ud800*_<@:/[]|"), max_size=9))
def test_words_that_look_plain_are_judged_as_all_others(text: str) -> None:
    shown, _ = without_controls(text)
    told, done = "", 0
    for at, added in insertions(shown):
        told += shown[done:at] + added
        done = at
    assert escape(text) == told + shown[done:]
