"""Who goes on speaking: the rules that find lost paragraph breaks around dialogue.

Each boundary between two units (quotations and sentences of narration) is
judged once, from left to right, by who spoke last, what the narration is about
and who speaks next, as far as tags and names tell.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.prose.english import CONTINUING_VERBS
from bot.prose.subjects import (
    HEAD,
    PRONOUN,
    THEY,
    THING,
    Tag,
    bare_name,
    find_names,
    find_subject,
    read_tag,
)
from bot.prose.units import Unit, may_break

_SHORT_LEAD = 2  # sentences that may lead into a quotation in its own paragraph

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_CUE = re.compile(
    r"(?:(?:[Aa]n?|[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Aa] few|[Ss]ome|"
    r"[Ss]everal|[Mm]any|\d+|[Mm]uch|[Hh]alf an)\s+)?"
    r"(?:(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|moments?)\s+later\b"
    r"|(?<![a-z] )(?:Hours|Days|Weeks|Months|Years)\s+(?:later|passed)\b)"
    r"|The (?:next|following) (?:day|morning|night|evening|afternoon|week|time|month|year)\b"
    r"|That (?:same )?(?:night|evening|morning|afternoon|day)\b(?!')"
    r"|Since then\b|However,|Later(?: that\b| on\b|,)|Eventually,?\b|Meanwhile\b"
    r"|When \w+ next\b|When (?:he|she|they) (?:woke|wakes|awoke|awakes)\b"
    r"|On the (?:\w+ )?(?:morning|day|night|evening)\b"
)
_OWN_NAME = re.compile(
    r"\b(?:I[’'‘]?m|I am|name is|name[’']s|this is|call me)\s+(?:not |just |only |called )?\Z"
)


@dataclass(slots=True)
class _Speech:
    """What is known while reading on."""

    speaker: str = ""  # a name, PRONOUN, or "" (unknown) of the last quotation here
    verb: str = ""  # of its tag
    quotation: int = -1  # unit of the last quotation in this paragraph
    paragraph: int = 0  # unit that opens this paragraph
    recent: list[str] = field(default_factory=list[str])  # names, the latest last


def break_units(text: str, units: Sequence[Unit]) -> list[int]:
    """Give the units that open a paragraph, the first not included."""
    return _Reader(text, units).read()


class _Reader:
    """One reading of a text from left to right."""

    def __init__(self, text: str, units: Sequence[Unit]) -> None:
        self._text = text
        self._units = units
        self._names = find_names(text[units[0].start : units[-1].end]) if units else {}
        self._breaks: list[int] = []
        self._now = _Speech()

    def read(self) -> list[int]:
        for at, unit in enumerate(self._units):
            if unit.quoted:
                self._read_quotation(at)
            else:
                self._read_narration(at)
        return self._breaks

    def subject(self, at: int) -> str:
        unit = self._units[at]
        return find_subject(self._text[unit.start : min(unit.end, unit.start + HEAD)], self._names)

    def _tag(self, at: int) -> Tag | None:
        """Read the tag of the quotation ``at``, if the next unit is one."""
        if not self._units[at].quoted or at + 1 >= len(self._units) or self._units[at + 1].quoted:
            return None
        quotation, after = self._units[at], self._units[at + 1]
        head = self._text[after.start : min(after.end, after.start + HEAD)]
        inner = self._text[quotation.start + 1 : quotation.end].rstrip("\"”’'»」』 .*_")
        return read_tag(head, self._names, introduced=inner.endswith((",", "，", "、")))

    def _break(self, at: int) -> bool:
        """Open a paragraph at the unit; False where no white space allows it."""
        start = self._units[at].start
        if at <= self._now.paragraph or not may_break(self._text, start):
            return False
        self._breaks.append(at)
        self._now.paragraph = at
        self._now.quotation = -1
        return True

    def _note(self, name: str) -> None:
        if name and not name.startswith("<"):
            recent = self._now.recent
            if name in recent:
                recent.remove(name)
            recent.append(name)
            del recent[:-4]

    def _other(self, name: str) -> str:
        """Guess who answers ``name``: the one last heard of besides."""
        if not name or name.startswith("<"):
            return ""
        return next((other for other in reversed(self._now.recent) if other != name), "")

    def _read_narration(self, at: int) -> None:
        now = self._now
        if at > 0 and self._units[at - 1].quoted:
            tag = self._tag(at - 1)
            if tag is not None:
                if tag.speaker:
                    if tag.speaker != PRONOUN or not now.speaker:
                        now.speaker = tag.speaker
                    self._note(tag.speaker)
                now.verb = tag.verb
                return
        subject = self.subject(at)
        spoken = now.quotation >= now.paragraph
        if self._is_cue(at) or (spoken and self._leaves_speaker(at, subject)):
            self._break(at)
        self._note(subject)

    def _is_cue(self, at: int) -> bool:
        unit = self._units[at]
        found = _CUE.match(self._text, unit.start, unit.end)
        if found is None or (at > 0 and not self._units[at - 1].complete):
            return False
        # "Three days later … Three days later …" is one figure of speech.
        before = self._units[at - 1] if at > 0 else None
        return before is None or not self._text.startswith(found.group(), before.start)

    def _leaves_speaker(self, at: int, subject: str) -> bool:
        """Tell whether narration after speech turns to somebody or something else."""
        now = self._now
        if not subject.startswith("<"):
            return bool(now.speaker) and subject != now.speaker
        first = now.quotation + 1 == at or (
            now.quotation + 2 == at and self._tag(now.quotation) is not None
        )
        if not first or subject == PRONOUN:
            return False
        following = at + 1
        return (
            following < len(self._units)
            and not self._units[following].quoted
            and self._units[at].complete
            and self.subject(following) in {THING, THEY}
        )

    def _read_quotation(self, at: int) -> None:
        now = self._now
        tag = self._tag(at)
        speaker = tag.speaker if tag is not None else ""
        before = self._units[at - 1] if at > 0 else None
        previous = now.speaker
        if before is None or at == now.paragraph:
            kept = False
            guess = ""
        elif before.quoted:
            kept = not self._break(at)
            guess = self._other(previous)
        elif self._goes_on(at) or self._is_introduced(at):
            kept = True
            guess = now.speaker
        elif now.quotation < now.paragraph:
            guess = self._follow_narration(at, speaker)
            kept = False
        else:
            kept = not self._changes_speaker(at, tag) or not self._break(at)
            guess = previous if kept else self._other(previous)
        if not speaker or (speaker == PRONOUN and guess):
            speaker = guess
        if not kept or speaker:
            now.speaker = speaker
        now.quotation = at
        now.verb = tag.verb if tag is not None else ""
        self._note(speaker)

    def _goes_on(self, at: int) -> bool:
        """Tell whether the quotation is the rest of the one before: "I said," he …, "go"."""
        if at < 2 or not self._units[at - 2].quoted:
            return False
        first, between = self._units[at - 2], self._units[at - 1]
        if self._tag(at - 2) is not None and not between.complete:
            return True
        inner = self._text[first.start + 1 : first.end - 1].rstrip()
        start = self._text[self._units[at].start + 1 : self._units[at].end].lstrip("‘'“ ")
        return inner.endswith((",", "—", "–", "-")) and start[:1].islower()

    def _is_introduced(self, at: int) -> bool:
        """Tell whether the narration before leads into the quotation with a comma or colon."""
        now = self._now
        intro = at - 1
        if self._units[intro].complete:
            return False
        subject = self.subject(intro)
        spoken = now.quotation >= now.paragraph
        if intro != now.paragraph:
            other = not subject.startswith("<") and subject != now.speaker
            if (spoken and other) or (not spoken and intro - now.paragraph > _SHORT_LEAD):
                self._break(intro)
        now.speaker = subject if subject not in {THING, THEY} else ""
        return True

    def _follow_narration(self, at: int, tagged: str) -> str:
        """Judge a quotation after narration without speech; give who seems to speak."""
        now = self._now
        lead = range(now.paragraph, at)
        subject = self.subject(at - 1)
        actor = self._actor(lead)
        named = bool(tagged) and tagged != PRONOUN
        if named and actor not in {"", tagged}:
            self._break(at)
            return tagged
        if actor and self._is_answered_by(at, actor):
            self._break(at)
            return self._other(actor)
        if len(lead) <= _SHORT_LEAD:
            if subject in {THING, THEY}:
                self._break(at)
                return ""
            return actor
        if not subject.startswith("<"):
            self._break(at - 1)  # the beat opens the paragraph
            return subject
        self._break(at)
        return ""

    def _is_answered_by(self, at: int, name: str) -> bool:
        """Tell whether ``name`` must be whom the quotation speaks to."""
        if self._addresses(at, name):
            return True
        following = at + 1
        if following < len(self._units) and self._units[following].quoted:
            answer = self._tag(following)
            return answer is not None and answer.speaker == name
        return False

    def _actor(self, lead: range) -> str:
        """Give the last person the sentences name as their subject."""
        for at in reversed(lead):
            subject = self.subject(at)
            if not subject.startswith("<"):
                return subject
            if subject != PRONOUN:
                return ""
        return ""

    def _changes_speaker(self, at: int, tag: Tag | None) -> bool:
        """Judge a quotation that follows speech in the same paragraph."""
        now = self._now
        known = bool(now.speaker) and now.speaker != PRONOUN
        named = tag is not None and tag.speaker not in {"", PRONOUN}
        if known and tag is not None and named and tag.speaker != now.speaker:
            return True
        if known and self._addresses(at, now.speaker):
            return True
        beat = at - now.quotation - 1 - (self._tag(now.quotation) is not None)
        if beat == 0:
            both = bool(now.verb) and tag is not None and bool(tag.verb)
            return both and tag is not None and tag.verb not in CONTINUING_VERBS
        subject = self.subject(at - 1)
        return beat > 1 or subject in {THING, THEY}

    def _addresses(self, at: int, name: str) -> bool:
        """Tell whether the quotation holds the name, which its bearer would hardly say."""
        unit = self._units[at]
        words = self._text[unit.start : unit.end]
        for match in _WORD.finditer(words):
            if self._names.get(bare_name(match.group()).capitalize()) == name:
                return _OWN_NAME.search(words, 0, match.start()) is None
        return False
