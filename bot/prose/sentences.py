"""Where sentences end, in any script, quickly enough to ask for every page.

The idea: one pattern that begins with a character class finds every mark that
may end a sentence, and only there do the slower questions follow (is it
"Mr.", an initial, an ellipsis in mid-thought, a quotation followed by its
tag?). A wrong "no" makes two sentences travel together; a wrong "yes" tears
one apart, so in doubt the answer is no.
"""

import re
from collections.abc import Iterator

from bot.prose.english import PLAIN_SPEECH_VERBS, word_set

_SPACED = ".!?…‽؟۔।॥։።\u037e．"  # end a sentence where white space follows
_SPACELESS = "。！？｡"  # end a sentence wherever they stand
_DASHES = "—–―-"
_QUOTE_CLOSERS = "\"”“’'»«›‹」』"
# “ closes in German („So.“) and opens elsewhere: in 。“ a quotation begins.
_CLOSERS = _QUOTE_CLOSERS.replace("“", "") + ")]}）】》〉〕" + "*_~|"  # the last four: Markdown
_ANY = re.escape(_SPACED + _SPACELESS)
_DASH = re.escape(_DASHES)
_CLOSE = rf"(?:[{re.escape(_CLOSERS)}]|“(?=\s|\Z|[,.;:!?…)»”’—–-]))"

# Always matches once its first character does, and takes the whole run, so
# that a line of 100,000 dots or dashes stays linear.
_CANDIDATE = re.compile(
    rf"[{_ANY}{_DASH}\n]"
    rf"(?:(?<=\n)\s*"
    rf"|(?<=[{_DASH}])[{_DASH}]*{_CLOSE}*"
    rf"|(?:[{_ANY}]|(?<=\.)[ \xa0](?=\.))*{_CLOSE}*)"
)
_FOLLOWING = re.compile(r"\s*([\"“„‘'«»‹›¿¡(\[{*_~|#>—–―-]*)\s?(\w)?")
_WORD_BEFORE = re.compile(r"[^\W_]+(?:\.[^\W_]+)*\Z")
_NOTHING_MORE = re.compile(r"\s*+\Z")
_NEXT_WORD = re.compile(r"[^\W\d_]+")
# Who speaks: a name of up to three words ("Dr. Jane Hale"), or "the old keeper".
_TAG = re.compile(
    r"\s*(?:(?:[^\W\d_a-zß-öø-ÿ][\w’'-]*\.?\s+){1,3}|(?:The|An?|His|Her|My|Our|Their)\s+"
    r"(?:[^\W\d_][\w’'-]*\s+){1,2})"
    rf"(?:{'|'.join(sorted(PLAIN_SPEECH_VERBS))})\b"
    r"(?!\s+(?:nothing|no|something|that|it|his|her|their|the|so|goodbye|yes)\b)"
)
_CONTINUES_CJK = ("と", "って", "、", "，")  # 「行くの？」と彼は言った

_LAPSLOCK_SAMPLE = 4_000  # characters from the start of the text
_STARTS = re.compile(r"[.!?][\"”’')]*\s+[\"“‘']?([^\W\d_])")

_TITLES = word_set(
    "mr mrs ms mx dr prof st ste rev hon gen col capt lt sgt maj cmdr cdr adm gov sen rep pres fr "
    "messrs mme mlle mt ft cpl pvt supt insp det esq sr sra srta hr bros"
)
_TITLES_IN_ANY_CASE = word_set("mr mrs ms mx dr prof messrs mme mlle")
_BEFORE_NUMBERS = word_set("no nos vol vols pp p ch fig art sec op nr")
_INNER = word_set("e.g i.e eg ie viz cf vs v approx ca c esp incl resp al")
# May end a sentence or not: the next word decides.
_EITHER = word_set(
    "etc a.m p.m am pm jr sr inc ltd co corp u.s u.k u.n d.c ph.d m.d b.a m.a b.c a.d jan feb mar "
    "apr jun jul aug sept sep oct nov dec mon tue tues wed thu thurs fri sat sun dept est ave blvd "
    "rd"
)
_MONTHS_AND_DAYS = word_set(
    "jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thurs fri sat sun"
    " dept est"
)
_STARTERS = word_set(
    "a after all an and another are as at before both but by did do does every few for from had "
    "has have he her here hers him his how i i'd i'll i'm i've if in is it it's its just later "
    "many maybe more most my never no nobody none not nothing now of on once one only or our "
    "perhaps she since so some soon such suddenly that that's the their then there there's these "
    "they they're this those though to today two was we well were what when where which while "
    "who why with would yes yet you your"
)


def sentence_ends(text: str, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Give the offset just after each sentence of ``text``, before the white space.

    Closing quotes and brackets belong to the sentence. Only offsets in
    ``(start, end]`` are given, but what follows ``end`` is looked at, so a
    window may be cut anywhere: its edge is no sentence end unless one is
    there. A blank line ends a sentence, and so does the end of the text.
    """
    size = len(text)
    stop = size if end is None else min(end, size)
    lapslock: bool | None = None
    last = start
    for match in _CANDIDATE.finditer(text, start):
        begin, offset = match.span()
        if begin >= stop:
            break
        mark = text[begin]
        if mark == "\n":
            if match.group().count("\n") > 1:
                ended = _before_white_space(text, begin, last)
                if ended > last:
                    yield ended
                last = offset
            continue
        if offset > stop:
            break
        verdict = _verdict(text, begin, offset)
        if verdict is None:
            if lapslock is None:
                lapslock = _is_lapslock(text)
            verdict = lapslock
        if verdict:
            last = offset
            yield offset
    if _NOTHING_MORE.match(text, stop):
        tail = _before_white_space(text, size, last)
        if last < tail <= stop:
            yield tail


def sentences(text: str) -> list[str]:
    """Cut ``text`` into its sentences, without the white space between them."""
    found: list[str] = []
    begin = 0
    for end in sentence_ends(text):
        sentence = text[begin:end].strip()
        if sentence:
            found.append(sentence)
        begin = end
    return found


def _before_white_space(text: str, offset: int, floor: int) -> int:
    while offset > floor and text[offset - 1].isspace():
        offset -= 1
    return offset


def _verdict(text: str, begin: int, end: int) -> bool | None:
    """Tell whether the marks ``text[begin:end]`` end a sentence; None: if it has no capitals."""
    quoted = text[end - 1] in _QUOTE_CLOSERS or any(
        mark in _QUOTE_CLOSERS for mark in text[begin:end]
    )
    spaceless = any(mark in _SPACELESS for mark in text[begin:end])
    if end < len(text) and not text[end].isspace():
        return spaceless and not (quoted and text.startswith(_CONTINUES_CJK, end))
    following = _FOLLOWING.match(text, end)
    if following is None:
        return True
    openers, first = following.group(1), following.group(2)
    if text[begin] in _DASHES:
        # "I didn't mean---" "But you did." — an interruption ends its sentence.
        return quoted and _opens_quote(openers) and begin > 0 and not text[begin - 1].isspace()
    if spaceless:
        return True
    if first is None:
        return True
    if quoted and not _opens_quote(openers):
        return not first.islower() and not _is_tag(text, end)
    marks = text[begin:end]
    if marks.startswith("."):
        ellipsis = marks.startswith(("..", ". ."))
        if not ellipsis and not _dot_ends(text, begin, following.start(2), openers):
            return False
    else:
        ellipsis = marks[0] == "…"
    if _opens_quote(openers):
        return True
    if first.islower():
        return False if ellipsis else None
    return not (ellipsis and _is_stammer(text, begin, end))


def _opens_quote(openers: str) -> bool:
    return any(mark in "\"“„‘'«»‹›" for mark in openers)


def _dot_ends(text: str, begin: int, following: int, openers: str) -> bool:
    """Tell whether the full stop at ``begin`` is more than the mark of an abbreviation."""
    found = _WORD_BEFORE.search(text, max(0, begin - 24), begin)
    if found is None:
        return True
    word = found.group()
    plain = word.lower()
    next_word = _NEXT_WORD.match(text, following)
    starts = next_word is not None and next_word.group().lower() in _STARTERS
    if plain in _TITLES and (word[0].isupper() or plain in _TITLES_IN_ANY_CASE):
        return False
    if plain in _BEFORE_NUMBERS:
        return not text[following].isdigit()
    if plain in _INNER:
        return False
    if plain in _EITHER:
        if plain in _MONTHS_AND_DAYS and word[0].islower():
            return True  # "He sat. Sun fell on him." are words here
        return starts or (plain not in _MONTHS_AND_DAYS and "." not in plain)
    if word == "I":
        before = text[max(0, found.start() - 2) : found.start()].rstrip()
        return not before.endswith(".")
    if len(word) == 1 and word.isupper():
        return starts
    if "." in word and all(len(part) == 1 for part in word.split(".")):
        return starts or bool(openers)
    return True


def _is_tag(text: str, end: int) -> bool:
    """Tell whether a capitalised tag such as ``Hux asked`` follows a quotation."""
    return _TAG.match(text, end) is not None


def _is_stammer(text: str, begin: int, end: int) -> bool:
    before = _WORD_BEFORE.search(text, max(0, begin - 24), begin)
    after = _NEXT_WORD.match(text, end + 1)
    return before is not None and after is not None and before.group() == after.group()


def _is_lapslock(text: str) -> bool:
    """Tell whether the author writes without capitals, as some do throughout."""
    small = large = 0
    for letter in _STARTS.findall(text, 0, _LAPSLOCK_SAMPLE):
        if letter.islower():
            small += 1
        elif letter.isupper():
            large += 1
    return small >= 4 and small > 4 * large
