"""The little of a style sheet that means something in a story: italics, bold, what is hidden.

Converters of books turn ``<i>`` into ``<span class="calibre5">`` and say in
the style sheet what that is. Only selectors of one element are read
(``.calibre5``, ``span.calibre5``, ``#workskin .note``); of their declarations
those on slant, weight, lines and display.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.importers.html.tree import Node
from bot.story import Style

STYLES = tuple(Style)
BITS = {style: 1 << place for place, style in enumerate(STYLES)}

SHEETS_LIMIT = 1_000_000  # characters of style sheets that are read of one book

_COMMENT = re.compile(r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/|\Z)")
_SELECTOR = re.compile(r"(?:#workskin\s+)?([a-z][\w-]*)?\.([\w-]+)", re.IGNORECASE)
_BOLD = frozenset({"bold", "bolder", "600", "700", "800", "900"})
_NOT_BOLD = frozenset({"normal", "lighter", "100", "200", "300", "400", "500"})
_BLOCK_DISPLAYS = frozenset({"block", "list-item", "table", "flow-root", "flex", "grid"})


@dataclass(frozen=True, slots=True)
class Look:
    """What a rule adds to the styles of an element and takes from them, as bits of ``BITS``."""

    adds: int = 0
    removes: int = 0
    display: str = ""  # "none", "block", or "" where it says nothing that matters

    def over(self, other: "Look") -> "Look":
        """Lay this look over another."""
        return Look(
            (other.adds & ~self.removes) | self.adds,
            (other.removes & ~self.adds) | self.removes,
            self.display or other.display,
        )


NO_LOOK = Look()


@dataclass(frozen=True, slots=True)
class Looks:
    """Looks by ``.class`` and ``element.class``."""

    rules: Mapping[str, Look] = field(default_factory=dict[str, Look])

    @classmethod
    def parse(cls, sheets: Iterable[str]) -> "Looks":
        """Read style sheets; what is no rule of ours is passed over."""
        rules: dict[str, Look] = {}
        text = _COMMENT.sub(" ", "\n".join(sheets)[:SHEETS_LIMIT])
        for rule in text.split("}"):
            selectors, _, declarations = rule.rpartition("{")
            look = parse_declarations(declarations)
            if look == NO_LOOK:
                continue
            # What stands before another brace is "@media …".
            for selector in selectors.rpartition("{")[2].split(","):
                found = _SELECTOR.fullmatch(selector.strip())
                if found is not None:
                    name = f"{(found[1] or '').lower()}.{found[2]}"
                    rules[name] = look.over(rules.get(name, NO_LOOK))
        return cls(rules)

    def of(self, node: Node) -> Look:
        """Give the look of an element: its classes, then its own ``style``."""
        look = NO_LOOK
        if self.rules and "class" in node.attrs:
            for name in node.classes():
                for rule in (f".{name}", f"{node.name}.{name}"):
                    found = self.rules.get(rule)
                    if found is not None:
                        look = found.over(look)
        style = node.attrs.get("style")
        return parse_declarations(style).over(look) if style else look


NO_LOOKS = Looks()


def parse_declarations(text: str) -> Look:
    """Read declarations such as ``font-style: italic; display: block``."""
    adds = removes = 0
    display = ""
    for declaration in text.split(";"):
        name, _, value = declaration.partition(":")
        told = value.strip().removesuffix("!important").strip().lower()
        match name.strip().lower():
            case "font-style":
                adds, removes = _set(adds, removes, Style.EMPHASIS, told in {"italic", "oblique"})
            case "font-weight" if told in _BOLD or told in _NOT_BOLD:
                adds, removes = _set(adds, removes, Style.STRONG, told in _BOLD)
            case "text-decoration" | "text-decoration-line":
                adds |= BITS[Style.UNDERLINE] if "underline" in told else 0
                adds |= BITS[Style.STRIKE] if "line-through" in told else 0
            case "display":
                display = "none" if told == "none" else "block" if told in _BLOCK_DISPLAYS else ""
            case _:
                pass
    return Look(adds, removes, display)


def _set(adds: int, removes: int, style: Style, is_on: bool) -> tuple[int, int]:
    bit = BITS[style]
    return (adds | bit, removes & ~bit) if is_on else (adds & ~bit, removes | bit)
