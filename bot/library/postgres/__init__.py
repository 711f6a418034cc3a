"""The library in a PostgreSQL database: for many processes that are one bot."""

from bot.library.both.deliveries import Deliveries
from bot.library.both.keeping import Keeping
from bot.library.both.people import People
from bot.library.both.rights import Rights
from bot.library.both.rooms import Rooms
from bot.library.both.schedules import Schedules
from bot.library.both.servers import Servers
from bot.library.both.stories import Stories
from bot.library.both.submissions import Submissions
from bot.library.postgres.files import Files
from bot.library.postgres.finding import Finding
from bot.library.postgres.index import Indexed
from bot.library.postgres.names import Naming
from bot.library.postgres.search import Searching
from bot.library.postgres.tables import Whole
from bot.library.postgres.titles import Titling
from bot.library.postgres.together import Together
from bot.library.postgres.turns import Turns


class PostgresLibrary(
    Files,
    Searching,
    Finding,
    Naming,
    Titling,
    Turns,
    Deliveries,
    Stories,
    Rooms,
    People,
    Keeping,
    Servers,
    Schedules,
    Rights,
    Submissions,
    Whole,
    Together,
    Indexed,
):
    """`bot.library.base.Library` on PostgreSQL, at an address that libpq would take."""

    _unlocked = " FOR UPDATE SKIP LOCKED"
