"""Every REST body the bot sent, held against Discord's own description and its known rules.

The description lets some things through that Discord refuses (empty messages,
the same custom_id twice, two kinds of component in a row); these are checked
here. So is a rule of our own: nothing a story says may ping anybody.
"""

import importlib.util
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.stage import DISCORD_API

CONTENT_LIMIT = 2_000  # characters of a message; the description says 4,000 for channel messages
ROWS = 5
# The callback types that answer with choices, and with a form.
NO_MESSAGES = (8, 9)

needs_discord_api = pytest.mark.skipif(
    not (DISCORD_API / "spec_check.py").is_file(),
    reason="Discord's OpenAPI description is not beside this checkout",
)


@lru_cache(maxsize=1)
def _description() -> Any:
    path = DISCORD_API / "spec_check.py"
    found = importlib.util.spec_from_file_location("spec_check", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module.Spec(strict=True)


def spec_problems(requests: Iterable[Any]) -> list[str]:
    """List what Discord's description says against ``requests``; strict about unknown keys."""
    return [
        f"{request.method} {request.path}: {problem}"
        for request in requests
        for problem in _description().request(request.method, request.path, request.json)
    ]


def rule_problems(requests: Iterable[Any]) -> list[str]:
    """List what breaks a rule that the description does not know."""
    return [
        f"{request.method} {request.path}: {problem}"
        for request in requests
        if isinstance(request.json, dict)
        for problem in _problems_of_body(request.method, request.json)
    ]


def messages_of(requests: Iterable[Any]) -> list[dict[str, Any]]:
    """Give the messages in the bodies of ``requests``: new ones and edits, in order."""
    return [
        message
        for request in requests
        if isinstance(request.json, dict) and (message := _message_of(request.json)) is not None
    ]


def _message_of(body: dict[str, Any]) -> dict[str, Any] | None:
    if body.get("type") in NO_MESSAGES and "data" in body:
        return None
    message = body.get("data", body)
    keys = {"content", "components", "embeds"}
    return message if isinstance(message, dict) and keys & message.keys() else None


def _problems_of_body(method: str, body: dict[str, Any]) -> Iterator[str]:
    message = _message_of(body)
    if message is None:
        return
    content = message.get("content") or ""
    if len(content) > CONTENT_LIMIT:
        yield f"content of {len(content)} characters"
    is_edit = method == "PATCH" or body.get("type") == 7
    if not is_edit and not content.strip():
        yield "an empty message"
    mentions = message.get("allowed_mentions")
    if content and (mentions is None or mentions.get("parse") != []):
        yield f"allowed_mentions is {mentions}"
    if mentions and (mentions.get("users") or mentions.get("roles")):
        yield f"allowed_mentions names somebody: {mentions}"
    yield from _problems_of_rows(message.get("components") or [])


def _problems_of_rows(rows: list[dict[str, Any]]) -> Iterator[str]:
    if len(rows) > ROWS:
        yield f"{len(rows)} rows"
    ids = [item["custom_id"] for row in rows for item in row["components"] if "custom_id" in item]
    if len(ids) != len(set(ids)):
        yield f"a custom_id twice: {ids}"
    for row in rows:
        items = row["components"]
        if not items:
            yield "an empty row"
        if len({item["type"] for item in items}) > 1:
            yield "a select and buttons in one row"
        for item in items:
            yield from _problems_of_item(item)


def _problems_of_item(item: dict[str, Any]) -> Iterator[str]:
    if item["type"] != 2:
        return
    if not (item.get("label") or "").strip():
        yield "a button without words"
    if item.get("url"):
        if "custom_id" in item or urlsplit(item["url"]).scheme not in ("http", "https"):
            yield f"a link button that Discord refuses: {item}"
    elif not item.get("custom_id"):
        yield "a button without a custom_id"
