"""Who is in the stories whose files do not say: what was detected, and what people decide.

The operator decides for the operator's shelf, a server's librarians for their
server's. A decision changes the stories on that shelf at once and holds for
those that are read later; it never reaches another shelf.
"""

import json
from collections.abc import Callable
from datetime import datetime

from rapidfuzz import fuzz, process

from bot.errors import StoryNotFound
from bot.library.base import OPERATOR_SHELF, Library
from bot.library.detected import Decision, DetectedName, Verdict, final_name
from bot.prose.aliases import Aliases
from bot.prose.words import fold
from bot.story import Audience, Rating, TagKind

MOST_LISTED = 5_000  # names listed at once, and looked through for a near miss
NEAR = 5
LONGEST_NAME = 100  # characters
_NEAR_SCORE = 70  # of 100


class Cast:
    """Lists, decides and writes out; every question names the shelf it is about."""

    def __init__(
        self,
        library: Library,
        *,
        aliases: Callable[[], Aliases],
        now: Callable[[], datetime],
    ) -> None:
        self._library = library
        self._aliases = aliases
        self._now = now

    async def detected(
        self, shelf: int, limit: int = MOST_LISTED, *, undecided: bool = False, spotted: int = 3
    ) -> list[DetectedName]:
        """List the names that were detected on a shelf, those of the most stories first."""
        return await self._library.detected_names(
            shelf, limit, undecided=undecided, spotted=spotted
        )

    async def named(self, shelf: int, typed: str, *, story: int | None = None) -> DetectedName:
        """Give the detected name that is meant, in ``story`` or in any.

        Raises:
            StoryNotFound: Nobody was detected under it; the sentence names who was.
        """
        found = await self._library.detected_name(shelf, fold(typed), story=story)
        if found is None:
            raise StoryNotFound(**await self._not_detected(shelf, typed, story))
        return found

    async def _not_detected(self, shelf: int, typed: str, story: int | None) -> dict[str, str]:
        if story is not None and await self._library.detected_name(shelf, fold(typed)):
            return {"key": "cast.not-in-story", "typed": typed, "story": str(story)}
        listed = await self._library.detected_names(shelf, MOST_LISTED, spotted=0)
        names = {each.name: fold(each.name) for each in listed}
        near = process.extract(
            fold(typed), names, scorer=fuzz.WRatio, limit=NEAR, score_cutoff=_NEAR_SCORE
        )
        if not near:
            return {"key": "cast.not-detected", "typed": typed}
        told = ", ".join(f"“{name}”" for _, _, name in near)
        return {"key": "cast.near", "typed": typed, "names": told}

    async def accept(
        self, shelf: int, typed: str, *, story: int | None = None
    ) -> tuple[Decision, int]:
        """Take a detected name for what it is; gives the decision, and how many stories changed.

        Raises:
            StoryNotFound: See `named`.
        """
        name = (await self.named(shelf, typed, story=story)).name
        return await self._decide(shelf, Decision(name, Verdict.ACCEPTED, story=story))

    async def reject(
        self, shelf: int, typed: str, *, story: int | None = None
    ) -> tuple[Decision, int]:
        """Say that a detected name is no character; see `accept`."""
        name = (await self.named(shelf, typed, story=story)).name
        return await self._decide(shelf, Decision(name, Verdict.REJECTED, story=story))

    async def rename(
        self, shelf: int, typed: str, becomes: str, *, story: int | None = None
    ) -> tuple[Decision, int]:
        """Call somebody who was detected otherwise; the name that was found stays an alias.

        Raises:
            StoryNotFound: See `named`, or the new name is empty or too long.
        """
        name = (await self.named(shelf, typed, story=story)).name
        becomes = " ".join(becomes.split())
        if not fold(becomes) or len(becomes) > LONGEST_NAME:
            raise StoryNotFound("cast.bad-name", longest=LONGEST_NAME)
        return await self._decide(shelf, Decision(name, Verdict.RENAMED, becomes, story))

    async def merge(
        self, shelf: int, typed: str, into: str, *, story: int | None = None
    ) -> tuple[Decision, int]:
        """Say that a detected name is an alias of a character there is already.

        Raises:
            StoryNotFound: See `named`, or there is no such character.
        """
        name = (await self.named(shelf, typed, story=story)).name
        target = await self._character(shelf, into)
        if fold(target) == fold(name):
            raise StoryNotFound("cast.into-itself", typed=name)
        return await self._decide(shelf, Decision(name, Verdict.MERGED, target, story))

    async def _character(self, shelf: int, typed: str) -> str:
        """Give the canonical name of a character: known by the alias files, or of the shelf."""
        known = self._aliases().canonical(typed)
        if known is not None:
            return known
        everything = Audience(
            ceiling=Rating.NOT_RATED,
            beyond=Rating.NOT_RATED,
            server=None if shelf == OPERATOR_SHELF else shelf,
        )
        found = await self._library.name_called((TagKind.CHARACTER,), fold(typed), everything)
        if found is not None:
            return found.name
        detected = await self._library.detected_name(shelf, fold(typed), spotted=0)
        if detected is None:
            raise StoryNotFound("cast.no-character", typed=typed)
        return detected.name

    async def _decide(self, shelf: int, decision: Decision) -> tuple[Decision, int]:
        return decision, await self._library.decide_name(shelf, decision, self._now())

    async def take_back(self, shelf: int, typed: str, *, story: int | None = None) -> None:
        """Forget what was decided about a name.

        Raises:
            StoryNotFound: Nothing was.
        """
        if not await self._library.take_back_name(shelf, fold(typed), story):
            raise StoryNotFound("cast.undecided", typed=typed)

    async def decisions(self, shelf: int) -> list[Decision]:
        """List what was decided, the latest first."""
        return await self._library.name_decisions(shelf)

    async def written_out(self, shelf: int) -> str:
        """Write the decisions of a shelf as a ``characters.toml``.

        What was decided for one story alone has no place in such a file, and
        is told in comments.
        """
        decisions = sorted(await self.decisions(shelf), key=lambda each: each.folded)
        everywhere = [each for each in decisions if each.story is None]
        rejected = [each.name for each in everywhere if each.verdict is Verdict.REJECTED]
        by_name = {each.folded: each for each in everywhere}
        forms: dict[str, dict[str, str]] = {}
        names: dict[str, str] = {}
        for each in everywhere:
            if each.verdict is Verdict.REJECTED:
                continue
            name = final_name(each.name, by_name)
            names.setdefault(fold(name), name)
            own = forms.setdefault(fold(name), {})
            found = await self._library.detected_name(shelf, each.folded)
            told = [alias for s in found.spotted for alias in s.detection.aliases] if found else []
            own.update({fold(form): form for form in (each.name, *told)})
        lines = ["# Decisions about detected names, as a characters.toml."]
        if rejected:
            lines += ["", f"reject = [{', '.join(map(_quoted, rejected))}]"]
        for folded, name in names.items():
            aliases = [form for key, form in forms[folded].items() if key != folded]
            lines += ["", "[[character]]", f"name = {_quoted(name)}"]
            if aliases:
                lines.append(f"aliases = [{', '.join(map(_quoted, aliases))}]")
        single = [each for each in decisions if each.story is not None]
        if single:
            lines += ["", "# Decided for one story alone, which this file cannot say:"]
        for each in single:
            becomes = f", {_quoted(each.becomes)}" if each.becomes else ""
            told = f"{_quoted(each.name)} was {each.verdict.value}{becomes}"
            lines.append(f"# story {each.story}: {told}")
        return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Write a string as TOML does."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
