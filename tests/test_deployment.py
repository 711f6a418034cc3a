"""The files an operator starts from: Dockerfile, compose file and the unit in the docs."""

import re
from configparser import ConfigParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from bot.config import Settings
from bot.errors import LibraryUnreadable
from bot.library.sqlite.migrate import migrate
from bot.texts import explain

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SCALE: dict[str, Any] = yaml.safe_load((ROOT / "compose.scale.yaml").read_text("utf-8"))
OPERATING = (ROOT / "docs" / "operating.md").read_text("utf-8")
KNOWN = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))


def image_settings() -> dict[str, str]:
    joined = DOCKERFILE.replace("\\\n", " ")
    (line,) = re.findall(r"^ENV (.+)$", joined, re.MULTILINE)
    return dict(pair.split("=", 1) for pair in line.split())


def test_the_image_copies_what_is_there() -> None:
    copied = [
        source
        for line in re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    kept = (ROOT / ".dockerignore").read_text("utf-8")
    assert copied
    for source in copied:
        assert (ROOT / source).exists()
        assert f"!{source}\n" in kept


def test_the_image_never_runs_as_root() -> None:
    users = re.findall(r"^USER (\d+)$", DOCKERFILE, re.MULTILINE)
    assert users
    assert "0" not in users


def test_image_and_compose_file_name_only_settings_that_exist() -> None:
    own = {name for name in image_settings() if not name.startswith(("PYTHON", "PIP_"))}
    assert own <= KNOWN
    service = COMPOSE["services"]["fireside"]
    assert set(service["environment"]) <= KNOWN
    assert Settings.from_mapping({**image_settings(), **service["environment"]}).metrics_port


def test_the_library_of_the_compose_file_lies_on_a_named_volume() -> None:
    service = COMPOSE["services"]["fireside"]
    split = [volume.split(":") for volume in service["volumes"]]
    mounted = {inside: outside for outside, inside, *_ in split}
    assert mounted["/data"] in COMPOSE["volumes"]
    assert service["environment"]["DATABASE_URL"].startswith("sqlite:////data/")
    assert mounted[service["environment"]["STORIES_DIR"]] == "./seeds"


def test_the_processes_of_the_large_compose_file_run_every_shard_once() -> None:
    told = [
        service["environment"]
        for name, service in SCALE["services"].items()
        if name.startswith("fireside")
    ]
    assert len(told) == 2
    for environment in told:
        assert set(environment) <= KNOWN
    settings = [
        Settings.from_mapping({k: re.sub(r"\$\{.+?\}", "secret", v) for k, v in each.items()})
        for each in told
    ]
    assert len({each.shard_count for each in settings}) == 1
    shards = [shard for each in settings for shard in each.shard_ids]
    assert sorted(shards) == list(range(settings[0].shard_count or 0))
    assert {each.database_url for each in settings} == {
        "postgresql://fireside:secret@postgres:5432/fireside"
    }
    for each in settings:
        assert urlsplit(each.discord_api_url).hostname in SCALE["services"]


def test_the_database_of_the_large_compose_file_is_kept_and_waited_for() -> None:
    (mounted,) = SCALE["services"]["postgres"]["volumes"]
    assert mounted.split(":")[0] in SCALE["volumes"]
    for name in ("fireside-0", "fireside-1"):
        waits = SCALE["services"][name]["depends_on"]
        assert waits["postgres"] == {"condition": "service_healthy"}


def test_the_health_check_asks_where_the_image_listens() -> None:
    port = image_settings()["METRICS_PORT"]
    assert f"http://127.0.0.1:{port}/healthz" in DOCKERFILE


def test_the_unit_in_the_docs_is_a_unit() -> None:
    told = next(
        each
        for each in re.findall(r"```ini\n(.+?)```", OPERATING, re.DOTALL)
        if "-m bot run" in each
    )
    unit = ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # pyright: ignore[reportAttributeAccessIssue]
    unit.read_string(told)
    assert unit["Service"]["ExecStart"].endswith("-m bot run")
    assert unit["Install"]["WantedBy"] == "multi-user.target"


def test_a_folder_that_cannot_be_written_to_is_named_with_the_user() -> None:
    # Nobody, root included, makes folders in /sys.
    if not Path("/sys/kernel").is_dir():
        pytest.skip("there is no /sys on this machine")
    with pytest.raises(LibraryUnreadable) as caught:
        migrate(Path("/sys/fireside/library.db"))
    told = explain(caught.value)
    assert "/sys/fireside" in told
    assert re.search(r"by user \d+\.", told)
