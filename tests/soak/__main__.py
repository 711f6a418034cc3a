"""Run the soak: ``python -m tests.soak [--deliveries N] [--kills N] [--seed N] [--postgres]``.

Exit status 1 when anything was sent twice, or was not sent whole and in order.
"""

import argparse
import asyncio
import secrets
import sys
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.postgres import NoServer, Server
from tests.soak.running import Outcome, Plan, soak


def main() -> int:
    """Run it and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--deliveries", type=int, default=500, help="at least so many")
    parser.add_argument("--kills", type=int, default=200, help="at least so many")
    parser.add_argument("--a-day", type=int, default=50, help="deliveries of a day")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no day later")
    parser.add_argument("--seed", type=int, help="decides everything that can be decided")
    parser.add_argument("--keep", type=Path, help="a folder for the library and the log")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL, started for it")
    told = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if told.seed is None else told.seed
    plan = Plan(told.deliveries, told.kills, seed, told.a_day, told.seconds)
    _say(f"seed {seed}")
    with ExitStack() as stack:
        if told.postgres:
            try:
                plan = replace(plan, address=stack.enter_context(_postgres()))
            except NoServer as none:
                _say(str(none))
                return 2
        folder = told.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        outcome = asyncio.run(soak(plan, folder, _say))
    return report(outcome, seed)


@contextmanager
def _postgres() -> Generator[str]:
    """Start a server with an empty database and give its address."""
    server = Server()
    try:
        server.start()
        server.run("CREATE DATABASE soak")
        yield server.address("soak")
    finally:
        server.remove()


def report(outcome: Outcome, seed: int) -> int:
    """Print the count; gives the exit status."""
    ledger = outcome.ledger
    table = Table("what", "how many")
    for what, number in (
        ("deliveries", ledger.deliveries),
        ("messages", ledger.messages),
        ("days", outcome.days),
        *((f"killed {name}", number) for name, number in sorted(outcome.kills.items())),
        ("kills in all", sum(outcome.kills.values())),
        *sorted(outcome.faults.items()),
        ("faults in all", sum(outcome.faults.values())),
        ("doubles", len(ledger.doubles)),
        ("losses", len(ledger.losses)),
    ):
        table.add_row(what, str(number))
    Console().print(table)
    for line in (*ledger.doubles, *ledger.losses):
        _say(line)
    _say(f"seed {seed}, {outcome.seconds:.0f} seconds")
    return 1 if ledger.doubles or ledger.losses else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
