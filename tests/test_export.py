"""Stories written out as files: read again they are the same, and what is not is named."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from string import punctuation

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalogue import Catalogue
from bot.catalogue.completing import complete
from bot.catalogue.exporting import Exported, export, file_stem
from bot.importers import read_story
from bot.importers.pieces import Piece, chapter_of
from bot.library import library_at
from bot.prose.names import Aliases
from bot.story import (
    BlockKind,
    Character,
    Permission,
    Rating,
    SeriesPart,
    Span,
    Story,
    Style,
)
from tests.command_line import fireside
from tests.stage import SEEDS, settings_for

NOBODY = Aliases.empty()
EXTENDED = settings(max_examples=150, deadline=None)


def completed(story: Story, stem: str = "") -> tuple[Story, frozenset[int]]:
    done = complete(story, stem, NOBODY, Rating.TEEN)
    return done.story, done.walls


def exported(story: Story) -> Exported:
    whole, walls = completed(story)
    return export(
        whole, file_stem(whole.title), walls=walls, aliases=NOBODY, default_rating=Rating.TEEN
    )


def of_pieces(*pieces: Piece, title: str = "The Rain") -> Story:
    return Story((chapter_of(None, pieces),), title=title)


async def _imported(folder: Path, stories: Path) -> dict[str, tuple[Story, frozenset[int]]]:
    config = settings_for(folder, stories)
    library = library_at(config.database_url)
    await library.open()
    try:
        catalogue = Catalogue(library, config, now=lambda: datetime.now(UTC))
        found: dict[str, tuple[Story, frozenset[int]]] = {}
        numbers: list[int] = []
        await catalogue.import_paths([stories], lambda r: numbers.append(r.told["story"]))
        for number in numbers:
            story, written = await library.whole_story(number), await library.written(number)
            assert story is not None
            assert written is not None
            walls = frozenset(n for n, told in enumerate(written.chapters) if told[5])
            found[story.title] = (story, walls)
        return found
    finally:
        await library.close()


def _comparable(story: Story) -> object:
    chapters = [
        [(b.kind, b.level, b.marker, c.text[b.start : b.end].strip(" *")) for b in c.blocks]
        for c in story.chapters
    ]
    return chapters, Story(
        **{
            name: getattr(story, name)
            for name in Story.__dataclass_fields__
            if name not in {"chapters", "messages", "provenance"}
        },
        chapters=(),
    )


async def test_every_seed_comes_back_the_same_from_another_library(tmp_path: Path) -> None:
    one, two, out = (tmp_path / name for name in ("one", "two", "out"))
    for folder in (one, two, out):
        folder.mkdir()
    first = await _imported(one, SEEDS)
    config = settings_for(tmp_path, SEEDS)
    for story, walls in first.values():
        stem = file_stem(story.title)
        rating = config.default_rating
        catalogue_names = Aliases.empty()
        done = export(story, stem, walls=walls, aliases=catalogue_names, default_rating=rating)
        assert done.lost == ()
        (out / f"{stem}.md").write_text(done.text, "utf-8")
    second = await _imported(two, out)
    assert len(first) >= 40
    assert first.keys() == second.keys()
    for title, (story, _) in first.items():
        assert _comparable(story) == _comparable(second[title][0]), title


MARKS = (
    st.text(st.sampled_from(f"ab Éß7雨\n{punctuation}—…“”"), min_size=1, max_size=30)
    .map(str.strip)
    .filter(bool)
)
NAMES = st.text("abc É,:#|-'\"{}[]&*!%@雨", min_size=1, max_size=15).map(
    lambda told: "x" + " ".join(told.replace("|", "").split())
)


@EXTENDED
@given(st.lists(MARKS, min_size=1, max_size=4))
def test_any_text_comes_back_as_it_was(texts: list[str]) -> None:
    told = [Piece(BlockKind.PARAGRAPH, text) for text in texts]
    assert exported(of_pieces(Piece(BlockKind.PARAGRAPH, "It rained."), *told)).lost == ()


@EXTENDED
@given(
    MARKS.map(lambda told: told.replace("\n", " ")),
    st.lists(
        st.tuples(
            st.integers(0, 30),
            st.integers(1, 12),
            st.sampled_from([Style.EMPHASIS, Style.STRONG, Style.STRIKE]),
        ),
        max_size=1,
    ),
)
def test_a_style_comes_back_wherever_it_stands(
    text: str, told: list[tuple[int, int, Style]]
) -> None:
    spans = [
        Span(start, min(start + length, len(text)), style)
        for start, length, style in told
        if start < len(text)
    ]
    piece = Piece(BlockKind.PARAGRAPH, text, tuple(spans))
    assert exported(of_pieces(Piece(BlockKind.PARAGRAPH, "It rained."), piece)).lost == ()


@EXTENDED
@given(
    st.builds(
        Story,
        chapters=st.just(of_pieces(Piece(BlockKind.PARAGRAPH, "It rained.")).chapters),
        title=NAMES,
        authors=st.lists(NAMES, max_size=3, unique_by=str.casefold).map(tuple),
        rating=st.sampled_from([None, *Rating]),
        tags=st.lists(NAMES, max_size=3, unique_by=str.casefold).map(tuple),
        collections=st.lists(NAMES, max_size=2, unique_by=str.casefold).map(tuple),
        characters=st.lists(
            st.builds(Character, NAMES, st.lists(NAMES, max_size=2, unique=True).map(tuple)),
            max_size=3,
            unique_by=lambda who: who.name.casefold(),
        ).map(tuple),
        series=st.lists(
            st.builds(SeriesPart, NAMES, st.sampled_from([None, "1", "2.5"])),
            max_size=2,
            unique=True,
        ).map(tuple),
        published=st.none() | st.dates(date(1800, 1, 1)),
        complete=st.none() | st.booleans(),
        summary=MARKS | st.just(""),
        notes=MARKS | st.just(""),
        permission=st.sampled_from([None, Permission.OWN, Permission.LICENCE, Permission.CONSENT]),
        permission_note=NAMES | st.just(""),
        stated_words=st.none() | st.integers(0, 10**6),
        source=st.sampled_from(["", "https://example.org/works/7?a=1&b=2"]),
    )
)
def test_any_record_comes_back_as_it_was(story: Story) -> None:
    assert exported(story).lost == ()


def test_every_kind_of_block_comes_back() -> None:
    link = Span(4, 8, Style.LINK, "https://example.org/a?b=1&c=(2)")
    pieces = [
        Piece(BlockKind.PARAGRAPH, "See here, *not* [this](x).", (link,)),
        Piece(BlockKind.HEADING, "Night #1 #", level=1),
        Piece(BlockKind.HEADING, "Later", level=3),
        Piece(BlockKind.SCENE_BREAK, "* * *"),
        Piece(BlockKind.QUOTE, "Said once.\nAnd twice.", level=1),
        Piece(BlockKind.QUOTE, "Deeper.", level=2),
        Piece(BlockKind.LIST_ITEM, "One", level=1, marker="3."),
        Piece(BlockKind.LIST_ITEM, "More of one", level=1),
        Piece(BlockKind.LIST_ITEM, "Two", level=1, marker="7."),
        Piece(BlockKind.LIST_ITEM, "Dot", level=1, marker="•"),
        Piece(BlockKind.LIST_ITEM, "Dot in it", level=2, marker="•"),
        Piece(BlockKind.PREFORMATTED, "  a ``` b\n\n# c"),
        Piece(BlockKind.PARAGRAPH, "1986. A year.\n- no list\n  indented", ()),
        Piece(BlockKind.IMAGE, "A [lamp] in rain"),
        Piece(BlockKind.PARAGRAPH, "oOo"),
        Piece(BlockKind.PARAGRAPH, "use `a` now", (Span(4, 7, Style.CODE),)),
    ]
    assert exported(of_pieces(*pieces)).lost == ()
    two = Story(tuple(chapter_of(title, pieces) for title in ("Ebb *", "Flow")), title="Tides")
    assert exported(two).lost == ()


SAID = st.text("ab É:#|-'\"{}[]&*!%@雨\n", max_size=30).map(str.strip)


@EXTENDED
@given(st.lists(st.tuples(st.none() | NAMES, SAID, SAID, SAID), min_size=1, max_size=4))
def test_what_an_author_says_around_chapters_comes_back_and_so_do_those_without_a_title(
    told: list[tuple[str | None, str, str, str]],
) -> None:
    plain = chapter_of(None, [Piece(BlockKind.PARAGRAPH, "It rained.")])
    chapters = tuple(
        replace(plain, title=title, summary=summary, notes=notes, end_notes=end)
        for title, summary, notes, end in told
    )
    assert exported(Story(chapters, title="Tides of rain")).lost == ()


def test_notes_of_a_chapter_that_is_not_there_are_told() -> None:
    text = "---\ntitle: Rain\nchapter_notes:\n- chapter: 2\n  notes: x\n---\n\nIt rained.\n"
    story = read_story(text.encode(), "rain.md")
    assert story.messages == ("chapter_notes: there is no chapter “2”; left out.",)
    assert story.extra == ()


def test_what_markdown_cannot_hold_is_named() -> None:
    piece = Piece(BlockKind.PARAGRAPH, "It rained.", (Span(0, 2, Style.UNDERLINE),))
    assert exported(of_pieces(piece)).lost == ("styles",)
    plain = chapter_of(None, [Piece(BlockKind.PARAGRAPH, "It rained.")])
    much = replace(plain, notes="Mind the rain. " * 5_000)
    assert exported(Story((much,), title="Rain")).lost == ("chapter_notes",)
    mentioned = Character("Ann", appears=False)
    assert exported(Story((plain,), title="Rain", characters=(mentioned,))).lost == ("characters",)


def test_a_note_at_the_end_of_a_wall_is_written_once_and_found_again() -> None:
    wall = " ".join(f"Ada went to quay {number}. She saw nobody there." for number in range(60))
    done = exported(read_story(f"{wall} Notes: Mind the rain.".encode(), "x.txt"))
    assert done.lost == ()
    assert done.text.count("Mind the rain.") == 1


def test_a_title_made_from_the_text_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "9.txt").write_text("Nobody saw the lamp. It burned.\n", "utf-8")
    fireside(tmp_path, "import", tmp_path / "9.txt")
    done = fireside(tmp_path, "export", "--all", "--to", "out")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out" / "1.md").read_text("utf-8").startswith("---\nformat: markdown\n---")


def test_what_the_bot_made_is_left_out_and_made_again() -> None:
    wall = " ".join(f"Ada went to quay {number}. She saw nobody there." for number in range(200))
    done = exported(read_story(wall.encode(), "x.txt"))
    assert done.lost == ()
    assert "rating" not in done.text
    assert "characters" not in done.text
    assert done.text.rstrip().endswith(wall[-200:])


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("The Rain", "The Rain"),
        ("../../etc/passwd", "etc passwd"),
        ("What? A/B: <C>", "What A B C"),
        ("...", "(story)"),
        ("CON", "CON (story)"),
        ("雨", "雨"),
    ],
)
def test_a_title_makes_a_safe_name(title: str, stem: str) -> None:
    assert file_stem(title) == stem
    assert len(file_stem(title * 100)) <= 88


# the command


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Give a folder with a library of two stories that are called alike."""
    for name, text in (("a", "It rained by the quay."), ("b", "The sun came out at last.")):
        told = f"---\ntitle: Tides\nauthor: Ann\n---\n\n{text}\n"
        (tmp_path / f"{name}.md").write_text(told, "utf-8")
        assert fireside(tmp_path, "import", tmp_path / f"{name}.md").returncode == 0
    return tmp_path


def test_one_story_goes_to_standard_output(shelf: Path) -> None:
    done = fireside(shelf, "export", "1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("---\ntitle: Tides\nauthors:\n- Ann\n")
    assert done.stdout.endswith("---\n\nIt rained by the quay.\n")


def test_all_go_to_a_folder_and_nothing_there_is_overwritten(shelf: Path) -> None:
    done = fireside(shelf, "export", "--all", "--to", "out")
    assert (done.returncode, done.stderr) == (0, "")
    files = sorted((shelf / "out").iterdir())
    assert [file.name for file in files] == ["Tides 2.md", "Tides.md"]
    files[1].write_text("mine", "utf-8")
    again = fireside(shelf, "export", "1", "--to", "out")
    assert again.returncode == 1
    assert "Tides.md is there already" in again.stderr
    assert files[1].read_text("utf-8") == "mine"


def test_a_wrong_number_and_several_without_a_folder_are_refused(shelf: Path) -> None:
    unknown = fireside(shelf, "export", "1", "99", "--to", "out")
    assert unknown.returncode == 1
    assert "no story number 99" in unknown.stderr
    assert list((shelf / "out").iterdir()) == []
    for words in (["1", "2"], ["--all"], []):
        done = fireside(shelf, "export", *words)
        assert done.returncode == 2
        assert done.stdout == ""
