"""How answers and errors reach a person: once, privately where they are errors, in sentences."""

import logging
import re
from pathlib import Path
from typing import Any

import pytest

from bot.errors import FiresideError, ImportFailed, LibraryError, NoStoryFits, StoryNotFound
from bot.replies import explained
from tests.stage import Clock, Stage, is_private, messages, settings_for, stage

REFERENCE = re.compile(r"\b[0-9a-f]{8}\b")


def problems(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [r for r in caplog.records if r.levelno >= logging.ERROR and r.name.startswith("bot")]


async def close_the_library(s: Stage) -> None:
    """Break the library as a full disk or a lost volume would: every question fails."""
    library = s.client.house.library
    await library.close()


@pytest.mark.parametrize(
    ("command", "typed"),
    [
        ("drabble", {}),
        ("story", {"title": "Dust"}),
        ("excerpt", {}),
        ("character", {"name": "John Watson"}),
        ("tag", {}),
        ("fireside about", {}),
    ],
)
async def test_a_command_on_a_broken_library_is_answered_privately_in_a_sentence(
    command: str, typed: dict[str, str], seeds: Stage
) -> None:
    s = seeds
    s.expected.append(Exception)
    await close_the_library(s)
    answer = await s.ben.slash(s.general, command, **typed)
    assert is_private(answer)
    (text,) = s.texts(answer)
    assert text.strip()
    assert "Traceback" not in text


async def test_a_press_on_a_broken_library_is_answered_privately(seeds: Stage) -> None:
    s = seeds
    s.expected.append(Exception)
    (shown,) = messages(await s.ben.slash(s.general, "fireside help"))
    await close_the_library(s)
    answer = await s.ben.click(shown, label="A drabble")
    assert is_private(answer)


async def test_autocompletion_on_a_broken_library_offers_nothing_and_goes_on(seeds: Stage) -> None:
    s = seeds
    s.expected.append(Exception)
    await close_the_library(s)
    assert await s.ben.autocomplete(s.general, "story", "title", "du") == []


async def test_an_unexpected_failure_gives_a_reference_that_the_log_holds_once(
    seeds: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    s = seeds
    s.expected.append(Exception)
    s.env.inject_error("POST", "/interactions/*/callback", status=400, code=50035)
    with caplog.at_level(logging.DEBUG):
        answer = await s.ben.slash(s.general, "drabble")
    assert is_private(answer)
    (text,) = s.texts(answer)
    (reference,) = REFERENCE.findall(text)
    logged = [record for record in problems(caplog) if reference in record.getMessage()]
    assert len(logged) == 1
    assert len(problems(caplog)) == 1
    assert logged[0].exc_info, "the log says what happened"


async def test_two_failures_have_two_references(seeds: Stage) -> None:
    s = seeds
    s.expected.append(Exception)
    told: list[str] = []
    for _ in range(2):
        s.env.inject_error("POST", "/interactions/*/callback", status=400, code=50035)
        told += s.texts(await s.ben.slash(s.general, "drabble"))
    assert len(set(REFERENCE.findall(" ".join(told)))) == 2


async def test_a_press_that_fails_unexpectedly_gives_a_reference_too(
    seeds: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    s = seeds
    (shown,) = messages(await s.ben.slash(s.general, "fireside help"))
    s.env.inject_error("POST", "/interactions/*/callback", status=400, code=50035)
    with caplog.at_level(logging.DEBUG):
        answer = await s.ben.click(shown, label="A drabble")
    assert is_private(answer)
    (reference,) = REFERENCE.findall(s.texts(answer)[0])
    assert [reference in record.getMessage() for record in problems(caplog)] == [True]


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (400, 40060), (404, 10008)])
async def test_an_answer_that_comes_too_late_is_no_error(
    status: int, code: int, seeds: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    s = seeds
    s.expected.append(Exception)
    s.env.inject_error("POST", "/interactions/*/callback", status=status, code=code)
    with caplog.at_level(logging.DEBUG):
        answer = await s.ben.slash(s.general, "drabble")
    assert messages(answer) == []
    assert problems(caplog) == []
    assert not is_broken(s, await s.ben.slash(s.general, "drabble"))


def is_broken(s: Stage, answer: Any) -> bool:
    return "reference" in s.texts(answer)[0]


async def test_an_answer_that_discord_forbids_says_what_to_change(
    seeds: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    s = seeds
    s.expected.append(Exception)
    s.env.inject_error("POST", "/interactions/*/callback", status=403, code=50013)
    with caplog.at_level(logging.DEBUG):
        answer = await s.ben.slash(s.general, "drabble")
    assert is_private(answer)
    assert "View Channel and Send Messages" in s.texts(answer)[0]
    assert problems(caplog) == []


async def test_an_error_that_cannot_be_told_ends_quietly(
    seeds: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    s = seeds
    s.expected.append(Exception)
    s.env.inject_error("POST", "/interactions/*/callback", status=400, code=50035, times=None)
    with caplog.at_level(logging.DEBUG):
        answer = await s.ben.slash(s.general, "drabble")
    assert messages(answer) == []
    assert len(problems(caplog)) == 1


async def test_a_second_message_that_fails_is_told_after_the_first(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "stories"
    folder.mkdir()
    text = "\n\n".join(f"Wave number {n} broke on the steps of the old harbour." for n in range(50))
    (folder / "waves.md").write_text(f"---\ntitle: Waves\nrating: General\n---\n\n{text}", "utf-8")
    async with stage(settings_for(tmp_path, folder), clock) as s:
        s.expected.append(Exception)
        s.env.inject_error("POST", "/webhooks/*", status=400, code=50035)
        with caplog.at_level(logging.DEBUG):
            answer = await s.ben.slash(s.general, "story", title="Waves")
    first, told = messages(answer)
    assert not first.ephemeral
    assert told.ephemeral
    assert REFERENCE.search(told.content)
    assert len(problems(caplog)) == 1


async def test_a_story_of_two_messages_comes_in_order(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "stories"
    folder.mkdir()
    text = "\n\n".join(f"Wave number {n} broke on the steps of the old harbour." for n in range(50))
    (folder / "waves.md").write_text(f"---\ntitle: Waves\nrating: General\n---\n\n{text}", "utf-8")
    async with stage(settings_for(tmp_path, folder), clock) as s:
        answer = await s.ben.slash(s.general, "story", title="Waves")
        shown = [message.content for message in s.general.history()]
    assert s.texts(answer) == shown
    numbers = re.findall(r"number (\d+)", "".join(shown))
    assert [int(told) for told in numbers] == list(range(50))


# Sentences


def test_what_a_person_typed_is_escaped_in_a_sentence() -> None:
    text = explained(StoryNotFound("find.no-name", typed="**@everyone** ||x||"), "en")
    assert "**" not in text
    assert "||" not in text
    assert "@everyone" not in text


def test_what_was_held_back_is_counted_where_nothing_fits() -> None:
    text = explained(NoStoryFits("drabble.none", names=[], restricted=2), "en")
    assert text.endswith("2 more are for age-restricted channels.")


def test_nothing_is_counted_where_nothing_was_held_back() -> None:
    text = explained(NoStoryFits("drabble.none", names=[], restricted=0), "en")
    assert "age-restricted" not in text


@pytest.mark.parametrize(
    "error",
    [
        StoryNotFound("story.gone"),
        NoStoryFits("story.none"),
        LibraryError("library.closed"),
        ImportFailed("import.too-big", file="long.txt", limit=20),
    ],
)
def test_every_expected_failure_has_a_sentence(error: FiresideError) -> None:
    assert explained(error, "en")[-1] in ".:"
    assert explained(error, "zz") == explained(error, "en")
