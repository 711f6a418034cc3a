"""Every daily story there is: when it comes next, how it stands, and why.

Who gets one in direct messages, and what, is theirs alone: such rows name
neither the person nor the story.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from bot.cli.wiring import read_settings, run_to_end, with_library
from bot.config import Settings
from bot.daily import CANNOT_BE_READ, DailyStory, daily_of
from bot.library.base import Library, StoredSchedule
from bot.schedule import EVERY_DAY, WORKING_DAYS
from bot.texts import FALLBACK, has_text, say

PAUSED, RUNNING, OVER, UNREADABLE = "paused", "running", "over", "unreadable"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per daily story.")
def schedules(as_json: bool) -> None:
    """List every daily story, when it comes next, and why it is paused."""
    run_to_end(_schedules(read_settings(), as_json))


async def _schedules(settings: Settings, as_json: bool) -> int:
    async def work(library: Library) -> int:
        told = [told_of(stored) for stored in await library.every_schedule()]
        if as_json:
            for each in told:
                click.echo(json.dumps(each, ensure_ascii=False))
        elif told:
            click.echo("\n".join(_table(told)))
        else:
            click.echo(say("cli.no-schedules"))
        return 0

    return await with_library(settings, work)


def told_of(stored: StoredSchedule) -> dict[str, Any]:
    """Give what is told of a schedule; times are UTC in ISO 8601, ids are texts."""
    told: dict[str, Any] = {
        "id": stored.id,
        "server": stored.server and str(stored.server),
        "channel": stored.channel and str(stored.channel),
        "direct": stored.member is not None,
        "what": None,
        "time": None,
        "zone": None,
        "days": None,
        "from": None,
        "until": None,
        "next": stored.next_due and stored.next_due.astimezone(UTC).isoformat(),
        "state": PAUSED if stored.paused else RUNNING if stored.next_due else OVER,
        "reason": reason_of(stored),
    }
    try:
        daily = daily_of(stored)
        ZoneInfo(daily.rule.zone)
    except (*CANNOT_BE_READ, OSError):
        return told | {"state": UNREADABLE, "reason": say("daily.paused-unreadable")}
    rule = daily.rule
    return told | {
        "what": None if daily.member is not None else daily.what.value,
        "time": f"{rule.hour:02}:{rule.minute:02}",
        "zone": rule.zone,
        "days": _days(daily),
        "from": rule.from_date and rule.from_date.isoformat(),
        "until": rule.until_date and rule.until_date.isoformat(),
    }


def reason_of(stored: StoredSchedule) -> str | None:
    """Say why a schedule is paused; None while it is not."""
    if not stored.paused:
        return None
    key = stored.paused if has_text(stored.paused) else "daily.paused-unreadable"
    return say(key, FALLBACK, channel=f"channel {stored.channel}")


def _days(daily: DailyStory) -> str:
    if daily.rule.days == EVERY_DAY:
        return "every day"
    if daily.rule.days == WORKING_DAYS:
        return "weekdays"
    return ", ".join(day.name.title() for day in sorted(daily.rule.days))


def _table(told: Sequence[dict[str, Any]]) -> list[str]:
    """Write rows for a person: each fact in its column, the reason below its row."""
    rows = [
        (
            str(each["id"]),
            "direct messages" if each["direct"] else f"{each['server']}/{each['channel']}",
            each["what"] or "",
            f"{each['time']} {each['zone']}, {each['days']}" if each["time"] else "",
            _local(each),
            each["state"],
        )
        for each in told
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines: list[str] = []
    for row, each in zip(rows, told, strict=True):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        lines.append("  ".join(cells).rstrip())
        if each["reason"]:
            lines.append(f"    {each['reason']}")
    return lines


def _local(told: dict[str, Any]) -> str:
    """Write the next time as its own zone's clocks show it."""
    if not told["next"] or not told["zone"]:
        return "-"
    return (
        f"{datetime.fromisoformat(told['next']).astimezone(ZoneInfo(told['zone'])):%Y-%m-%d %H:%M}"
    )
