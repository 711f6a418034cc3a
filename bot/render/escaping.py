r"""Text of a story made inert: Discord shows the same characters and acts on none of them.

A backslash before a symbol is what Discord itself offers, and leaves no trace
for the reader. It is not enough in one place: who is pinged is decided by
Discord's servers, which do not read Markdown. So ``<@1>`` gets a backslash
*inside* as well (``\<\@1>``), and ``@everyone`` a zero width space after the
``@``.
"""

import re
from collections.abc import Iterator

import regex

ZERO_WIDTH = "\u200b"

# Every character that may need a backslash wherever it stands; one plain
# character class, because that is what ``re`` searches fastest.
_SUSPECT = re.compile(r"[\\*_~`|\[\]<@:/\n]")
_ALWAYS = frozenset("\\*_~`|[")
# What makes a line a heading, quote, item or small print, up to where a
# backslash stops it.
_LINE_MARK = re.compile(r"[^\S\n]*(?:(?=[#>]|[-+](?:[#\s]|\Z))|[0-9]+(?=\.(?:\s|\Z)))")
_SIGIL = re.compile(r"[#&!]|(?:a|t|id|sound|[0-9]{1,20})?(?=:)")  # after "<": "<#1>", "<t:1>"
_CROWD = re.compile(r"everyone|here", re.IGNORECASE)
_SHORTCODE = re.compile(r":[\w+-]{1,64}:")  # ":smile:" is drawn as a picture
# Discord shows an invitation for its own addresses even without a scheme.
_OUR_HOST = re.compile(r"discord(?:app)?\.[a-z]{2,6}\Z", re.IGNORECASE)
_LONGEST_HOST = 17  # characters of the longest match of _OUR_HOST

_LINE_ENDS = frozenset("\r\x0b\x0c\x85\u2028\u2029")
_SEPARATORS = frozenset("\x1c\x1d\x1e\x1f")  # white space for Python, so a space for us
_CONTROLS = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"
    "\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
)
_UNSEEN = re.compile(f"[{_CONTROLS}]")
# Words with nothing suspect in them that begin with a letter: most names, and most text.
_PLAIN = re.compile(rf" *[^\W\d_][^\\*_~`|\[\]<@:/\n{_CONTROLS}]*\Z")
_RIGHT_TO_LEFT = regex.compile(r"[\p{Bidi_Class=R}\p{Bidi_Class=AL}]")


def escape(text: str) -> str:
    r"""Make ``text`` inert for Discord: no Markdown, mention, link, emoji code or control.

    The reader sees the same text. Lone surrogates, control characters and
    those that embed, override or isolate direction are dropped; every kind
    of line end becomes ``\n``.
    """
    if _PLAIN.match(text):
        return text
    text, _ = without_controls(text)
    parts: list[str] = []
    done = 0
    for at, added in insertions(text):
        parts += (text[done:at], added)
        done = at
    return "".join(parts) + text[done:] if parts else text


def isolate(title: str) -> str:
    """Put ``title`` on one line, inert, and isolated when it holds right-to-left script.

    The isolates U+2068 and U+2069 keep an Arabic or Hebrew title from turning
    round the words and numbers beside it.
    """
    line = escape(" ".join(title.split()))
    return f"\u2068{line}\u2069" if _RIGHT_TO_LEFT.search(line) else line


def insertions(text: str) -> Iterator[tuple[int, str]]:
    """Give what makes ``text`` inert, in order: a place and what to insert there.

    ``text`` is free of control characters; its beginning counts as the
    beginning of a line.
    """
    done = _LINE_MARK.match(text)
    marked = done.end() if done else -1
    if marked >= 0:
        yield marked, "\\"
    for found in _SUSPECT.finditer(text):
        at = found.start()
        character = found.group()
        if character in _ALWAYS:
            yield at, "\\"
        elif character == "\n":
            mark = _LINE_MARK.match(text, at + 1)
            if mark:
                yield mark.end(), "\\"
        elif character == "<":
            yield at, "\\"
            sigil = _SIGIL.match(text, at + 1)
            if sigil:
                marked = sigil.end() - (text[at + 1] in "#&!")
                yield marked, "\\"
        elif character == "]":
            yield at, "\\"
            if text.startswith("(", at + 1):
                yield at + 1, "\\"
        elif character == "@":
            yield at, "\\"
            if _CROWD.match(text, at + 1):
                yield at + 1, ZERO_WIDTH
        elif character == ":":
            if at != marked and (text.startswith("//", at + 1) or _SHORTCODE.match(text, at)):
                yield at, "\\"
        elif text[at - 1 : at] == "<" or _OUR_HOST.search(text, max(0, at - _LONGEST_HOST), at):
            yield at, "\\"


def longest_inert(text: str) -> int:
    """Tell how long ``text`` may become when it is made inert: never less than it does."""
    # Two marks at most at one suspect character, a line's beginning among them.
    return len(text) + 2 * len(_SUSPECT.findall(text)) + 1


def holds_controls(text: str, start: int, end: int) -> bool:
    """Tell whether a range of ``text`` holds a character that ``without_controls`` changes."""
    return _UNSEEN.search(text, start, end) is not None


def without_controls(text: str) -> tuple[str, list[int]]:
    r"""Give ``text`` without control characters, and the places where one was dropped.

    Line ends of every kind become ``\n`` and separators a space; only the
    others are dropped, so the two strings differ by the dropped places alone.
    """
    parts: list[str] = []
    dropped: list[int] = []
    done = 0
    for found in _UNSEEN.finditer(text):
        at = found.start()
        parts.append(text[done:at])
        done = at + 1
        character = found.group()
        if character in _SEPARATORS:
            parts.append(" ")
        elif character in _LINE_ENDS and text[at : at + 2] != "\r\n":
            parts.append("\n")
        else:
            dropped.append(at)
    return "".join(parts) + text[done:] if parts else text, dropped
