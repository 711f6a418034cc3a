"""Public or private, ratings and shelves: every command and button, in every kind of place.

The tables below name every command of the tree and every verb of `HANDLERS`; one that is
new and stands in none fails the first two tests. Each row is typed or pressed in every
place, and whatever the bot sends is looked at: who could see it, and of which stories.
"""

import json
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import discord
import pytest
from discord import app_commands
from simcord.actors import _dispatch_actor_interaction
from simcord.backend.serializers import message_payload

import bot.commands
from bot import pages
from bot.commands import HANDLERS
from bot.controls import button, controls
from bot.daily import DailyStory, What
from bot.schedule import DailyTime
from bot.story import Origin, Rating, TagKind
from tests.library_contract import EVERYONE, put, story_of
from tests.stage import Clock, Stage, settings_for, stage

COMMAND, COMPONENT, FORM = 2, 3, 5  # kinds of interactions
SLASH, MENU = 1, 3  # kinds of commands: typed, and in the menu of a message
MESSAGE, THINKING, LATER, EDIT, OPEN_FORM = 4, 5, 6, 7, 9  # kinds of first answers
PRIVATE = 64  # a flag of messages
MOST_FOLLOW_UPS = 5  # where the bot is not a member (facts of Discord's documentation)
OTHER_SERVER = 424_242

# What each story has in its title, names and text, and nobody types.
OPERATORS = {"Amberquill": Rating.GENERAL, "Duskharrow": Rating.EXPLICIT}
SERVERS = {"Birchlantern": Rating.TEEN, "Cinderwharf": Rating.NOT_RATED}
OTHERS = {"Elmgallow": Rating.GENERAL}
ESTIMATED = "Birchlantern"  # whose rating nobody stated
MARKS = {*OPERATORS, *SERVERS, *OTHERS}


class Tells(Enum):
    """Who may see what comes of something."""

    STORY = "everybody where stories are told to everybody, else who asked"
    IN_PLACE = "whoever sees the message that was pressed"
    ALONE = "who asked"
    RUN = "like a story, in threads; elsewhere who asked"
    A_MESSAGE = "whoever reads the channel an admin chose"


@dataclass(frozen=True)
class Row:
    """One thing to type or press; ``{story}`` and the like in it are filled in.

    ``fields`` are those of a form, ``chosen`` what was chosen in a select. A button is
    pressed on a message that everybody sees and in a private copy; ``copies_only`` is for
    those that only ever stand in private copies.
    """

    told: str
    tells: Tells = Tells.ALONE
    chosen: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict[str, str])
    options: dict[str, str] = field(default_factory=dict[str, str])
    by_admin: bool = False
    copies_only: bool = False
    beside: str = ""  # another custom_id on the same message
    is_form: bool = False


def told(told: str, **options: str) -> Row:
    return Row(told, Tells.STORY, options=options)


def asked(told: str, **options: str) -> Row:
    return Row(told, options=options)


def admins(told: str, **options: str) -> Row:
    return Row(told, options=options, by_admin=True)


COMMANDS = [
    told("drabble"),
    told("drabble", tag="tides"),
    asked("drabble", tag="nothing like it"),
    told("story"),
    told("story", title="#{story}"),
    asked("story", title="nothing like it"),
    told("excerpt"),
    told("excerpt", title="#{story}"),
    asked("continue"),
    asked("search", words="tides"),
    asked("search", words="nowhere"),
    asked("character", name="mira vale"),
    asked("tag", name="tides"),
    asked("tag"),
    asked("fireside help"),
    asked("fireside about"),
    asked("fireside mine"),
    asked("fireside mine", avoid="gore"),
    asked("fireside privacy"),
    asked("fireside suggest"),
    admins("daily-story"),
    admins("daily-story", time="20:00", zone="Berlin"),
    admins("fireside-admin settings"),
    admins("fireside-admin check"),
    admins("fireside-admin library"),
]
MENUS = [Row("Read privately")]


def press(told: str, tells: Tells = Tells.ALONE, *chosen: str, beside: str = "") -> Row:
    return Row(told, tells, chosen=chosen, beside=beside)


def inside(told: str, *chosen: str, beside: str = "", admin: bool = False) -> Row:
    return Row(told, chosen=chosen, copies_only=True, beside=beside, by_admin=admin)


def filled(told: str, admin: bool = False, **fields: str) -> Row:
    return Row(told, fields=fields, is_form=True, by_admin=admin, copies_only=admin)


WORDS = "search-form:tides"
PRESSED = [
    press("turn:{story}:0:0:{me}", Tells.IN_PLACE),
    press("turn:{story}:0:0:1"),
    press("alone:{story}:0:0"),
    press("post:{story}:0:0", Tells.STORY),
    press("open:{story}"),
    press("open", Tells.ALONE, "{story}"),
    press("do:drabble", Tells.STORY),
    press("do:story", Tells.STORY),
    press("do:excerpt:{name}", Tells.STORY),
    press("do-alone:story"),
    press("story:{story}", Tells.STORY),
    press("excerpt:{story}", Tells.STORY),
    press("list:{name}"),
    inside("list:{name}:0"),
    press("cloud"),
    inside("found:-:newest:0:0", beside=WORDS),
    press("found-any:-", Tells.STORY, beside=WORDS),
    press("search:newest:-", beside=WORDS),
    press("hit", Tells.ALONE, "{story}.0.0"),
    press("search-form:tides"),
    filled("search-filled", words="tides"),
    press("mine"),
    press("go-on", Tells.ALONE, "{story}"),
    press("go-on:{story}"),
    press("my:"),
    press("my-open"),
    press("my:places"),
    press("my:saved"),
    press("my:daily"),
    press("my:avoid"),
    press("my-story:places:0", Tells.ALONE, "{story}"),
    press("forget-place:places:0:1"),
    press("my-unsave:saved:0:1"),
    press("avoid:t:gore"),
    press("avoid-form"),
    filled("avoid-typed", name="tidse"),
    press("avoid-warnings", Tells.ALONE, "Major Character Death"),
    press("avoid-off:0", Tells.ALONE, "nothing"),
    press("more:{story}:0:0:{me}"),
    press("notes:{story}:0:0:1"),
    inside("shelf-reports:0", admin=True),
    inside("report-close:{nothing}:no", admin=True),
    inside("collections", admin=True),
    inside("collection:{nothing}", admin=True),
    inside("uncollect:{nothing}", admin=True),
    inside("collection-name:{nothing}", admin=True),
    filled("collection-named:{nothing}", name="Cosy"),
    inside("collection-end-ask:{nothing}", admin=True),
    inside("collection-end:{nothing}", admin=True),
    inside("collect-story:{nothing}", admin=True),
    inside("collect:{nothing}:0", admin=True),
    press("collect-new:{story}"),
    filled("collect-named:{story}", name="Cosy"),
    press("whole:{story}", Tells.RUN),
    press("chapters:{story}:0"),
    inside("chapters:{story}:0:1"),
    press("chapter:{story}", Tells.ALONE, "1"),
    press("jump-form:{story}"),
    filled("jump:{story}", chapter="1", page="1"),
    press("save:{story}"),
    press("unsave:{story}"),
    press("to-messages:{story}:0:0"),
    press("remove-page:1:1"),
    press("wrote-form:{story}"),
    filled("wrote:{nothing}", words="mine"),
    press("report-form:{story}"),
    filled("report:{story}", kind="other", words="so"),
    press("raise:{nothing}", Tells.ALONE, "3"),
    press("privacy"),
    press("my-data"),
    press("keep-places:on"),
    press("forget-ask"),
    press("forget-me"),
    inside("daily-form:0:{channel}", admin=True),
    filled("daily-filled:0:{channel}", admin=True, time="20:00", zone="Berlin", what="drabble"),
    inside("daily-zone:{daily}", "Europe/Berlin", admin=True),
    inside("daily-half:{daily}:9", admin=True),
    inside("daily-names:{daily}:{code}", admin=True),
    inside("daily-serial:{daily}:{story}", admin=True),
    inside("daily-open:{daily}", admin=True),
    inside("daily-show:{daily}", admin=True),
    inside("daily-pause:{daily}", admin=True),
    inside("daily-resume:{daily}", admin=True),
    inside("daily-skip:{daily}", admin=True),
    inside("daily-more:{daily}", admin=True),
    inside("daily-done:{daily}", admin=True),
    inside("daily-days:{daily}", "0", admin=True),
    inside("daily-order:{daily}", "random", admin=True),
    inside("daily-length:{daily}", "short", admin=True),
    inside("daily-role:{daily}", admin=True),
    inside("daily-thread:{daily}:0", admin=True),
    inside("daily-complete:{daily}:1", admin=True),
    inside("daily-again:{daily}:1", admin=True),
    inside("daily-dates-form:{daily}", admin=True),
    filled("daily-dates:{daily}", admin=True),
    inside("daily-stories:{daily}", admin=True),
    inside("daily-collection:{daily}", "0", admin=True),
    inside("daily-which-form:{daily}", admin=True),
    filled("daily-which:{daily}", admin=True, which="tides"),
    inside("daily-filter:{daily}:{code}", admin=True),
    press("subscribe:{daily}"),
    press("unsubscribe:{nothing}"),
    inside("daily-remove:{daily}", admin=True),
    press("part:{story}:0:0:1:medium"),
    inside("settings:", admin=True),
    inside("settings:channels", admin=True),
    inside("settings:ratings", admin=True),
    inside("settings:tags", admin=True),
    inside("settings-open", admin=True),
    inside("settings-daily", admin=True),
    inside("set:suggestions:1", admin=True),
    inside("block-form", admin=True),
    filled("block-typed", admin=True, name="tidse"),
    inside("block:t:gore", admin=True),
    Row("desk-place", Tells.A_MESSAGE, chosen=("{channel}",), by_admin=True, copies_only=True),
    inside("desk-remove", admin=True),
    inside("check", admin=True),
    press("desk:drabble"),
    press("desk:find"),
    press("desk:continue"),
    filled("desk-find", words="tides"),
    press("suggest-form"),
    filled("suggest", title="Mine", credit="Ben", text="It was a dark night. " * 20),
    filled("suggest-change:{nothing}", title="Mine", credit="Ben"),
    filled("suggest-consent:{nothing}", words="asked"),
    filled("suggest-declined:{nothing}", admin=True, words="no"),
    press("suggest-edit:{nothing}"),
    press("suggest-own:1"),
    press("suggest-whose:{nothing}"),
    press("suggest-back:{nothing}"),
    press("suggest-text:1"),
    press("suggest-accept:{nothing}"),
    press("suggest-decline:1"),
    inside("shelf-queue:0:new", admin=True),
    inside("shelf-queue:0:here", admin=True),
    press("shelf-add-form"),
    filled("shelf-add"),
    press("shelf-paste-form"),
    filled("shelf-paste", admin=True, title="Ours", text="It was a dark night. " * 20),
    inside("shelf-report:1:0", admin=True),
    inside("shelf-confirm:{nothing}", admin=True),
    inside("shelf-discard:{nothing}", admin=True),
    inside("shelf-undo:{nothing}", admin=True),
    press("shelf-find-form"),
    filled("shelf-find", admin=True, words="a"),
    inside("shelf-story:1", admin=True),
    inside("shelf-story", "1", admin=True),
    inside("shelf-hide:{nothing}:1", admin=True),
    inside("shelf-reflow:{nothing}:0", admin=True),
    press("shelf-edit-form:1:record"),
    filled("shelf-edit:{nothing}:record", admin=True, title="Ours"),
    inside("shelf-remove-ask:{nothing}", admin=True),
    inside("shelf-remove:{nothing}", admin=True),
    inside("library", admin=True),
    inside("library:here", admin=True),
    press("own-form"),
    filled("own-filled", time="20:00", zone="Berlin", what="drabble"),
    press("own-time:2000:Europe/Berlin:drabble"),
    press("own-zone:2000:-:drabble", Tells.ALONE, "Europe/Berlin"),
    press("not-again:{story}"),
    press("my:refused"),
    press("again:{story}"),
    press("again-of:0", Tells.ALONE, "{story}"),
    inside("names:new:waiting", admin=True),
    inside("names:here:decided", admin=True),
    inside("name-open", "nothing", admin=True),
    inside("name-do:accept:nothing", admin=True),
    inside("name-form:rename:nothing", admin=True),
    filled("name-typed:rename:nothing", admin=True, name="Mira"),
    inside("name-back", "nothing", admin=True),
    inside("server-ask", admin=True),
    inside("server-forget", admin=True),  # the last: what the others need goes with it
]

LIBRARIANS = [
    row for row in (*COMMANDS, *PRESSED) if row.told.split(":")[0].split()[-1] == "library"
]


async def test_every_command_stands_in_the_table(seeds: Stage) -> None:
    known = {row.told for row in (*COMMANDS, *MENUS)}
    tree = seeds.client.tree
    there = {c.qualified_name for c in tree.walk_commands() if isinstance(c, app_commands.Command)}
    for kind in (discord.AppCommandType.message, discord.AppCommandType.user):
        there |= {command.name for command in tree.walk_commands(type=kind)}
    assert known == there, "add new commands to COMMANDS, and say who sees their answers"


async def test_every_command_says_where_it_may_be_used_and_by_whom(seeds: Stage) -> None:
    admins = {row.told.split()[0] for row in COMMANDS if row.by_admin}
    for command in seeds.client.tree.get_commands():
        said = command.to_dict(seeds.client.tree)
        is_admins = command.name in admins
        assert said["contexts"] == ([0] if is_admins else [0, 1, 2]), command.name
        assert said["integration_types"] == ([0] if is_admins else [0, 1]), command.name
        needed = discord.Permissions(manage_guild=True).value if is_admins else None
        assert said["default_member_permissions"] == needed, command.name


def test_every_button_select_and_form_stands_in_the_table() -> None:
    known = {row.told.split(":")[0] for row in PRESSED}
    assert known == set(HANDLERS), "add new verbs to PRESSED, and say who sees their answers"


def test_no_verb_is_handled_in_two_places() -> None:
    found = walk_packages(bot.commands.__path__, "bot.commands.")
    leaves = [import_module(each.name) for each in found if not each.ispkg]
    verbs = [verb for each in (pages, *leaves) for verb in getattr(each, "HANDLERS", ())]
    assert sorted(verbs) == sorted(set(verbs)), "one of the two would never be pressed"
    assert set(verbs) <= set(HANDLERS)


@dataclass(frozen=True)
class Where:
    """A kind of place: where somebody types and presses, and what may be shown there."""

    name: str
    is_public: bool  # stories are told to everybody
    marks: frozenset[str]
    chosen: str = ""  # the channel chosen for stories, if any
    is_member: bool = True  # the bot is in the server
    is_direct: bool = False  # direct messages with the bot: everything is private already
    context: int = 0  # Discord's: 0 a server, 1 direct messages with the bot, 2 a group


MILD = frozenset({"Amberquill", "Birchlantern"})
EVERY = frozenset({*OPERATORS, *SERVERS})
OUR = frozenset({"Amberquill"})  # where no server's shelf is read
PLACES = [
    Where("general", True, MILD),
    Where("general", True, MILD, chosen="general"),
    Where("general thread", True, MILD, chosen="general"),
    Where("general", False, MILD, chosen="restricted"),
    Where("general thread", False, MILD, chosen="restricted"),
    Where("restricted", True, EVERY),
    Where("restricted", False, EVERY, chosen="general"),
    Where("restricted thread", True, EVERY, chosen="restricted"),
    Where("direct messages", False, OUR, is_direct=True, context=1),
    Where("group", False, OUR, is_member=False, context=2),
    Where("foreign server", False, OUR, is_member=False),
]


def name_of(where: Where) -> str:
    return f"{where.name}, stories in {where.chosen or 'any'}"


@dataclass
class Scene:
    """A stage with stories on three shelves, a daily story, and a place to act in."""

    s: Stage
    where: Where
    channel: Any
    stories: dict[str, int]
    values: dict[str, str]
    public: dict[str, Any]  # the payload of a message that everybody sees

    def filled(self, text: str, story: int) -> str:
        return text.format(**self.values, story=story)

    async def act(self, row: Row, story: int, *, in_copy: bool) -> "Sent":
        """Type or press one thing; gives what the bot sent."""
        who = self.s.ada if row.by_admin else self.s.ben
        actor = self.s.ben.user if self.where.context else who
        kind, data = self._data(row, story)
        extra: dict[str, Any] = {"context": self.where.context}
        if kind != COMMAND:
            extra["message"] = self._message(row, story, in_copy=in_copy)
        since = len(self.s.env.http_requests)
        await _dispatch_actor_interaction(
            actor,
            kind,
            self.channel,
            data,
            extra=extra,
            source_message_id=None if kind == COMMAND else int(self.public["id"]),
        )
        pressed = kind != COMMAND and not in_copy
        return Sent(self.s.env.http_requests[since:], is_public_pressed=pressed)

    def _message(self, row: Row, story: int, *, in_copy: bool) -> dict[str, Any]:
        idents = [row.told, row.beside] if row.beside else [row.told]
        buttons = [
            {"type": 2, "style": 2, "label": "Press", "custom_id": f"fs:{self.filled(i, story)}"}
            for i in idents
        ]
        message = {**self.public, "components": [{"type": 1, "components": buttons}]}
        return {**message, "flags": PRIVATE if in_copy else 0}

    def _data(self, row: Row, story: int) -> tuple[int, dict[str, Any]]:
        if row in MENUS:
            target = self.public["id"]
            found = {"messages": {target: self.public}}
            data = {"type": MENU, "name": row.told, "target_id": target, "resolved": found}
            return COMMAND, {"id": "1", **data}
        if row in COMMANDS or replace(row, by_admin=False) in COMMANDS:
            name, *sub = row.told.split()
            options: list[Any] = [
                {"type": 3, "name": key, "value": self.filled(value, story)}
                for key, value in row.options.items()
            ]
            if sub:
                options = [{"type": 1, "name": sub[0], "options": options}]
            return COMMAND, {"id": "1", "type": SLASH, "name": name, "options": options}
        custom_id = f"fs:{self.filled(row.told, story)}"
        if row.is_form:
            fields = [
                {"type": 18, "component": {"type": 4, "custom_id": name, "value": value}}
                for name, value in row.fields.items()
            ]
            return FORM, {"custom_id": custom_id, "components": fields}
        chosen = [self.filled(value, story) for value in row.chosen]
        kind = {"component_type": 3, "values": chosen} if chosen else {"component_type": 2}
        return COMPONENT, {"custom_id": custom_id, **kind}


@dataclass
class Sent:
    """What the bot sent for one interaction."""

    requests: list[Any]
    is_public_pressed: bool  # what was pressed is a message that everybody sees

    @property
    def was_answered(self) -> bool:
        return any("/callback" in request.path for request in self.requests)

    @property
    def follow_ups(self) -> int:
        return sum(r.method == "POST" and "/webhooks/" in r.path for r in self.requests)

    def channels(self) -> set[str]:
        """Give the ids of the channels into which something went by itself, not as an answer."""
        sent = [r.path for r in self.requests if r.method == "POST"]
        return {path.split("/")[2] for path in sent if path.startswith("/channels/")}

    def seen_by_all(self) -> Iterator[Any]:
        """Give the bodies of answers that everybody in the place sees."""
        is_original_public = self.is_public_pressed
        for request in self.requests:
            body: dict[str, Any] = request.json if isinstance(request.json, dict) else {}
            if "/callback" in request.path:
                shown = body.get("data") or {}
                if body["type"] in (MESSAGE, THINKING):
                    is_original_public = not shown.get("flags", 0) & PRIVATE
                if body["type"] not in (OPEN_FORM, LATER) and is_original_public:
                    yield shown
            elif "/webhooks/" in request.path and request.method == "POST":
                if not body.get("flags", 0) & PRIVATE:
                    yield body
            elif request.path.endswith("@original") and is_original_public:
                yield body

    def marks(self) -> set[str]:
        """Give the marks of the stories of which anything was sent, to whomever."""
        return marks_in([request.json for request in self.requests])


def marks_in(bodies: Iterable[Any]) -> set[str]:
    text = json.dumps(list(bodies), ensure_ascii=False, default=str)
    return {mark for mark in MARKS if mark in text}


def tale(mark: str, rating: Rating) -> Any:
    line = f"The {mark} boat came in on the tide, and nobody on the quay looked up at it. "
    text = "\n\n".join(line * 2 for _ in range(4))
    story = story_of(
        f"{mark} Log",
        text,
        text,
        rating=rating,
        tags=["tides", f"{mark} weather"],
        characters=["Mira Vale"],
        authors=[f"{mark} Penn"],
    )
    return replace(story, rating_origin=Origin.ESTIMATED) if mark == ESTIMATED else story


@asynccontextmanager
async def scene(where: Where, tmp_path: Path, clock: Clock, **more: str) -> AsyncGenerator[Scene]:
    """Set a scene in a kind of place."""
    empty = tmp_path / "stories"
    empty.mkdir()
    async with stage(settings_for(tmp_path, empty, **more), clock) as s:
        library = s.client.house.library
        stories: dict[str, int] = {}
        for shelf, marks in ((0, OPERATORS), (s.guild.id, SERVERS), (OTHER_SERVER, OTHERS)):
            for mark, rating in marks.items():
                (stories[mark],) = await put(library, tale(mark, rating), shelf=shelf)
        names = await library.find_names("tides", list(TagKind), EVERYONE, 1)
        homes = {"general": s.general, "restricted": s.adult}
        if where.chosen:
            chosen = (homes[where.chosen].id,)
            await s.client.house.servers.change(s.guild.id, story_channels=chosen)
        channel = await _channel(s, where, homes)
        order = await s.client.house.daily_stories.add(
            DailyStory(
                id=0,
                rule=DailyTime(20, 0, "Europe/Berlin"),
                what=What.STORY,
                made_by=s.ada.id,
                server=s.guild.id,
                channel=s.general.id,
            )
        )
        if where.is_direct or where.context:
            place: Any = await s.client.create_dm(await s.client.fetch_user(s.ben.id))
        else:
            place = s.client.get_channel(channel.id)
        at = stories["Amberquill"]
        message = await place.send("Planted.", view=controls([button("Press", "alone", at, 0, 0)]))
        await s.env.settle()
        backend = s.env.backend
        public = dict(message_payload(backend, backend.get_message(channel.id, message.id)))
        if where.name == "foreign server":
            guild = s.client.get_guild(s.guild.id)
            assert guild is not None
            s.client._connection._remove_guild(guild)
        values = {
            "me": str(s.ben.id),
            "daily": str(order.id),
            "name": str(names[0].id),
            "code": "",
            "nothing": "999999",
            "channel": str(s.general.id),
        }
        yield Scene(s, where, channel, stories, values, public)


async def _channel(s: Stage, where: Where, homes: dict[str, Any]) -> Any:
    if where.context:
        user: Any = await s.client.fetch_user(s.ben.id)
        await user.create_dm()
        return s.ben.user.dm_channel
    if where.name == "foreign server":
        return s.general
    home = homes[where.name.split()[0]]
    if not where.name.endswith("thread"):
        return home
    place: Any = s.client.get_channel(home.id)
    await place.create_thread(name="aside", type=discord.ChannelType.public_thread)
    await s.env.settle()
    (thread,) = home.threads
    return thread


def each(scene: Scene) -> Iterator[tuple[str, Row, int, bool]]:
    """Give everything to do, by a label: each row for each story, public and in a copy."""
    for row in (*COMMANDS, *MENUS, *PRESSED):
        if row.by_admin and (scene.where.context or not scene.where.is_member) and row in COMMANDS:
            continue  # Discord offers these in servers only that have the bot
        is_typed = row in COMMANDS or row in MENUS
        takes_story = "{story}" in str(row)
        for mark in scene.stories if takes_story else ("Amberquill",):
            for in_copy in (False,) if is_typed else (True,) if row.copies_only else (False, True):
                label = f"{row.told} {mark if takes_story else ''} {'copy' if in_copy else ''}"
                yield label, row, scene.stories[mark], in_copy


def problems(scene: Scene, row: Row, story: int, sent: Sent, *, in_copy: bool) -> list[str]:
    """Say what is wrong with what was sent."""
    where, found = scene.where, list[str]()
    if not sent.was_answered:
        found.append("was not answered")
    # Librarians are told the titles of what they look after wherever they are, alone.
    looked_after = set(SERVERS) if row in LIBRARIANS else set[str]()
    if too_much := sent.marks() - where.marks - looked_after:
        found.append(f"shows {too_much}")
    personal = {str(d.id) for d in (scene.s.ben.user.dm_channel, scene.s.ada.user.dm_channel) if d}
    if row.tells is not Tells.A_MESSAGE and (posted := sent.channels() - personal):
        found.append(f"posts into {posted} by itself")
    if not where.is_member and sent.follow_ups > MOST_FOLLOW_UPS:
        found.append(f"sends {sent.follow_ups} follow-ups")
    if where.is_direct:
        return found
    seen = list(sent.seen_by_all())
    may = where.is_public and {
        Tells.STORY: True,
        Tells.RUN: where.name.endswith("thread"),
        Tells.IN_PLACE: not in_copy,
    }.get(row.tells, False)
    if seen and not may:
        found.append(f"is seen by everybody: {seen}")
    names_one = "{story}" in str(row)
    is_allowed = not names_one or story in {scene.stories[mark] for mark in where.marks}
    if may and is_allowed and not marks_in(seen):
        found.append(f"tells nobody: {[r.json for r in sent.requests]}")
    return found


@pytest.mark.parametrize("where", PLACES, ids=name_of)
async def test_whoever_may_see_it_sees_it_and_nobody_else(
    where: Where, tmp_path: Path, clock: Clock
) -> None:
    wrong: dict[str, list[str]] = {}
    async with scene(where, tmp_path, clock) as here:
        for label, row, story, in_copy in each(here):
            sent = await here.act(row, story, in_copy=in_copy)
            if found := problems(here, row, story, sent, in_copy=in_copy):
                wrong[label] = found
    assert wrong == {}


GENERAL, RESTRICTED = PLACES[0], PLACES[5]
WITHOUT_BIRCH = EVERY - {"Birchlantern"}
# What a server decided, where somebody asks, and the stories that may be shown there then.
RULES: list[tuple[str, dict[str, Any], Where, frozenset[str]]] = [
    ("ceiling General", {"ceiling": Rating.GENERAL}, GENERAL, OUR),
    ("ceiling General", {"ceiling": Rating.GENERAL}, RESTRICTED, OUR),
    ("ordinary General", {"ordinary_ceiling": Rating.GENERAL}, GENERAL, OUR),
    ("ordinary General", {"ordinary_ceiling": Rating.GENERAL}, RESTRICTED, EVERY),
    ("here General", {"channel_ceilings": Rating.GENERAL}, GENERAL, OUR),
    ("here Teen", {"channel_ceilings": Rating.TEEN}, RESTRICTED, MILD),
    ("blocked", {"blocked": ("birchlantern weather",)}, GENERAL, OUR),
    ("blocked", {"blocked": ("birchlantern weather",)}, RESTRICTED, WITHOUT_BIRCH),
    ("stated ratings only", {"trusts_estimates": False}, GENERAL, OUR),
    ("stated ratings only", {"trusts_estimates": False}, RESTRICTED, EVERY),
]


@pytest.mark.parametrize(
    ("rule", "changes", "where", "marks"),
    RULES,
    ids=[f"{rule}, {where.name}" for rule, _, where, _ in RULES],
)
async def test_what_a_server_decided_holds_on_every_path(
    rule: str,
    changes: dict[str, Any],
    where: Where,
    marks: frozenset[str],
    tmp_path: Path,
    clock: Clock,
) -> None:
    wrong: dict[str, list[str]] = {}
    async with scene(replace(where, marks=marks), tmp_path, clock) as here:
        given = dict(changes)
        if "channel_ceilings" in given:
            given["channel_ceilings"] = ((here.channel.id, given["channel_ceilings"]),)
        await here.s.client.house.servers.change(here.s.guild.id, **given)
        for label, row, story, in_copy in each(here):
            sent = await here.act(row, story, in_copy=in_copy)
            if found := problems(here, row, story, sent, in_copy=in_copy):
                wrong[label] = found
    assert wrong == {}


POSTING = [row for row in (*COMMANDS, *PRESSED) if row.tells is Tells.STORY]


async def test_a_second_story_within_the_pause_comes_to_who_asked_alone(
    tmp_path: Path, clock: Clock
) -> None:
    wrong: dict[str, list[str]] = {}
    async with scene(PLACES[0], tmp_path, clock, STORY_PAUSE_SECONDS="30") as here:
        story = here.stories["Amberquill"]
        when = int(clock.at.timestamp())
        for row in POSTING:
            found: list[str] = []
            for seconds, is_seen in ((0, True), (1, False), (28, False), (1, True), (60, None)):
                clock.at += timedelta(seconds=seconds)
                if is_seen is None:
                    break
                sent = await here.act(row, story, in_copy=False)
                if bool(list(sent.seen_by_all())) is not is_seen:
                    found.append(f"after {seconds} seconds more: seen is not {is_seen}")
                told = json.dumps([request.json for request in sent.requests])
                if is_seen == ("a story a moment ago" in told):
                    found.append(f"after {seconds} seconds more: {told}")
                if not is_seen and f"<t:{when + 30}:R>" not in told:
                    found.append(f"does not say when: {told}")
            when = int(clock.at.timestamp())
            if found:
                wrong[f"{row.told} {row.options}"] = found
    assert wrong == {}


async def test_the_pause_is_each_members_own_and_turns_no_page_private(
    tmp_path: Path, clock: Clock
) -> None:
    turn = next(row for row in PRESSED if row.tells is Tells.IN_PLACE)
    drabble = COMMANDS[0]
    async with scene(PLACES[0], tmp_path, clock, STORY_PAUSE_SECONDS="30") as here:
        story = here.stories["Amberquill"]
        assert list((await here.act(drabble, story, in_copy=False)).seen_by_all())
        assert list((await here.act(turn, story, in_copy=False)).seen_by_all())
        assert list((await here.act(turn, story, in_copy=False)).seen_by_all())
        ada = replace(drabble, by_admin=True)
        sent = await here.act(ada, story, in_copy=False)
        assert list(sent.seen_by_all())
