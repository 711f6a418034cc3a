"""A rating is checked on every path: five ratings, every place, every command, list and button.

Each story holds a word of its own in everything that could be shown of it
(title, author, names, text). Whatever the bot sends is searched for those
words, choices of an autocompletion included. People type them in small
letters, so an echo of what was typed is not taken for the story.
"""

import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.controls import button, controls
from bot.story import Audience, Rating, TagKind
from tests.stage import Clock, Stage, messages, past_cover, settings_for, stage

MARKS = {
    "General": "Amberquill",
    "Teen": "Birchlantern",
    "Mature": "Cinderwharf",
    "Explicit": "Duskharrow",
    "Not Rated": "Elmgallow",
}
WITHHELD = "Foxhollowe"
G, GT = {"General"}, {"General", "Teen"}
GTM, ALL = {*GT, "Mature"}, set(MARKS)
STORIES = 2  # of each rating: a drabble and a long one
EVERYTHING = Audience(ceiling=Rating.NOT_RATED, beyond=Rating.NOT_RATED)


def write_story(folder: Path, mark: str, rating: str, form: str, extra: str = "") -> Path:
    sentences = 8 if form == "Drabble" else 300
    text = "\n\n".join(
        f"The {mark} boat number {n} came in on the tide. Nobody on the quay looked up at it."
        for n in range(sentences)
    )
    path = folder / f"{mark}-{form}.md".lower()
    path.write_text(
        f"---\ntitle: {mark} {form}\nauthor: {mark} Penn\nrating: {rating}\n"
        f"fandoms: [Harbour Tales, {mark} Realm]\ncharacters: [Mira Vale, {mark} Hero]\n"
        f"relationships: [Mira Vale/{mark} Hero]\ntags: [tides, {mark} weather]\n"
        f"summary: A {mark} summary.\n{extra}---\n\n{text}\n",
        "utf-8",
    )
    return path


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Ten stories of five ratings, and two that are withheld."""
    folder = tmp_path / "stories"
    folder.mkdir()
    for rating, mark in MARKS.items():
        for form in ("Drabble", "Saga"):
            write_story(folder, mark, rating, form)
    for form in ("Drabble", "Saga"):
        write_story(folder, WITHHELD, "Mature", form, "warnings: [Underage Sex]\n")
    return folder


@dataclass
class Spot:
    """A place where somebody types and presses."""

    s: Stage
    channel: Any = None  # None: Ben's direct messages

    async def slash(self, command: str, **options: str) -> Any:
        if self.channel is None:
            return await self.s.ben.user.slash(command, **options)
        return await self.s.ben.slash(self.channel, command, **options)

    async def complete(self, command: str, option: str, typed: str) -> list[dict[str, Any]]:
        if self.channel is None:
            return await self.s.ben.user.autocomplete(command, option, typed)
        return await self.s.ben.autocomplete(self.channel, command, option, typed)

    async def press(self, *told: int | str) -> Any:
        """Press a button of ours that was made somewhere else, or before something changed."""
        made = button("Press", str(told[0]), *told[1:])
        if self.channel is None:
            place: Any = await self.s.client.create_dm(await self._person())
        else:
            place = self.s.client.get_channel(self.channel.id)
        message = await place.send("Planted.", view=controls([made]))
        await self.s.env.settle()
        who = self.s.ben.user if self.channel is None else self.s.ben
        return await who.click(message, label="Press")

    async def _person(self) -> Any:
        return await self.s.client.fetch_user(self.s.ben.id)


async def spot(s: Stage, name: str) -> Spot:
    """Give the place called ``name``, made when it is a thread."""
    if name == "direct message":
        return Spot(s)
    home = s.adult if name.startswith("restricted") else s.general
    if not name.endswith("thread"):
        return Spot(s, home)
    place: Any = s.client.get_channel(home.id)
    await place.create_thread(name="aside", type=discord.ChannelType.public_thread)
    await s.env.settle()
    (thread,) = home.threads
    return Spot(s, thread)


def ratings_in(told: object) -> set[str]:
    """Give the ratings of the stories that ``told`` shows anything of."""
    text = json.dumps(told, ensure_ascii=False, default=str)
    found = {rating for rating, mark in MARKS.items() if mark in text}
    return found | ({"withheld"} if WITHHELD in text else set())


async def sent_by(s: Stage, act: Awaitable[Any]) -> set[str]:
    """Do something and give the ratings of the stories that were shown anything of."""
    before = len(s.env.http_requests)
    await act
    return ratings_in([request.json for request in s.env.http_requests[before:]])


async def ids_of(s: Stage) -> tuple[dict[int, str], dict[int, str]]:
    """Give the ids of every story and every name, with what they are called."""
    library = s.client.house.library
    stories = {card.id: card.record.title for card in await _all_cards(s)}
    names = await library.find_names("", list(TagKind), EVERYTHING, 1_000)
    return stories, {name.id: name.name for name in names}


async def _all_cards(s: Stage) -> list[Any]:
    return await s.client.house.library.find_titles("", EVERYTHING, 1_000)


def acts(where: Spot, stories: dict[int, str], names: dict[int, str]) -> dict[str, Any]:
    """Give everything somebody can type and press, each as a call, by a label."""
    done: dict[str, Callable[[], Awaitable[Any]]] = {}

    def slash(command: str, **options: str) -> None:
        label = " ".join([f"/{command}", *(f"{k}:{v}" for k, v in options.items())])
        done[label] = lambda: where.slash(command, **options)

    def complete(command: str, option: str, typed: str) -> None:
        done[f"{command} {option}… {typed!r}"] = lambda: where.complete(command, option, typed)

    def press(*told: int | str) -> None:
        done[f"press {told}"] = lambda: where.press(*told)

    for command in ("drabble", "story", "excerpt"):
        slash(command)
        slash(command, character="mira vale")
        slash(command, tag="tides")
        slash(command, character="mira vale", tag="harbour tales")
    for mark in (*MARKS.values(), WITHHELD):
        low = mark.lower()
        for command in ("drabble", "story", "excerpt"):
            slash(command, character=f"{low} hero")
            slash(command, tag=f"{low} weather")
        for title in (f"{low} saga", f"{low} drabble", f"{low[:-2]} sgaa"):
            slash("story", title=title)
            slash("excerpt", title=title)
        for name in (f"{low} hero", low, f"{low[:-1]}x hero"):
            slash("character", name=name)
        for name in (f"{low} weather", f"{low} realm", f"{low} penn", f"mira vale/{low} hero", low):
            slash("tag", name=name)
        for typed in (low, low[:4], f"{low[:-1]}x"):
            complete("drabble", "character", typed)
            complete("excerpt", "tag", typed)
            complete("story", "title", typed)
            complete("character", "name", typed)
            complete("tag", "name", typed)
    for typed in ("", "hero", "penn", "mira"):
        for command, option in _COMPLETED:
            complete(command, option, typed)
    slash("character", name="mira vale")
    slash("tag", name="tides")
    slash("tag", name="harbour tales")
    slash("tag")
    slash("fireside about")
    slash("fireside help")
    for story in stories:
        slash("story", title=f"#{story}")
        slash("excerpt", title=f"#{story}")
        press("story", story)
        press("open", story)
        press("turn", story, 0, 0, where.s.ben.id)
        press("turn", story, 0, 0, where.s.cid.id)
        press("turn", story, 0, 2_000, where.s.ben.id)
        press("alone", story, 0, 0)
        press("post", story, 0, 0)
        press("post", story, 0, 2_000)
        press("more", story, 0, 2_000, where.s.ben.id)
        press("chapters", story, 0)
        press("chapters", story, 0, 1)
        press("jump-form", story)
        press("save", story)
        press("whole", story)
    for name in names:
        press("list", name, 0)
        press("list", name)
        press("do", "drabble", name)
    # By now every story was turned to or saved wherever that could be done.
    slash("continue")
    press("mine")
    press("cloud")
    press("help")
    return done


_COMPLETED = (
    ("drabble", "character"),
    ("drabble", "tag"),
    ("story", "title"),
    ("story", "character"),
    ("story", "tag"),
    ("excerpt", "title"),
    ("excerpt", "character"),
    ("excerpt", "tag"),
    ("character", "name"),
    ("tag", "name"),
)


def at(
    tmp_path: Path, shelf: Path, clock: Clock, **more: str
) -> AbstractAsyncContextManager[Stage]:
    return stage(settings_for(tmp_path, shelf, **more), clock)


PLACES = [
    ("general", GT),
    ("general thread", GT),
    ("restricted", ALL),
    ("restricted thread", ALL),
    ("direct message", GT),
]


@pytest.mark.parametrize(("place", "allowed"), PLACES)
async def test_no_path_shows_a_rating_that_the_place_does_not_allow(
    place: str, allowed: set[str], tmp_path: Path, shelf: Path, clock: Clock
) -> None:
    async with at(tmp_path, shelf, clock) as s:
        where = await spot(s, place)
        stories, names = await ids_of(s)
        shown = {
            label: await sent_by(s, act()) for label, act in acts(where, stories, names).items()
        }
    too_much = {label: found - allowed for label, found in shown.items() if found - allowed}
    assert too_much == {}
    assert set().union(*shown.values()) == allowed


CEILINGS = [
    # MAX_RATING, the server's ceiling, its ceiling in ordinary channels; what each place shows
    ("", None, None, GT, ALL, GT),
    ("general", None, None, G, G, G),
    ("teen", None, None, GT, GT, GT),
    ("mature", None, None, GT, GTM, GT),
    ("explicit", None, None, GT, ALL, GT),
    ("", Rating.TEEN, None, GT, GT, GT),
    ("", Rating.GENERAL, None, G, G, GT),
    ("", Rating.EXPLICIT, None, GT, {*GTM, "Explicit"}, GT),
    ("", None, Rating.GENERAL, G, ALL, GT),
    ("", None, Rating.MATURE, GTM, ALL, GT),
    ("", Rating.TEEN, Rating.MATURE, GT, GT, GT),
    ("teen", Rating.NOT_RATED, Rating.MATURE, GT, GT, GT),
]


@pytest.mark.parametrize(
    ("highest", "ceiling", "ordinary", "general", "restricted", "direct"), CEILINGS
)
async def test_operator_and_server_may_narrow_and_a_server_may_allow_mature(
    highest: str,
    ceiling: Rating | None,
    ordinary: Rating | None,
    general: set[str],
    restricted: set[str],
    direct: set[str],
    tmp_path: Path,
    shelf: Path,
    clock: Clock,
) -> None:
    async with at(tmp_path, shelf, clock, MAX_RATING=highest) as s:
        changes = {"ceiling": ceiling, "ordinary_ceiling": ordinary}
        given = {name: value for name, value in changes.items() if value is not None}
        if given:
            await s.client.house.servers.change(s.guild.id, **given)
        shown: dict[str, dict[str, set[str]]] = {}
        places = {
            "general": general,
            "general thread": general,
            "restricted": restricted,
            "restricted thread": restricted,
            "direct message": direct,
        }
        for place, allowed in places.items():
            where = await spot(s, place)
            # What one saw elsewhere would not come again here, as long as there is more.
            await s.client.house.library.forget_shown(s.clock() + timedelta(days=1))
            shown[place] = {
                "drabbles": await _drawn(s, where, "drabble", len(allowed)),
                "stories": await _drawn(s, where, "story", len(allowed) * STORIES),
                "list": await _paged_list(s, where),
                "titles offered": ratings_in(await where.complete("story", "title", "")),
                "names offered": ratings_in(await where.complete("tag", "name", "weather")),
                "cloud": await sent_by(s, where.slash("tag")),
            }
    assert shown == {
        place: dict.fromkeys(shown[place], allowed) for place, allowed in places.items()
    }


async def _drawn(s: Stage, where: Spot, command: str, times: int) -> set[str]:
    return set().union(*[await sent_by(s, where.slash(command)) for _ in range(times)])


async def _paged_list(s: Stage, where: Spot) -> set[str]:
    before = len(s.env.http_requests)
    result = await where.slash("character", name="mira vale")
    who = s.ben if where.channel is not None else s.ben.user
    while "More stories" in json.dumps(messages(result)[-1].components):
        result = await who.click(messages(result)[-1], label="More stories")
    return ratings_in([request.json for request in s.env.http_requests[before:]])


@pytest.mark.parametrize(("place", "allowed"), PLACES)
async def test_counts_speak_only_of_what_may_be_read_here_and_of_what_another_channel_may(
    place: str, allowed: set[str], tmp_path: Path, shelf: Path, clock: Clock
) -> None:
    async with at(tmp_path, shelf, clock) as s:
        where = await spot(s, place)
        listed = messages(await where.slash("tag", name="tides"))[0].content
        about = messages(await where.slash("fireside about"))[0].content
    visible = STORIES * len(allowed)
    more = STORIES * len(MARKS) - visible
    assert f"· {visible} stories" in listed
    assert f"{visible} stories can be read here" in about
    assert (f"{more} more are for age-restricted channels." in listed) is bool(more)
    assert ("age-restricted" in listed) is bool(more)


async def test_a_story_above_the_servers_ceiling_is_not_even_counted(
    tmp_path: Path, shelf: Path, clock: Clock
) -> None:
    async with at(tmp_path, shelf, clock) as s:
        await s.client.house.servers.change(s.guild.id, ceiling=Rating.MATURE)
        listed = await s.ben.slash(s.general, "tag", name="tides")
        beyond = await s.ben.slash(s.adult, "tag", name="tides")
    assert "2 more are for age-restricted channels." in s.texts(listed)[0]
    assert "age-restricted" not in s.texts(beyond)[0]


async def test_a_random_pick_that_succeeds_says_nothing_of_what_was_held_back(
    tmp_path: Path, shelf: Path, clock: Clock
) -> None:
    async with at(tmp_path, shelf, clock) as s:
        told = [
            text
            for command in ("drabble", "story", "excerpt")
            for text in s.texts(await s.ben.slash(s.general, command))
        ]
    assert not [text for text in told if "age-restricted" in text]


async def test_a_name_whose_stories_are_all_held_back_says_how_many_and_no_more(
    tmp_path: Path, shelf: Path, clock: Clock
) -> None:
    async with at(tmp_path, shelf, clock) as s:
        answer = await s.ben.slash(s.general, "character", name="duskharrow hero")
    (message,) = messages(answer)
    assert message.ephemeral
    assert "2 stories" in message.content
    assert "age-restricted channels" in message.content
    assert ratings_in([message.content, message.components]) == set()


@pytest.mark.parametrize("new", ["Mature", "Explicit", "Not Rated"])
async def test_a_story_re_rated_between_two_presses_is_not_shown_on_the_second(
    new: str, tmp_path: Path, shelf: Path, clock: Clock
) -> None:
    async with at(tmp_path, shelf, clock) as s:
        page = await s.ben.slash(s.general, "story", title="birchlantern saga")
        page = await past_cover(page, s.ben)
        page = await s.ben.click(messages(page)[-1], label="Next")
        copy = await s.ben.click(messages(page)[-1], label="Read privately")
        menu = await s.ben.click(messages(page)[-1], label="More")
        write_story(shelf, MARKS["Teen"], new, "Saga")
        await s.client.house.catalogue.sync()
        before = len(s.env.http_requests)
        presses = [
            await s.ben.click(messages(page)[-1], label="Next"),
            await s.ben.click(messages(page)[-1], label="Previous"),
            await s.cid.click(messages(page)[-1], label="Next"),
            await s.ben.click(messages(page)[-1], label="Read privately"),
            await s.ben.click(messages(copy)[-1], label="Next"),
            await s.ben.click(messages(copy)[-1], label="Post here"),
            await s.ben.click(messages(copy)[-1], label="More"),
            await s.ben.click(messages(menu)[-1], label="Go to a page"),
            await s.ben.click(messages(menu)[-1], label="Save for later"),
            await s.ben.click(messages(menu)[-1], label="Read in my direct messages"),
        ]
        shown = ratings_in([request.json for request in s.env.http_requests[before:]])
    assert shown == set()
    assert ["not here any more" in s.texts(press)[-1] for press in presses] == [True] * 10


async def test_a_server_that_lowers_its_ceiling_closes_pages_that_are_open(
    tmp_path: Path, shelf: Path, clock: Clock
) -> None:
    async with at(tmp_path, shelf, clock) as s:
        page = await s.ben.slash(s.adult, "story", title="duskharrow saga")
        page = await past_cover(page, s.ben)
        await s.client.house.servers.change(s.guild.id, ceiling=Rating.TEEN)
        before = len(s.env.http_requests)
        await s.ben.click(messages(page)[-1], label="Next")
        shown = ratings_in([request.json for request in s.env.http_requests[before:]])
    assert shown == set()


async def test_a_story_whose_rating_was_lowered_is_shown_where_it_was_not(
    tmp_path: Path, shelf: Path, clock: Clock
) -> None:
    async with at(tmp_path, shelf, clock) as s:
        write_story(shelf, MARKS["Explicit"], "Teen", "Saga")
        await s.client.house.catalogue.sync()
        shown = await sent_by(s, s.ben.slash(s.general, "story", title="duskharrow saga"))
    assert shown == {"Explicit"}
