"""How a story was read: what made the file, in which encoding, and where each fact stood."""

from collections.abc import Mapping

from bot.importers.charset import Decoded
from bot.importers.fields import FIELD_NAMES
from bot.story import Provenance

_NO_FACTS = frozenset({"format", "encoding", "id"})  # about the file, not the story


def provenance_of(
    layout: str,
    decoded: Decoded | None,
    inside: Mapping[str, object],
    beside: Mapping[str, object],
) -> Provenance:
    """Tell how a story was read; facts ``beside`` its file go before those ``inside``."""
    places = dict.fromkeys(inside, "file") | dict.fromkeys(beside, "beside")
    return Provenance(
        layout,
        decoded.encoding if decoded is not None else "",
        decoded.is_guessed if decoded is not None else False,
        tuple((n, p) for n, p in places.items() if n in FIELD_NAMES and n not in _NO_FACTS),
    )
