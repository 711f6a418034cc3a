"""The page of ``try`` in a real browser: what a newcomer sees first."""

import pytest

from tests.browser import CHROMIUM, browser_page, messages, press, try_page, type_command

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]


def test_a_drabble_typed_in_the_page_brings_a_story() -> None:
    with try_page() as address, browser_page(address) as page:
        assert "Type / and choose drabble, or press:" in messages(page)[0]
        type_command(page, "drabble")
        told = "\n".join(messages(page)[1:])
        assert "by The Fireside Writers" in told
        assert " words" in told
        press(page, "Another drabble")
        assert "\n".join(messages(page)[1:]) != told


def test_the_buttons_of_the_first_message_work_without_typing() -> None:
    with try_page() as address, browser_page(address) as page:
        press(page, "A drabble")
        assert "by The Fireside Writers" in "\n".join(messages(page)[1:])


def test_a_character_is_offered_while_typing_and_a_story_opens_from_the_list() -> None:
    with try_page() as address, browser_page(address) as page:
        type_command(page, "character", name=("watson", "John Watson"))
        assert "John Watson · character · 9 stories" in messages(page)[-1]


def test_restricted_shows_what_general_holds_back() -> None:
    with try_page("--restricted") as address, browser_page(address) as page:
        type_command(page, "story", title=("few bits", "A Few Bits"))
        assert "Mature" in messages(page)[-1]


def test_a_refusal_is_an_answer_and_the_next_command_still_works() -> None:
    with try_page() as address, browser_page(address) as page:
        type_command(page, "continue")
        assert "You have not turned a page" in messages(page)[-1]
        assert page.get_by_text("uncertain").count() == 0
        type_command(page, "drabble")
        assert " words" in "".join(messages(page)[2:])
