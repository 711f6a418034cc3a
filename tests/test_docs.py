"""Everything a person can type or set is documented, and nothing else is."""

import re
import tomllib
from pathlib import Path

import click
import pytest
from discord import app_commands

from bot.cli import main
from bot.client import create_client
from bot.config import Settings
from bot.library.sqlite.migrate import migrate
from tests.stage import settings_for
from tests.test_privacy import fields, schema

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
READING = (ROOT / "docs" / "reading.md").read_text("utf-8")
FILTERS = README[README.index("The filters are") :].partition("\n\n")[0]
OPERATING = (ROOT / "docs" / "operating.md").read_text("utf-8")


async def _commands(tmp_path: Path) -> list[app_commands.Command]:
    client = create_client(settings_for(tmp_path))  # never started: there is nothing to close
    return [c for c in client.tree.walk_commands() if isinstance(c, app_commands.Command)]


async def test_every_command_and_option_stands_in_the_readme(tmp_path: Path) -> None:
    for command in await _commands(tmp_path):
        line = next(
            (row for row in README.splitlines() if row.startswith(f"| `/{command.qualified_name}")),
            "",
        )
        assert line, f"/{command.qualified_name} is missing in README.md"
        told = f"{line} {FILTERS}" if "[filters]" in line else line
        for parameter in command.parameters:
            assert re.search(rf"\b{parameter.display_name}\b", told), f"{parameter.name} of {line}"


async def test_every_filter_is_explained_to_members(tmp_path: Path) -> None:
    (story,) = [c for c in await _commands(tmp_path) if c.name == "story"]
    rows = re.findall(r"^\| `([a-z]+)` \|", READING, re.MULTILINE)
    assert set(rows) == {each.display_name for each in story.parameters} - {"title"}


async def test_the_readme_names_no_command_that_does_not_exist(tmp_path: Path) -> None:
    named = re.findall(r"^\| `/([a-z -]+?)(?: \[.*| name.*)?`", README, re.MULTILINE)
    assert set(named) == {c.qualified_name for c in await _commands(tmp_path)}


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_cli_command_and_option_is_documented(name: str) -> None:
    command = main.commands[name]
    assert command.help, f"{name} has no help"
    line = next(
        (row for row in OPERATING.splitlines() if row.startswith(f"| `python -m bot {name}")), ""
    )
    assert line, f"`python -m bot {name}` is missing in docs/operating.md"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{parameter.opts} has no help"
            assert parameter.opts[0] in line


def test_env_example_names_exactly_the_settings_with_their_defaults() -> None:
    told = dict(
        line.split("=", 1)
        for line in (ROOT / ".env.example").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    )
    fields = {name.upper() for name in Settings.__slots__}
    assert set(told) == fields
    assert Settings.from_mapping(told) == Settings.from_mapping({})


def test_privacy_md_names_every_field_of_the_library_and_no_other(tmp_path: Path) -> None:
    migrate(tmp_path / "library.db")
    stored, told = schema(tmp_path / "library.db"), fields()
    assert told - stored == set(), "docs/privacy.md names fields that are not there"
    assert stored - told == set(), "docs/privacy.md says nothing of these fields"


def test_the_architecture_names_every_room_from_top_to_bottom() -> None:
    told = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    floors = project["tool"]["importlinter"]["contracts"][0]["layers"]
    rooms = [room.strip() for floor in floors for room in floor.split("|")]
    assert re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE) == rooms


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_links_between_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
