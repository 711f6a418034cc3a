"""What goes between us and a worker: frames of a JSON value and some bytes.

Not pickle: what a parser made of a stranger's file is read back by a format
that can only hold data.
"""

import json
import struct
from typing import Any, BinaryIO

# In ASCII alone: written and read fastest, and a lone surrogate ends no worker.
_to_json = json.JSONEncoder(separators=(",", ":")).encode
HEAD = struct.Struct(">II")  # bytes of the JSON, bytes behind it


def pack(value: object, blob: bytes = b"") -> bytes:
    """Write one frame."""
    data = _to_json(value).encode("ascii")
    return b"".join((HEAD.pack(len(data), len(blob)), data, blob))


def unpack(data: bytes) -> Any:
    """Read the JSON of a frame."""
    return json.loads(data.decode("ascii"))


def read_frame(source: BinaryIO) -> tuple[Any, bytes] | None:
    """Read one frame; None at the end of ``source``, also in the middle of a frame."""
    head = source.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    length, more = HEAD.unpack(head)
    data, blob = source.read(length), source.read(more)
    return (unpack(data), blob) if len(data) == length and len(blob) == more else None
