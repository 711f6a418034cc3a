"""What the bot says: every key that is used exists, every text is used and can be filled.

The keys are found in the source: string constants that look like one
("area.name", its area in the catalogue or asked for in a call), and f-strings,
whose keys are enumerated in `FILLED` by hand.
"""

import ast
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import bot
from bot.catalogue.reports import OUTCOMES
from bot.catalogue.submitted import UNCLEAR
from bot.catalogue.sums import COUNTED
from bot.commands.admin.panel import SECTIONS
from bot.commands.shelf.brought import SUMS
from bot.commands.shelf.forms import PERMISSIONS
from bot.daily import Length, What
from bot.daily import Order as DailyOrder
from bot.library.base import Order
from bot.library.detected import Verdict
from bot.story import Origin, Permission, Rating, TagKind
from bot.texts import FALLBACK, catalogue, known_language, say

BOT = Path(bot.__file__).parent
TREES = {
    path.relative_to(BOT).as_posix(): ast.parse(path.read_text("utf-8"))
    for path in sorted(BOT.rglob("*.py"))
}
EN = catalogue(FALLBACK)
AREAS = {key.split(".")[0] for key in EN}
KEY = re.compile(r"([a-z]+)\.[a-z0-9]+(?:-[a-z0-9]+)*")
FILE_ENDINGS = (".toml", ".db", ".txt", ".md", ".sql", ".json", ".py", ".html", ".com", ".org")

# The keys of every f-string that makes one; "{}" stands for what is put in.
FILLED = {
    "settings.about-{}": [f"settings.about-{section}" for section in SECTIONS],
    "settings.to-{}": [f"settings.to-{section}" for section in SECTIONS],
    "settings.up-to-{}": [
        f"settings.up-to-{rating.name.lower().replace('_', '-')}" for rating in Rating
    ],
    "rating.{}": [f"rating.{rating.name.lower().replace('_', '-')}" for rating in Rating],
    "kind.{}": [f"kind.{kind.value}" for kind in TagKind],
    "button.my-{}": [
        f"button.my-{each}" for each in ("places", "saved", "daily", "avoid", "refused")
    ],
    "kinds.{}": [f"kinds.{kind}" for kind in ("fandom", "relationship", "tag", "author")],
    "search.by-{}": [f"search.by-{order.value}" for order in Order],
    "find.with-{}": [f"find.with-{kind}" for kind in ("character", "tag", "fandom")],
    "button.another-{}": [f"button.another-{what}" for what in ("drabble", "story", "excerpt")],
    "catalogue.{}": [f"catalogue.{outcome}" for outcome in OUTCOMES],
    "report.{}": [
        *(f"report.{name}" for name in ("title", "authors", "chapters", "words", "rating")),
        *(f"report.{name}" for name in ("warnings", "permission", "fandoms", "relationships")),
        *(f"report.{name}" for name in ("characters", "tags", "categories", "series")),
        *(f"report.{name}" for name in ("language", "published", "updated", "status", "source")),
        *(f"report.{name}" for name in ("layout", "encoding", "repaired", "complete")),
        "report.unfinished",
    ],
    "report.outcome-{}": [f"report.outcome-{outcome}" for outcome in OUTCOMES],
    "report.permission-{}": [f"report.permission-{p.replace(' ', '-')}" for p in Permission],
    "report.layout-{}": [
        *(f"report.layout-{name}" for name in ("text", "markdown", "record", "page", "epub")),
        *(f"report.layout-{name}" for name in ("ao3-download", "ao3-work-page", "ao3-epub")),
        *("report.layout-fanficfare", "report.layout-fichub"),
    ],
    "report.from-{}": [
        *(f"report.from-{place}" for place in ("file", "beside", "relationships")),
        *(f"report.from-{origin}" for origin in Origin if origin is not Origin.STATED),
    ],
    "report.sum-{}": [f"report.sum-{what}" for what in COUNTED],
    "cast.{}": [f"cast.{verdict.value}" for verdict in Verdict],
    "cast.was-{}": [f"cast.was-{verdict.value}" for verdict in Verdict],
    "daily.what-{}": [f"daily.what-{what}" for what in What],
    "daily.order-{}": [f"daily.order-{order}" for order in DailyOrder],
    "daily.length-{}": [f"daily.length-{length}" for length in Length],
    "daily.{}-{}": [],
    "daily.form-{}": ["daily.form-first", "daily.form-last"],
    "daily.form-{}-example": ["daily.form-first-example", "daily.form-last-example"],
    "button.{}": ["button.from-beginning", "button.from-here"],
    "{}.none": [f"{what}.none" for what in ("drabble", "story", "excerpt")],
    "{}.none-with": [f"{what}.none-with" for what in ("drabble", "story", "excerpt")],
    "shelf.outcome-{}": [
        f"shelf.outcome-{told}" for told in (*OUTCOMES, UNCLEAR) if told != "unchanged"
    ],
    "shelf.sum-{}": [f"shelf.sum-{name}" for name in SUMS],
    "shelf.permission-{}": [
        f"shelf.permission-{each.name.lower().replace('_', '-')}" for each in PERMISSIONS
    ],
    "rights.kind-{}": [f"rights.kind-{kind}" for kind in ("rating", "tags", "other", "wrote")],
    "button.places-{}": ["button.places-on", "button.places-off"],
    "length.{}": [f"length.{length}" for length in ("drabble", "short", "long")],
}


def failures() -> set[str]:
    """Give the names of every class that comes of FiresideError."""
    found = {"FiresideError"}
    classes = [
        node for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
    ]
    for _ in classes:  # as often as the tree can be deep
        found |= {
            node.name
            for node in classes
            if any(isinstance(base, ast.Name) and base.id in found for base in node.bases)
        }
    return found


NAMING = {"say", *failures()}


@dataclass(frozen=True)
class Call:
    """A call that names a text: ``say(…)``, or a failure that is raised."""

    where: str
    keys: tuple[str, ...]
    values: frozenset[str]
    is_open: bool  # more values may come through ``**``


def shape_of(node: ast.JoinedStr) -> str:
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
    )


def keys_in(node: ast.expr) -> tuple[str, ...]:
    match node:
        case ast.Constant(value=str(key)):
            return (key,)
        case ast.IfExp(body=body, orelse=orelse):
            return (*keys_in(body), *keys_in(orelse))
        case ast.JoinedStr():
            return tuple(FILLED.get(shape_of(node), ()))
        case _:
            return ()


def is_docstring(parents: dict[ast.AST, ast.AST], node: ast.AST) -> bool:
    return isinstance(parents.get(node), ast.Expr)


def calls() -> Iterator[Call]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id not in NAMING or not node.args:
                continue
            given = {keyword.arg for keyword in node.keywords}
            yield Call(
                where=f"{path}:{node.lineno}",
                keys=keys_in(node.args[0]),
                values=frozenset(name for name in given if name is not None),
                is_open=None in given,
            )


def used_keys() -> dict[str, str]:
    """Give every key that the source names, and where."""
    found: dict[str, str] = {}
    asked = {key.split(".")[0] for call in calls() for key in call.keys}
    for call in calls():
        found |= dict.fromkeys(call.keys, call.where)
    for path, tree in TREES.items():
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                found |= dict.fromkeys(keys_in(node), f"{path}:{node.lineno}")
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                continue
            looks = KEY.fullmatch(node.value)
            if looks is None or looks[1] not in AREAS | asked or is_docstring(parents, node):
                continue
            if not node.value.endswith(FILE_ENDINGS):
                found[node.value] = f"{path}:{node.lineno}"
    return found


def placeholders(text: str | dict[str, str]) -> set[str]:
    forms = text.values() if isinstance(text, dict) else [text]
    names = {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name}
    return names | ({"count"} if isinstance(text, dict) else set())


def test_there_are_texts_and_calls() -> None:
    assert len(EN) > 100
    assert len(list(calls())) > 100


def test_every_key_that_is_used_exists() -> None:
    missing = {key: where for key, where in used_keys().items() if key not in EN}
    assert missing == {}


def test_every_f_string_that_makes_a_key_is_enumerated() -> None:
    unknown = {
        f"{path}:{node.lineno}": shape_of(node)
        for path, tree in TREES.items()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        if call.func.id in NAMING
        for node in call.args[:1]
        if isinstance(node, ast.JoinedStr) and shape_of(node) not in FILLED
    }
    assert unknown == {}, "add what these can become to FILLED"


def test_every_text_is_used() -> None:
    assert set(EN) - set(used_keys()) == set()


def test_every_value_that_a_text_names_is_given() -> None:
    missing = {
        f"{call.where} {key}": told
        for call in calls()
        for key in call.keys
        if key in EN and not call.is_open
        if (told := placeholders(EN[key]) - call.values - {"language"})
    }
    assert missing == {}


def test_texts_name_their_values_plainly() -> None:
    wrong = [
        form
        for text in EN.values()
        for form in (text.values() if isinstance(text, dict) else [text])
        for _, name, spec, conversion in string.Formatter().parse(form)
        if (name is not None and not re.fullmatch(r"[a-z_]+", name)) or spec or conversion
    ]
    assert wrong == []


def test_plural_forms_are_those_of_english() -> None:
    plural = {key: set(text) for key, text in EN.items() if isinstance(text, dict)}
    assert len(plural) > 20
    assert {key: has for key, has in plural.items() if has != {"one", "other"}} == {}


def test_texts_are_sentences_that_discord_takes() -> None:
    wrong = {
        key: form
        for key, text in EN.items()
        for form in (text.values() if isinstance(text, dict) else [text])
        if form != form.strip() or not form or len(form) > 1_500 or "  " in form
    }
    assert wrong == {}


def test_labels_of_buttons_fit() -> None:
    longest = {
        key: max(map(len, text.values() if isinstance(text, dict) else [text]))
        for key, text in EN.items()
        if key.startswith("button.")
    }
    assert [key for key, length in longest.items() if length > 80] == []


# say()


def test_a_text_is_filled() -> None:
    told = say("credit.byline", "en", title="T{0}", authors="{name} %s")
    assert told == "**T{0}** by {name} %s"


@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 words"), (1, "1 word"), (2, "2 words"), (12_345, "12,345 words")]
)
def test_plurals_and_numbers_follow_the_language(count: int, told: str) -> None:
    assert say("credit.words", "en", count=count) == told


def test_a_language_we_do_not_speak_gets_english() -> None:
    assert say("button.next", "pl") == say("button.next", "en") == "Next"
    assert say("credit.words", "pl", count=2) == "2 words"


@pytest.mark.parametrize(
    "tag", ["en-US", "en-GB", "zh-TW", "", None, "no", "xx", "../en", "en/../en"]
)
def test_a_locale_we_do_not_speak_gets_english(tag: str | None) -> None:
    assert known_language(tag) == "en"


def test_a_key_that_is_missing_is_a_bug_and_says_so() -> None:
    with pytest.raises(KeyError):
        say("nothing.like-that")


def test_a_value_that_is_missing_is_a_bug_and_says_so() -> None:
    with pytest.raises(KeyError):
        say("credit.source")


def test_values_that_are_no_numbers_go_in_as_they_are() -> None:
    assert say("cli.no-story", "en", story="7").startswith("There is no story number 7.")
    assert "True" in say("cli.no-story", "en", story=True)
