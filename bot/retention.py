"""How long things are kept: what is old goes, as docs/privacy.md says."""

from datetime import timedelta

from bot.daily import HISTORY_DAYS
from bot.house import House

SHOWN_KEPT = timedelta(days=HISTORY_DAYS)
PLACES_KEPT = timedelta(days=365)  # how long a place waits for its reader
RIGHTS_KEPT = timedelta(days=365)  # closed reports, and which messages hold a story's text


async def forget_what_is_old(house: House) -> None:
    """Delete what has been kept long enough; safe to call at any time."""
    now, library = house.now(), house.library
    await library.forget_shown(now - SHOWN_KEPT)
    await library.forget_deliveries(now - SHOWN_KEPT)
    await library.forget_places(now - PLACES_KEPT)
    await library.forget_reports(now - RIGHTS_KEPT)
    await library.forget_posted(now - RIGHTS_KEPT)
    await library.forget_submissions(now)
    for server in await library.left_servers(now - house.settings.left_kept):
        await forget_server(house, server)


async def forget_server(house: House, server: int) -> None:
    """Delete everything of a server, from the library and from memory."""
    await house.library.forget_server(server)
    house.servers.forget(server)
    house.rights.forget(server)
    house.reading.forget_spellings()
