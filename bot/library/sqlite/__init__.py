"""The library in one SQLite file: SQL in sight, one statement per question."""

from bot.library.both.deliveries import Deliveries
from bot.library.both.keeping import Keeping
from bot.library.both.people import People
from bot.library.both.rights import Rights
from bot.library.both.rooms import Rooms
from bot.library.both.schedules import Schedules
from bot.library.both.servers import Servers
from bot.library.both.stories import Stories
from bot.library.both.submissions import Submissions
from bot.library.sqlite.alone import Alone
from bot.library.sqlite.connections import Connections
from bot.library.sqlite.files import Files
from bot.library.sqlite.names import Naming
from bot.library.sqlite.search import Searching
from bot.library.sqlite.tables import Whole
from bot.library.sqlite.titles import Titling
from bot.library.sqlite.turns import Turns


class SqliteLibrary(
    Files,
    Naming,
    Titling,
    Turns,
    Searching,
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
    Alone,
    Connections,
):
    """`bot.library.base.Library` on SQLite; ``path`` is a file, never ``:memory:``."""
