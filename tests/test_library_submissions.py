"""Stories that were brought in Discord and wait, on every engine."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.library.base import Library, StoredSubmission, SubmittedStory
from tests.library_contract import NOON, Store, entry_of, story_of

DAY = timedelta(days=1)
ADA, BEN, SERVER, OTHER = 1, 2, 8, 9


@pytest.fixture
async def library(store: Store) -> AsyncIterator[Library]:
    library = store()
    await library.open()
    yield library
    await library.close()


def brought(server: int = SERVER, member: int = ADA, state: str = "open") -> StoredSubmission:
    return StoredSubmission(0, server, member, "suggested", state, "{}", NOON, NOON + DAY)


async def kept(library: Library, submission: StoredSubmission) -> StoredSubmission:
    return replace(submission, id=await library.add_submission(submission))


async def test_a_submission_comes_back_as_it_was_kept(library: Library) -> None:
    made = await kept(library, replace(brought(), facts='{"credit": "狐"}', story=4, reason="No."))
    assert await library.submission(made.id) == made
    assert await library.submission(made.id + 1) is None


async def test_of_two_decisions_at_once_the_first_counts(library: Library) -> None:
    made = await kept(library, brought(state="waiting"))
    assert await library.change_submission(replace(made, state="accepted", story=3), "waiting")
    assert not await library.change_submission(replace(made, state="declined"), "waiting")
    found = await library.submission(made.id)
    assert found is not None
    assert (found.state, found.story) == ("accepted", 3)


async def test_a_server_sees_what_waits_for_it_the_oldest_first(library: Library) -> None:
    first = await kept(library, brought(state="waiting"))
    second = await kept(library, brought(state="waiting", member=BEN))
    await kept(library, brought())
    await kept(library, brought(server=OTHER, state="waiting"))
    assert await library.submissions(SERVER, "waiting", 0, 10) == [first, second]
    assert await library.submissions(SERVER, "waiting", first.id, 10) == [second]
    assert await library.submissions(SERVER, "waiting", 0, 1) == [first]
    assert await library.count_submissions(SERVER, "waiting") == 2
    assert await library.submissions_by(BEN, ["open", "waiting"]) == [second]
    assert await library.submissions_by(BEN, ["open"]) == []
    assert await library.submitters(["waiting"]) == {first.member, BEN}
    assert await library.submitters(["declined"]) == frozenset()


async def test_stories_of_a_submission_are_read_in_order_with_their_text_when_asked(
    library: Library,
) -> None:
    made = await kept(library, brought())
    stories = [SubmittedStory(number, f"{number}.txt", "{}", "[1]") for number in (1, 2, 3)]
    await library.add_submitted(made, stories[:2])
    await library.add_submitted(made, stories[2:])
    assert await library.submitted(made.id, 1, 5, with_body=True) == stories[1:]
    assert await library.submitted(made.id, 0, 1) == [replace(stories[0], body="")]
    changed = replace(stories[1], body="[2]")
    await library.add_submitted(made, [changed])
    assert await library.submitted(made.id, 1, 1, with_body=True) == [changed]
    await library.drop_submitted(made.id)
    assert await library.submitted(made.id, 0, 5) == []
    assert await library.submission(made.id) == made


async def test_a_submission_goes_with_its_stories_when_removed_or_expired(
    library: Library,
) -> None:
    made, _ = await kept(library, brought()), await kept(library, brought())
    await library.add_submitted(made, [SubmittedStory(1, "a.txt", "{}", "[]")])
    assert await library.remove_submission(made.id)
    assert not await library.remove_submission(made.id)
    assert await library.submitted(made.id, 0, 5) == []
    assert await library.forget_submissions(NOON + DAY - timedelta(seconds=1)) == 0
    assert await library.forget_submissions(NOON + DAY) == 1
    assert await library.forget_submissions(NOON + DAY) == 0


async def test_who_is_forgotten_takes_submissions_along(library: Library) -> None:
    made = await kept(library, brought())
    await library.add_submitted(made, [SubmittedStory(1, "a.txt", "{}", '["text"]')])
    told = await library.records_of(ADA)
    assert told["submission_story"][0]["body"] == '["text"]'
    await library.forget_member(ADA)
    assert await library.submission(made.id) is None
    other = await kept(library, brought(member=BEN))
    await library.forget_server(SERVER)
    assert await library.submission(other.id) is None


async def test_a_shelf_is_counted_and_listed_for_who_keeps_it(library: Library) -> None:
    await library.keep(SERVER, [entry_of(story_of(title)) for title in ("Ash", "Bay")], NOON)
    await library.keep(OTHER, [entry_of(story_of("Cove"))], NOON)
    await library.hide_gone(SERVER, ["stories:Ash.txt"], NOON)
    assert await library.shelf_size(SERVER) == (1, 1)
    assert await library.shelf_size(7) == (0, 0)
    assert [card.record.title for card in await library.newest_on(SERVER, 5)] == ["Bay"]
