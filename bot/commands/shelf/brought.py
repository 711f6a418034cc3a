"""The report on what a librarian brought: every story, and the sums that matter."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import discord

from bot import credit
from bot.catalogue.reports import OUTCOMES, FileReport
from bot.catalogue.submitted import KEPT, MOST_STORIES, UNCLEAR
from bot.catalogue.telling import Row, tell
from bot.controls import Style, button, controls
from bot.house import House
from bot.library.base import StoredSubmission
from bot.render import MESSAGE_LIMIT, escape, isolate
from bot.story import Story
from bot.texts import say

ON_A_PAGE = 3  # stories told of in one message
_LEAST = 60  # characters of a line that is shortened to fit
# What is said of a story that is no story as it stands, in the order it is added up.
SUMS = ("linked", UNCLEAR, "duplicate", "withheld", "refused", "estimated")
_OUTCOMES = {*OUTCOMES, UNCLEAR} - {"unchanged"}


async def draw_report(
    house: House, submission: StoredSubmission, after: int, language: str
) -> tuple[str, discord.ui.View]:
    """Give the report from behind story ``after``, with what can be done about it."""
    stories = await house.submissions.stories(submission, after, ON_A_PAGE + 1)
    has_more, stories = len(stories) > ON_A_PAGE, stories[:ON_A_PAGE]
    sums: dict[str, int] = json.loads(submission.facts).get("sums", {})
    ready = sum(sums.get(outcome, 0) for outcome in KEPT)
    head = _head(submission, sums, ready, language)
    content = _fitted(head, stories, after, language)
    turning: list[Any] = []
    if after:
        before = max(0, after - ON_A_PAGE)
        turning.append(
            button(say("button.earlier-stories", language), "shelf-report", submission.id, before)
        )
    if has_more:
        behind = after + ON_A_PAGE
        turning.append(
            button(say("button.more-stories", language), "shelf-report", submission.id, behind)
        )
    deciding = [button(say("button.discard", language), "shelf-discard", submission.id)]
    if ready:
        label = say("button.confirm-add", language, count=ready)
        deciding.insert(0, button(label, "shelf-confirm", submission.id, style=Style.primary))
    return content, controls(deciding, turning)


def _head(
    submission: StoredSubmission, sums: Mapping[str, int], ready: int, language: str
) -> list[str]:
    lines = [
        say("shelf.report", language, count=ready) if ready else say("shelf.report-none", language)
    ]
    lines += [
        f"- {say(f'shelf.sum-{name}', language, count=sums[name])}"
        for name in SUMS
        if sums.get(name)
    ]
    if sums.get("left out"):
        lines.append(f"- {say('shelf.sum-left-out', language, most=MOST_STORIES)}")
    until = discord.utils.format_dt(submission.expires, "f")
    lines.append(f"-# {say('shelf.waits', language, until=until)}")
    return lines


def _fitted(
    head: Sequence[str], stories: Sequence[dict[str, Any]], after: int, language: str
) -> str:
    """Put the report together, each line as long as there is room for."""
    for length in (300, 160, 100, _LEAST):
        told = [
            "\n".join(story_lines(story, number, language, length=length))
            for number, story in enumerate(stories, after + 1)
        ]
        content = "\n\n".join(["\n".join(head), *told])
        if len(content) <= MESSAGE_LIMIT:
            return content
    return credit.shortened(content, MESSAGE_LIMIT)


def story_lines(told: Mapping[str, Any], number: int, language: str, *, length: int) -> list[str]:
    """Say what the report says of one story; every line is at most about ``length`` long."""
    outcome = told["outcome"] if told["outcome"] in _OUTCOMES else "refused"
    verdict = say(f"shelf.outcome-{outcome}", language)
    name = isolate(credit.shortened(told["shown"], length))
    if not told["title"]:  # it could not be read
        reason = escape(credit.shortened(str(told.get("reason", "")), 2 * length))
        return [f"{number}. **{name}**: {verdict}", f"> {reason}"]
    known = "added" if outcome == UNCLEAR else outcome
    report = tell(FileReport(known, dict(told), details=told["details"]), language)
    record = Story(chapters=(), title=told["title"], authors=tuple(told["authors"]))
    facts = [
        _fact(row, length, language)
        for row in report.rows
        if row.label not in _said_above(language, outcome)
    ]
    return [
        f"{number}. {credit.byline(record, language, length=length)}: {verdict}",
        f"-# {' · '.join([name, *facts])}",
        *(f"> {escape(credit.shortened(each, length))}" for each in report.notes),
    ]


def _said_above(language: str, outcome: str) -> set[str]:
    """Give the labels of facts that the first line says already, or that lead nowhere."""
    said = {say("report.title", language), say("report.authors", language)}
    return said if outcome in KEPT else said | {say("report.permission", language)}


def _fact(row: Row, length: int, language: str) -> str:
    value = escape(credit.shortened(" ".join(row.value.split()), length))
    told = say("shelf.fact", language, label=row.label, value=value)
    return say("shelf.fact-from", language, fact=told, origin=row.origin) if row.origin else told
