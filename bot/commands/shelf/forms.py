"""The forms by which stories come to a shelf: files or a text, and who lets us show them."""

from collections.abc import Sequence

import discord

from bot.controls import OPTION_LIMIT, custom_id
from bot.importers.metadata import ADDRESS_LIMIT, NAME_LIMIT, TITLE_LIMIT
from bot.prose.warnings import ARCHIVE_WARNINGS
from bot.story import Permission, Rating, Story
from bot.texts import say

MOST_FILES = 10  # Discord's limit for one field of a form
FILE_LIMIT = 10  # megabytes of one file; Discord's own limit without boosts
TEXT_LENGTH = 4_000  # characters, Discord's limit for a field of a form
NOTE_LENGTH = 300
AS_THE_FILE = "file"  # the choice that leaves the permission to what the files say
NOBODY = "none"
OPEN = "open"  # the rating is not stated
# What a librarian can say of who lets us show a text; those that want a note.
PERMISSIONS = (
    Permission.OWN,
    Permission.CONSENT,
    Permission.PUBLIC_DOMAIN,
    Permission.LICENCE,
)
WANT_NOTE = (Permission.CONSENT, Permission.LICENCE)

Options = Sequence[tuple[str, str, bool]]  # value, label, is chosen


def add_form(language: str) -> discord.ui.Modal:
    """Make the form that takes files."""
    modal = _modal(say("shelf.add-title", language), "shelf-add")
    files = discord.ui.FileUpload[discord.ui.Modal](
        custom_id="files", min_values=1, max_values=MOST_FILES
    )
    label = say("shelf.add-files", language, limit=FILE_LIMIT)
    _add(modal, label, files, say("shelf.add-files-hint", language))
    _add_permission(modal, language, with_file=True)
    modal.stop()
    return modal


def paste_form(language: str) -> discord.ui.Modal:
    """Make the form that takes a text."""
    modal = _modal(say("shelf.paste-title", language), "shelf-paste")
    _add(modal, say("shelf.story-title", language), _line("title", "", TITLE_LIMIT))
    _add(modal, say("shelf.story-text", language), _text())
    author = _line("author", "", NAME_LIMIT, required=False)
    _add(modal, say("shelf.story-author", language), author)
    _add_permission(modal, language, with_file=False)
    modal.stop()
    return modal


def suggest_form(language: str, credit: str) -> discord.ui.Modal:
    """Make the form by which a member suggests a story, credited as ``credit`` unless changed."""
    modal = _modal(say("suggest.title", language), "suggest")
    _add(modal, say("shelf.story-title", language), _line("title", "", TITLE_LIMIT))
    _add(modal, say("shelf.story-text", language), _text(), say("suggest.text-hint", language))
    _add_facts(modal, language, credit, None, ())
    modal.stop()
    return modal


def facts_form(
    language: str,
    submission: int,
    *,
    title: str,
    credit: str,
    rating: Rating | None,
    warnings: Sequence[str],
) -> discord.ui.Modal:
    """Make the form that changes what a member says of the story they suggest."""
    modal = _modal(say("suggest.change-title", language), "suggest-change", submission)
    _add(modal, say("shelf.story-title", language), _line("title", title, TITLE_LIMIT))
    _add_facts(modal, language, credit, rating, warnings)
    modal.stop()
    return modal


def find_form(language: str) -> discord.ui.Modal:
    """Make the form that finds a story by its title."""
    modal = _modal(say("shelf.find-title", language), "shelf-find")
    _add(modal, say("shelf.story-title", language), _line("words", "", TITLE_LIMIT))
    modal.stop()
    return modal


def record_form(language: str, story: int, record: Story) -> discord.ui.Modal:
    """Make the form that changes title, authors, summary, rating and warnings of a story."""
    modal = _modal(say("shelf.edit-title", language), "shelf-edit", story, "record")
    _add(modal, say("shelf.story-title", language), _line("title", record.title, TITLE_LIMIT))
    _add(modal, say("shelf.edit-authors", language), _several("authors", record.authors))
    summary = discord.ui.TextInput[discord.ui.Modal](
        custom_id="summary",
        default=record.summary[:TEXT_LENGTH] or None,
        max_length=TEXT_LENGTH,
        required=False,
        style=discord.TextStyle.paragraph,
    )
    _add(modal, say("shelf.edit-summary", language), summary)
    now = Rating.NOT_RATED if record.rating is None else record.rating
    _add(modal, say("suggest.rating", language), _select("rating", _ratings(now, language)))
    _add_warnings(modal, language, record.warnings)
    modal.stop()
    return modal


def names_form(language: str, story: int, record: Story) -> discord.ui.Modal:
    """Make the form that changes by what a story is found, and where it comes from."""
    modal = _modal(say("shelf.edit-title", language), "shelf-edit", story, "names")
    people = [who.name for who in record.characters]
    _add(modal, say("report.fandoms", language), _several("fandoms", record.fandoms))
    _add(modal, say("report.characters", language), _several("characters", people))
    pairs = _several("relationships", record.relationships)
    _add(modal, say("report.relationships", language), pairs)
    _add(modal, say("report.tags", language), _several("tags", record.tags))
    source = _line("source", record.source, ADDRESS_LIMIT, required=False)
    _add(modal, say("report.source", language), source)
    modal.stop()
    return modal


def words_form(
    title: str, verb: str, submission: int, *, label: str, example: str, length: int
) -> discord.ui.Modal:
    """Make a form of one text."""
    modal = _modal(title, verb, submission)
    field = discord.ui.TextInput[discord.ui.Modal](
        custom_id="words",
        placeholder=example,
        max_length=length,
        style=discord.TextStyle.paragraph,
    )
    _add(modal, label, field)
    modal.stop()
    return modal


def _add_facts(
    modal: discord.ui.Modal,
    language: str,
    credit: str,
    rating: Rating | None,
    warnings: Sequence[str],
) -> None:
    _add(modal, say("suggest.credit", language), _line("credit", credit, NAME_LIMIT))
    open_ = (OPEN, say("suggest.rating-open", language), rating is None)
    ratings = [open_, *_ratings(rating, language)]
    _add(modal, say("suggest.rating", language), _select("rating", ratings))
    _add_warnings(modal, language, warnings)


def _ratings(now: Rating | None, language: str) -> Options:
    return [
        (
            str(int(each)),
            say(f"rating.{each.name.lower().replace('_', '-')}", language),
            each is now,
        )
        for each in Rating
    ]


def _add_warnings(modal: discord.ui.Modal, language: str, warnings: Sequence[str]) -> None:
    warned = [(name, name, name in warnings) for name in ARCHIVE_WARNINGS]
    field = _select("warnings", warned, several=True)
    _add(modal, say("suggest.warnings", language), field)


def _add_permission(modal: discord.ui.Modal, language: str, *, with_file: bool) -> None:
    options = [(AS_THE_FILE, say("shelf.permission-file", language), True)] if with_file else []
    options += [
        (
            each.value,
            say(f"shelf.permission-{each.name.lower().replace('_', '-')}", language),
            False,
        )
        for each in PERMISSIONS
    ]
    if with_file:
        options.append((NOBODY, say("shelf.permission-none", language), False))
    _add(modal, say("shelf.permission", language), _select("permission", options))
    note = _line(
        "note", "", NOTE_LENGTH, required=False, example=say("shelf.note-example", language)
    )
    _add(modal, say("shelf.note", language), note)


def _modal(title: str, verb: str, *values: int | str) -> discord.ui.Modal:
    return discord.ui.Modal(title=title[:45], custom_id=custom_id(verb, *values))


def _add(
    modal: discord.ui.Modal,
    text: str,
    field: "discord.ui.Item[discord.ui.Modal]",
    description: str | None = None,
) -> None:
    told = description[:OPTION_LIMIT] if description else None
    modal.add_item(discord.ui.Label(text=text[:45], component=field, description=told))


def _line(
    name: str, filled: str, length: int, *, required: bool = True, example: str | None = None
) -> discord.ui.TextInput[discord.ui.Modal]:
    return discord.ui.TextInput(
        custom_id=name,
        default=filled[:length] or None,
        max_length=length,
        required=required,
        placeholder=example,
    )


def _several(name: str, filled: Sequence[str]) -> discord.ui.TextInput[discord.ui.Modal]:
    """Make a field of names with commas between them."""
    return discord.ui.TextInput(
        custom_id=name,
        default=", ".join(filled)[:TEXT_LENGTH] or None,
        max_length=TEXT_LENGTH,
        required=False,
    )


def _text() -> discord.ui.TextInput[discord.ui.Modal]:
    return discord.ui.TextInput(
        custom_id="text", style=discord.TextStyle.paragraph, max_length=TEXT_LENGTH
    )


def _select(
    name: str, options: Options, *, several: bool = False
) -> discord.ui.Select[discord.ui.Modal]:
    return discord.ui.Select(
        custom_id=name,
        min_values=0 if several else 1,
        max_values=len(options) if several else 1,
        required=not several,
        options=[
            discord.SelectOption(value=value, label=label[:OPTION_LIMIT], default=is_chosen)
            for value, label, is_chosen in options
        ],
    )
