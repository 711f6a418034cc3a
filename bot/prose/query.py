"""What somebody typed into a search, as terms: words, "phrases", -not and beginnings*.

Nothing that is typed is an error and nothing acts: operators and marks of any
query language are words or nothing. The terms hold `words.tokens`, folded, so
that every store that indexes with them finds the same stories.
"""

from dataclasses import dataclass

import regex

from bot.prose.words import stands_in_pairs, tokens

MOST_TOKENS = 64  # of one query; what is typed behind them is not looked for

_QUOTES = '"“”„‟«»「」『』〝〞＂'
_BEHIND = ".,;:!?…*'’)"  # may stand right behind a word
_PIECE = regex.compile(
    rf"(?P<no>(?<!\S)[-−–])?(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)(?:[{_QUOTES}]|\Z)"
    rf"|(?P<word>[^\s{_QUOTES}]+))"
)


@dataclass(frozen=True, slots=True)
class Term:
    """Tokens that stand one behind the other; the last may be only a beginning."""

    tokens: tuple[str, ...]
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What a story must hold, every term of ``wanted``, and what it must not."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was typed that can be looked for."""
        return not (self.wanted or self.unwanted)


def parse_query(typed: str) -> Query:
    """Read what somebody typed.

    Words stand between white space; a word of several parts ("well-known", a
    Japanese sentence) is found where its parts follow each other. A quotation
    mark that is never closed holds to the end. ``-`` right before a word or a
    phrase leaves out; ``*`` right behind a word makes it a beginning.
    """
    wanted: dict[Term, None] = {}
    unwanted: dict[Term, None] = {}
    left = MOST_TOKENS
    for match in _PIECE.finditer(typed):
        term = _term(match["phrase"], match["word"])
        if term is None or len(term.tokens) > left:
            continue
        left -= len(term.tokens)
        (unwanted if match["no"] else wanted)[term] = None
    return Query(tuple(wanted), tuple(unwanted))


def pieces(typed: str) -> list[str]:
    """Give the words and phrases of what was typed as they were typed, those that hold no word
    left away.
    """
    return [
        match.group()
        for match in _PIECE.finditer(typed)
        if _term(match["phrase"], match["word"]) is not None
    ]


def loosely(typed: str) -> str:
    """Ask for the same with the words of phrases apart, each as a beginning.

    What is to be left out stays as it is.
    """
    told: list[str] = []
    for match in _PIECE.finditer(typed):
        if match["no"]:
            told.append(match.group())
            continue
        for word in (match["word"] if match["phrase"] is None else match["phrase"]).split():
            bare = word.rstrip(_BEHIND)
            if any(tokens(bare)):
                told.append(f"{bare}*")
    return " ".join(told)


def _term(phrase: str | None, word: str | None) -> Term | None:
    told = word if phrase is None else phrase
    found = tuple(tokens(told or ""))
    if not found:
        return None
    is_half = len(found[-1]) == 1 and stands_in_pairs(found[-1])
    if is_half and len(found) > 1 and found[-2][1:] == found[-1]:
        # The last of a run of pairs: in a text more may follow there.
        return Term(found[:-1])
    return Term(found, is_half or (word is not None and word.endswith("*")))
