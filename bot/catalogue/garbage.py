"""Looking for garbage less often while many stories come in.

What is read lies in lists and records without cycles, which go when nobody
holds them; walking through all of it every few hundred objects took a seventh
of what the main process did. Cycles still go, only later.
"""

import gc
from collections.abc import Generator
from contextlib import contextmanager

_RARELY = (50_000, 20, 100)  # objects made, and rounds, before one looks; see `gc.set_threshold`


@contextmanager
def rare_collections() -> Generator[None]:
    """Look for garbage rarely in this process, until this ends."""
    before = gc.get_threshold()
    gc.freeze()  # what there is now stays: our own code
    gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
