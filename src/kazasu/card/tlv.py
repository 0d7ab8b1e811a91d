"""BER-TLV as the card writes it (card §1 TLV).

Two-byte private tags; a length below 128 in one byte, any other as ``82 hh ll``, so that
``82 00 9F`` occurs, which strict DER parsers refuse.
"""


def encode(tag: int, value: bytes) -> bytes:
    return tag.to_bytes(2 if tag > 0xFF else 1) + _length(len(value)) + value


def _length(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    if length > 0xFFFF:
        raise ValueError("a card's value is shorter than 64 KiB")
    return b"\x82" + length.to_bytes(2)


def parse_one(data: bytes, at: int = 0) -> tuple[int, bytes, int]:
    """``(tag, value, position after it)``. Raises ``ValueError`` when it does not fit."""
    if at >= len(data):
        raise ValueError("no tag")
    first = data[at]
    size = 2 if first & 0x1F == 0x1F else 1
    tag = int.from_bytes(data[at : at + size])
    at += size
    if at >= len(data):
        raise ValueError("no length")
    head = data[at]
    at += 1
    if head < 0x80:
        length = head
    elif head in {0x81, 0x82}:
        count = head & 0x7F
        length = int.from_bytes(data[at : at + count])
        at += count
    else:
        raise ValueError("length form")
    if at + length > len(data):
        raise ValueError("value cut short")
    return tag, data[at : at + length], at + length


def parse_all(data: bytes) -> dict[int, bytes]:
    """Values by tag, in order; filler (FF FF…) ends it."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(data) and data[at : at + 2] != b"\xff\xff":
        tag, value, at = parse_one(data, at)
        found[tag] = value
    return found


def value_of(data: bytes, tag: int) -> bytes:
    """The value of the outermost object, which must have this tag."""
    found, value, _ = parse_one(data)
    if found != tag:
        raise ValueError(f"tag {found:X} instead of {tag:X}")
    return value


def total_length(head: bytes) -> int:
    """Length of the whole object whose first bytes these are: how far to read on.

    Raises ``ValueError``: no object begins so.
    """
    if len(head) < 7:
        raise ValueError("no object")
    size = 2 if head[0] & 0x1F == 0x1F else 1
    first = head[size]
    if first < 0x80:
        return size + 1 + first
    count = first & 0x7F
    return size + 1 + count + int.from_bytes(head[size + 1 : size + 1 + count])
