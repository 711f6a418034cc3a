"""Fixtures shared by all tests."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from bot.library.base import Library
from tests.library_contract import ENGINES, Store
from tests.shelves import Shelf, shelf_at
from tests.stage import USER_STORIES, Clock, Stage, settings_for, stage

# No test may depend on how busy the machine is.
settings.register_profile("fireside", deadline=None)
settings.load_profile("fireside")


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands still on an autumn evening."""
    return Clock(datetime(2026, 11, 20, 18, 0, tzinfo=UTC))


@pytest.fixture
async def seeds(tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with the stories that come with Fireside."""
    async with stage(settings_for(tmp_path), clock) as ready:
        yield ready


@pytest.fixture
async def shelf(tmp_path: Path, clock: Clock) -> AsyncIterator[Shelf]:
    """Give a catalogue with an empty folder of stories."""
    async with shelf_at(tmp_path, clock) as ready:
        yield ready


@pytest.fixture
async def user_stories(tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with the five example stories."""
    if not USER_STORIES.is_dir():
        pytest.skip("the five example stories are not beside this checkout")
    async with stage(settings_for(tmp_path, USER_STORIES), clock) as ready:
        yield ready


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Give libraries on one store, of each engine in turn."""
    return ENGINES[request.param](tmp_path)


@pytest.fixture
async def library(store: Store) -> AsyncIterator[Library]:
    """Open a library that is empty."""
    opened = store()
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def other(library: Library, store: Store) -> AsyncIterator[Library]:
    """Open a second library on the same store, as a second process would."""
    opened = store()
    await opened.open()
    yield opened
    await opened.close()
