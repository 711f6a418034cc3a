"""/fireside-admin settings: every setting is changed without leaving Discord, and said back."""

from typing import Any

import discord
import pytest
import simcord

from bot.controls import button, controls
from bot.servers import ServerSettings
from bot.story import Rating
from tests.stage import Stage, is_private, items, labels, messages, option_value, options
from tests.tales import rest_problems


class Panel:
    """The settings as one admin has them before their eyes."""

    def __init__(self, s: Stage, who: Any, message: Any) -> None:
        self.s, self.who, self.message = s, who, message

    @property
    def text(self) -> str:
        return str(self.message.content)

    def custom_id(self, start: str) -> str:
        """Give the only custom_id that begins like ``start``."""
        idents = [str(item.get("custom_id", "")) for item in items(self.message)]
        (found,) = [ident for ident in idents if ident == start or ident.startswith(f"{start}:")]
        return found

    async def to(self, section: str) -> None:
        """Choose what to change."""
        if "Back" in labels(self.message):
            await self.click("Back")
        ident = next(i["custom_id"] for i in items(self.message) if i.get("options"))
        self._seen(await self.who.select(self.message, [section], custom_id=ident))

    async def click(self, label: str) -> Any:
        return self._seen(await self.who.click(self.message, label=label))

    async def pick(self, start: str, values: list[Any]) -> Any:
        ident = self.custom_id(start)
        return self._seen(await self.who.select(self.message, values, custom_id=ident))

    def _seen(self, result: Any) -> Any:
        if result.response is not None and result.modal is None:
            self.message = result.response
        return result


async def open_panel(s: Stage, who: Any = None) -> Panel:
    answer = await (who or s.ada).slash(s.general, "fireside-admin settings")
    assert is_private(answer)
    (message,) = messages(answer)
    return Panel(s, who or s.ada, message)


async def settings_of(s: Stage) -> ServerSettings:
    return await s.client.house.servers.settings(s.guild.id)


async def test_the_panel_says_in_sentences_what_holds_where_nothing_was_decided(
    seeds: Stage,
) -> None:
    panel = await open_panel(seeds)
    for told in (
        "Stories are told in every channel where my commands may be used.",
        "Ordinary channels show General and Teen; age-restricted channels show every rating.",
        "stories can be read now.",
        "A rating that I estimated counts like one that was stated.",
        "never bring Rape/Non-Con or Major Character Death.",
        "Whoever manages the server looks after its own stories.",
        "Members may suggest stories.",
        "No channel is chosen where admins are told things.",
        "No daily story is set up.",
    ):
        assert told in panel.text
    assert rest_problems(seeds) == []


async def test_story_channels_are_chosen_and_said_back(seeds: Stage) -> None:
    s = seeds
    panel = await open_panel(s)
    await panel.to("channels")
    await panel.pick("fs:set:channels", [s.general, s.adult])
    assert f"Stories are told in <#{s.general.id}> and <#{s.adult.id}>." in panel.text
    assert set((await settings_of(s)).story_channels) == {s.general.id, s.adult.id}
    await panel.pick("fs:set:channels", [s.adult])
    assert (await settings_of(s)).story_channels == (s.adult.id,)
    await panel.pick("fs:set:channels", [])
    assert "in every channel" in panel.text
    assert rest_problems(s) == []


async def test_ratings_are_chosen_for_the_server_and_for_single_channels(seeds: Stage) -> None:
    s = seeds
    panel = await open_panel(s)
    await panel.to("ratings")
    await panel.pick("fs:set:ordinary", [str(int(Rating.GENERAL))])
    assert "Ordinary channels show General only;" in panel.text
    await panel.pick("fs:set:ceiling", [str(int(Rating.EXPLICIT))])
    assert "age-restricted channels show everything but Not Rated." in panel.text
    await panel.pick("fs:settings:ratings", [s.general])
    await panel.pick("fs:set:own", [str(int(Rating.MATURE))])
    assert f"<#{s.general.id}> shows General, Teen and Mature." in panel.text
    told = await settings_of(s)
    assert told.channel_ceilings == ((s.general.id, Rating.MATURE),)
    assert (told.ceiling, told.ordinary_ceiling) == (Rating.EXPLICIT, Rating.GENERAL)
    await panel.pick("fs:set:own", [str(int(Rating.EXPLICIT))])
    assert "would need an age-restricted channel" in panel.text
    await panel.pick("fs:set:own", ["-"])
    assert (await settings_of(s)).channel_ceilings == ()
    assert rest_problems(s) == []


async def test_no_control_offers_an_ordinary_channel_more_than_mature(seeds: Stage) -> None:
    panel = await open_panel(seeds)
    await panel.to("ratings")
    ordinary = [label for label in options(panel.message) if label.startswith("Ordinary")]
    assert len(ordinary) == 3
    assert not [label for label in ordinary if "every" in label]


async def test_a_forged_choice_opens_no_ordinary_channel(seeds: Stage) -> None:
    s = seeds
    panel = await open_panel(s)
    await panel.to("ratings")
    s.expected.append(ValueError)
    made = discord.ui.Select[discord.ui.View](
        custom_id="fs:set:ordinary", options=[discord.SelectOption(label="x", value="3")]
    )
    place: Any = s.client.get_channel(s.general.id)
    message = await place.send("Planted.", view=controls([made]))
    await s.env.settle()
    await s.ada.select(message, ["3"])
    assert (await settings_of(s)).ordinary_ceiling is Rating.TEEN


async def test_warnings_are_blocked_and_shown_again(seeds: Stage) -> None:
    s = seeds
    panel = await open_panel(s)
    await panel.to("tags")
    await panel.pick("fs:set:warnings", ["Rape/Non-Con", "Underage Sex"])
    assert "Never shown here: Rape/Non-Con and Underage Sex." in _plain(panel.text)
    await panel.pick("fs:set:warnings", ["Underage Sex"])
    assert (await settings_of(s)).blocked == ("Underage Sex",)


async def test_a_tag_is_blocked_by_a_form_and_shown_again_by_a_select(seeds: Stage) -> None:
    s = seeds
    panel = await open_panel(s)
    await panel.to("tags")
    shown = await panel.click("Block a tag or a character")
    answer = await s.ada.submit_modal(shown, {"name": "ghosts"})
    panel.message = answer.response
    assert (await settings_of(s)).blocked == ("Ghosts",), "as stories spell it"
    assert "Never shown here: Ghosts." in _plain(panel.text)
    gone = await s.ben.slash(s.general, "tag", name="Ghosts")
    assert "**Ghosts**" not in s.texts(gone)[0]
    await panel.pick("fs:set:unblock", [option_value(panel.message, "Ghosts")])
    assert (await settings_of(s)).blocked == ()


async def test_a_slip_in_a_blocked_tag_is_asked_about_with_what_is_near(seeds: Stage) -> None:
    s = seeds
    panel = await open_panel(s)
    await panel.to("tags")
    shown = await panel.click("Block a tag or a character")
    answer = await s.ada.submit_modal(shown, {"name": "gosts"})
    assert is_private(answer)
    asked = messages(answer)[-1]
    assert "Ghosts" in labels(asked)
    assert labels(asked)[-1] == "“gosts” as it is"
    assert (await settings_of(s)).blocked == ()
    await s.ada.click(asked, label="Ghosts")
    assert (await settings_of(s)).blocked == ("Ghosts",)
    shown = await s.ada.click(panel.message, label="Block a tag or a character")
    answer = await s.ada.submit_modal(shown, {"name": "Nobody: writes, this?"})
    await s.ada.click(messages(answer)[-1], label="“Nobody: writes, this?” as it is")
    assert (await settings_of(s)).blocked == ("Ghosts", "Nobody: writes, this?")
    assert rest_problems(s) == []


async def test_certainty_people_and_log_are_chosen_and_said_back(seeds: Stage) -> None:
    s = seeds
    keepers = s.guild.create_role("Keepers")
    await s.env.settle()
    panel = await open_panel(s)
    await panel.to("certainty")
    await panel.click("Count only stated ratings")
    assert "nobody stated counts as Not Rated" in panel.text
    await panel.click("Let chance bring them")
    assert "behind a cover" in panel.text
    await panel.to("people")
    await panel.pick("fs:set:role", [keepers])
    assert f"<@&{keepers.id}> and whoever manages the server look after" in panel.text
    await panel.click("Take no suggestions")
    assert "Members cannot suggest stories." in panel.text
    await panel.to("log")
    await panel.pick("fs:set:log", [s.adult])
    assert f"Admins are told things in <#{s.adult.id}>." in panel.text
    told = await settings_of(s)
    assert (told.trusts_estimates, told.warned_by_chance, told.suggestions) == (False, True, False)
    assert (told.librarian_role, told.log_channel) == (keepers.id, s.adult.id)
    await panel.to("certainty")
    await panel.click("Count estimated ratings like stated ones")
    await panel.click("Leave them out of random picks")
    await panel.to("people")
    await panel.pick("fs:set:role", [])
    await panel.click("Let members suggest stories")
    await panel.to("log")
    await panel.pick("fs:set:log", [])
    assert await settings_of(s) == ServerSettings(is_known=True)
    assert rest_problems(s) == []


async def test_of_two_admins_at_once_both_are_followed(seeds: Stage) -> None:
    s = seeds
    eve = s.guild.add_member(s.env.create_user("eve"), roles=[s.guild.roles["Admins"]])
    club = s.guild.create_text_channel("club")
    await s.env.settle()
    first, second = await open_panel(s), await open_panel(s, eve)
    for panel in (first, second):
        await panel.to("channels")
    await first.pick("fs:set:channels", [s.general])
    await second.pick("fs:set:channels", [club])
    assert set((await settings_of(s)).story_channels) == {s.general.id, club.id}
    assert f"<#{s.general.id}>" in second.text, "the second sees what the first did"
    for panel in (first, second):
        await panel.to("tags")
    await first.pick("fs:set:warnings", ["Rape/Non-Con"])
    await second.pick("fs:set:warnings", ["Underage Sex"])
    assert (await settings_of(s)).blocked == ("Rape/Non-Con", "Underage Sex")
    for panel in (first, second):
        await panel.to("ratings")
    await first.pick("fs:set:ceiling", ["2"])
    await second.pick("fs:set:ordinary", ["0"])
    told = await settings_of(s)
    assert (told.ceiling, told.ordinary_ceiling) == (Rating.MATURE, Rating.GENERAL)


async def test_the_panel_works_after_a_restart(seeds: Stage) -> None:
    s = seeds
    panel = await open_panel(s)
    await panel.to("channels")
    await s.restart()
    await panel.pick("fs:set:channels", [s.general])
    assert (await settings_of(s)).story_channels == (s.general.id,)


async def test_from_nothing_to_the_first_daily_story_without_leaving_discord(
    seeds: Stage,
) -> None:
    s = seeds
    panel = await open_panel(s)
    shown = await panel.click("Daily stories")
    answer = await s.ada.submit_modal(
        shown, {"time": "20:00", "zone": "Berlin", "channel": [s.general], "what": ["drabble"]}
    )
    assert "Every day at 20:00, Berlin time" in s.texts(answer)[0]
    again = await open_panel(s)
    assert "1 daily story is set up." in again.text


async def test_a_member_without_rights_does_not_see_the_command(seeds: Stage) -> None:
    s = seeds
    assert "fireside-admin settings" in s.ada.available_commands(s.general)
    with pytest.raises(simcord.SetupError, match="default-member-permissions"):
        await s.ben.slash(s.general, "fireside-admin settings")


@pytest.mark.parametrize(
    "told", [("settings", ""), ("set", "chance", 1), ("block-form",), ("block", "t", "x")]
)
async def test_a_member_without_rights_who_presses_an_admins_button_is_refused(
    told: tuple[int | str, ...], seeds: Stage
) -> None:
    s = seeds
    place: Any = s.client.get_channel(s.general.id)
    view = controls([button("Press", str(told[0]), *told[1:])])
    message = await place.send("Planted.", view=view)
    await s.env.settle()
    answer = await s.ben.click(message, label="Press")
    assert is_private(answer)
    assert "Only people who manage this server" in s.texts(answer)[0]
    assert await settings_of(s) == ServerSettings()


def _plain(text: str) -> str:
    return text.replace("\\", "").replace("\u2068", "").replace("\u2069", "")
