"""Figures of what is answered and delivered, and the reference of the answer under way.

Figures are kept where prometheus-client is installed (the extra ``metrics``);
without it everything here still runs and counts nothing.
"""

import logging
import secrets
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter
from typing import Any

try:
    import prometheus_client as prometheus
except ModuleNotFoundError:  # the extra is not installed
    prometheus = None

# Answers are due within 3 seconds (interactions/receiving-and-responding).
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)

_reference: ContextVar[str] = ContextVar("reference", default="")
_log = logging.getLogger(__name__)


def current_reference() -> str:
    """Give the short reference of the interaction that is being answered; "" outside one."""
    return _reference.get()


@dataclass(slots=True)
class Seen:
    """How one interaction ended: "answered", "refused" (in a sentence) or "failed"."""

    outcome: str = "answered"


class Watch:
    """Counts and times; one for each client."""

    def __init__(self) -> None:
        self._registry: Any = None
        if prometheus is None:
            return
        self._registry = prometheus.CollectorRegistry()
        prometheus.ProcessCollector(registry=self._registry)
        prometheus.PlatformCollector(registry=self._registry)
        self._interactions = prometheus.Counter(
            "fireside_interactions_total",
            "Commands, presses and forms, by name and how they ended.",
            ("name", "outcome"),
            registry=self._registry,
        )
        self._seconds = prometheus.Histogram(
            "fireside_interaction_seconds",
            "Time from an interaction's arrival to the end of its answer.",
            ("name",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._deliveries = prometheus.Counter(
            "fireside_deliveries_total",
            "Sendings of daily stories, by how they ended.",
            ("state",),
            registry=self._registry,
        )
        self._failures = prometheus.Counter(
            "fireside_unexpected_failures_total",
            "Failures that were logged with a reference.",
            registry=self._registry,
        )

    @property
    def can_count(self) -> bool:
        """Tell whether figures are kept."""
        return self._registry is not None

    def gauge(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        """Keep a figure that is asked for when somebody looks."""
        if prometheus is not None and self._registry is not None:
            prometheus.Gauge(name, meaning, registry=self._registry).set_function(value)

    def figures(self) -> bytes:
        """Give every figure in Prometheus' text format; empty where none are kept."""
        if prometheus is None or self._registry is None:
            return b""
        return prometheus.generate_latest(self._registry)

    @contextmanager
    def interaction(self, name: str) -> Generator[Seen]:
        """Time the answer to one interaction; log lines written meanwhile carry its reference."""
        seen = Seen()
        token = _reference.set(secrets.token_hex(4))
        began = perf_counter()
        try:
            yield seen
        except BaseException:
            seen.outcome = "failed"
            raise
        finally:
            took = perf_counter() - began
            _log.debug("%s: %s in %d ms", name, seen.outcome, took * 1_000)
            if self._registry is not None:
                self._interactions.labels(name, seen.outcome).inc()
                self._seconds.labels(name).observe(took)
            _reference.reset(token)

    def delivery(self, state: str) -> None:
        """Count a sending of a daily story that ended."""
        if self._registry is not None:
            self._deliveries.labels(state).inc()

    def failure(self) -> None:
        """Count an unexpected failure."""
        if self._registry is not None:
            self._failures.inc()
