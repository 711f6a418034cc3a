"""A title for a story that has none: from its file's name, else from its first sentence."""

import re

import regex

from bot.prose.english import word_set
from bot.prose.sentences import sentence_ends
from bot.prose.words import count_words

TITLE_LIMIT = 60  # characters, with the ellipsis
NO_TITLE = "Untitled"

_LOOKED_AT = 2_000  # characters of the text
_SHORTEST_CLAUSE = 12  # characters; a shorter clause says too little

_SEPARATORS = re.compile(r"[\s_+·]+|(?<=\w)-(?=\w)")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
_UUID = re.compile(
    r"[0-9a-fA-F]{8}[-_ ][0-9a-fA-F]{4}[-_ ][0-9a-fA-F]{4}[-_ ][0-9a-fA-F]{4}[-_ ][0-9a-fA-F]{12}"
)
_HEX = re.compile(r"(?=[^\W_]*\d)[0-9a-fA-F]{6,}|[0-9a-fA-F]{16,}")
_NUMBER_PREFIX = re.compile(r"^(?:0\d*|\d+(?=\s*[-.)]\s))[\s.)-]*")
_NO_WORD = re.compile(r"[\W\d_]+|v\d+", re.IGNORECASE)
_COPY_SUFFIX = re.compile(r"\s*(?:\(\d+\)|[-–]?\s*\bcopy\b(?:\s*\d+)?\s*)+$", re.IGNORECASE)
_GENERIC = word_set("""
    story stories fic fics fanfic fanfiction drabble oneshot untitled copy of chapter chapters ch
    part parts book books vol volume file files text txt doc document documents new draft drafts
    final version work works ao3 ffn export download downloads downloaded output input test sample
    seed seeds temp tmp backup the a an my post entry note notes page pages scan raw edited edit
    wip md html epub unknown prologue epilogue one two three four five six seven eight nine ten
    unnamed title import file1 corpus data record item
""")
_HEADING = re.compile(
    r"(?:chapter|part|book|prologue|epilogue|act|scene|section|kapitel|chapitre)\b[\s\w.:-]{0,24}"
    r"|[\W\d_]*|[ivxlc]+\.?",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?<=\w)[\"”’']?(?:[,;:]\s|\s?[—–]|\s-\s|…|\.{3}|[、，；：])")
# Words that leave a title hanging when they end it.
_HANGING = word_set("""
    a an the and or but nor of to in on at by for from with as into onto over under than that which
    who whose his her its their my your our is was are were be been had has have he she it they i
    you we when where while because if so then very not no this these those would could should
""")
_QUOTES = {'"': '"', "“": "”", "‘": "’", "'": "'", "«": "»", "„": "“", "「": "」", "『": "』"}


def derive_title(stem: str, text: str) -> str:
    """Give a story without a title one, from the file's ``stem`` or its first words.

    The stem serves when it holds two real words at least (no hexadecimal
    digits, numbers or words such as "chapter", "copy", "untitled"). Else the
    first sentence does, cut at a clause or a word to at most 60 characters
    with "…". Never empty: the last resorts are the stem and "Untitled".
    """
    return _from_stem(stem) or _from_text(text[:_LOOKED_AT]) or _shorten(_words(stem)) or NO_TITLE


def _words(stem: str) -> str:
    bare = _COPY_SUFFIX.sub("", _UUID.sub(" ", stem))
    spaced = _SEPARATORS.sub(" ", bare)
    if " " not in spaced.strip():
        spaced = _CAMEL.sub(" ", spaced)
    return " ".join(spaced.split())


def _from_stem(stem: str) -> str:
    named = _NUMBER_PREFIX.sub("", _words(stem))
    kept = [word for word in named.split() if not _HEX.fullmatch(word)]
    real = [
        word
        for word in kept
        if not _NO_WORD.fullmatch(word) and word.strip(".,()[]'!?-").casefold() not in _GENERIC
    ]
    if sum(_real_words(word) for word in real) < 2:
        return ""
    title = " ".join(kept).strip(" -–._")
    return _shorten(title[:1].upper() + title[1:] if title.islower() else title)


def _real_words(word: str) -> int:
    """Count ``word``: a lone letter is none, a run of Han is as many as AO3 counts."""
    return count_words(word) if len(word) > 1 or not word.isascii() else 0


def _from_text(text: str) -> str:
    begin = 0
    for end in sentence_ends(text):
        sentence = " ".join(text[begin:end].split())
        begin = end
        if count_words(sentence) and not _HEADING.fullmatch(sentence):
            return _shorten(sentence)
    return ""


def _shorten(sentence: str) -> str:
    """Cut ``sentence`` to a title: at a clause, a word, at worst a grapheme."""
    if len(sentence) <= TITLE_LIMIT:
        return _unquote(_bare(sentence))
    room = TITLE_LIMIT - 1
    clauses = [
        match.start()
        for match in _CLAUSE.finditer(sentence, 0, room)
        if match.start() >= _SHORTEST_CLAUSE
    ]
    cut = sentence[: clauses[-1]] if clauses else _cut_at_word(sentence, room)
    return _unquote(cut.rstrip(" \"”'’,;:—–-.") + "…")


def _cut_at_word(sentence: str, room: int) -> str:
    space = sentence.rfind(" ", 0, room + 1)
    if space < _SHORTEST_CLAUSE:
        length = 0
        for match in regex.finditer(r"\X", sentence):
            if match.end() > room:
                break
            length = match.end()
        return sentence[: length or room]
    words = sentence[:space].split(" ")
    while len(words) > 3 and words[-1].casefold().strip("\"“”‘’'") in _HANGING:
        words.pop()
    return " ".join(words)


def _bare(sentence: str) -> str:
    """Drop the full stop of a sentence that becomes a title; keep "..." and "?"."""
    if sentence.endswith("。"):
        return sentence[:-1]
    if sentence.endswith(".") and not sentence.endswith(".."):
        last = sentence.rsplit(" ", 1)[-1]
        if last.count(".") == 1:
            return sentence[:-1]
    return sentence


def _unquote(title: str) -> str:
    """Drop a quotation mark whose partner was cut off."""
    closing = _QUOTES.get(title[:1])
    if closing is not None and closing not in title[1:]:
        return title[1:].lstrip()
    return title
