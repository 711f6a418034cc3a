"""A short soak: `make soak` is the whole one."""

from pathlib import Path

import pytest

from tests.postgres import database
from tests.soak.__main__ import report
from tests.soak.ledger import Ledger
from tests.soak.running import Outcome, Plan, soak


async def test_nothing_is_sent_twice_or_lost_however_often_the_bot_is_killed(
    tmp_path: Path,
) -> None:
    plan = Plan(deliveries=40, kills=10, seed=20261120, a_day=40, seconds=30)
    outcome = await soak(plan, tmp_path, print)
    assert outcome.ledger.doubles == []
    assert outcome.ledger.losses == []
    assert outcome.ledger.deliveries == outcome.days * plan.a_day
    assert sum(outcome.kills.values()) >= 5


async def test_nor_on_postgresql(tmp_path: Path) -> None:
    address = database(tmp_path)
    plan = Plan(deliveries=20, kills=5, seed=20261121, a_day=20, seconds=15, address=address)
    outcome = await soak(plan, tmp_path, print)
    assert outcome.ledger.doubles == []
    assert outcome.ledger.losses == []
    assert outcome.ledger.deliveries == outcome.days * plan.a_day
    assert not (tmp_path / "library.db").exists()


@pytest.mark.parametrize(
    ("ledger", "status"),
    [
        (Ledger(deliveries=9), 0),
        (Ledger(deliveries=9, doubles=["message 7 belongs to nothing"]), 1),
        (Ledger(deliveries=9, losses=["delivery 3: it is claimed"]), 1),
    ],
    ids=["neither", "a double", "a loss"],
)
def test_a_double_or_a_loss_is_told_and_decides_the_exit_status(
    ledger: Ledger, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(Outcome(ledger, {}, {}, days=1, seconds=1.0), seed=5) == status
    printed = capsys.readouterr().out
    assert all(each in printed for each in (*ledger.doubles, *ledger.losses))
