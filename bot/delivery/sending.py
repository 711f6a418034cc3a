"""The parts of a delivery, each sent once: with a nonce, and looked for where it may be out."""

from typing import Any, cast

import discord

from bot.daily import DailyStory
from bot.delivery.choosing import Post
from bot.house import House

DELIVERIES_KNOWN = 200  # earlier deliveries whose messages are told apart
HISTORY_LOOKED_AT = 100  # messages looked through for a part that may be out


def nonce(delivery: int) -> str:
    """Give what marks the messages of ``delivery``."""
    return f"fs{delivery}"


async def send_parts(
    client: discord.Client,
    house: House,
    daily: DailyStory,
    delivery: int,
    post: Post,
    target: discord.abc.Messageable,
    *,
    sent: tuple[int, ...],
    was_begun: bool,
) -> None:
    """Send the parts of ``post`` that are missing, and write each down.

    ``sent`` holds the ids of the messages known to be out; when it ``was_begun``,
    the part after these may be out as well, so that one is looked for first.

    Raises:
        discord.NotFound, discord.Forbidden: The channel is gone, or not ours to write in.
        discord.HTTPException, NETWORK_ERRORS: It did not work this time.
    """
    for number in range(len(sent), len(post.contents)):
        content = post.contents[number]
        message = None
        if was_begun and number == len(sent):
            message = await _find_sent(client, house, target, content, daily.id)
        if message is None:
            last = number + 1 == len(post.contents)
            message = await target.send(
                content,
                view=post.view() if last and post.buttons else cast("Any", None),
                # Discord gives back the first message for a nonce it saw
                # in the past few minutes instead of posting a second one.
                nonce=f"{nonce(delivery)}-{number}",
            )
        await house.library.add_sent_message(delivery, message.id)


async def _find_sent(
    client: discord.Client,
    house: House,
    target: discord.abc.Messageable,
    content: str,
    schedule: int,
) -> discord.Message | None:
    """Find our own message with ``content``: it may be out though we never heard of it.

    Messages of earlier deliveries are known by their ids, and answers to
    commands by what they answer, so neither is taken for it. No clock is
    asked: ours and Discord's may differ.
    """
    assert client.user is not None
    earlier = await house.library.deliveries_of(schedule, DELIVERIES_KNOWN)
    known = {message for delivery in earlier for message in delivery.messages}
    async for message in target.history(limit=HISTORY_LOOKED_AT):
        is_ours = message.author.id == client.user.id
        is_answer = message.interaction_metadata is not None
        is_new = message.id not in known
        if is_ours and is_new and not is_answer and message.content == content:
            return message
    return None
