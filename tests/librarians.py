"""What librarians do again and again: open the panel of their shelf, find a story."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.stage import Clock, Stage, option_value, options, settings_for, stage
from tests.tales import last


@asynccontextmanager
async def stage_with_anchor(tmp_path: Path, clock: Clock) -> AsyncGenerator[Stage]:
    """Set the stage with one story of the operator's."""
    folder = tmp_path / "stories"
    folder.mkdir()
    text = "---\ntitle: Anchor\nauthor: Ida Penn\nrating: General\n---\n\nA rope and a bell.\n"
    (folder / "anchor.md").write_text(text, "utf-8")
    async with stage(settings_for(tmp_path, folder), clock) as ready:
        yield ready


async def shelf_panel(s: Stage, who: Any = None, channel: Any = None) -> Any:
    """Open the panel of the server's shelf: as Ada in #general unless told."""
    return last(await (who or s.ada).slash(channel or s.general, "fireside-admin library"))


async def tended(s: Stage, title: str, channel: Any = None, *, words: str) -> Any:
    """Find a story by ``words`` and open what a librarian can do with it."""
    form = await s.ada.click(await shelf_panel(s, channel=channel), label="Find a story")
    found = last(await s.ada.submit_modal(form, {"words": words}))
    assert title in options(found)
    return last(await s.ada.select(found, [option_value(found, title)]))
