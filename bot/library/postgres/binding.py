"""Values with names in SQL: ``:shelf`` becomes ``$1::bigint``, as PostgreSQL wants it.

Each value brings its type along. Left to itself the server guesses from the
place where a value stands, and takes ``:after = 0`` for a 32 bit number.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

_NAME = re.compile(r"(?<![:\w]):([a-z_]\w*)")
_TYPES: dict[type, str] = {bool: "boolean", int: "bigint", float: "float8", str: "text"}


def bound(sql: str, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Give ``sql`` with numbered values, and the values in that order; lists are lists.

    Raises:
        KeyError: ``sql`` names a value that is not among ``values``.
    """
    types = tuple((name, _type_of(value)) for name, value in values.items())
    text, names = _numbered(sql, types)
    return text, [storable(values[name]) for name in names]


def _type_of(value: object) -> str:
    if isinstance(value, list):
        listed = cast("list[object]", value)
        return f"{_type_of(listed[0])}[]" if listed else ""
    return next((name for kind, name in _TYPES.items() if isinstance(value, kind)), "")


def storable(value: Any) -> Any:
    """Give a value as the server takes it: no text of its holds the character 0.

    Nor does any story, whose control characters are taken out before it comes here.
    """
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [storable(each) for each in cast("list[Any]", value)]
    return value


@lru_cache(maxsize=512)
def _numbered(sql: str, types: tuple[tuple[str, str], ...]) -> tuple[str, tuple[str, ...]]:
    known = dict(types)
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        name = match.group(1)
        kind = known[name]
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}" + (f"::{kind}" if kind else "")

    return _NAME.sub(number, sql), tuple(names)
