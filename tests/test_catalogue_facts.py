"""Facts beside the files of a folder, and what leads out of it."""

import logging
import os
from pathlib import Path

import pytest

from bot.story import Rating
from tests.library_contract import EVERYONE
from tests.shelves import Shelf, words_of


async def test_facts_that_change_make_only_their_story_anew(shelf: Shelf) -> None:
    shelf.write("a.txt", words_of(1))
    shelf.write("b.txt", words_of(2))
    facts = shelf.write("library.toml", '["a.txt"]\nauthor = "Ann"\n')
    await shelf.sync()
    before = await shelf.ids()
    facts.write_text('["a.txt"]\nauthor = "Bo"\n')
    assert (await shelf.sync()).counts == {"updated": 1, "unchanged": 1}
    assert await shelf.ids() == before
    card = await shelf.library.card(before[words_of(1)], EVERYONE)
    assert card is not None
    assert card.record.authors == ("Bo",)


async def test_a_comment_in_library_toml_changes_nothing(shelf: Shelf) -> None:
    shelf.write("a.txt", words_of(1))
    facts = shelf.write("library.toml", 'author = "Ann"\n')
    await shelf.sync()
    facts.write_text('# Hers.\nauthor = "Ann"\n')
    assert (await shelf.sync()).is_quiet


async def test_a_stated_rating_replaces_an_estimated_one(shelf: Shelf) -> None:
    shelf.write("a.txt", words_of(1))
    await shelf.sync()
    shelf.write("a.meta.toml", 'rating = "Explicit"\n')
    assert (await shelf.sync()).counts == {"updated": 1}
    (ident,) = (await shelf.ids()).values()
    card = await shelf.library.card(ident, EVERYONE)
    assert card is not None
    assert card.record.rating is Rating.EXPLICIT


async def test_a_broken_library_toml_refuses_its_files_and_keeps_their_stories(
    shelf: Shelf,
) -> None:
    shelf.write("a.txt", words_of(1))
    shelf.write("b/b.txt", words_of(2))
    facts = shelf.write("b/library.toml", 'rating = "Mature"\n')
    await shelf.sync()
    before = await shelf.ids()
    facts.write_text('rating = "Mature\n')
    report = await shelf.sync()
    assert report.counts == {"unchanged": 1, "refused": 1}
    assert "library.toml" in report.refused[0].told["reason"]
    assert await shelf.ids() == before
    assert (await shelf.sync()).refused == [], "told once"
    facts.write_text('rating = "Teen"\n')
    await shelf.sync()
    assert await shelf.ids() == before


async def test_a_link_that_leads_out_of_the_folder_is_named_and_not_followed(
    shelf: Shelf, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text(words_of(1))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "other.txt").write_text(words_of(2))
    (shelf.folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (shelf.folder / "folder").symlink_to(tmp_path / "elsewhere")
    (shelf.folder / "nowhere.txt").symlink_to(tmp_path / "nothing")
    (shelf.folder / "loop.txt").symlink_to(shelf.folder / "loop.txt")
    shelf.fill(1)
    report = await shelf.sync()
    assert report.counts == {"refused": 2, "added": 1}
    for refused in report.refused:
        assert "a link that leads out of the folder" in refused.told["reason"]
    assert await shelf.texts() == {words_of(0)}
    assert (await shelf.sync()).is_quiet, "told once"


async def test_a_link_inside_the_folder_is_a_double_and_one_that_is_named_is_read(
    shelf: Shelf, tmp_path: Path
) -> None:
    (path,) = shelf.fill(1)
    (shelf.folder / "z.txt").symlink_to(path)
    assert (await shelf.sync()).counts == {"added": 1, "duplicate": 1}
    other = tmp_path / "other.txt"
    other.write_text(words_of(7))
    link = tmp_path / "link.txt"
    link.symlink_to(other)
    _, (told,) = await shelf.imported(link)
    assert told.outcome == "added"


async def test_a_library_toml_behind_a_link_out_of_the_folder_is_not_read(
    shelf: Shelf, tmp_path: Path
) -> None:
    (tmp_path / "facts.toml").write_text('author = "Ann"')
    (shelf.folder / "library.toml").symlink_to(tmp_path / "facts.toml")
    shelf.fill(1)
    report = await shelf.sync()
    assert report.counts == {"refused": 1}
    assert "leads out of the folder" in report.refused[0].told["reason"]


async def test_what_is_no_file_is_passed_over(shelf: Shelf) -> None:
    os.mkfifo(shelf.folder / "pipe.txt")
    os.mkfifo(shelf.folder / "library.toml")
    shelf.fill(1)
    assert (await shelf.sync()).counts == {"refused": 1}


async def test_a_library_toml_that_cannot_be_opened_refuses_its_files(shelf: Shelf) -> None:
    shelf.write("a.txt", words_of(1))
    shelf.write("b/b.txt", words_of(2))
    (shelf.folder / "b" / "library.toml").symlink_to(shelf.folder / "nowhere")
    report = await shelf.sync()
    assert report.counts == {"added": 1, "refused": 1}
    assert await shelf.texts() == {words_of(1)}


async def test_names_of_the_folder_change_who_is_found(shelf: Shelf) -> None:
    shelf.write("a.txt", words_of(1))
    shelf.write("a.meta.toml", 'characters = ["Old Wick"]\n')
    await shelf.sync()
    (ident,) = (await shelf.ids()).values()
    shelf.write("characters.toml", '[[character]]\nname = "Josiah Wick"\naliases = ["Old Wick"]\n')
    assert (await shelf.sync()).counts == {"updated": 1}
    card = await shelf.library.card(ident, EVERYONE)
    assert card is not None
    assert [who.name for who in card.record.characters] == ["Josiah Wick"]
    assert shelf.catalogue.aliases.canonical("old wick") == "Josiah Wick"


@pytest.mark.parametrize("broken", ["[[character", '[[character]]\nnom = "x"\n', "character = 5"])
async def test_broken_names_are_logged_and_stop_nothing(
    shelf: Shelf, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.fill(1)
    shelf.write("characters.toml", broken)
    with caplog.at_level(logging.ERROR):
        assert (await shelf.sync()).counts == {"added": 1}
    assert "characters.toml" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.ERROR):
        await shelf.sync()
    assert caplog.text == "", "told once"


async def test_names_that_are_no_utf8_stop_nothing(shelf: Shelf) -> None:
    shelf.fill(1)
    (shelf.folder / "characters.toml").write_bytes(b'\xff[[character]]\nname = "x"')
    assert (await shelf.sync()).counts == {"added": 1}
