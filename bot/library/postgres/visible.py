"""The conditions of `both.visible` as PostgreSQL reads them: a list is an array."""

from collections.abc import Sequence

from bot.library.both.visible import Conditions
from bot.library.both.visible import rated as rated  # the sibling modules take all from here


class _Conditions(Conditions):
    def among(self, listed: str) -> str:
        return f"= ANY(:{listed})"

    def listed(self, values: Sequence[int | str]) -> list[int | str]:
        return list(values)


_conditions = _Conditions()
visible = _conditions.visible
on_shelves = _conditions.on_shelves
has = _conditions.has
offered = _conditions.offered
