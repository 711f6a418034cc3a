"""Who is spoken to in a quotation, or written to: "Run, Ben", "I am Morven", "Dear Ann,"."""

import regex

from bot.prose.english import word_set

_VOCATIVE_END = regex.compile(r"[,.!?…—–-]|[\"”’]")
_MYSELF = regex.compile(r"\b(?:I[’']m|I am|[Mm]y name is|[Mm]y name[’']s) $")
_AFTER_MYSELF = frozenset('.,!?"”')
# Who is asked for the name is there: '"Who are you?" "Ann Bell."', '"And your sisters?" …'
_ASKED_NAME = regex.compile(
    r"(?:\b[Ww]ho(?:[’']s| is| are|[’']re)? (?:you|this|there|that)\b"
    r"|\b(?:[Yy]our|[Hh]is|[Hh]er|[Tt]heir) names?\b"
    r"|\b[Aa]nd you(?:rs?(?: \p{Ll}+)?)?)[^?\"“”]{0,24}\?[\"”][^\"“”]{0,48}[\"“]"
    r"(?:\p{Lu}[\p{L}’'-]+ and )?$"
)
_ANSWER_ENDS = regex.compile(r"(?: and \p{Lu}[\p{L}’'-]+)?(?:[.,!…]|—)(?:[\"”]| I\b| My\b|$)")
# "The girl who ran off was Ann"; "this is Ann" may be said of a town as well.
_SHOWN = regex.compile(
    r"\b[Tt]he (?:one|boy|girl|man|woman|guy|lady|kid) (?:who|that|in|with|on|at|by|over|next|"
    r"\p{Ll}+ing) [^.,;\"“”]{3,32} (?:is|was) $"
)
_THIS_IS = regex.compile(r"(?:, |[Aa]nd )this is $")
_NAMED_SELF = regex.compile(r"(?:^|[.!?…\n] ?)(?:I am|I[’']m|(?:My|Your) name(?: is|[’']s)) $")
_BIDDING = regex.compile(
    r"(?:[\"“]|[.!?…] )(?:Oh|Ah|Well|Okay|Alright|Listen|Look|Hey|See|Wait|Stop|Hush|Please"
    r"|Relax|Thanks|Thank you|Sorry|Welcome|Hello|Hi|Goodbye|Bye|Come (?:on|here)|Calm down"
    r"|Good (?:morning|evening|night)), $"
)
# What anybody may be called.
_ENDEARMENTS = word_set("""
    sunshine sweetheart darling honey baby babe love angel handsome gorgeous beautiful buddy pal
    doll sugar kiddo champ boss sweetie dearest friend friends mate
""")
_CALLS = word_set("oh o hey hi hello dear sorry please thanks")
_OPENS = ("“", '"', "„", "«")
_NEXT = (". ", "! ", "? ", "… ")
_INSET = (",", "—", "–", "-", ";")
_IS = word_set("is was")
_SELF = word_set("am i'm i’m is name's name’s")
_ADDRESSED = word_set("""
    hush wait stop look please you your you're you’re come listen don't don’t get go let let's let’s
    sit stay tell give hold run what why where who how are do did have is was can will would could
""")
_SIGNING = word_set("""
    servant yours sincerely faithfully love regards truly friend obediently affectionately sister
    brother son daughter mother father aunt uncle cousin wife husband
""")
_CALL_ENDS = regex.compile(r"[.!?…]|[\"”’]|[,—–-][\"”’]")
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:[’'‘-]\p{L}+)*")
_NONE = ("", 0.0, "")


def find_address(
    before: str, after: str, name: str, previous: str, *, owns: bool
) -> tuple[str, float, str]:
    """Tell whether a name inside a quotation is somebody spoken to."""
    if owns:
        return _NONE
    if previous in _SELF and _MYSELF.search(before) and after[:1] in _AFTER_MYSELF:
        return "myself", 1.0, f"I'm {name}"
    answers = "?" in before and (before.endswith(_OPENS) or previous == "and")
    if answers and _ANSWER_ENDS.match(after) and _ASKED_NAME.search(before):
        return "introduced", 1.0, f"{before[-2:]}{name}{after[:1]}"
    if previous in _IS:
        if _SHOWN.search(before):
            return "introduced", 1.0, f"{previous} {name}"
        if previous == "is" and after[:1] in _AFTER_MYSELF and _THIS_IS.search(before):
            return "is", 1.0, f"this is {name}"
    if before.endswith(", ") or previous in _CALLS:
        if before.endswith(", ") and after[:1] == "," and _bidden(before, name):
            return "called", 1.0, f"{before[-8:]}{name},"
        if _CALL_ENDS.match(after):
            return "vocative", 1.0, f"{before[-2:]}{name}{after[:1]}"
        if after[:1] in _INSET:
            return "inset", 0.5, f"{before[-2:]}{name}{after[:1]}"
    elif (before.endswith(_OPENS) and _VOCATIVE_END.match(after)) or (
        before.endswith(_NEXT) and after[:1] == ","
    ):
        called = after[:2] == ", " and not name.endswith("ly") and _addressed(after)
        there = 0.25 if after[:1] == "." else 1.0  # '"Who was it?" "Luke."'
        return "called" if called else "opening", there, f"{before[-1:]}{name}{after[:1]}"
    if before.endswith(_NEXT) and after[:1] == "!":
        return "vocative", 0.75, f"{name}!"
    return _NONE


def _bidden(before: str, name: str) -> bool:
    """Tell whether somebody is told to do something, greeted or thanked: "Listen, Jingyi, …"."""
    return name.lower() not in _ENDEARMENTS and _BIDDING.search(before) is not None


def _addressed(after: str) -> bool:
    """Tell whether somebody is talked to behind a comma: "Jingyi, hush"."""
    word = _WORD.search(after)
    return word is not None and word.group().lower() in _ADDRESSED


def find_letter(before: str, after: str, name: str, previous: str) -> tuple[str, float, str]:
    """Tell whether a letter is written to the name, or signed with it."""
    if previous in _SELF and after[:1] in _AFTER_MYSELF and _NAMED_SELF.search(before):
        return "myself", 1.0, f"{previous} {name}"
    if before.endswith("~") and before[-2:-1] in {" ", "", "\n"}:
        return "signed", 1.0, f"~{name}"
    if previous == "dear" and after[:1] in {",", ":"}:
        return "vocative", 0.25, f"Dear {name},"
    closing = before[:-2].rpartition(" ")[2].lower() if before.endswith(", ") else ""
    if closing in _SIGNING and after[:1] in {".", "\n", ""}:  # "your servant, Josiah Crane."
        return "signed", 1.0, f"{closing}, {name}"
    if before[-1:] in {"\n", "—", "–"} and (not after.strip(" .") or after.lstrip(" .")[0] == "\n"):
        return "signed", 0.5, name
    return _NONE
