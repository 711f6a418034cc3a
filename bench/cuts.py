"""Judge the cuts a splitter made, against what is known of the text.

A splitter is a black box: its messages are found again in the text, and what
they hold beyond it (marks that close and reopen a span) is told apart from
what they lost.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import regex

from bench.prose_corpus import Marked, Story

LIMIT = 2_000  # characters, Discord's limit for one message
_HEAD = re.compile(r"[*_~|`>#\-\s\u200b]*(?:(?<=```)[\w+.\-]+\n[^\S\n]*)?\\?")
_TAIL = re.compile(r"[*_~|`>\s\u200b]*")
_BACKSLASH = re.compile(r"([0-9]{1,9})\\\.")
_NUMBERED = r"\1."
_MARKS = "*_~|`> \n\u200b"
_SAME = 24  # characters that must agree for a place to be taken as found
_FAR = 200  # characters looked ahead for a word
_LONGEST_SPAN = 12_000  # characters; the generator writes none that is longer
_WHITE = re.compile(r"\s+")
_WHITE_BEFORE = regex.compile(r"(?r)\s")
_GRAPHEMES = regex.compile(r"\X")
# Marks that can end a sentence, with what may close behind them; for texts without known ends.
_MAY_END = re.compile(r"[.!?…。！？:;—–][\"'”’»)\]*_~|」』]*\Z|[\"”’*_]\Z")
_WORD_PART = re.compile(r"[\w'’]")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


class Placed(NamedTuple):
    """A message: the range of the text it holds, and what it has before and behind that."""

    start: int
    end: int
    head: str
    tail: str


@dataclass(slots=True)
class Tally:
    """What a splitter did to all stories; every number is a count."""

    messages: int = 0
    smallest: int = 0  # number of messages if a message could be cut anywhere
    refused: int = 0  # messages that Discord would refuse: blank or too long
    cuts: int = 0
    at_line_end: int = 0
    in_word: int = 0
    in_sentence: int = 0
    avoidable: int = 0  # cuts inside a sentence that would have fitted into one message
    graphemes: int = 0
    spans: int = 0
    fences: int = 0
    lost: int = 0  # characters of the text, white space aside, that no message holds
    lines: int = 0  # line breaks inside a message that became something else, or came to it

    @property
    def over(self) -> float:
        """Messages over the smallest number."""
        return self.messages / self.smallest

    def share(self, count: int) -> float:
        """Give ``count`` as a share of all cuts."""
        return count / self.cuts if self.cuts else 0.0


def judge(story: Story, messages: list[str], tally: Tally) -> None:
    """Add to ``tally`` what a splitter did to ``story``."""
    tally.messages += len(messages)
    tally.smallest += smallest(story.text)
    tally.refused += sum(not message.strip() or len(message) > LIMIT for message in messages)
    placed = list(_place(story.text, messages, tally))
    tally.cuts += max(0, len(placed) - 1)
    for left, right in pairwise(placed):
        _judge_cut(story, left, right, tally)


def smallest(text: str) -> int:
    """Count the messages it takes if they may be cut anywhere."""
    return -(-len(text.strip()) // LIMIT)


def fewest_whole(story: Story) -> int:
    """Count the messages it takes if only known sentence ends are cut at, where any is in reach."""
    text, count, start = story.text, 0, 0
    while len(text) - start > LIMIT:
        index = bisect_left(story.ends, start + LIMIT + 1) - 1
        end = story.ends[index] if index >= 0 else 0
        start = _after_white(text, end if end > start else start + LIMIT)
        count += 1
    return count + (start < len(text))


def _place(text: str, messages: list[str], tally: Tally) -> Iterator[Placed]:
    """Find every message in ``text``, in order."""
    done = 0
    for message in messages:
        body = message.strip()
        if not body:
            continue
        place = _after_white(text, done)
        found = _as_it_is(text, body, place) or _with_marks(text, body, place)
        if found is None:
            found = _word_by_word(text, body, place, tally)
            inside = text[found.start : found.end]
            tally.lines += abs(inside.count("\n") - body.count("\n"))
        tally.lost += _ink(text, done, found.start)
        done = found.end
        yield found
    tally.lost += _ink(text, done, len(text))


def _as_it_is(text: str, body: str, place: int) -> Placed | None:
    return Placed(place, place + len(body), "", "") if text.startswith(body, place) else None


def _with_marks(text: str, body: str, place: int) -> Placed | None:
    """Place a message that closes or reopens spans."""
    most = _HEAD.match(body)
    longest = most.end() if most else 0
    for head in range(longest + 1):
        rest = body[head:]
        if not text.startswith(_probe(rest), place):
            rest = _BACKSLASH.sub(_NUMBERED, rest[:_SAME], count=1) + rest[_SAME:]
            if not text.startswith(_probe(rest), place):
                continue
        same = _common(text, rest, place)
        if _TAIL.fullmatch(rest, same):
            # A line break before a closing fence may stand in the text as well.
            same = len(rest[:same].rstrip())
            return Placed(place, place + same, body[:head], rest[same:])
    return None


def _probe(rest: str) -> str:
    """Give the first characters of a message, without what may close its spans."""
    return rest[:_SAME] if len(rest) > 2 * _SAME else rest[:_SAME].rstrip(_MARKS)


def _word_by_word(text: str, body: str, place: int, tally: Tally) -> Placed:
    """Place a message whose white space was changed, or that has other text in it."""
    start = end = place
    for number, word in enumerate(body.split()):
        at = _after_white(text, end)
        if not text.startswith(word, at):
            far = text.find(word, at, at + _FAR)
            if far < 0:
                continue  # a word that is not in the text
            tally.lost += _ink(text, at, far) if number else 0
            at = far
        if end == place:
            start = at
        end = at + len(word)
    return Placed(start, end, "", "")


def _common(text: str, rest: str, place: int) -> int:
    """Count the characters of ``rest`` that stand in ``text`` from ``place`` on."""
    low, high = 0, len(rest)
    while low < high:
        middle = (low + high + 1) // 2
        if text.startswith(rest[low:middle], place + low):
            low = middle
        else:
            high = middle - 1
    return low


def _judge_cut(story: Story, left: Placed, right: Placed, tally: Tally) -> None:
    text, cut = story.text, left.end
    tally.at_line_end += "\n" in text[cut : right.start]
    touching = cut == right.start
    fits = not touching or _unbroken_run(text, cut) <= LIMIT
    if touching and fits and _is_in_word(text, cut):
        tally.in_word += 1
    if touching and not _is_grapheme_border(text, cut):
        tally.graphemes += 1
    if not story.ends:
        # Only what is beyond doubt: no mark in front of the cut can end a sentence.
        if "\n" not in text[cut : right.start] and not _MAY_END.search(text, max(0, cut - 8), cut):
            tally.in_sentence += 1
    else:
        index = bisect_left(story.ends, cut)
        if index < len(story.ends) and story.ends[index] != cut:
            tally.in_sentence += 1
            begin = _after_white(text, story.ends[index - 1] if index else 0)
            end = story.ends[index]
            tally.avoidable += end - begin + _marks_at(story, begin, end) <= LIMIT
    for span in _spans_around(story, cut):
        if span.opener.startswith("```"):
            tally.fences += not _is_kept(span, left, right)
        else:
            tally.spans += not _is_kept(span, left, right)


def _spans_around(story: Story, cut: int) -> Iterator[Marked]:
    """Give the spans that ``cut`` is inside of."""
    first = bisect_left(story.spans, (cut - _LONGEST_SPAN,))
    for index in range(first, len(story.spans)):
        span = story.spans[index]
        if span.start >= cut:
            break
        if span.end > cut:
            yield span


def _is_kept(span: Marked, left: Placed, right: Placed) -> bool:
    """Tell whether a span that is cut in two is closed before the cut and reopened behind it."""
    in_marks = left.end < span.start + len(span.opener) or right.start > span.end - len(span.closer)
    is_token = not span.opener and span.end - span.start <= LIMIT
    return not is_token and not in_marks and span.closer in left.tail and span.opener in right.head


def _marks_at(story: Story, begin: int, end: int) -> int:
    """Count the characters that reopen and close the spans around a sentence."""
    return sum(
        len(span.opener) + len(span.closer) + 2 * (span.opener == "```")
        for span in _spans_around(story, (begin + end) // 2)
        if span.start < begin or span.end > end
    )


def _unbroken_run(text: str, cut: int) -> int:
    """Count the characters around ``cut`` that have no white space between them."""
    before = _WHITE_BEFORE.search(text, max(0, cut - LIMIT), cut)
    after = _WHITE.search(text, cut, cut + LIMIT)
    start = before.end() if before else max(0, cut - LIMIT)
    return (after.start() if after else min(len(text), cut + LIMIT)) - start


def _is_in_word(text: str, cut: int) -> bool:
    sides = text[cut - 1 : cut], text[cut : cut + 1]
    return all(_WORD_PART.match(side) and not _UNSPACED.match(side) for side in sides)


def _is_grapheme_border(text: str, cut: int) -> bool:
    before = _WHITE_BEFORE.search(text, 0, cut)
    start = before.end() if before else 0
    for found in _GRAPHEMES.finditer(text, start):
        if found.end() >= cut:
            return found.end() == cut
    return True


def _after_white(text: str, place: int) -> int:
    found = _WHITE.match(text, place)
    return found.end() if found else place


def _ink(text: str, start: int, end: int) -> int:
    """Count the characters that are no white space."""
    return sum(map(len, text[start:end].split())) if end > start else 0
