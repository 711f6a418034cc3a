"""What holds for many of the files that were read, counted on the way and told in sentences.

Counted are the stories that are new or changed: what to do about them is asked
now, not again each time.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bot.story import Permission
from bot.texts import FALLBACK, say

_SITES = {"archiveofourown.org": "AO3", "fanfiction.net": "FanFiction.net"}
_SHOWN_SITES = 5
COUNTED = (
    *("withheld", "estimated", "default-rating", "derived-title", "no-author"),
    *("guessed", "reflowed", "near", "older"),
)


@dataclass(slots=True)
class Sums:
    """Counts over what was read."""

    stories: int = 0
    words: int = 0
    sites: Counter[str] = field(default_factory=Counter[str])  # of stories that are link only
    counts: Counter[str] = field(default_factory=Counter[str])
    default_rating: str = ""  # that those were given whose files say none

    def add(self, outcome: str, told: dict[str, Any], details: dict[str, Any]) -> None:
        """Count one story; see `FileReport`."""
        self.counts["withheld"] += outcome == "withheld"
        self.counts["older"] += bool(details.get("newer"))
        if outcome not in ("added", "updated"):
            return
        self.stories += 1
        self.words += told["words"]
        if told["permission"] == Permission.LINK_ONLY and told["source"]:
            self.sites[_site_of(told["source"])] += 1
        self.counts["estimated"] += told["rating_origin"] == "estimated"
        if told["rating_origin"] == "default":
            self.counts["default-rating"] += 1
            self.default_rating = told["rating"]
        self.counts["derived-title"] += told["title_origin"] == "derived"
        self.counts["no-author"] += not told["authors"]
        self.counts["guessed"] += bool(details.get("is_guessed"))
        self.counts["reflowed"] += bool(details.get("reflowed"))
        self.counts["near"] += bool(details.get("near"))

    def sentences(self, language: str = FALLBACK) -> list[str]:
        """Say what the counts mean, and what can be done, the weightiest first."""
        told: list[str] = []
        if self.stories:
            words = self.words
            told.append(say("report.in-all", language, count=self.stories, words=words))
        return [
            *told,
            *self.links(language),
            *(
                say(f"report.sum-{what}", language, count=count, rating=self.default_rating)
                for what in COUNTED
                if (count := self.counts[what])
            ),
        ]

    def links(self, language: str = FALLBACK) -> list[str]:
        """Say which stories will only be a card with a link, and what changes that."""
        shown = self.sites.most_common(_SHOWN_SITES)
        others = sum(self.sites.values()) - sum(count for _, count in shown)
        told = [say("report.link-only", language, count=n, site=site) for site, n in shown]
        return [*told, say("report.link-only-others", language, count=others)] if others else told


def _site_of(source: str) -> str:
    try:
        host = (urlsplit(source).hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    return _SITES.get(host, host or source[:40])
