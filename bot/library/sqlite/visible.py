"""The conditions of `both.visible` as SQLite reads them: a list is JSON."""

import json
from collections.abc import Sequence

from bot.library.both.visible import Conditions
from bot.library.both.visible import rated as rated  # the sibling modules take all from here


class _Conditions(Conditions):
    def among(self, listed: str) -> str:
        return f"IN (SELECT value FROM json_each(:{listed}))"

    def listed(self, values: Sequence[int | str]) -> str:
        return json.dumps(values)


_conditions = _Conditions()
visible = _conditions.visible
on_shelves = _conditions.on_shelves
fits = _conditions.fits
has = _conditions.has
offered = _conditions.offered
