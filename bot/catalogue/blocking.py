"""What is never taken again: the words and addresses of stories that were taken down."""

from collections.abc import Iterable

from bot.library.base import Takedown
from bot.prose.words import fold


class BlockList:
    """The words and addresses of stories that were taken down."""

    def __init__(self, takedowns: Iterable[Takedown]) -> None:
        self._fingerprints = {each.fingerprint for each in takedowns}
        self._sources = {address_of(each.source) for each in takedowns if each.source}

    def holds(self, fingerprint: str, source: str) -> bool:
        """Tell whether a story with these words, or from this address, was taken down."""
        return fingerprint in self._fingerprints or (
            bool(source) and address_of(source) in self._sources
        )


def address_of(source: str) -> str:
    """Give an address without what differs between copies: scheme, www, last slash.

    A query says which story it is on many sites (``viewstory.php?sid=1``), so it stays;
    on the Archive of Our Own it only says how a work is shown.
    """
    told = (fold(source).partition("://")[2] or fold(source)).partition("#")[0]
    told = told.removeprefix("www.")
    if told.startswith("archiveofourown.org/"):
        told = told.partition("?")[0]
    return told.rstrip("/")
