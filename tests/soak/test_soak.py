"""A short soak: `make soak` is the whole one."""

from pathlib import Path

from tests.soak.running import Plan, soak


async def test_nothing_is_sent_twice_or_lost_however_often_the_bot_is_killed(
    tmp_path: Path,
) -> None:
    plan = Plan(deliveries=40, kills=10, seed=20261120, a_day=40, seconds=30)
    outcome = await soak(plan, tmp_path, print)
    assert outcome.ledger.doubles == []
    assert outcome.ledger.losses == []
    assert outcome.ledger.deliveries == outcome.days * plan.a_day
    assert sum(outcome.kills.values()) >= 5
