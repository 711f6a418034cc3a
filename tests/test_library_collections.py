"""Collections: sets of stories that readers draw from, on both engines."""

from dataclasses import replace
from datetime import timedelta

from bot.library.base import Collection, Filter, Library, Order
from bot.prose.query import parse_query
from bot.story import Audience, Rating
from tests.library_contract import EVERYONE, NOON, entry_of, put, story_of

HERE, THERE = 1, 2  # servers
READERS = Audience(ceiling=Rating.TEEN, beyond=Rating.NOT_RATED, server=HERE)


def names(collections: list[Collection]) -> list[str]:
    return [each.name for each in collections]


async def offered(library: Library, query: str = "", audience: Audience = READERS) -> list[str]:
    return names(await library.find_collections(query, audience, 25))


async def test_a_collection_is_there_while_a_story_is_in_it(library: Library) -> None:
    ash, bay = await put(library, story_of("Ash"), story_of("Bay"))
    cosy = await library.collect(0, "Cosy", [ash])
    assert await library.collect(0, "cosy", [bay, bay]) == cosy
    assert await library.collections_on(0) == [Collection(cosy, 0, "Cosy", 2)]
    assert await library.uncollect(cosy, [ash]) == 1
    assert await library.uncollect(cosy, [ash]) == 0
    assert await library.collection(cosy, READERS) == Collection(cosy, 0, "Cosy", 1)
    assert await library.uncollect(cosy, [bay]) == 1
    assert await library.collections_on(0) == []
    assert await library.collect(0, "Cosy", [ash]) > cosy


async def test_what_was_asked_before_is_told_anew_when_the_collection_changed(
    library: Library,
) -> None:
    ash, bay = await put(library, story_of("Ash"), story_of("Bay"))
    cosy = await library.collect(0, "Cosy", [ash])
    wanted = Filter(collection=cosy)

    async def told() -> tuple[int, list[int]]:
        cards = await library.listing(wanted, READERS, 0, 9)
        return (await library.count(wanted, READERS)).visible, [card.id for card in cards]

    assert await told() == (1, [ash])
    await library.collect(0, "Cosy", [bay])
    assert await told() == (2, [ash, bay])
    await library.uncollect(cosy, [ash])
    assert await told() == (1, [bay])
    await library.remove_collection(cosy)
    assert await told() == (0, [])


async def test_a_story_may_be_in_several_and_tells_which(library: Library) -> None:
    ash, bay = await put(library, story_of("Ash"), story_of("Bay"))
    await library.collect(0, "Winter", [ash])
    await library.collect(0, "Cosy", [ash, bay])
    assert names(await library.collections_on(0, ash)) == ["Cosy", "Winter"]
    assert names(await library.collections_on(0, bay)) == ["Cosy"]


async def test_a_new_name_is_not_one_that_is_taken(library: Library) -> None:
    (ash,) = await put(library, story_of("Ash"))
    cosy = await library.collect(0, "Cosy", [ash])
    await library.collect(0, "Winter", [ash])
    assert not await library.rename_collection(cosy, "WINTER")
    assert await library.rename_collection(cosy, "COSY")
    assert names(await library.collections_on(0)) == ["COSY", "Winter"]
    assert not await library.rename_collection(cosy + 99, "Other")
    await library.collect(HERE, "Winter", [ash])
    assert await library.rename_collection(cosy, "Warm")


async def test_one_that_is_removed_is_gone_with_its_stories_left_alone(library: Library) -> None:
    (ash,) = await put(library, story_of("Ash"))
    cosy = await library.collect(0, "Cosy", [ash])
    assert await library.remove_collection(cosy)
    assert not await library.remove_collection(cosy)
    assert await library.collection(cosy, READERS) is None
    assert await library.card(ash, READERS)


async def test_every_way_to_ask_holds_to_the_collection(library: Library) -> None:
    stories = [story_of(f"Tale {n}", f"The lamp {n} burned.", words=n) for n in range(1, 9)]
    ids = await put(library, *stories)
    cosy = await library.collect(0, "Cosy", [ids[1], ids[3], ids[6]])
    wanted = Filter(collection=cosy)
    inside = [ids[1], ids[3], ids[6]]
    drawn = {await library.random(wanted, READERS, None, draw / 30) for draw in range(30)}
    assert drawn == set(inside)
    seen: list[int | None] = []
    for _ in inside:
        story = await library.random(wanted, READERS, 5, 0.5)
        assert story is not None
        await library.remember_shown(5, story, NOON + timedelta(seconds=len(seen)))
        seen.append(story)
    assert sorted(filter(None, seen)) == inside
    assert await library.count_unseen(wanted, READERS, 5) == 0
    assert await library.count_unseen(wanted, READERS, 6) == 3
    assert (await library.count(wanted, READERS)).visible == 3
    for order in Order:
        listed = [c.id for c in await library.listing(wanted, READERS, 0, 9, order=order)]
        assert sorted(listed) == inside
        behind = await library.listing(wanted, READERS, listed[0], 9, order=order)
        assert [c.id for c in behind] == listed[1:]
        before = await library.listing(wanted, READERS, 0, 9, order=order, before=listed[2])
        assert [c.id for c in before] == listed[:2]
    found = await library.search(parse_query("lamp"), wanted, READERS, limit=9)
    assert sorted(hit.card.id for hit in found.hits) == inside
    found = await library.search(parse_query(""), wanted, READERS, limit=9)
    assert sorted(hit.card.id for hit in found.hits) == inside
    following = await library.following(wanted, READERS, by_date=False, after=(None, ids[1]))
    assert following == ids[3]
    short = replace(wanted, max_words=4)
    assert (await library.count(short, READERS)).visible == 2
    only = replace(wanted, stories=(ids[0], ids[1]))
    assert (await library.count(only, READERS)).visible == 1


async def test_a_server_s_collection_is_there_alone(library: Library) -> None:
    (ours,) = await put(library, story_of("Ours"))
    (theirs,) = await put(library, story_of("Theirs"), shelf=THERE)
    club = await library.collect(THERE, "Book club", [ours, theirs])
    there = replace(READERS, server=THERE)
    nobody = replace(READERS, server=None)
    assert await offered(library, audience=there) == ["Book club"]
    for audience in (READERS, nobody):
        assert await offered(library, audience=audience) == []
        assert await library.collection(club, audience) is None
        assert await library.collection_called("book club", audience) is None
        # The story itself may be read here; what a collection elsewhere holds may not be learnt.
        assert await library.random(Filter(collection=club), audience, None, 0.5) is None
        assert (await library.count(Filter(collection=club), audience)).visible == 0
        assert await library.listing(Filter(collection=club), audience, 0, 9) == []
        found = await library.search(
            parse_query("ours"), Filter(collection=club), audience, limit=9
        )
        assert found.hits == ()
    found = await library.collection(club, there)
    assert found is not None
    assert found.stories == 2


async def test_a_collection_takes_no_story_of_another_server(library: Library) -> None:
    (theirs,) = await put(library, story_of("Theirs"), shelf=THERE)
    await library.collect(HERE, "Club", [theirs])
    await library.collect(0, "Club", [theirs])
    assert await library.collections_on(HERE) == []
    assert await library.collections_on(0) == []


async def test_ratings_hidden_and_blocked_stories_count_for_nobody(library: Library) -> None:
    low, high, rainy, hidden = await put(
        library,
        story_of("Low"),
        story_of("High", rating=Rating.EXPLICIT),
        story_of("Rainy", tags=["Rain"]),
        story_of("Hidden"),
    )
    await library.hide_gone(0, ["stories:Hidden.txt"], NOON)
    mixed = await library.collect(0, "Mixed", [low, high, rainy, hidden])
    await library.collect(0, "Only high", [high])
    await library.collect(0, "Only rain", [rainy])
    assert await offered(library) == ["Mixed", "Only rain"]
    found = await library.collection(mixed, READERS)
    assert found is not None
    assert found.stories == 2
    count = await library.count(Filter(collection=mixed), READERS)
    assert (count.visible, count.restricted) == (2, 1)
    blocked = replace(READERS, blocked=frozenset({"rain"}))
    assert await offered(library, audience=blocked) == ["Mixed"]
    assert await library.collection_called("only rain", blocked) is None
    avoided = replace(READERS, avoided=frozenset({"rain"}))
    assert await offered(library, audience=avoided) == ["Mixed"]
    unseen = replace(READERS, unseen=frozenset({rainy}))
    assert await offered(library, audience=unseen) == ["Mixed"]
    assert await offered(library, audience=EVERYONE) == ["Mixed", "Only high", "Only rain"]


async def test_what_is_typed_finds_the_start_of_any_word_the_start_of_the_name_first(
    library: Library,
) -> None:
    ash, bay = await put(library, story_of("Ash"), story_of("Bay"))
    for name, stories in {
        "Winter nights": [ash],
        "Long nights": [ash, bay],
        "Nights at sea": [ash],
        "冬の夜": [ash],
        "100 % fluff": [ash],
    }.items():
        await library.collect(0, name, stories)
    assert await offered(library, "nig") == ["Nights at sea", "Long nights", "Winter nights"]
    assert await offered(library, "夜") == ["冬の夜"]
    assert await offered(library, "%") == []
    assert await offered(library, "fluff") == ["100 % fluff"]
    assert len(await library.find_collections("", READERS, 2)) == 2


async def test_of_two_of_one_name_the_server_s_own_is_meant(library: Library) -> None:
    (ash,) = await put(library, story_of("Ash"))
    shared = await library.collect(0, "Cosy", [ash])
    own = await library.collect(HERE, "Cosy", [ash])
    found = await library.collection_called("cosy", READERS)
    assert found is not None
    assert found.id == own
    found = await library.collection_called("cosy", replace(READERS, server=THERE))
    assert found is not None
    assert found.id == shared


# What files say


async def keep(library: Library, title: str, *collections: str, story: int | None = None) -> int:
    told = replace(story_of(title), collections=collections)
    (ident,) = await library.keep(0, [entry_of(told, story_id=story)], NOON)
    assert ident is not None
    return ident


async def test_a_story_is_put_where_its_file_says_and_follows_it(library: Library) -> None:
    ash = await keep(library, "Ash", "Harbour Exchange", "Yuletide")
    assert await offered(library) == ["Harbour Exchange", "Yuletide"]
    await keep(library, "Ash", "yuletide", story=ash)
    assert names(await library.collections_on(0, ash)) == ["Yuletide"]


async def test_what_a_person_decided_holds_when_the_file_is_read_again(library: Library) -> None:
    ash = await keep(library, "Ash", "Harbour Exchange", "Yuletide")
    harbour = await library.collection_called("harbour exchange", READERS)
    yuletide = await library.collection_called("yuletide", READERS)
    assert harbour is not None
    assert yuletide is not None
    await library.uncollect(harbour.id, [ash])
    await library.rename_collection(yuletide.id, "Midwinter")
    await library.collect(0, "Cosy", [ash])
    await keep(library, "Ash", "Harbour Exchange", "Yuletide", story=ash)
    assert names(await library.collections_on(0, ash)) == ["Cosy", "Midwinter"]
    await keep(library, "Bay", "Harbour Exchange", "Yuletide")
    assert await offered(library) == ["Midwinter", "Harbour Exchange", "Cosy"]
    await library.collect(0, "Harbour Exchange", [ash])
    assert "Harbour Exchange" in names(await library.collections_on(0, ash))


async def test_collections_go_with_their_stories_and_their_server(library: Library) -> None:
    ash = await keep(library, "Ash", "Yuletide")
    (own,) = await put(library, story_of("Own"), shelf=HERE)
    await library.collect(HERE, "Club", [own, ash])
    await library.forget_server(HERE)
    assert await library.collections_on(HERE) == []
    assert names(await library.collections_on(0)) == ["Yuletide"]
    await library.hide_gone(0, ["stories:Ash.txt"], NOON)
    assert await offered(library) == []
    await library.forget_gone(NOON + timedelta(days=1))
    assert await library.collections_on(0) == []
