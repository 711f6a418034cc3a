"""Find the spans of Discord's Markdown in a text, so that breaking it keeps them whole.

Discord's rules are those of simple-markdown with changes (public readings:
discord/SimpleAST, jeremy-rifkin/dismark). Marks pair up with the next mark of
their kind that may close; marks left alone are text. One pass over the text,
with what is open kept on a stack, so a thousand lone asterisks cost no more
than a thousand letters.
"""

import re

from bot.render.markup import Region, Spanned

# Without one of these a text holds no Markdown but lists, which need nothing at a
# break; each is looked for at the speed of memchr.
_SIGNS = ("*", "_", "~", "|", "`", "\\", "<", ">", "[", "#")
# What may be a mark, found by its first character. A span with no other mark
# inside is taken at once; its group tells which, as an index of _SIMPLE.
_PLAIN = r"[^\\`*_~|<\[:\n]++"
_SPECIAL = re.compile(
    r"[\\`*_~|<\[:\n](?:"
    rf"(?<=\*)(?<!\*\*)(?:(?![\s*]){_PLAIN}(?<!\s)\*(?!\*)()|\*(?!\*){_PLAIN}\*\*(?!\*)())"
    rf"|(?<=_)(?<!__)(?:(?!_){_PLAIN}_(?![A-Za-z0-9_])()|_(?!_){_PLAIN}__(?!_)())"
    rf"|(?<=~)(?<!~~)~(?!~){_PLAIN}~~(?!~)()"
    rf"|(?<=\|)(?<!\|\|)\|(?!\|){_PLAIN}\|\|(?!\|)()"
    r"|(?<=`)(?<!``)[^`\n]++`(?!`)()"
    r"|(?<=\n)(?: *+(?:[-+*]|[0-9]++\.) ++(?=\S)()|(?= *+(?:>|#{1,3} |-# ))())"
    r"|(?<=:)(?=//)|(?<![:\n]))"
)
_SIMPLE = ("", "*", "**", "_", "__", "~~", "||", "`")
_ITEM = 8
_RULED_LINE = 9
_ESCAPE = re.compile(r"\\[^0-9A-Za-z\s]")
_TOKEN = re.compile(
    r"<(?:@[!&]?[0-9]{1,20}|#[0-9]{1,20}|a?:\w{1,32}:[0-9]{1,20}|t:-?[0-9]{1,20}(?::[A-Za-z])?"
    r"|/[^<>:\n]{1,100}:[0-9]{1,20}|id:\w{1,32}(?::[0-9]{1,20})?"
    r"|[A-Za-z][A-Za-z0-9+.-]{0,30}:[^\s<>]+)>"
)
_LINK = re.compile(
    r"\[[^\[\]]*\]\(\s?<?[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s()<>]*"
    r"(?:\([^\s()<>]*\)[^\s()<>]*)*>?\s?\)"
)
_SCHEME = re.compile(r"(?:https?|steam)\Z", re.IGNORECASE)
_URL_REST = re.compile(r"://[^\s<]+")
_URL_TRAIL = ".,:;\"')]*_~|"
_PREFIX = re.compile(r" *(>>> |>(?!>>) )? *(#{1,3} +(?!#)|-# +(?!-#)|[-+*] +|([0-9]+)\. +)?")
_LANGUAGE = re.compile(r"```[\w+.\-]{1,40}[^\S\n]*\n|```[^\S\n]*\n")
_RUN = re.compile(r"`+|\*+|_+|~+|\|+")


def is_plain(text: str) -> bool:
    """Tell whether ``text`` surely holds no span and no token; lists it may hold."""
    for sign in _SIGNS:
        if sign in text:
            return False
    return "/" not in text or "://" not in text


def find_spans(text: str) -> tuple[list[Spanned], list[tuple[int, int]]]:
    """Find the spans of ``text``, and the ranges that are one token (escape, mention, link)."""
    return _Reader(text).read()


class _Mark:
    """A mark that opened a span and waits for its partner."""

    __slots__ = ("end", "start", "written")

    def __init__(self, written: str, start: int) -> None:
        self.written = written
        self.start = start
        self.end = start + len(written)


class _Reader:
    """Reads one text from its start to its end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._regions: list[Spanned] = []
        self._atoms: list[tuple[int, int]] = []
        self._waiting: list[_Mark] = []
        self._quote_to_end = False
        self._quoted_to = 0  # where the last line that is a quote ends
        self._no_more: set[str] = set()  # fences that no later mark closes

    def read(self) -> tuple[list[Spanned], list[tuple[int, int]]]:
        """Read the whole text."""
        text, regions, waiting = self._text, self._regions, self._waiting
        place = self._read_prefix(0)
        while found := _SPECIAL.search(text, place):
            kind = found.lastindex
            at, place = found.span()
            if kind is None:
                place = self._read_special(at)
            elif kind == _ITEM:
                # An item's mark is not repeated: the rest of an item is no second item.
                self._atoms.append((at + 1, place + 1))
            elif kind == _RULED_LINE:
                place = self._read_prefix(place)
            else:
                mark = _SIMPLE[kind]
                if waiting and self._find_waiting(mark) >= 0:
                    place = self._read_special(at)
                else:
                    width = len(mark)
                    regions.append((at, at + width, place - width, place, mark, mark, False, False))
        return regions, self._atoms

    def _read_special(self, at: int) -> int:
        text = self._text
        character = text[at]
        if character == ":":
            return self._read_url(at)
        if character in "\\<[":
            pattern = _ESCAPE if character == "\\" else _TOKEN if character == "<" else _LINK
            token = pattern.match(text, at)
            if token is None:
                return at + 1
            self._atoms.append(token.span())
            return token.end()
        run = _RUN.match(text, at)
        assert run is not None
        if character == "`":
            return self._read_code(at, run.end() - at)
        self._read_run(character, at, run.end())
        return run.end()

    def _read_prefix(self, at: int) -> int:
        """Read what stands at the head of a line and rules the whole line."""
        text = self._text
        found = _PREFIX.match(text, at)
        if found is None or found.end() == at:
            return at
        line_end = text.find("\n", at)
        line_end = len(text) if line_end < 0 else line_end
        quote, mark = found.group(1), found.group(2)
        if quote and not self._quote_to_end and found.end() < line_end:
            inner = found.end(1)
            end = len(text) if quote == ">>> " else line_end
            self._quote_to_end = quote == ">>> "
            self._quoted_to = 0 if self._quote_to_end else line_end
            self._regions.append(Region(found.start(1), inner, end, end, quote, "", line=True))
        elif quote:
            return found.end(1)
        if mark and found.end() < line_end:
            start, inner = found.span(2)
            if mark[0] == "#" or mark[:2] == "-#":
                opener = f"{mark.rstrip(' ')} "
                self._regions.append(
                    Region(start, inner, line_end, line_end, opener, "", line=True)
                )
            else:
                self._atoms.append((start, inner + 1))
            return inner
        return found.end(1) if quote else at

    def _read_url(self, at: int) -> int:
        text = self._text
        scheme = _SCHEME.search(text, max(0, at - 5), at)
        rest = _URL_REST.match(text, at)
        if scheme is None or rest is None:
            return at + 1
        end = at + len(rest.group().rstrip(_URL_TRAIL))
        if end <= at + 3:
            return at + 1
        self._atoms.append((scheme.start(), end))
        return end

    def _read_code(self, at: int, count: int) -> int:
        text = self._text
        fence = "`" * min(count, 3)
        inner = at + len(fence)
        end = -1 if fence in self._no_more else text.find(fence, inner)
        if end < 0:
            self._no_more.add(fence)
            return at + count
        if not text[inner:end].strip("`" if count < 3 else "\n"):
            return end + len(fence)
        opener, closer = fence, fence
        if count >= 3:
            quote = "> " if at < self._quoted_to else ""
            opener = f"{quote}```\n"
            closer = f"\n{quote}```"
            language = _LANGUAGE.match(text, at)
            if language:
                inner = language.end()
                opener = f"{quote}{language.group().rstrip()}\n"
        if inner < end:
            self._regions.append(
                Region(at, inner, end, end + len(fence), opener, closer, verbatim=count >= 3)
            )
        return end + len(fence)

    def _read_run(self, character: str, at: int, end: int) -> None:
        count = end - at
        if character in "~|":
            if 2 <= count <= 3:
                self._pair(character * 2, at, opens=True, closes=True)
            return
        text = self._text
        before = text[at - 1 : at]
        after = text[end : end + 1]
        if character == "*":
            opens = bool(after) and not after.isspace()
            closes = bool(before) and not before.isspace()
        else:
            opens = bool(after)
            closes = not (after.isascii() and (after.isalnum() or after == "_"))
        if count == 1:
            self._pair(character, at, opens=opens, closes=closes)
        elif count == 2:
            self._pair(character * 2, at, opens=True, closes=True)
        elif count == 3:
            self._read_triple(character, at, opens=opens, closes=closes)

    def _read_triple(self, character: str, at: int, *, opens: bool, closes: bool) -> None:
        double = character * 2
        single_at = self._find_waiting(character)
        double_at = self._find_waiting(double)
        if single_at >= 0 and double_at >= 0:
            first, second = (character, double) if single_at > double_at else (double, character)
            self._pair(first, at, opens=False, closes=closes)
            self._pair(second, at + len(first), opens=False, closes=closes)
        elif double_at >= 0:
            self._pair(double, at + 1, opens=False, closes=True)
        elif single_at < 0:
            self._pair(double, at, opens=True, closes=False)
            self._pair(character, at + 2, opens=opens, closes=False)

    def _find_waiting(self, written: str) -> int:
        for index, mark in enumerate(self._waiting):
            if mark.written == written:
                return index
        return -1

    def _pair(self, written: str, at: int, *, opens: bool, closes: bool) -> None:
        """Close the span that ``written`` opened, or open one."""
        index = self._find_waiting(written)
        if index >= 0 and closes and self._waiting[index].end < at:
            mark = self._waiting[index]
            inner = self._waiting[index + 1] if index + 1 < len(self._waiting) else None
            del self._waiting[index:]  # marks inside that found no partner are text
            if inner is not None and inner.start == mark.end and inner.written == written[:1]:
                # ``***bold.** more*``: what closes first of three was opened last.
                self._waiting.append(_Mark(inner.written, mark.start))
                mark = _Mark(written, mark.start + 1)
            self._regions.append(
                Region(mark.start, mark.end, at, at + len(written), written, written)
            )
            return
        if opens:
            if index >= 0 and len(written) == 1:
                del self._waiting[index]  # a lone star or underscore ends the wait of an earlier
            elif index >= 0:
                return
            self._waiting.append(_Mark(written, at))
