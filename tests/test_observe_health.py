"""/healthz and /metrics, asked over HTTP while the bot answers people."""

import re
import socket
from collections.abc import AsyncIterator
from math import isnan
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.errors import ConfigurationError
from bot.observe import ObservingServer, Watch, current_reference
from tests.library_contract import put, story_of
from tests.stage import SEEDS, Clock, Stage, messages, settings_for, stage

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "operating.md").read_text("utf-8")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def watched(tmp_path: Path, clock: Clock) -> AsyncIterator[tuple[Stage, str]]:
    """Set the stage with a bot that serves its figures; give where."""
    port = free_port()
    settings = settings_for(tmp_path, SEEDS / "whitby", METRICS_PORT=str(port))
    async with stage(settings, clock) as ready:
        yield ready, f"http://127.0.0.1:{port}"


async def asked(address: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return answer.status, await answer.text()


def figure(figures: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", figures, re.MULTILINE)
    assert found, name
    return float(found[1])


async def test_a_bot_that_is_well_says_ok(watched: tuple[Stage, str]) -> None:
    _, address = watched
    assert await asked(f"{address}/healthz") == (200, "ok\n")


async def test_a_library_that_is_gone_is_named(watched: tuple[Stage, str]) -> None:
    stage_, address = watched
    await stage_.client.house.library.close()
    status, told = await asked(f"{address}/healthz")
    assert status == 503
    assert "The library does not answer" in told


async def test_figures_count_commands_by_name_and_outcome(watched: tuple[Stage, str]) -> None:
    s, address = watched
    await s.ben.slash(s.general, "drabble")
    await s.ben.slash(s.general, "continue")
    answer = await s.ben.slash(s.general, "drabble")
    await s.ben.click(messages(answer)[-1], label="Another drabble")
    status, figures = await asked(f"{address}/metrics")
    assert status == 200
    counted = 'fireside_interactions_total{name="%s",outcome="%s"}'
    assert figure(figures, counted % ("/drabble", "answered")) == 2
    assert figure(figures, counted % ("/continue", "refused")) == 1
    assert figure(figures, counted % ("do", "answered")) == 1
    assert figure(figures, 'fireside_interaction_seconds_count{name="/drabble"}') == 2
    assert figure(figures, "fireside_servers") == 1
    assert figure(figures, "fireside_gateway_up") == 1
    assert figure(figures, "fireside_stories") > 2


async def test_figures_are_what_prometheus_reads_and_all_that_the_page_names(
    watched: tuple[Stage, str],
) -> None:
    s, address = watched
    await s.ben.slash(s.general, "drabble")
    named = set(re.findall(r"`(fireside_\w+)`", PAGE))
    _, figures = await asked(f"{address}/metrics")
    read = {family.name for family in text_string_to_metric_families(figures)}
    assert len(named) >= 8
    assert {name.removesuffix("_total") for name in named} <= read
    assert {"process_resident_memory_bytes", "process_cpu_seconds"} <= read


async def test_stories_that_others_added_are_counted_when_somebody_looks(
    watched: tuple[Stage, str],
) -> None:
    s, address = watched
    before = figure((await asked(f"{address}/metrics"))[1], "fireside_stories")
    await put(s.client.house.library, story_of("Ash"))
    assert figure((await asked(f"{address}/metrics"))[1], "fireside_stories") == before + 1
    await s.client.house.library.close()
    assert isnan(figure((await asked(f"{address}/metrics"))[1], "fireside_stories"))


async def test_a_port_in_use_is_told_in_a_sentence() -> None:
    async def nothing() -> list[str]:
        return []

    async def as_they_are() -> None:
        pass

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = ObservingServer(Watch(), nothing, as_they_are)
        with pytest.raises(ConfigurationError) as caught:
            await server.open("127.0.0.1", int(taken.getsockname()[1]))
    assert caught.value.key == "config.metrics-port"
    await server.close()


def test_an_interaction_has_a_reference_of_its_own() -> None:
    watch = Watch()
    with watch.interaction("/drabble"):
        first = current_reference()
    with watch.interaction("/drabble"):
        assert current_reference() not in ("", first)
