"""Any Discord Markdown as messages: what every piece holds, and where the cuts fall."""

import math
import re
from itertools import pairwise
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.prose.sentences import sentence_ends
from bot.render import split_messages
from bot.render.breaking import Cutter
from bot.render.markdown import find_spans
from bot.render.markup import Markup

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"
LETTERS = re.compile(r"[^\W_]+")

bits = st.sampled_from(
    [
        *"ab cd. ! \n *_~|`\\<>[]()#-+1.@:/é日。\x00\x1c\u200b\u3000\xa0",
        *("**", "__", "```", "||", "~~", "> ", ">>> ", "- ", "1. ", "# ", "-# ", "\n\n", "\\*"),
        *("<@1>", "<t:1:F>", "https://a.bc/d ", "[a](https://b.cd)", "Mr. ", "One word here. "),
        *("👍🏽", "🇩🇪", "👩‍👩‍👧", "e\u0301"),
    ]
)
marked = st.lists(bits, max_size=150).map("".join)
anything = st.one_of(marked, st.text(max_size=200))
# Letters, signs and emoji of which several make one grapheme, and what may stand between them.
joining = st.sampled_from(
    "ab 。!日한가क्ि\n\u200d\u0301\u0600\ufe0f\u0e33\u3099\uff9e\U000e0067👍🏽🇩🇪👩❤😀🏴"
)
joined = st.one_of(
    st.lists(st.characters(exclude_characters="*_~|`<>[]\\#:"), max_size=90),
    st.lists(joining, min_size=30, max_size=120),
).map("".join)
sentences = st.lists(
    st.integers(1, 12).map(lambda words: f"One{' more' * words}."), min_size=1, max_size=60
)


@given(anything, st.integers(1, 90))
def test_every_piece_fits_and_is_neither_blank_nor_padded(text: str, limit: int) -> None:
    for piece in split_messages(text, limit):
        assert 0 < len(piece) <= limit
        assert piece == piece.strip()


@given(anything, st.integers(1, 400))
def test_text_that_fits_comes_back_stripped_as_one_piece(text: str, limit: int) -> None:
    stripped = text.strip()
    if len(stripped) <= limit:
        assert split_messages(text, limit) == ([stripped] if stripped else [])


@given(marked.map(lambda text: text.replace("`", "'")), st.integers(40, 120))
def test_all_letters_arrive_once_and_in_order(text: str, limit: int) -> None:
    # Without code blocks: their language is repeated with them.
    arrived = "".join(LETTERS.findall("".join(split_messages(text, limit))))
    assert arrived == "".join(LETTERS.findall(text))


@given(anything, st.integers(1, 120))
def test_taking_away_what_was_added_gives_the_text_back(text: str, limit: int) -> None:
    text = text.strip()
    cutter = Cutter(text, Markup(*find_spans(text), limit), limit)
    done = 0
    for piece in cutter.pieces():
        assert not text[done : piece.start].strip()
        body = text[piece.start : piece.end].strip()
        if body not in piece.text:  # a backslash stands in front of a list's mark
            body = re.sub(r"^([0-9]*)", r"\1\\", body, count=1)
        before, _, after = piece.text.partition(body)
        assert re.fullmatch(r"(?:[*_~|`>#\\\s-]|```[\w+.-]+\n)*", before)
        assert re.fullmatch(r"[*_~|`>\s\u200b]*", after)
        done = piece.end
    assert not text[done:].strip()


@given(marked, st.integers(30, 120))
def test_a_word_is_only_broken_where_it_could_not_fit(text: str, limit: int) -> None:
    text = text.strip()
    pieces = Cutter(text, Markup(*find_spans(text), limit), limit).pieces()
    for left, right in pairwise(pieces):
        if left.end == right.start and re.fullmatch(
            r"[a-zé]{2}", text[left.end - 1 : left.end + 1]
        ):
            run = text[: left.end].split()[-1] + text[left.end :].split()[0]
            assert len(run) > limit // 3  # spans may take the other two thirds


@given(st.lists(st.text("abcdé日ß", min_size=1, max_size=20), max_size=80), st.integers(20, 60))
def test_a_word_that_fits_is_never_broken(words: list[str], limit: int) -> None:
    pieces = split_messages(" ".join(words), limit)
    assert " ".join(pieces).split() == words


def test_what_fits_by_a_hair_is_not_broken() -> None:
    word = "a" * 20
    assert split_messages(f"b {word} c", 20) == ["b", word, "c"]
    sentence = f"One{' more' * 12}."
    assert split_messages(f"Two. {sentence} Three.", 64) == ["Two.", sentence, "Three."]


@given(sentences, st.integers(64, 400))
def test_a_sentence_that_fits_is_never_broken(parts: list[str], limit: int) -> None:
    for piece in split_messages(" ".join(parts), limit):
        assert piece.startswith("One")
        assert piece.endswith(".")


@given(sentences, st.integers(64, 400))
def test_pieces_are_the_fewest_that_whole_sentences_allow(parts: list[str], limit: int) -> None:
    fewest, room = 1, limit
    for part in parts:
        if len(part) > room:
            fewest, room = fewest + 1, limit
        room -= len(part) + 1
    assert len(split_messages(" ".join(parts), limit)) == fewest


@given(st.lists(st.sampled_from(["👩‍👩‍👧", "👍🏽", "🇩🇪", "e\u0301", "日", "한"]), max_size=120))
def test_a_grapheme_is_never_broken(clusters: list[str]) -> None:
    text = "".join(clusters)
    pieces = split_messages(text, 20)
    assert [found for piece in pieces for found in regex.findall(r"\X", piece)] == regex.findall(
        r"\X", text
    )


@given(joined, st.integers(8, 40))
def test_no_grapheme_of_any_text_is_broken(text: str, limit: int) -> None:
    whole = [found for word in text.split() for found in regex.findall(r"\X", word)]
    words = [word for piece in split_messages(text, limit) for word in piece.split()]
    parts = [found for word in words for found in regex.findall(r"\X", word)]
    if max(map(len, whole), default=0) <= limit // 2 and not any("\\" in part for part in parts):
        assert parts == whole


@given(st.lists(st.sampled_from(["<@123>", "<t:1:F>", "\\*", "日", "<:a_b:1>"]), max_size=80))
def test_tokens_and_escapes_are_never_broken(tokens: list[str]) -> None:
    whole = re.compile(r"<[^>]+>|\\\*|日")
    pieces = split_messages("".join(tokens), 25)
    assert [found for piece in pieces for found in whole.findall(piece)] == tokens
    assert "".join(pieces) == "".join(tokens)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Say **one two. Three** four.", ["Say **one two.**", "**Three** four."]),
        ("Say *one two. Three* four.", ["Say *one two.*", "*Three* four."]),
        ("Say __one two. Three__ four.", ["Say __one two.__", "__Three__ four."]),
        ("Say ~~one two. Three~~ four.", ["Say ~~one two.~~", "~~Three~~ four."]),
        ("Say ||one two. Three|| four.", ["Say ||one two.||", "||Three|| four."]),
        ("Say `one two. Three` four.", ["Say `one two.`", "`Three` four."]),
        ("> one two three. Four five.", ["> one two three.", "> Four five."]),
        (">>> one two.\nThree four. Five", [">>> one two.", ">>> Three four. Five"]),
        ("# one two three. Four five.", ["# one two three.", "# Four five."]),
        ("-# one two three. Four five.", ["-# one two three.", "-# Four five."]),
        ("- one two three. Four five.", ["- one two three.", "Four five."]),
        ("**a _b c d. E_ f** go.", ["**a _b c d._**", "**_E_ f** go."]),
        ("***One.** Two three. Four* go.", ["***One.** Two three.*", "*Four* go."]),
        ("***One.* Two three. Four** go.", ["***One.* Two three.**", "**Four** go."]),
        ("__*One.* Two three. Four__ go.", ["__*One.* Two three.__", "__Four__ go."]),
    ],
)
def test_a_span_open_at_a_break_is_closed_and_reopened(text: str, pieces: list[str]) -> None:
    assert split_messages(text, 21) == pieces


def test_a_code_block_is_reopened_with_its_language_and_keeps_its_indentation() -> None:
    text = "```py\nfor one in two:\n    print(one)\n    print(two)\n```\nand so it ended."
    assert split_messages(text, 45) == [
        "```py\nfor one in two:\n    print(one)\n```",
        "```py\n    print(two)\n```\nand so it ended.",
    ]


def test_code_is_cut_between_lines_and_not_after_a_full_stop() -> None:
    text = "```\nfirst = 1\nsay('One. Two.')\nsay('Six.')\n```"
    assert split_messages(text, 32) == [
        "```\nfirst = 1\n```",
        "```\nsay('One. Two.')\n```",
        "```\nsay('Six.')\n```",
    ]


def test_a_break_never_leaves_the_mark_of_a_span_alone() -> None:
    assert split_messages("One two three. **Four five six.**", 20) == [
        "One two three.",
        "**Four five six.**",
    ]


def test_text_that_would_become_a_list_after_a_break_gets_a_backslash() -> None:
    pieces = split_messages("aaaaaaaaaaaaaaaaaa - bbbbbbbbbbbbbbbb", 20)
    assert not any(piece.startswith("- ") for piece in pieces)


def test_a_scene_break_is_preferred_to_a_blank_line_and_a_blank_line_to_a_line_end() -> None:
    scene = "A b c.\n\n* * *\n\nD e f.\n\nG h i. " + "J k l m n o p. " * 3
    assert split_messages(scene, 70)[0].endswith("* * *")
    blank = "A b c.\n\nD e f.\nG h i. " + "J k l m n o p. " * 4
    assert split_messages(blank, 80)[0] == "A b c."


def test_the_last_piece_is_no_widow_when_the_count_allows_better() -> None:
    text = " ".join(["One sentence of a fair length stands here."] * 60)
    pieces = split_messages(text[: text.rindex(" One", 0, 2_060)] + " The end.", 2_000)
    assert len(pieces) == 2
    assert len(pieces[1]) > 150


@given(sentences, st.integers(64, 400))
def test_the_last_piece_is_a_widow_only_where_every_other_way_needs_more(
    parts: list[str], limit: int
) -> None:
    pieces = split_messages(" ".join(parts), limit)
    # The longest last piece that leaves the sentences before it in one piece less.
    for first in range(len(parts)):
        last = " ".join(parts[first:])
        before = split_messages(" ".join(parts[:first]), limit)
        if len(last) <= limit and len(before) < len(pieces):
            assert len(pieces[-1]) >= min(len(last), limit // 10)
            break


def test_a_heading_is_not_left_at_the_end_of_a_piece() -> None:
    text = "One two three four.\n\n# Five\n\n" + "Six seven eight nine ten. " * 3
    assert all(not piece.endswith("# Five") for piece in split_messages(text, 80))


def test_marks_longer_than_the_limit_allows_are_dropped_rather_than_overrun_it() -> None:
    for limit in range(1, 40):
        text = "> **__~~||one two three four five six seven||~~__**"
        pieces = split_messages(text, limit)
        assert all(0 < len(piece) <= limit for piece in pieces)
        assert "".join(LETTERS.findall("".join(pieces))) == "".join(LETTERS.findall(text))


def test_a_sentence_longer_than_a_message_is_cut_at_a_clause() -> None:
    text = "and then, " * 300
    pieces = split_messages(text)
    assert len(pieces) == 2
    assert pieces[0].endswith("then,")


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match="one character"):
        split_messages("word", limit)


@pytest.mark.parametrize(
    "text",
    [
        "*" * 100_000,
        "* " * 50_000,
        "`" * 99_999,
        "[" * 100_000,
        "<a:" * 30_000,
        "**a __b ~~c " * 8_000,
        "Mr. " * 25_000,
        "no stop at all " * 8_000,
        "foo... bar... " * 8_000,
        "\n" * 100_000 + "x" * 5_000,
        "> " * 50_000,
        "> a\n" * 25_000,
        "e" + "\u0301" * 50_000,
        "\\" * 99_999,
    ],
)
def test_hostile_text_is_cut_whole_and_soon(text: str) -> None:
    pieces = split_messages(text)
    assert all(0 < len(piece) <= 2_000 for piece in pieces)
    letters = "".join(LETTERS.findall(text))
    assert "".join(LETTERS.findall("".join(pieces))) == letters


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the example stories are not there")
def test_the_example_stories_are_cut_between_sentences_into_few_messages() -> None:
    for path in sorted(SEEDS.glob("*.txt")):
        text = path.read_text(encoding="utf-8").strip()
        ends = set(sentence_ends(text))
        pieces = split_messages(text)
        assert len(pieces) == math.ceil(len(text) / 2_000)
        assert " ".join(pieces).split() == text.split()
        place = 0
        for piece, _ in pairwise(pieces):
            place = text.index(piece, place) + len(piece)
            assert place in ends
