"""Buttons and selects carry their whole state; nonsense in a custom_id crashes nothing."""

import logging

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.controls import (
    ID_LIMIT,
    button,
    choice,
    controls,
    custom_id,
    link,
    parse_custom_id,
)
from tests.stage import Stage, is_private, messages

WORDS = st.text(st.characters(codec="utf-8", exclude_characters=":"), min_size=1, max_size=12)


@given(WORDS, st.lists(st.integers(0, 2**63) | WORDS, max_size=3))
def test_what_is_written_into_a_custom_id_is_read_from_it(
    verb: str, values: list[int | str]
) -> None:
    told = custom_id(verb, *values)
    assert len(told) <= ID_LIMIT
    assert parse_custom_id(told) == (verb, [str(value) for value in values])


def test_the_longest_ids_we_make_fit() -> None:
    story, chapter, offset, asker = 2**53, 99_999, 2**40, 2**63
    assert len(custom_id("turn", story, chapter, offset, asker)) <= ID_LIMIT


@pytest.mark.parametrize("value", ["a:b", ":", "x" * 101])
def test_a_value_that_cannot_be_kept_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="custom_id"):
        custom_id("turn", value)


@given(st.text(max_size=120))
def test_anybodys_custom_id_can_be_read(told: str) -> None:
    parsed = parse_custom_id(told)
    assert parsed is None or told.startswith("fs:")


@pytest.mark.parametrize("told", ["", "fs", "fs:", "other:turn:1", "FS:turn:1"])
def test_what_is_not_ours_is_left_alone(told: str) -> None:
    assert parse_custom_id(told) is None


@given(st.text(min_size=1, max_size=400))
def test_labels_of_any_length_fit(text: str) -> None:
    assert 1 <= len(button(text, "x").label or "") <= 80
    assert 1 <= len(link(text, "https://example.org").label or "") <= 80
    made = choice(text, [("1", text, text)], "x")
    assert len(made.placeholder or "") <= 150
    assert len(made.options[0].label) <= 100
    assert len(made.options[0].description or "") <= 100


async def test_rows_are_laid_out_in_order_and_empty_ones_left_out() -> None:
    view = controls([], [button("a", "x")], [], [button("b", "y"), button("c", "z")])
    rows = view.to_components()
    assert [[item["label"] for item in row["components"]] for row in rows] == [["a"], ["b", "c"]]
    assert view.is_finished(), "no view in memory is waited for"


MALFORMED = [
    "fs:turn",
    "fs:turn:1",
    "fs:turn:a:b:c:d",
    "fs:turn:1:2:3:4:5:6",
    "fs:turn:-1:-1:-1:-1",
    "fs:turn:99999999999999999999999:0:0:0",
    "fs:turn:1:999999:999999999:0",
    "fs:alone:",
    "fs:alone:x:y:z",
    "fs:post:1",
    "fs:open:",
    "fs:open:nothing",
    "fs:open:²",
    "fs:open:99999999999999999999999",
    "fs:list:x:0",
    "fs:list:1:99999999999999999999999",
    "fs:do",
    "fs:do:nothing",
    "fs:do:drabble:x",
    "fs:do:drabble:99999999999999999999999",
    "fs:story",
    "fs:story:x",
]


@pytest.mark.parametrize("told", MALFORMED)
async def test_a_press_with_a_malformed_id_is_answered_and_crashes_nothing(
    told: str, seeds: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    s = seeds
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Odd", custom_id=told))
    view.stop()
    place = s.client.get_channel(s.general.id)
    assert isinstance(place, discord.TextChannel)
    message = await place.send("Odd.", view=view)
    with caplog.at_level(logging.ERROR):
        answer = await s.ben.click(message, label="Odd")
        after = await s.ben.slash(s.general, "fireside about")
    assert messages(answer), "there is an answer"
    assert is_private(after), "the bot goes on"
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) <= 1


@pytest.mark.parametrize("told", ["fs:unheard:1", "fs", "somebody-elses"])
async def test_a_press_of_a_button_that_is_not_ours_is_left_alone(told: str, seeds: Stage) -> None:
    s = seeds
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Odd", custom_id=told))
    view.stop()
    place = s.client.get_channel(s.general.id)
    assert isinstance(place, discord.TextChannel)
    message = await place.send("Odd.", view=view)
    answer = await s.ben.click(message, label="Odd")
    if told.startswith("fs:"):
        # A verb of ours that no version knows any more still deserves a sentence.
        assert is_private(answer)
    else:
        assert messages(answer) == []
