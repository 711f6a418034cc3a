"""The report on what a librarian brought: every story, and the sums that matter."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import discord

from bot import credit
from bot.catalogue.reports import OUTCOMES
from bot.catalogue.submitted import KEPT, MOST_STORIES, UNCLEAR
from bot.controls import Style, button, controls
from bot.house import House
from bot.library.base import StoredSubmission
from bot.pages import MESSAGE_LIMIT
from bot.render import escape, isolate
from bot.story import Character, Origin, Permission, Rating, Story
from bot.texts import say

ON_A_PAGE = 4  # stories told of in one message
_LEAST = 60  # characters of a line that is shortened to fit
# What is said of a story that is no story as it stands, in the order it is added up.
SUMS = ("linked", UNCLEAR, "duplicate", "withheld", "refused")
_OUTCOMES = {*OUTCOMES, UNCLEAR} - {"unchanged"}
_RATINGS = {rating.label: rating for rating in Rating}


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
    if not told["title"]:  # it could not be read
        name = isolate(credit.shortened(told["shown"], length))
        reason = escape(credit.shortened(str(told.get("reason", "")), 2 * length))
        return [f"{number}. **{name}**: {verdict}", f"> {reason}"]
    record = record_of(told)
    lines = [f"{number}. {credit.byline(record, language, length=length)}: {verdict}"]
    facts = [isolate(credit.shortened(told["shown"], length))]
    facts.append(say("credit.words", language, count=record.words))
    if told["chapters"] > 1:
        facts.append(say("credit.chapters", language, count=told["chapters"]))
    facts.append(credit.rating(record, language))
    if record.title_origin is not Origin.STATED:
        facts.append(say("shelf.told-title-derived", language))
    lines.append(f"-# {' · '.join(facts)}")
    lines.append(credit.warnings(record, language, length=length))
    named = [
        say(key, language, names=_names(names, language, length))
        for key, names in (("shelf.told-fandoms", record.fandoms), ("shelf.told-tags", record.tags))
        if names
    ]
    if who := credit.characters(record, language, length=length):
        named.insert(min(1, len(named)), say("shelf.told-characters", language, names=who))
    if named:
        lines.append(f"-# {' · '.join(named)}")
    permission = say("shelf.told-permission", language, permission=told["permission"])
    lines.append(f"-# {permission}")
    lines.append(credit.source(record, language, only_site=length < 160))
    lines += [f"> {escape(credit.shortened(each, length))}" for each in told["messages"]]
    return [line for line in lines if line]


def record_of(told: Mapping[str, Any]) -> Story:
    """Give the record of a story that a report tells of, as far as it tells it."""
    return Story(
        chapters=(),
        title=told["title"],
        title_origin=Origin(told["title_origin"] or Origin.STATED),
        authors=tuple(told["authors"]),
        rating=_RATINGS.get(told["rating"]),
        rating_origin=Origin(told["rating_origin"] or Origin.STATED),
        warnings=tuple(told["warnings"]),
        fandoms=tuple(told["fandoms"]),
        characters=tuple(
            Character(who["name"], tuple(who["aliases"]), Origin(who["origin"]), who["appears"])
            for who in told["characters"]
        ),
        tags=tuple(told["tags"]),
        source=told["source"] or "",
        words=told["words"],
        permission=Permission(told["permission"]) if told["permission"] else None,
    )


def _names(names: Sequence[str], language: str, length: int) -> str:
    return isolate(credit.shortened(credit.listed(list(names), language), length))
