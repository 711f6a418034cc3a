"""Everything of a server forgotten at once: asked first, by managers only, and all of it."""

from pathlib import Path
from typing import Any

import pytest

from bot.commands.admin.forgetting import NAMED
from bot.controls import button, controls
from bot.library.both.keeping import SERVER_FIELDS, SHELF_FIELDS
from tests.library_contract import put, story_of
from tests.stage import Stage, labels, messages, option_value, select_id
from tests.tales import planted, rest_problems
from tests.test_privacy import traces

SURE = "Yes, forget all of it"


async def to_data(s: Stage, who: Any) -> Any:
    """Open the settings and the section of what is kept; gives its message."""
    panel = messages(await who.slash(s.general, "fireside-admin settings"))[-1]
    value = option_value(panel, "What is kept of this server")
    return messages(await who.select(panel, [value], custom_id=select_id(panel)))[-1]


async def lived_in(s: Stage) -> int:
    """Leave traces of every kind in a server; gives its own story."""
    house = s.client.house
    await house.servers.change(s.guild.id, story_channels=(s.general.id,), blocked=("Gore",))
    await s.ada.slash(s.general, "daily-story", time="20:00", zone="Berlin")
    (own,) = await put(house.library, story_of("Ours"), shelf=s.guild.id)
    await s.ben.slash(s.general, "drabble")
    await house.rights.raise_rating(s.guild.id, 1, max(type(s.settings.max_rating)))
    return own


def database(s: Stage) -> Path:
    return Path(s.settings.database_url.removeprefix("sqlite:///"))


async def test_it_names_what_goes_and_then_forgets_it_all_at_once(seeds: Stage) -> None:
    s = seeds
    own = await lived_in(s)
    section = await to_data(s, s.ada)
    asked = messages(await s.ada.click(section, label="Forget everything of this server"))[-1]
    for told in (
        "the settings of this server",
        "1 daily story, which is then posted no more",
        "1 story of this server's own",
        "what was decided here about 1 story",
        "what its channels were shown (1 entry)",
    ):
        assert told in asked.content
    assert labels(asked) == [SURE, "Back"]
    assert traces(database(s), s.guild.id), "nothing is gone before the second press"
    done = messages(await s.ada.click(asked, label=SURE))[-1]
    assert done.content.startswith("Forgotten:")
    assert labels(done) == []
    assert traces(database(s), s.guild.id) == []
    house = s.client.house
    assert not (await house.servers.settings(s.guild.id)).is_known
    assert await house.rights.decided(s.guild.id) == {}
    assert await house.library.whole_story(own) is None
    assert rest_problems(s) == []


async def test_what_members_keep_for_themselves_stays(seeds: Stage) -> None:
    s = seeds
    await lived_in(s)
    await s.client.house.members.change(s.ben.id, lambda known: known.avoiding(["Gore"]))
    section = await to_data(s, s.ada)
    asked = messages(await s.ada.click(section, label="Forget everything of this server"))[-1]
    await s.ada.click(asked, label=SURE)
    assert (await s.client.house.members.preferences(s.ben.id)).avoided == ("Gore",)


async def test_where_nothing_is_kept_it_says_so(seeds: Stage) -> None:
    s = seeds
    await s.client.house.library.forget_server(s.guild.id)
    section = await to_data(s, s.ada)
    answer = await s.ada.click(section, label="Forget everything of this server")
    assert s.texts(answer)[-1] == "Nothing is kept of this server."


@pytest.mark.parametrize("verb", ["server-ask", "server-forget"])
async def test_nobody_else_can_have_it_forgotten(verb: str, seeds: Stage) -> None:
    s = seeds
    await lived_in(s)
    shown = await planted(s, controls([button("Press", verb)]))
    answer = await s.ben.click(shown, label="Press")
    assert "Only people who manage this server" in s.texts(answer)[-1]
    assert (await s.client.house.servers.settings(s.guild.id)).is_known


def test_every_table_that_goes_is_named_or_only_serves_one_that_is() -> None:
    tables = {table for table, _ in (*SERVER_FIELDS, *SHELF_FIELDS)}
    serving = {"file", "run", "left_server", "name_decision"}
    assert tables - {table for table, _ in NAMED} == serving
