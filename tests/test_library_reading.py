"""A story opened and turned page by page, the same on every engine."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.library.base import Library
from bot.library.records import PART_LENGTH
from bot.story import Place
from tests.library_contract import EVERYONE, NOON, entry_of, put, story_of


async def test_pages_know_their_neighbours_across_chapters(library: Library) -> None:
    first = "\n\n".join(f"{n}" * 90 for n in range(6))
    (ident,) = await library.keep(0, [entry_of(story_of("Ash", first, "End."), page=200)], NOON)
    assert ident is not None

    async def page(chapter: int, offset: int) -> tuple[int, int, Place | None, Place | None]:
        found = await library.page(Place(ident, chapter, offset), EVERYONE)
        assert found is not None
        assert found.place == Place(ident, chapter, found.start)
        assert found.chapter_length == len(first if chapter == 0 else "End.")
        return found.number, found.pages, found.previous, found.next

    starts = [0, 276]
    assert await page(0, 0) == (1, 2, None, Place(ident, 0, starts[1]))
    assert await page(0, 275) == await page(0, 0)
    assert await page(0, 276) == (2, 2, Place(ident, 0, 0), Place(ident, 1, 0))
    assert await page(1, 0) == (1, 1, Place(ident, 0, 276), None)


async def test_a_place_past_the_end_is_on_the_last_page(library: Library) -> None:
    text = "\n\n".join("x" * 90 for _ in range(6))
    (ident,) = await library.keep(0, [entry_of(story_of("Ash", text), page=200)], NOON)
    assert ident is not None
    last = await library.page(Place(ident, 0, len(text) - 1), EVERYONE)
    assert last is not None
    assert (last.number, last.end, last.next) == (last.pages, len(text), None)
    assert await library.page(Place(ident, 0, len(text)), EVERYONE) == last
    assert await library.page(Place(ident, 0, 10**9), EVERYONE) == last


async def test_a_chapter_that_no_longer_exists_has_no_page(library: Library) -> None:
    (ident,) = await put(library, story_of("Ash"))
    assert await library.page(Place(ident, 1, 0), EVERYONE) is None
    assert await library.page(Place(ident, -1, 0), EVERYONE) is None


async def test_a_page_holds_only_the_text_around_it(library: Library) -> None:
    text = "\n\n".join(f"{n:05} " * 40 for n in range(1_000))
    (ident,) = await library.keep(0, [entry_of(story_of("Long", text), page=1_500)], NOON)
    assert ident is not None
    page = await library.page(Place(ident, 0, len(text) // 2), EVERYONE)
    assert page is not None
    assert len(page.chapter.text) < 4 * PART_LENGTH < len(text)
    inside = page.chapter.text[page.start - page.base : page.end - page.base]
    assert inside == text[page.start : page.end]


paragraphs = st.lists(st.integers(1, 3 * PART_LENGTH), min_size=1, max_size=8)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    lengths=st.lists(paragraphs, min_size=1, max_size=4),
    page=st.sampled_from([200, 1_600, 20_000]),
    lead=st.sampled_from(["", "\n\n", " \n\n\n"]),
)
async def test_turning_the_pages_gives_all_text_in_order_exactly_once(
    library: Library, lengths: list[list[int]], page: int, lead: str
) -> None:
    texts = [
        lead
        + "\n\n".join(
            (f"{chapter}.{number} " * (length // 4 + 1))[:length].rstrip() or "x"
            for number, length in enumerate(own)
        )
        for chapter, own in enumerate(lengths)
    ]
    story = story_of("Turned", *texts)
    (ident,) = await library.keep(0, [entry_of(story, page=page)], NOON)
    assert ident is not None
    read = [""] * len(texts)
    place: Place | None = Place(ident)
    behind: Place | None = None
    while place is not None:
        found = await library.page(place, EVERYONE)
        assert found is not None
        assert found.place == place
        assert found.previous == behind
        original = story.chapters[place.chapter]
        shown = found.chapter.text[found.start - found.base : found.end - found.base]
        assert shown == original.text[found.start : found.end]
        assert found.start == len(read[place.chapter]), "pages lie end to end"
        around = [(b.start + found.base, b.end + found.base) for b in found.chapter.blocks]
        touched = [
            (b.start, b.end) for b in original.blocks if b.start < found.end and b.end > found.start
        ]
        assert set(touched) <= set(around), "every block of the page is there whole"
        read[place.chapter] += shown
        place, behind = found.next, place
    assert read == texts


async def test_a_stretch_holds_whole_parts_from_a_place_on(library: Library) -> None:
    text = "\n\n".join(f"{n:04}" * 250 for n in range(40))  # 40,000 characters in parts of 8,000
    (ident,) = await put(library, story_of("Ash", "Before.", text))
    found = await library.stretch(Place(ident, 1, 17_000), 3_000, EVERYONE)
    assert found is not None
    assert found.chapter_length == len(text)
    assert found.base <= 17_000
    stop = found.base + len(found.chapter.text)
    assert 20_000 <= stop < 20_000 + 2 * PART_LENGTH
    assert found.chapter.text == text[found.base : stop]
    first = found.chapter.blocks[0]
    shown = found.chapter.text[first.start : first.end]
    assert text[found.base + first.start : found.base + first.end] == shown


async def test_a_stretch_ends_with_its_chapter(library: Library) -> None:
    (ident,) = await put(library, story_of("Ash", "Rain fell.", "It stopped."))
    found = await library.stretch(Place(ident, 0, 5), 10**6, EVERYONE)
    assert found is not None
    assert found.chapter.text == "Rain fell."
    assert await library.stretch(Place(ident, 2), 100, EVERYONE) is None


async def test_a_story_opens_in_one_question_with_its_pages_and_text(library: Library) -> None:
    short, long = await put(
        library, story_of("Ash", "One two.", "Three."), story_of("Oak", "A lot of words, more.")
    )
    opened = await library.opened(short, EVERYONE)
    assert opened is not None
    assert opened.card == await library.card(short, EVERYONE)
    assert opened.pages == 2
    assert opened.chapters == story_of("Ash", "One two.", "Three.").chapters
    words = opened.card.record.words
    assert (await library.opened(short, EVERYONE, most_words=words)) == opened
    without = await library.opened(long, EVERYONE, most_words=0)
    assert without is not None
    assert without.card == await library.card(long, EVERYONE)
    assert without.chapters == ()
    assert await library.opened(10**6, EVERYONE) is None
