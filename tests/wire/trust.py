"""What the bot and the stand-in trust each other by."""

import ssl

import trustme

from tests.wire.bot_process import DISCORD

# In the shape of a token, and nobody's.
TOKEN = ".".join(("wire" * 6, "stand-in", "token-of-nobody" * 2))


def server_context(authority: trustme.CA) -> ssl.SSLContext:
    """Give what lets the stand-in speak for Discord to who trusts ``authority``."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*sorted(DISCORD)).configure_cert(context)
    return context
