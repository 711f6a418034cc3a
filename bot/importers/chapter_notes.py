"""What facts say of single chapters, for which a text has no place: notes, and that none is titled.

chapter_notes:
  - chapter: 2
    untitled: true
    summary: Ada waits.
    notes: Rope ahead.
    end_notes: The rope held.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from bot.importers.charset import clean
from bot.story import Chapter

KEY = "chapter_notes"
UNTITLED = "untitled"  # the heading only says where the chapter begins
FIELDS = ("summary", "notes", "end_notes")


def with_chapter_notes(
    chapters: tuple[Chapter, ...], told: object
) -> tuple[tuple[Chapter, ...], tuple[str, ...]]:
    """Lay the list ``told`` over ``chapters``; gives messages on what fits none of them."""
    done = list(chapters)
    messages: list[str] = []
    for item in cast("list[object]", told) if isinstance(told, list) else []:
        facts = cast("Mapping[str, object]", item if isinstance(item, Mapping) else {})
        number = str(facts.get("chapter", ""))
        if not (number.isdecimal() and len(number) < 7 and 1 <= int(number) <= len(done)):
            messages.append(f"{KEY}: there is no chapter “{clean(number)[:20]}”; left out.")
            continue
        chapter = done[int(number) - 1]
        title = None if str(facts.get(UNTITLED, "")).casefold() == "true" else chapter.title
        done[int(number) - 1] = replace(noted(chapter, facts), title=title)
    return tuple(done), tuple(messages)


def noted(chapter: Chapter, facts: Mapping[str, object]) -> Chapter:
    """Give ``chapter`` the summary and notes that ``facts`` state."""
    return replace(chapter, **{name: _text(facts[name]) for name in FIELDS if name in facts})


def _text(value: object) -> str:
    return clean(value).strip() if isinstance(value, str) else ""
