"""Author's notes that stand inside the text of a story: before it and after it.

Nothing is taken for a note that could be story: a marker inside a quotation,
in the middle of a sentence or far from the edge stays text.
"""

import re

from bot.prose.quotes import find_quotations

_TRAILING = re.compile(
    r"[(\[*_]*\b(?:End Notes?|END NOTES?|Author[’']?s?[’']? Notes?|Notes|NOTES|A/N|AN)\b"
    r"[*_]*\s?:[*_]*\s*"
    r"|[(\[]?\b(?:A/N|AUTHOR[’']?S[’']? NOTES?)\b\s?[:;–—-]?\s*"
)
_LEADING = re.compile(
    r"[*_]*(?P<label>disclaimers?|summary|a/n|author[’']?s?[’']? notes?|notes?|warnings?)[*_]*\s*"
    r"[:：][*_]*[^\S\n]*",
    re.IGNORECASE,
)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_ENDS_SENTENCE = ".!?…\"”’')]}*_~-—。！？」』"

_NEAR_END = 600  # characters, or the last quarter
_LONGEST_NOTES = 5_000  # characters; a longer tail is story
_LOOK_BACK = 20  # characters before a marker that hold the end of the sentence before it
_LABELS = {"disclaimer": "disclaimer", "summary": "summary", "warning": "warning"}


def split_trailing_notes(text: str) -> tuple[int, str]:
    """Find the author's note at the end of ``text``: where it begins, and its words.

    The offset is that of the marker ("Notes:", "End Notes:", "A/N:",
    "Author's Note:"), so ``text[:offset]`` is the story; the words are
    without the marker. Without a note: ``(len(text), "")``. A marker counts
    after the end of a sentence or at the start of a line, outside quotations,
    within the last quarter or 600 characters.
    """
    nothing = (len(text), "")
    stop = len(text.rstrip())
    tail = min(max(_NEAR_END, len(text) // 4), _LONGEST_NOTES)
    candidates = [
        match
        for match in _TRAILING.finditer(text, max(0, len(text) - tail))
        if text[max(0, match.start() - _LOOK_BACK) : match.start()].rstrip(" \t*_")[-1:]
        in ("\n", *_ENDS_SENTENCE)
        and match.end() < stop
    ]
    if not candidates or not text[: candidates[0].start()].strip():
        return nothing
    quotations = find_quotations(text)
    for match in candidates:
        if not quotations.holds(match.start()):
            note = text[match.end() :].strip()
            if match.group().startswith(("(", "[")):
                note = note.removesuffix(")").removesuffix("]").rstrip()
            return match.start(), note
    return nothing


def split_leading_notes(text: str) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Find the labelled lines before the story: where the story begins, and each line.

    Each is ``(label, words)`` with the label "disclaimer", "summary",
    "warning" or "note", for lines that open with "Disclaimer:", "Summary:",
    "Warning:", "A/N:" or "Author's Note:". A labelled line goes on to the next
    blank line if the text has any, else to the end of its line. Without one,
    or if nothing would be left: ``(0, ())``.
    """
    blank_lines = _BLANK_LINE.search(text.strip()) is not None
    found: list[tuple[str, str]] = []
    at = len(text) - len(text.lstrip())
    while (match := _LEADING.match(text, at)) is not None:
        end = _end_of_entry(text, match.end(), blank_lines)
        if not text[end:].strip():
            return 0, ()
        words = " ".join(text[match.end() : end].split())
        label = match.group("label").casefold().removesuffix("s")
        found.append((_LABELS.get(label, "note"), words))
        at = end + len(text[end:]) - len(text[end:].lstrip())
    return (at, tuple(found)) if found else (0, ())


def _end_of_entry(text: str, start: int, blank_lines: bool) -> int:
    """Find where a labelled entry ends: its line, or its paragraph up to the next label."""
    line = text.find("\n", start)
    if line < 0:
        return len(text)
    while blank_lines and line >= 0:
        rest = text[line + 1 : line + 200].lstrip(" \t")
        if rest.startswith("\n") or _LEADING.match(rest):
            break
        line = text.find("\n", line + 1)
    return line if line >= 0 else len(text)
