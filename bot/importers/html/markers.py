"""The marks of list items: bullets, numbers, letters, Roman numerals."""

from bot.importers.html.tree import Node

_BULLET = "•"
_NUMERALS = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_ROMAN_LIMIT = 40  # a longer list of this kind is numbered
_DIGITS = 6  # of a number; what is longer is none


def marker_of(node: Node, numbering: str, next_number: int) -> tuple[str, int]:
    """Give the mark of an ``<li>`` and the number of the item after it.

    Args:
        node: The item, which may state its own number.
        numbering: "1", "a", "A", "i" or "I" as the list says; "" for bullets.
        next_number: What the item counts as when it states none.
    """
    if not numbering:
        return _BULLET, next_number
    number = whole_number(node.attrs.get("value", ""), next_number)
    told = str(number)
    if numbering in "aA" and 1 <= number <= 26:
        told = chr(ord(numbering) + number - 1)
    elif numbering in "iI" and 1 <= number < _ROMAN_LIMIT:
        told = _roman(number) if numbering == "i" else _roman(number).upper()
    return f"{told}.", number + 1


def whole_number(told: str, default: int) -> int:
    """Read a whole number; ``default`` where there is none."""
    digits = told.strip().removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS):
        return default
    return int(told)


def _roman(number: int) -> str:
    told = ""
    for value, letters in _NUMERALS:
        while number >= value:
            told += letters
            number -= value
    return told
