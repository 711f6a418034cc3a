"""The guarded worker: what a parser does there, however bad, ends there."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.importers.worker import Limits, Worker, WorkerFailed

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs the limits of a Unix")

NAUGHTY = "tests.naughty_worker"
SMALL = Limits(memory=300_000_000, seconds=0.5, patience=1.5, frame=1_000_000)


@pytest.fixture
async def worker(tmp_path: Path) -> AsyncIterator[Worker]:
    made = Worker(NAUGHTY, {"folder": str(tmp_path)}, SMALL)
    yield made
    await made.close()


async def answers(worker: Worker, *what: str, careful: bool = False, blob: bytes = b"") -> Any:
    """Ask for ``what``; gives the answers, and why there are no more if it failed."""
    given: list[Any] = []
    try:
        async for some in worker.ask({"do": what, "careful": careful}, blob):
            given += some
    except WorkerFailed as error:
        given.append(error)
    return [answer.why if isinstance(answer, WorkerFailed) else answer for answer in given]


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


async def test_a_worker_answers_in_order_and_stays_the_same_process(worker: Worker) -> None:
    assert await answers(worker, "one", "two", "three") == ["one", "two", "three"]
    pid = worker.pid
    assert await answers(worker) == []
    assert await answers(worker, "blob", blob=b"\0\xff") == ["\0\xff"]
    assert worker.pid == pid


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("hang", "patience"),
        ("eat", "memory"),
        ("eat slowly", "memory"),
        ("die", "died"),
        ("leave", "died"),
        ("fail", "died"),
        ("flood", "output"),
    ],
)
async def test_what_goes_wrong_there_is_named_and_the_next_question_is_answered(
    worker: Worker, what: str, why: str
) -> None:
    assert (await answers(worker, "one", what, "three", careful=True)) == ["one", why]
    assert worker.pid is None
    assert await answers(worker, "four") == ["four"]


async def test_what_a_parser_prints_is_no_answer(worker: Worker) -> None:
    assert await answers(worker, "print", "two") == ["print", "two"]


async def test_a_worker_cannot_write_to_a_file(worker: Worker, tmp_path: Path) -> None:
    assert await answers(worker, "write") == ["File too large"]
    assert size_of(tmp_path) == 0


async def test_a_worker_is_told_no_secret(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "a secret")
    ((environment),) = await answers(worker, "environment")
    assert "DISCORD_TOKEN" not in environment
    assert "a secret" not in environment.values()


async def test_the_working_folder_is_no_place_a_worker_imports_from(worker: Worker) -> None:
    ((path),) = await answers(worker, "path")
    assert "" not in path


async def test_a_question_that_is_given_up_ends_the_worker(worker: Worker) -> None:
    asking = worker.ask({"do": ["one", "hang"], "careful": True})
    assert await anext(asking) == ["one"]
    pid = worker.pid
    assert pid is not None
    waiting = asyncio.ensure_future(anext(asking))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert worker.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_the_event_loop_goes_on_while_a_worker_hangs(worker: Worker) -> None:
    turns = 0
    asking = asyncio.ensure_future(answers(worker, "hang"))
    while not asking.done():
        turns += 1
        await asyncio.sleep(0)
    assert await asking == ["patience"]
    assert turns > 100


async def test_what_counts_is_the_work_and_not_the_time_that_passes() -> None:
    limits = replace(SMALL, patience=300)  # however busy this machine is
    patient = Worker(NAUGHTY, {}, limits)
    assert await answers(patient, "nap", "spin", careful=True) == ["nap", "time"]
    assert await answers(patient, "four") == ["four"]
    await patient.close()


async def test_closing_twice_or_before_the_first_question_is_nothing(worker: Worker) -> None:
    await worker.close()
    assert await answers(worker, "one") == ["one"]
    await worker.close()
    await worker.close()
