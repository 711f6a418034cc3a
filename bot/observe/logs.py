"""Logging, with secrets taken out before anything is written.

Every record passes `Redaction`, whoever wrote it: Fireside, discord.py or
aiohttp. Story text is never logged; nothing here could remove it later.
"""

import json
import logging
import re

from bot.observe.watching import current_reference

# A bot token, or the token of a webhook or an interaction in an address.
_SECRETS = (
    re.compile(r"[\w-]{20,}\.[\w-]{4,}\.[\w-]{20,}"),
    re.compile(r"(?<=/webhooks/)(\d+)/[\w-]+"),
    re.compile(r"(?<=/interactions/)(\d+)/[\w-]+"),
)


def redact(text: str) -> str:
    """Replace everything in ``text`` that looks like a token by ``[redacted]``."""
    for pattern in _SECRETS:
        text = pattern.sub(r"\1/[redacted]" if pattern.groups else "[redacted]", text)
    return text


class _Redacting(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told = redact(super().format(record))
        reference = current_reference()
        return f"{told} [{reference}]" if reference and "\n" not in told else told


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if reference := current_reference():
            told["reference"] = reference
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return redact(json.dumps(told, ensure_ascii=False))


def start_logging(level: str, style: str) -> None:
    """Send log records to standard error at ``level``, as ``text`` or ``json`` lines."""
    handler = logging.StreamHandler()
    if style == "json":
        handler.setFormatter(_Json())
    else:
        handler.setFormatter(
            _Redacting("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")
        )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # discord.py tells of every gateway heartbeat below this.
    logging.getLogger("discord").setLevel(max(logging.INFO, root.level))
