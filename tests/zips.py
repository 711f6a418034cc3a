"""Archives that tests alter by hand."""


def locked(data: bytes) -> bytes:
    """Mark every member of a zip as encrypted."""
    changed = bytearray(data)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := changed.find(mark, at + 1)) != -1:
            changed[at + place] |= 1
    return bytes(changed)
