"""What a helper and its process say to each other over a socket: a kind, a length, bytes."""

from __future__ import annotations

import os
import socket
import struct
from enum import Enum

HEAD = struct.Struct(">cI")
LARGEST_BYTES = 64_000_000  # of one message; a film of a hundred hours has facts of a few kilobytes


class Kind(Enum):
    """What a message is."""

    REQUEST = b"Q"
    ANSWER = b"A"
    REFUSAL = b"R"  # a sentence for whoever sent the file
    STUMBLE = b"S"  # an error that no reader means to raise, with where it happened
    ENDED = b"E"  # the process's status, by the helper itself


def message(kind: Kind, content: bytes) -> bytes:
    """A message as bytes."""
    return HEAD.pack(kind.value, len(content)) + content


def parsed(data: bytes) -> tuple[Kind, bytes] | None:
    """The one message that these bytes are; None where they are none."""
    head, content = data[: HEAD.size], data[HEAD.size :]
    if len(head) < HEAD.size or head[:1] not in {known.value for known in Kind}:
        return None
    kind, length = HEAD.unpack(head)
    return (Kind(kind), content) if len(content) == length else None


def send(connection: socket.socket, kind: Kind, content: bytes) -> None:
    """Write one message; as to a file, since a confined process has no call for sockets."""
    left = memoryview(message(kind, content))
    while left:
        left = left[os.write(connection.fileno(), left) :]


def receive(connection: socket.socket) -> tuple[Kind, bytes] | None:
    """Read one message; None where the other side ended, or says what no message is."""
    head = _exactly(connection, HEAD.size)
    length = HEAD.unpack(head)[1] if len(head) == HEAD.size else LARGEST_BYTES + 1
    return parsed(head + _exactly(connection, length)) if length <= LARGEST_BYTES else None


def _exactly(connection: socket.socket, length: int) -> bytes:
    found = bytearray()
    while len(found) < length:
        piece = connection.recv(min(length - len(found), 1 << 20))
        if not piece:
            break
        found += piece
    return bytes(found)
