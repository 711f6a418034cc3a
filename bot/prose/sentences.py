"""Where sentences end, in any script, quickly enough to ask for every page.

The idea: one pattern that begins with a character class finds every mark that
may end a sentence. Where a plain word stands before it and a capital behind,
the pattern itself is sure; only elsewhere do the slower questions follow (is
it "Mr.", an initial, an ellipsis in mid-thought, a quotation followed by its
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
_CLOSING = frozenset(_QUOTE_CLOSERS)
_OPENING = frozenset("\"“„‘'«»‹›")
# “ closes in German („So.“) and opens elsewhere: in 。“ a quotation begins.
_CLOSERS = _QUOTE_CLOSERS.replace("“", "") + ")]}）】》〉〕" + "*_~|"  # the last four: Markdown
_ANY = re.escape(_SPACED + _SPACELESS)
_DASH = re.escape(_DASHES)
_CLOSE = rf"(?:[{re.escape(_CLOSERS)}]++|\\[*_~|\]]|“(?=\s|\Z|[,.;:!?…)»”’—–-]))"
_LEADING = re.escape("\"“„‘'«»‹›¿¡([{*_~|#>—–―-")  # may stand before a sentence's first letter

# Each group is empty and says that the sentence ends; those of ``_SHORT_WORD`` and
# ``_TWO_LETTERS``, that it ends unless that word is an abbreviation, and that of
# ``_TRAILING``, unless it is a stammer. A run of marks is tried from its first
# mark alone and taken whole, so that a line of 100,000 dots or dashes stays linear.
_MARKED = (
    rf"[{_ANY}{_DASH}\n](?:"
    # A letter and its mark, then a capital or a quotation.
    r"(?<=[A-Za-z][.!?…])(?=\s++[\"“A-Z])(?:(?<![.…])()"
    r"|(?<=[a-z]{5}\.)(?<!ssrs\.)(?<!prox\.)()|(?<=[A-Za-z]{3}\.)()|(?<=[A-Za-z]{2}\.)()"
    r"|(?<=…)())"
    # A blank line.
    r"|(?<=\n)[^\S\n]*+\n\s*+()"
    # Han and Kana: 「行くの？」と彼は言った goes on.
    rf"|(?:(?<=[{_SPACELESS}])|(?<![{_DASH}\n])[{_SPACED}]*+[{_SPACELESS}])"
    rf"[{_ANY}]*+{_CLOSE}*+(?!(?<=[{_QUOTE_CLOSERS}])(?:と|って|、|，))()"
    # An interruption: “I never—” “You did.”
    rf"|(?<=[{_DASH}])(?<![{_DASH}][{_DASH}])[{_DASH}]*+{_CLOSE}++(?=\s)"
    # Any other mark.
    rf"|(?<=[{_SPACED}])(?<![{_ANY}][{_ANY}])(?<!\.[ \xa0]\.)"
    rf"(?:[{_ANY}]|(?<=\.)[ \xa0](?=\.))*+{_CLOSE}*+(?=\s|\Z)"
    # … what is quoted or trails off goes on in small letters; but neither a blank line nor,
    # say, an emoji goes on with it.
    r"(?!(?<=[\"”’…])\s[a-z])"
    rf"(?:(?=[^\S\n]*+\n[^\S\n]*+\n|\s++[^\w{_LEADING}])())?)"
)
_END = re.compile(_MARKED)
_LAST = re.compile(rf"(?s:.*)(){_MARKED}")  # one group more, where the marks begin
_find_end = _END.search
_SHORT_WORD = 3
_TWO_LETTERS = 4
_TRAILING = 5
_BLANK_LINE = 6
_SURE = frozenset((1, 2, 7, 8))
_REACH = (
    8  # characters shown to the pattern behind a window: the closers, the white space, a letter
)
_NARROW = 160  # characters of a window that may well hold no sentence end
_LONGEST_WORD = 24  # characters looked back for the word before a mark
_LONGEST_RUN = 8  # marks and closers that one sentence usually ends with

_FOLLOWING = re.compile(rf"\s*([{_LEADING}]*)\s?(\w)?")
_WORD_BEFORE = re.compile(r"[^\W_]+(?:\.[^\W_]+)*\Z")
_NOTHING_MORE = re.compile(r"\s*+\Z")
_LINE_HEAD = re.compile(r"\s*\Z")
_NEXT_WORD = re.compile(r"[^\W\d_]+")
# Who speaks, and what follows: a name of up to three words ("Dr. Jane Hale"), or "The old keeper".
_TAG = re.compile(
    r"\s*+((?:[^\W\d_a-zß-öø-ÿ][\w’'-]*+\.?\s++){1,3})((?:[^\W\d_]++\s*+){1,4})",
)
_ARTICLES = word_set("The A An His Her My Our Their")
_SAID_TOO = word_set("nothing no something that it his her their the so goodbye yes")

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
# How abbreviations end, to tell quickly that a word is none: three letters, or both of two.
_LAST_LETTERS = frozenset(
    written[-3:]
    for word in _TITLES | _BEFORE_NUMBERS | _INNER | _EITHER
    for written in (word, word.capitalize(), word.upper())
)


class Sentences:
    """The sentence ends of one text: all of a range, or the first or last of a window.

    Closing quotes and brackets belong to the sentence; an end stands before
    the white space. Blank lines, and the end of the text, end a sentence too.
    """

    __slots__ = ("_lapslock", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._lapslock: bool | None = None

    def ends(self, start: int = 0, end: int | None = None) -> Iterator[int]:
        """Give the sentence ends in ``(start, end]``; see ``sentence_ends``."""
        text = self._text
        size = len(text)
        stop = size if end is None else min(end, size)
        last = start
        for found in _END.finditer(text, start):
            begin, place = found.span()
            if begin >= stop:
                break
            if found.lastindex == _BLANK_LINE:
                ended = _before_white_space(text, begin, last)
                if ended > last:
                    yield ended
                last = place
            elif place > stop:
                break
            elif self._is_end(begin, place, found.lastindex):
                last = place
                yield place
        if _NOTHING_MORE.match(text, stop):
            tail = _before_white_space(text, size, last)
            if last < tail <= stop:
                yield tail

    def first(self, low: int, high: int) -> int:
        """Find the first sentence end in ``low..high``, or give -1."""
        text = self._text
        reach = high + _REACH
        begin = low - _LONGEST_RUN if low > _LONGEST_RUN else 0
        while found := _find_end(text, begin, reach):
            begin = found.end()
            if begin < low:
                continue
            known = found.lastindex
            if known in _SURE:
                return begin if begin <= high else -1
            if known == _BLANK_LINE:
                ended = _before_white_space(text, found.start(), low - 1)
                if low <= ended <= high:
                    return ended
            elif begin > high:
                return -1
            elif self._is_end(found.start(), begin, known):
                return begin
        return -1

    def last(self, low: int, high: int) -> int:
        """Find the last sentence end in ``low+1..high``, or give -1."""
        text = self._text
        begin = low - _LONGEST_RUN if low > _LONGEST_RUN else 0
        stop = high + _REACH
        if high - low < _NARROW:
            return self._last_of_few(begin, low, high)
        while found := _LAST.match(text, begin, stop):
            mark, place = found.end(1), found.end()
            known = found.lastindex - 1 if found.lastindex else 0
            if known == _BLANK_LINE:
                ended = _before_white_space(text, mark, low)
                if low < ended <= high:
                    return ended
            elif place <= low:
                break
            elif (
                place <= high
                and (place < stop or text[place : place + 1].isspace())
                and self._is_end(mark, place, known)
            ):
                return place
            stop = mark
        return -1

    def _last_of_few(self, begin: int, low: int, high: int) -> int:
        """Do as ``last`` where one sentence end at most is to be expected."""
        last = -1
        text = self._text
        reach = high + _REACH
        while found := _find_end(text, begin, reach):
            begin = found.end()
            if found.lastindex == _BLANK_LINE:
                ended = _before_white_space(text, found.start(), low)
                if low < ended <= high:
                    last = ended
            elif begin > high:
                break
            elif begin > low and self._is_end(found.start(), begin, found.lastindex):
                last = begin
        return last

    def _is_end(self, begin: int, end: int, known: int | None) -> bool:
        """Tell whether the marks ``text[begin:end]``, which ``_END`` found, end a sentence."""
        if known in _SURE:
            return True
        text = self._text
        if known == _SHORT_WORD:
            if text[begin - 3 : begin] not in _LAST_LETTERS:
                return True
        elif known == _TWO_LETTERS:
            if text[begin - 2 : begin] not in _LAST_LETTERS:
                return True
        elif (
            known == _TRAILING
            # "I… I know": only a word with a capital can be said once more.
            and text[text.rfind(" ", max(0, begin - _LONGEST_WORD), begin) + 1].islower()
        ):
            return True
        following = _FOLLOWING.match(text, end)
        if following is None or following[2] is None:
            return text[begin] not in _DASHES
        verdict = _verdict(text, begin, end, following[1], following.start(2))
        if verdict is None:
            if self._lapslock is None:
                self._lapslock = _is_lapslock(text)
            return self._lapslock
        return verdict


def sentence_ends(text: str, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Give the offset just after each sentence of ``text``, before the white space.

    Closing quotes and brackets belong to the sentence. Only offsets in
    ``(start, end]`` are given, but what follows ``end`` is looked at, so a
    window may be cut anywhere: its edge is no sentence end unless one is
    there. A blank line ends a sentence, and so does the end of the text.
    """
    return Sentences(text).ends(start, end)


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


def _verdict(text: str, begin: int, end: int, openers: str, following: int) -> bool | None:
    """Tell whether the marks ``text[begin:end]`` end a sentence; None: if it has no capitals.

    ``openers`` stand before the letter or digit at ``following``, which begins what follows.
    """
    marks = text[begin:end]
    first = text[following]
    quotes = openers != "" and not _OPENING.isdisjoint(openers)
    quoted = not _CLOSING.isdisjoint(marks)
    if marks[0] in _DASHES:
        # "I didn't mean---" "But you did." — an interruption ends its sentence.
        return quoted and quotes and begin > 0 and not text[begin - 1].isspace()
    if quoted and not quotes:
        if first.islower():
            return False
        return not _is_tag(text, end)
    if marks.startswith("."):
        ellipsis = marks.startswith(("..", ". ."))
        if not ellipsis and not _dot_ends(text, begin, following, openers):
            return False
    else:
        ellipsis = marks[0] == "…"
    if quotes:
        return True
    if first.islower():
        return False if ellipsis else None
    return not (ellipsis and _is_stammer(text, begin, following))


def _dot_ends(text: str, begin: int, following: int, openers: str) -> bool:
    """Tell whether the full stop at ``begin`` is more than the mark of an abbreviation."""
    found = _WORD_BEFORE.search(text, max(0, begin - _LONGEST_WORD), begin)
    if found is None:
        return True
    word = found.group()
    if word.isdigit() and _LINE_HEAD.match(text, text.rfind("\n", 0, begin) + 1, found.start()):
        return False  # the number of a list's item
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
    found = _TAG.match(text, end)
    if found is None:
        return False
    words = found[2].split()
    for index, word in enumerate(words[: 3 if found[1].strip() in _ARTICLES else 1]):
        if word in PLAIN_SPEECH_VERBS:
            return words[index + 1 : index + 2] == [] or words[index + 1] not in _SAID_TOO
    return False


def _is_stammer(text: str, begin: int, following: int) -> bool:
    """Tell whether the same word stands before an ellipsis and at ``following``: I… I know."""
    if text[text.rfind(" ", max(0, begin - _LONGEST_WORD), begin) + 1] not in (
        text[following],
        "“",
        '"',
    ):
        return False
    before = _WORD_BEFORE.search(text, max(0, begin - _LONGEST_WORD), begin)
    after = _NEXT_WORD.match(text, following)
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
