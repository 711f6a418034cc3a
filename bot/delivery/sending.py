"""The parts of a delivery, each sent once: with a nonce, and looked for where it may be out."""

from itertools import count
from typing import Any, cast

import discord

from bot.delivery.choosing import Post
from bot.delivery.claims import Claim
from bot.house import House
from bot.library.base import StoredDelivery

# Ids of messages grow with time, whatever our own clock says; those that Discord's
# machines give at the same moment may be this far apart.
_APART = 60_000 << 22  # a minute
LOOKED_AT = 1_000  # messages, when nothing tells how far back to look


def nonce(delivery: int) -> str:
    """Give what marks the messages of ``delivery``."""
    return f"fs{delivery}"


async def send_parts(
    house: House,
    claim: Claim,
    post: Post,
    target: discord.abc.Messageable,
    sent: tuple[int, ...],
) -> None:
    """Send the parts of ``post`` that follow on the messages ``sent``, and write each down.

    Raises:
        ClaimLost: Somebody else sends them.
        discord.NotFound, discord.Forbidden: The channel is gone, or not ours to write in.
        discord.HTTPException, NETWORK_ERRORS: It did not work this time.
    """
    for number in range(len(sent), len(post.contents)):
        for again in count():
            await claim.hold(house.now())
            message = await _send(post, number, target, f"{nonce(claim.id)}-{number}", again)
            if await house.library.add_sent_message(claim.id, number, message.id):
                channel = message.channel.id
                await house.rights.posted(channel, [message.id], post.story)
                break
            # Another delivery was looking for the same words and took it for its own.


async def _send(
    post: Post, number: int, target: discord.abc.Messageable, mark: str, again: int
) -> discord.Message:
    last = number + 1 == len(post.contents)
    return await target.send(
        post.contents[number],
        view=post.view() if last and post.buttons else cast("Any", None),
        allowed_mentions=post.mentions(),
        # Discord gives back the first message for a nonce it saw
        # in the past few minutes instead of posting a second one.
        nonce=f"{mark}-{again}" if again else mark,
    )


async def find_sent(
    client: discord.Client,
    house: House,
    delivery: StoredDelivery,
    post: Post,
    target: discord.abc.Messageable,
) -> tuple[int, ...]:
    """Find parts that are out though nobody wrote them down; gives all that are, in order.

    Whoever held the claim before may have sent a part and never heard of it.
    Parts are told by their words and their order. Answers to commands say what
    they answer, and messages of other deliveries are theirs already, so neither
    is taken for one.

    Raises:
        discord.HTTPException, NETWORK_ERRORS: The history could not be read.
    """
    found = list(delivery.messages)
    if len(found) == len(post.contents):
        return delivery.messages
    for message in await _own_messages(client, target, delivery):
        if len(found) == len(post.contents):
            break
        # Discord takes white space off both ends.
        if message.content.strip() != post.contents[len(found)].strip():
            continue
        if await house.library.add_sent_message(delivery.id, len(found), message.id):
            found.append(message.id)
    return tuple(found)


async def _own_messages(
    client: discord.Client, target: discord.abc.Messageable, delivery: StoredDelivery
) -> list[discord.Message]:
    """Give what we wrote since the last message that was written down, the oldest first."""
    assert client.user is not None
    since = delivery.messages[-1] if delivery.messages else (delivery.follows or 0) - _APART
    own: list[discord.Message] = []
    async for message in target.history(limit=None if since > 0 else LOOKED_AT):
        if message.id <= since:
            break
        if message.author.id == client.user.id and message.interaction_metadata is None:
            own.append(message)
    return own[::-1]
