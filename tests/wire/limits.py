"""Discord's rate limits: fifty requests a second in all, and a bucket for each route.

Interactions and webhooks are not counted among the fifty; follow-ups have a
bucket for each token, and one for each channel that everybody shares
(topics/rate-limits of Discord's documentation; the numbers of the buckets are
not documented and stand here as they are commonly seen). They run on the real
clock, as those of discord.py do.
"""

import hashlib
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

GLOBAL_REQUESTS = 50  # in a second
_EXEMPT = ("/interactions/", "/webhooks/")


@dataclass(frozen=True)
class Rule:
    """How often a route may be asked for; ``segment`` of its path keeps buckets apart."""

    method: str
    path: str  # a pattern
    requests: int
    seconds: float
    segment: int  # counted from 1


RULES = (
    Rule("POST", "/channels/*/messages", 5, 5, 2),
    Rule("GET", "/channels/*/messages", 50, 1, 2),
    Rule("POST", "/users/@me/channels", 50, 1, 2),
    Rule("*", "/webhooks/*/*", 5, 2, 3),
)
FOLLOW_UPS_OF_A_CHANNEL = 30, 60.0  # requests, seconds; shared by all webhooks


@dataclass
class Refusal:
    """Why a request is answered with 429, and when it may come again."""

    scope: str  # "user", "global" or "shared"
    retry_after: float  # seconds


@dataclass
class _Bucket:
    """A window that opens with the first request and is refilled when it ends."""

    limit: int
    length: float
    ends: float = 0.0
    used: int = 0

    def take(self, now: float) -> bool:
        if now >= self.ends:
            self.ends, self.used = now + self.length, 0
        if self.used >= self.limit:
            return False
        self.used += 1
        return True


@dataclass
class Limits:
    """Counts requests and refuses those above a limit; ``now`` gives seconds."""

    now: Callable[[], float] = time.monotonic
    is_on: bool = True
    refused: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])  # path, scope
    busiest: int = 0  # the most requests in any one second
    _buckets: dict[tuple[object, ...], _Bucket] = field(
        default_factory=dict[tuple[object, ...], _Bucket]
    )
    _recent: deque[float] = field(default_factory=deque[float])

    def take(
        self, method: str, path: str, channel: int | None
    ) -> tuple[Refusal | None, dict[str, str]]:
        """Count a request: gives why it is refused, if it is, and the headers of its answer.

        ``channel`` is the one a follow-up goes to.
        """
        now = self.now()
        if not self.is_on:
            return None, {}
        refusal = self._take_global(path, now) or self._take_shared(method, path, channel, now)
        headers: dict[str, str] = {}
        rule = _rule(method, path)
        if refusal is None and rule is not None:
            refusal, headers = self._take_bucket(rule, path, now)
        if refusal is not None:
            self.refused.append((path, refusal.scope))
        return refusal, headers

    def _take_global(self, path: str, now: float) -> Refusal | None:
        if path.startswith(_EXEMPT):
            return None
        while self._recent and now - self._recent[0] >= 1:
            self._recent.popleft()
        if len(self._recent) >= GLOBAL_REQUESTS:
            return Refusal("global", self._recent[0] + 1 - now)
        self._recent.append(now)
        self.busiest = max(self.busiest, len(self._recent))
        return None

    def _take_shared(
        self, method: str, path: str, channel: int | None, now: float
    ) -> Refusal | None:
        if channel is None or (method, path.count("/")) != ("POST", 3):
            return None
        limit, length = FOLLOW_UPS_OF_A_CHANNEL
        bucket = self._buckets.setdefault(("shared", channel), _Bucket(limit, length))
        return None if bucket.take(now) else Refusal("shared", bucket.ends - now)

    def _take_bucket(
        self, rule: Rule, path: str, now: float
    ) -> tuple[Refusal | None, dict[str, str]]:
        key = (rule, path.split("/")[rule.segment])
        bucket = self._buckets.setdefault(key, _Bucket(rule.requests, rule.seconds))
        is_taken = bucket.take(now)
        left = max(bucket.ends - now, 0.001)
        headers = {
            "X-RateLimit-Limit": str(bucket.limit),
            "X-RateLimit-Remaining": str(bucket.limit - bucket.used),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": hashlib.md5(
                f"{rule.method}{rule.path}".encode(), usedforsecurity=False
            ).hexdigest(),
        }
        return None if is_taken else Refusal("user", left), headers


def _rule(method: str, path: str) -> Rule | None:
    return next(
        (rule for rule in RULES if rule.method in ("*", method) and fnmatchcase(path, rule.path)),
        None,
    )
