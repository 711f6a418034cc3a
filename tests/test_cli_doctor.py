"""What the operator is told: every daily story, and what keeps the bot from working."""

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.daily import FINISHED, PAUSED_BY_ADMIN, DailyStories, DailyStory, What
from bot.schedule import WORKING_DAYS, DailyTime
from tests.command_line import fireside
from tests.library_contract import put, story_of
from tests.wire.dailies import library_in

NOW = datetime.now(UTC)
EVENING = DailyTime(20, 0, "Europe/Berlin")
TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.GabcDe.not-a-real-token-not-a-real-token"


async def keep(folder: Path, *dailies: DailyStory, now: datetime = NOW) -> None:
    async with library_in(folder) as library:
        for daily in dailies:
            await DailyStories(library, now=lambda: now).add(daily)


def posted(rule: DailyTime = EVENING, **more: str) -> DailyStory:
    return replace(DailyStory(0, rule, What.DRABBLE, 5, server=2**60, channel=2**60 + 1), **more)


OWN = DailyStory(0, EVENING, What.SERIAL, 424242, member=424242)


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    folder = tmp_path / "stories"
    folder.mkdir()
    (folder / "rain.md").write_text("---\ntitle: Rain\n---\n\nIt rained.\n", "utf-8")
    return folder


# schedules


async def test_every_daily_story_is_told_with_its_next_time_state_and_reason(
    tmp_path: Path,
) -> None:
    weekdays = DailyTime(7, 5, "Asia/Tokyo", WORKING_DAYS, until_date=date(2100, 1, 1))
    over = DailyTime(20, 0, "UTC", until_date=date(2020, 1, 1))
    await keep(tmp_path, posted(), posted(weekdays, paused=FINISHED), posted(over), OWN)
    done = fireside(tmp_path, "schedules", "--json")
    assert done.returncode == 0
    running, paused, ended, own = (json.loads(line) for line in done.stdout.splitlines())
    assert running["state"] == "running"
    assert running["server"] == str(2**60)
    assert (running["time"], running["zone"], running["days"]) == (
        "20:00",
        "Europe/Berlin",
        "every day",
    )
    assert datetime.fromisoformat(running["next"]) > NOW - timedelta(days=1)
    assert (paused["state"], paused["days"], paused["until"]) == (
        "paused",
        "weekdays",
        "2100-01-01",
    )
    assert "told its story to the end" in paused["reason"]
    assert (ended["state"], ended["next"]) == ("over", None)
    assert own["direct"]
    assert "424242" not in done.stdout, "who reads what is theirs alone"
    assert own["what"] is None


async def test_a_person_gets_a_table(tmp_path: Path) -> None:
    await keep(tmp_path, posted(), posted(paused="daily.may-not-send"))
    done = fireside(tmp_path, "schedules")
    first, second, reason = done.stdout.splitlines()
    assert "20:00 Europe/Berlin, every day" in first
    assert first.endswith("running")
    assert second.endswith("paused")
    assert "Give me Send Messages there." in reason


async def test_no_daily_stories_are_told_in_one_sentence(tmp_path: Path) -> None:
    await keep(tmp_path)
    assert fireside(tmp_path, "schedules").stdout == "No daily story is set up anywhere.\n"


async def test_a_row_that_cannot_be_read_is_told_as_such(tmp_path: Path) -> None:
    await keep(tmp_path, posted())
    async with library_in(tmp_path) as library:
        (stored,) = await library.every_schedule()
        await library.change_schedule(stored, replace(stored, content='{"what": "opera"}'))
    (told,) = map(json.loads, fireside(tmp_path, "schedules", "--json").stdout.splitlines())
    assert told["state"] == "unreadable"
    assert told["zone"] is None


# doctor


def findings(folder: Path, **settings: str) -> tuple[int, list[tuple[str, str]]]:
    """Give the exit status of ``doctor`` and what it found: kind and sentence."""
    done = fireside(folder, "doctor", **settings)
    assert done.stderr == ""
    lines = [(line[:4].strip(), line[6:]) for line in done.stdout.splitlines()[:-1]]
    return done.returncode, lines


def to_mend(found: list[tuple[str, str]]) -> list[str]:
    return [text for kind, text in found if kind == "mend"]


@pytest.mark.usefixtures("stories")
def test_a_fresh_folder_is_well_without_a_token(tmp_path: Path) -> None:
    status, found = findings(tmp_path)
    assert status == 0
    assert to_mend(found) == []
    assert any("DISCORD_TOKEN is not set" in text for kind, text in found if kind == "note")
    assert not (tmp_path / "library.db").exists(), "it makes nothing"


@pytest.mark.usefixtures("stories")
async def test_a_library_with_stories_and_a_token_is_well(tmp_path: Path) -> None:
    async with library_in(tmp_path) as library:
        await put(library, story_of("Rain"))
    await keep(tmp_path, posted(), posted(paused=PAUSED_BY_ADMIN), OWN)
    status, found = findings(tmp_path, DISCORD_TOKEN=TOKEN, OPERATOR_CONTACT="me@example.org")
    assert status == 0
    assert {kind for kind, _ in found} == {"good"}
    assert ("good", "The library can be opened and holds 1 story.") in found
    assert ("good", "2 daily stories are on their way.") in found


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"DISCORD_TOKEN": "0123456789abcdef"}, "does not look like a bot's token"),
        ({"STORIES_DIR": "/nowhere/at/all"}, "The folder /nowhere/at/all does not exist."),
        ({"DATABASE_URL": "mongodb://x"}, "DATABASE_URL must begin with"),
        ({"MAX_RATING": "purple"}, "MAX_RATING"),
    ],
)
@pytest.mark.usefixtures("stories")
def test_a_wrong_setting_is_one_thing_to_mend(
    tmp_path: Path, settings: dict[str, str], told: str
) -> None:
    status, found = findings(tmp_path, **settings)
    assert status == 1
    (sentence,) = to_mend(found)
    assert told in sentence
    assert "0123456789abcdef" not in sentence, "a token is never repeated"


def test_an_empty_stories_folder_is_to_mend(tmp_path: Path) -> None:
    (tmp_path / "stories").mkdir()
    status, found = findings(tmp_path)
    assert status == 1
    assert "is empty. Put stories into it" in to_mend(found)[0]


@pytest.mark.usefixtures("stories")
def test_a_database_of_another_program_is_to_mend(tmp_path: Path) -> None:
    (tmp_path / "library.db").write_text("not a database at all, but a note. " * 20, "utf-8")
    status, found = findings(tmp_path)
    assert status == 1
    assert "library.db" in to_mend(found)[0]


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write anywhere")
@pytest.mark.usefixtures("stories")
def test_a_folder_that_may_not_be_written_names_path_and_user(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    status, found = findings(tmp_path, DATABASE_URL=f"sqlite:///{closed}/library.db")
    assert status == 1
    assert (
        f"The folder {closed} may not be written by this user (id {os.getuid()})"
        in (to_mend(found)[0])
    )


@pytest.mark.usefixtures("stories")
def test_a_data_folder_that_is_a_file_is_to_mend(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    status, found = findings(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/data/library.db")
    assert status == 1
    assert "may not be written by this user" in to_mend(found)[0]


@pytest.mark.usefixtures("stories")
async def test_daily_stories_that_stopped_or_were_not_sent_are_to_mend(tmp_path: Path) -> None:
    await keep(tmp_path, posted(paused="daily.may-not-history"))
    await keep(tmp_path, posted(), now=NOW - timedelta(days=3))
    status, found = findings(tmp_path)
    assert status == 1
    paused, late = to_mend(found)
    assert "Give me Read Message History there. Then its admin presses Resume." in paused
    assert "nobody sent it. Start the bot" in late
