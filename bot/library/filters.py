"""Filters as JSON: how schedules and others keep what stories they want."""

import json
from typing import Any, cast

from bot.library.base import Filter
from bot.story import Rating, TagKind


def filter_to_json(wanted: Filter) -> str:
    """Write a filter as JSON; what it does not ask for is left out."""
    told: dict[str, Any] = {
        "names": [[kind, folded] for kind, folded in wanted.names],
        "max_words": wanted.max_words,
        "min_words": wanted.min_words,
        "with_text": wanted.with_text or None,
        "stories": wanted.stories,
        "without": wanted.without,
        "without_names": wanted.without_names,
        "max_rating": wanted.max_rating,
        "language": wanted.language,
        "complete": wanted.complete,
        "collection": wanted.collection or None,
    }
    kept = {key: value for key, value in told.items() if value not in (None, "", (), [])}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def filter_from_json(text: str) -> Filter:
    """Read a filter written by `filter_to_json`; keys of a later version are ignored."""
    told = cast("dict[str, Any]", json.loads(text))
    max_rating = told.get("max_rating")
    return Filter(
        names=tuple((TagKind(kind), folded) for kind, folded in told.get("names", ())),
        max_words=told.get("max_words"),
        min_words=told.get("min_words"),
        with_text=told.get("with_text", False),
        stories=tuple(told.get("stories", ())),
        without=tuple(told.get("without", ())),
        without_names=tuple(told.get("without_names", ())),
        max_rating=None if max_rating is None else Rating(max_rating),
        language=told.get("language", ""),
        complete=told.get("complete"),
        collection=told.get("collection", 0),
    )
