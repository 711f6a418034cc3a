"""Files that are refused, withheld or the same story again."""

import os
from datetime import timedelta

import pytest

from bot.texts import say
from tests.shelves import Shelf, words_of

# Refused, broken, withheld


async def test_a_refused_file_is_told_each_time_but_is_news_once(shelf: Shelf) -> None:
    shelf.fill(1)
    (shelf.folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    report = await shelf.sync()
    assert report.counts == {"added": 1, "refused": 1}
    (refused,) = report.refused
    assert refused.told["path"] == str(shelf.folder / "picture.txt")
    assert refused.told["reason"]
    again = await shelf.sync()
    assert again.counts == {"unchanged": 1, "refused": 1}
    assert again.refused == []
    assert again.is_quiet
    _, told = await shelf.imported(shelf.folder)
    assert [(r.outcome, r.told.get("reason")) for r in told] == [
        ("refused", refused.told["reason"]),
        ("unchanged", None),
    ]


@pytest.mark.parametrize("data", [b"", b" \n\n", b"%PDF-1.7\n", b"PK\x03\x04" + bytes(99)])
async def test_a_file_that_is_no_story_is_refused_with_a_reason(shelf: Shelf, data: bytes) -> None:
    (shelf.folder / "odd.txt").write_bytes(data)
    shelf.fill(1)
    report = await shelf.sync()
    assert report.counts == {"added": 1, "refused": 1}
    assert len(report.refused[0].told["reason"]) > 10


async def test_a_file_that_breaks_keeps_its_earlier_story(shelf: Shelf) -> None:
    (path,) = shelf.fill(1)
    await shelf.sync()
    before = await shelf.ids()
    path.write_bytes(b"")
    assert (await shelf.sync()).counts == {"refused": 1}
    assert await shelf.ids() == before


async def test_a_file_that_breaks_twice_keeps_its_earlier_story(shelf: Shelf) -> None:
    (path,) = shelf.fill(1)
    await shelf.sync()
    before = await shelf.ids()
    for broken in (b"", b"\x89PNG\r\n\x1a\n" + bytes(50)):
        path.write_bytes(broken)
        assert (await shelf.sync()).counts == {"refused": 1}
    assert await shelf.ids() == before


async def test_a_file_that_is_mended_updates_its_earlier_story(shelf: Shelf) -> None:
    (path,) = shelf.fill(1)
    await shelf.sync()
    before = await shelf.ids()
    path.write_bytes(b"")
    await shelf.sync()
    path.write_text("Everything was otherwise now.")
    assert (await shelf.sync()).counts == {"updated": 1}
    assert await shelf.ids() == {"Everything was otherwise now.": before[words_of(0)]}


async def test_a_file_that_is_restored_is_its_earlier_story(shelf: Shelf) -> None:
    (path,) = shelf.fill(1)
    await shelf.sync()
    before = await shelf.ids()
    path.write_bytes(b"")
    await shelf.sync()
    path.write_text(words_of(0))
    assert (await shelf.sync()).counts == {"updated": 1}
    assert await shelf.ids() == before


async def test_an_underage_story_above_teen_is_withheld_until_it_is_mended(shelf: Shelf) -> None:
    path = shelf.write("a.txt", words_of(1))
    facts = shelf.write("library.toml", '["a.txt"]\nwarnings = ["Underage"]\nrating = "Mature"\n')
    report = await shelf.sync()
    assert report.counts == {"withheld": 1}
    assert await shelf.texts() == set()
    _, (told,) = await shelf.imported(path)
    assert told.outcome == "withheld"
    assert say("import.withheld") in told.told["messages"]
    facts.write_text('["a.txt"]\nwarnings = ["Underage"]\nrating = "Teen"\n')
    assert (await shelf.sync()).counts == {"added": 1}
    assert await shelf.texts() == {words_of(1)}


async def test_a_served_story_that_is_to_be_withheld_leaves_and_returns_as_itself(
    shelf: Shelf,
) -> None:
    shelf.write("a.txt", words_of(1))
    await shelf.sync()
    before = await shelf.ids()
    facts = shelf.write("library.toml", 'warnings = "Underage Sex"\nrating = "Not Rated"\n')
    assert (await shelf.sync()).counts == {"withheld": 1}
    assert await shelf.texts() == set()
    facts.unlink()
    await shelf.sync()
    assert await shelf.ids() == before


async def test_a_name_that_is_no_utf8_stops_no_other_file(shelf: Shelf) -> None:
    shelf.fill(2)
    try:
        shelf.write(os.fsdecode(b"caf\xe9 tale.txt"), "It was told.")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    await shelf.sync()
    assert {words_of(0), words_of(1)} <= await shelf.texts()


# Doubles


async def test_the_same_words_twice_are_one_story(shelf: Shelf) -> None:
    shelf.write("a.txt", words_of(1))
    shelf.write("b.md", f"*{words_of(1)}*\n")
    report = await shelf.sync()
    assert report.counts == {"added": 1, "duplicate": 1}
    _, told = await shelf.imported(shelf.folder)
    double = told[1]
    assert double.outcome == "duplicate"
    assert any("a.txt" in message for message in double.told["messages"])
    assert len(await shelf.ids()) == 1


@pytest.mark.parametrize("when", ["at once", "later"])
async def test_when_the_first_of_two_doubles_goes_the_other_keeps_the_story(
    shelf: Shelf, when: str
) -> None:
    shelf.fill(3)
    first = shelf.write("a.txt", words_of(50))
    if when == "later":
        await shelf.sync()
    shelf.write("b.txt", words_of(50))
    await shelf.sync()
    before = await shelf.ids()
    first.unlink()
    await shelf.sync()
    assert await shelf.ids() == before
    shelf.clock.at += timedelta(days=40)
    await shelf.sync()
    assert await shelf.ids() == before


@pytest.mark.parametrize("when", ["at once", "later"])
async def test_when_the_first_of_two_doubles_is_rewritten_both_are_served(
    shelf: Shelf, when: str
) -> None:
    first = shelf.write("a.txt", words_of(50))
    if when == "later":
        await shelf.sync()
    shelf.write("b.txt", words_of(50))
    await shelf.sync()
    first.write_text("Everything was otherwise now.")
    await shelf.sync()
    await shelf.sync()
    assert await shelf.texts() == {"Everything was otherwise now.", words_of(50)}


async def test_a_double_that_is_rewritten_becomes_a_story_of_its_own(shelf: Shelf) -> None:
    shelf.write("a.txt", words_of(50))
    second = shelf.write("b.txt", words_of(50))
    await shelf.sync()
    second.write_text("Everything was otherwise now.")
    assert (await shelf.sync()).counts == {"unchanged": 1, "added": 1}
    assert len(await shelf.ids()) == 2


async def test_stories_of_nothing_but_pictures_are_not_doubles(shelf: Shelf) -> None:
    shelf.write("a.txt", "🦊 🦊 🌲")
    shelf.write("b.txt", "🐋 🌊 🐋 🐋")
    assert (await shelf.sync()).counts == {"added": 2}
