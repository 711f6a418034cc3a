"""Any Discord Markdown as messages that Discord accepts."""

from bot.render.breaking import Cutter
from bot.render.markdown import find_spans, is_plain
from bot.render.markup import Markup

MESSAGE_LIMIT = 2_000  # characters, Discord's limit for one message


def split_messages(text: str, limit: int = MESSAGE_LIMIT) -> list[str]:
    """Cut Discord Markdown into messages, at the gentlest breaks that keep them few.

    No sentence, word, token or grapheme that fits in a message is broken, and
    a span that is open at a break is closed and reopened. Nothing is escaped,
    but for a backslash where a break would turn text such as "- no" into a
    list. Pieces are stripped of white space (a code block keeps its
    indentation); text that fits comes back as one piece, blank text as none.

    Any ``limit`` works. Where the marks to reopen take more than a third of
    it, the innermost are not reopened, for every piece has to hold something
    of the text; below 8 no backslash is added.

    Raises:
        ValueError: ``limit`` is below 1.
    """
    text = text.strip()
    if limit >= 1 and len(text) <= limit:
        return [text] if text else []
    markup = None
    if not is_plain(text):
        regions, atoms = find_spans(text)
        if regions or atoms:
            markup = Markup(regions, atoms, limit)
    return Cutter(text, markup, limit).texts()
