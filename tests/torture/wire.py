# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of HTTP/1.1 and of WebSockets as a test needs that wants to break them in the middle; both ends, asyncio."""

import asyncio
import base64
import hashlib
import json
import os
import struct

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
REASONS = {101: "Switching Protocols", 200: "OK", 201: "Created", 403: "Forbidden", 404: "Not Found",
           429: "Too Many Requests", 502: "Bad Gateway"}
GONE = (ConnectionError, asyncio.IncompleteReadError, asyncio.TimeoutError)


async def read_head(reader):
    """The first line and the headers, whose names are lower case."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head[:-4].split("\r\n")
    return first, {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


async def read_body(reader, headers):
    return await reader.readexactly(int(headers.get("content-length", 0)))


def format_answer(status, body, **headers):
    lines = [f"HTTP/1.1 {status} {REASONS[status]}", "Content-Type: application/json", f"Content-Length: {len(body)}",
             *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def accept_key(key):
    return base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()


def format_upgrade(key):
    return (f"HTTP/1.1 101 {REASONS[101]}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept_key(key)}\r\n\r\n").encode()


def format_frame(opcode, data, masked=False):
    mark = 0x80 if masked else 0
    if len(data) < 126:
        head = bytes([0x80 | opcode, mark | len(data)])
    elif len(data) < 65536:
        head = struct.pack("!BBH", 0x80 | opcode, mark | 126, len(data))
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, mark | 127, len(data))
    return head + (bytes(4) + data if masked else data)     # a mask of zeros changes nothing


async def read_frame(reader):
    first, second = await reader.readexactly(2)
    length = second & 0x7f
    if length > 125:
        length = int.from_bytes(await reader.readexactly(2 if length == 126 else 8), "big")
    mask = await reader.readexactly(4) if second & 0x80 else bytes(4)
    data = await reader.readexactly(length)
    if any(mask):
        data = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
    return first & 0x0f, data


class Caller:
    """A client of one server over one kept connection at a time."""

    def __init__(self, port, bearer=None):
        self.port, self.bearer = port, bearer
        self.reader = self.writer = None

    async def call(self, method, path, body=None, bearer=None):
        """Status and JSON of the answer; one of GONE where there was none."""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2 ** 24)
        data = b"" if body is None else json.dumps(body).encode()
        head = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}",
                f"Authorization: Bearer {bearer or self.bearer}",
                *([] if body is None else ["Content-Type: application/json", f"Content-Length: {len(data)}"])]
        try:
            self.writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + data)
            first, headers = await asyncio.wait_for(read_head(self.reader), 20)
            answer = await asyncio.wait_for(read_body(self.reader, headers), 20)
        except GONE:
            self.close()
            raise
        if headers.get("connection", "").lower() == "close":
            self.close()
        return int(first.split()[1]), json.loads(answer or b"null")

    def close(self):
        if self.writer is not None:
            self.writer.transport.abort()
        self.reader = self.writer = None


class Listener:
    """The client's end of a stream."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, url):
        host, _, path = url.removeprefix("ws://").partition("/")
        reader, writer = await asyncio.open_connection("127.0.0.1", int(host.rpartition(":")[2]), limit=2 ** 24)
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write((f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n").encode())
        first, _ = await asyncio.wait_for(read_head(reader), 20)
        if first.split()[1] != "101":
            writer.transport.abort()
            raise ConnectionError(f"no stream: {first}")
        return cls(reader, writer)

    async def hear(self):
        """The next set."""
        while True:
            opcode, data = await read_frame(self.reader)
            if opcode == CLOSE:
                raise ConnectionError("the stream was closed")
            if opcode == PING:
                self.writer.write(format_frame(PONG, data, True))
            elif data:
                return json.loads(data)

    def close(self):
        self.writer.transport.abort()
