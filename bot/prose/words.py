"""Words: how they are counted, folded and tokenised, the same everywhere.

A word is a run of characters without white space that holds a letter or a
digit, after dashes (``—``, ``–``, ``--`` and longer) and ellipses between
words have been taken as spaces. So "well-known", "don't", "1,000" and
"o'clock" are one word each, "wait—what" is two, and "* * *" is none. In
scripts that write no spaces every character counts as a word, as on AO3
(Han, Hiragana, Katakana, Thai, Khmer, Lao).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

import regex

_SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Khmer}\p{Lao}"
_BREAKS = regex.compile(r"[—–―⸺⸻]|-{2,}|…|\.{2,}")
_SPACELESS_LETTER = regex.compile(rf"[{_SPACELESS}]")
_NO_PART = regex.compile(r"[^\s\p{L}\p{N}]+")  # of a word that counts
# The same for texts of ASCII and the marks of English prose, which most are.
_PLAIN_BREAKS = re.compile(r"-{2,}|\.{2,}")
_COUNTED_MARKS = (("’", ""), ("“", ""), ("”", ""), ("‘", ""), ("—", " "), ("–", " "), ("…", " "))
_NO_PLAIN_PART = bytes(
    byte for byte in range(128) if not (chr(byte).isalnum() or chr(byte) in " \t\n\r\v\f")
)

# Never longer than a word, so that counting pieces never counts too few words.
_PIECE = regex.compile(rf"[{_SPACELESS}]|(?:(?![{_SPACELESS}])[\p{{L}}\p{{N}}\p{{M}}])+")

_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "‘": "'",
        "’": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
    }
)
# Only these marks are dropped: dropping every combining mark would turn が
# into か and take the vowels out of Devanagari.
_LATIN_MARKS = regex.compile(r"[\u0300-\u036f]")
_PAIRED = rf"{_SPACELESS}\p{{Hangul}}ー"  # the long vowel's mark belongs to no script alone
_TOKEN = regex.compile(
    # Possessive: a word of many megabytes leaves nothing behind to go back to.
    rf"[{_PAIRED}]++"
    rf"|[\p{{L}}\p{{N}}\p{{M}}--[{_PAIRED}]]++(?:'[\p{{L}}\p{{N}}\p{{M}}--[{_PAIRED}]]++){{0,1000}}+",
    regex.VERSION1,
)
_KEY_WORD = regex.compile(r"[\p{L}\p{N}\p{M}']+")
_BIGRAM_SCRIPT = regex.compile(rf"[{_PAIRED}]")

# The same for whole texts at once: see `spaced_tokens`.
_COMMON_MARKS = (("’", "'"), ("‘", "'"), ("“", " "), ("”", " "), ("—", " "), ("–", " "), ("…", " "))
# The mark first: `re` runs from one to the next, and looks at nothing between.
_PLAIN_APOSTROPHE = re.compile(r"['`](?<=[a-z0-9].)(?=[a-z0-9])")
_APOSTROPHE = regex.compile(
    rf"(?<=[\p{{L}}\p{{N}}\p{{M}}--[{_PAIRED}]])'(?=[\p{{L}}\p{{N}}\p{{M}}--[{_PAIRED}]])",
    regex.VERSION1,
)
_MARKS = regex.compile(r"[^\p{L}\p{N}\p{M}\x00-\x7f]+")
_TOKENS_APART = bytes(
    byte if byte > 127 or chr(byte).isalnum() else ord(" ") for byte in range(256)
)
_PAIRED_RUN = regex.compile(rf"[{_PAIRED}]+")

_STRETCH = 500_000  # characters worked on at once
_SPACE = re.compile(r"[ \n]")


def stretches(text: str, length: int = _STRETCH) -> Iterator[str]:
    """Cut a very long text before white space, so that no list of all its words is ever made.

    A list of five million words takes fifteen times the memory of their text.
    """
    start = 0
    while len(text) - start > length:
        space = _SPACE.search(text, start + length)
        stop = len(text) if space is None else space.start()
        yield text[start:stop]
        start = stop
    yield text[start:] if start else text


def count_words(text: str) -> int:
    """Count the words of ``text`` by the rule in this module's docstring."""
    return _count(text) if len(text) <= _STRETCH else sum(map(_count, stretches(text)))


def _count(text: str) -> int:
    plain = text
    for mark, written in _COUNTED_MARKS:
        plain = plain.replace(mark, written)
    # Nothing here looks back: a word of many megabytes takes no more time than many words.
    if plain.isascii():
        if "--" in plain or ".." in plain:
            plain = _PLAIN_BREAKS.sub(" ", plain)
        return len(plain.encode().translate(None, _NO_PLAIN_PART).split())
    spaced, alone = _SPACELESS_LETTER.subn(" ", _BREAKS.sub(" ", text))
    return alone + len(_NO_PART.sub("", spaced).split())


def first_words(text: str, most: int) -> str:
    """Give the beginning of ``text`` that holds at most ``most`` words; "…" when it was cut."""
    for number, match in enumerate(_PIECE.finditer(text)):
        if number == most:
            return f"{text[: match.start()].rstrip()}…"
    return text


def fold(text: str) -> str:
    """Fold ``text`` for comparison: case, Latin accents and quotes no longer matter.

    "Łucja" and "lucja", "Straße" and "strasse", "Øystein" and "oystein" come
    out equal. White space is collapsed to single spaces and stripped.
    """
    if text.isascii():
        return " ".join(text.lower().replace("`", "'").split())
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    bare = _LATIN_MARKS.sub("", unicodedata.normalize("NFKD", lowered))
    return " ".join(unicodedata.normalize("NFC", bare).split())


def with_names(known: Iterable[str], added: Iterable[str]) -> tuple[str, ...]:
    """Add names to a list in the order of their folds; one known already keeps its spelling."""
    known = tuple(known)
    return tuple(sorted({fold(name): name for name in (*added, *known)}.values(), key=fold))


def without_names(known: Iterable[str], gone: Iterable[str]) -> tuple[str, ...]:
    """Take names off a list, however they are written."""
    folded = set(map(fold, gone))
    return tuple(name for name in known if fold(name) not in folded)


def search_key(text: str) -> str:
    """Fold ``text`` to its words with single spaces between: for finding names as one types.

    ``"“Hush—Hush,” she said"`` becomes ``"hush hush she said"``.
    """
    return key_of_folded(fold(text))


def key_of_folded(folded: str) -> str:
    """Give `search_key` of what `fold` gave."""
    if folded.isascii() and folded.replace(" ", "").isalnum():
        return folded
    return " ".join(_KEY_WORD.findall(folded))


def holds_spaceless(text: str) -> bool:
    """Tell whether ``text`` holds a script that writes no spaces between words."""
    return _SPACELESS_LETTER.search(text) is not None


def stands_in_pairs(letter: str) -> bool:
    """Tell whether `tokens` gives ``letter`` in pairs with its neighbours."""
    return _BIGRAM_SCRIPT.match(letter) is not None


def tokens(text: str) -> Iterator[str]:
    """Give the searchable words of ``text``, folded, in order.

    Latin, Cyrillic and other spaced scripts give whole words; Han, Kana,
    Hangul, Thai, Khmer and Lao give overlapping pairs of characters and then
    the last one alone, so that a name inside a Japanese sentence is found, and
    one character as the beginning of a pair. Both stores index and ask with
    these, so both find the same.
    """
    for token, _, _ in tokens_of_folded(fold(text)):
        yield token


def spaced_tokens(text: str) -> str:
    """Give `tokens` of ``text`` in one string, apart from each other: what a store indexes.

    Between them stand ASCII characters that are no letters and no digits, as
    they stood in the text. Far quicker than one token after the other.
    """
    plain = text
    for mark, written in _COMMON_MARKS:
        plain = plain.replace(mark, written)
    if plain.isascii():
        return _PLAIN_APOSTROPHE.sub("", plain.lower())
    folded = _MARKS.sub(" ", _APOSTROPHE.sub("", fold(text)))
    return _PAIRED_RUN.sub(_in_pairs, folded)


def tokens_in_line(text: str) -> bytes:
    """Give `tokens` of ``text`` in UTF-8, a space behind each."""
    if len(text) > _STRETCH:
        return b"".join(map(_in_line, stretches(text)))
    return _in_line(text)


def _in_line(text: str) -> bytes:
    words = spaced_tokens(text).encode().translate(_TOKENS_APART).split()
    return b"".join((b" ".join(words), b" ")) if words else b""


def _in_pairs(run: regex.Match[str]) -> str:
    letters = run.group()
    pairs = [left + right for left, right in pairwise(letters)]
    return f" {' '.join([*pairs, letters[-1]])} "


def tokens_of_folded(folded: str) -> Iterator[tuple[str, int, int]]:
    """Give `tokens` of what `fold` gave, each with the range of ``folded`` it comes from."""
    for match in _TOKEN.finditer(folded):
        run, start = match.group(), match.start()
        if _BIGRAM_SCRIPT.match(run) is None:
            yield run.replace("'", ""), start, match.end()
        else:
            for number, (left, right) in enumerate(pairwise(run), start):
                yield left + right, number, number + 2
            yield run[-1], match.end() - 1, match.end()
