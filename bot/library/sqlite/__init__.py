"""The library in one SQLite file: SQL in sight, one statement per question."""

from bot.library.sqlite.connections import Connections
from bot.library.sqlite.files import Files
from bot.library.sqlite.finding import Finding
from bot.library.sqlite.people import People
from bot.library.sqlite.schedules import Schedules
from bot.library.sqlite.servers import Servers
from bot.library.sqlite.stories import Stories


class SqliteLibrary(Files, Stories, Finding, People, Servers, Schedules, Connections):
    """`bot.library.base.Library` on SQLite; ``path`` is a file, never ``:memory:``."""
