"""A worker's child that does what a broken or hostile parser might; see test_importers_worker."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Any

from bot.importers.worker.child import Answer, serve


def _prepare(settings: dict[str, Any]) -> Answer:
    def answer(request: dict[str, Any], blob: bytes) -> Iterator[Any]:
        for what in request["do"]:
            yield _do(what, settings, blob)

    return answer


def _do(what: str, settings: dict[str, Any], blob: bytes) -> Any:
    match what:
        case "hang":
            while True:
                sleep(1)
        case "nap":
            sleep(0.7)  # longer than it may work
        case "spin":
            while True:
                pass
        case "eat":
            return len(bytearray(int(settings["memory"]) * 2))
        case "eat slowly":
            eaten = []
            while True:
                eaten.append("crumb" * 4_000_000 + str(len(eaten)))
        case "die":
            os.abort()
        case "leave":
            os._exit(0)
        case "fail":
            raise ValueError("a bug")
        case "flood":
            return "x" * 3_000_000
        case "print":
            print("no answer")  # noqa: T201
        case "write":
            try:
                with Path(settings["folder"], "left behind").open("w") as file:
                    file.write("x" * 10_000)
            except OSError as error:
                return error.strerror
        case "environment":
            return dict(os.environ)
        case "path":
            return sys.path
        case "blob":
            return blob.decode("latin-1")
        case "peak":
            status = Path("/proc/self/status").read_text("utf-8")
            return next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line)
        case _:
            pass
    return what


def main() -> None:
    """Serve."""
    serve(_prepare)
