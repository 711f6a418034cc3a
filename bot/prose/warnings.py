"""The archive warnings in AO3's words, and how else files spell them."""

from collections.abc import Iterable

from bot.prose.words import fold

# Each with its other spellings: older ones of AO3's, and those of its downloads.
ARCHIVE_WARNINGS: dict[str, tuple[str, ...]] = {
    "Graphic Depictions Of Violence": (),
    "Major Character Death": (),
    "Rape/Non-Con": ("Rape/NonCon", "Rape/Noncon"),
    "Underage Sex": ("Underage",),
    "Creator Chose Not To Use Archive Warnings": (
        "Choose Not To Use Archive Warnings",
        "Author Chose Not To Use Archive Warnings",
    ),
}

_SPELT = {
    fold(spelling): frozenset(map(fold, (name, *others)))
    for name, others in ARCHIVE_WARNINGS.items()
    for spelling in (name, *others)
}


def all_spellings(names: Iterable[str]) -> frozenset[str]:
    """Fold ``names``; a warning among them stands for each of its spellings."""
    found: set[str] = set()
    for name in names:
        folded = fold(name)
        found |= _SPELT.get(folded, {folded})
    return frozenset(found)
