"""The store: a contract (`base`), how records are written down (`records`), and its engines."""

from bot.errors import ConfigurationError
from bot.library.base import Library


def library_at(database_url: str) -> Library:
    """Give the library at ``database_url``, not opened yet.

    Raises:
        ConfigurationError: No engine serves that kind of address.
    """
    scheme, _, rest = database_url.partition(":///")
    if scheme == "sqlite" and rest:
        from bot.library.sqlite import SqliteLibrary

        return SqliteLibrary(rest)
    if database_url.startswith(("postgresql://", "postgres://")):
        try:
            from bot.library.postgres import PostgresLibrary
        except ModuleNotFoundError:
            raise ConfigurationError("config.no-postgres") from None

        return PostgresLibrary(database_url)
    raise ConfigurationError("config.database", scheme=scheme)
