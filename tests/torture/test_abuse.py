# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile and broken clients against the real relay, one kind after the other, from an address of their own: each is
cut off, the relay does not grow by more than a set bound, and others are answered meanwhile (S21, S22; protocol 1.9).

And readers that stop reading: they cost the relay a bounded amount, are dropped, and resume where they were."""

import asyncio
import base64
import json
import pathlib
import resource
import socket
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "story"))

from desk import Paths, Relay                                                            # noqa: E402
from wire import GONE, TEXT, PING, Caller, format_frame, read_body, read_frame, read_head    # noqa: E402

MIB = 1024 * 1024
GROWTH = 16 * MIB           # of the relay, by one kind of abuse
CUT = 15                    # seconds in which an abuser has to be cut off; the relay's own limits are below
ABUSER = ("127.0.0.2", 0)
CONNECTIONS = 256           # of one address

CONFIG = f"""
[limits]
header-seconds=1
body-seconds=2
idle-seconds=3
ping-seconds=1
silence-seconds=3
streams-per-token=100
rate=104857600
rate-burst=104857600
connections-per-address={CONNECTIONS}
"""

HEAD = b"POST /v3/directline/conversations HTTP/1.1\r\nHost: a\r\n"


class Failed(Exception):
    pass


class House:
    """The relay, and somebody who only wants to be answered."""

    def __init__(self, paths, folder):
        (folder / "relay.conf").write_text(CONFIG)
        self.relay = Relay(paths, folder / "data", "--config", str(folder / "relay.conf"))
        (folder / "data").mkdir()
        self.relay.start()
        self.port = self.relay.port
        self.secret = (folder / "data/direct-line-secret").read_text().strip()

    def memory(self):
        status = pathlib.Path(f"/proc/{self.relay.process.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))) * 1024

    def connections(self):
        """How many the relay has open, and files with them."""
        return len(list(pathlib.Path(f"/proc/{self.relay.process.pid}/fd").iterdir()))

    async def connect(self, buffer=None):
        """buffer: how much the system takes in for a reader that does not read."""
        peer = socket.socket()
        if buffer:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        peer.setblocking(False)
        peer.bind(ABUSER)
        await asyncio.get_running_loop().sock_connect(peer, ("127.0.0.1", self.port))
        return await asyncio.open_connection(sock=peer, limit=2 ** 20)

    async def ask(self, stop):
        """Times of answers to somebody else, until told to stop."""
        times, reader, writer = [], None, None
        while not times or not stop.is_set():
            start = time.monotonic()
            if writer is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            first, headers = await asyncio.wait_for(read_head(reader), CUT)
            await read_body(reader, headers)
            if first.split()[1] != "200":
                raise Failed(f"somebody else was answered with {first}")
            times.append(time.monotonic() - start)
            await asyncio.sleep(0.02)
        writer.transport.abort()
        return times

    async def begin(self, caller):
        """Id, token and address of the stream of a new conversation."""
        _, made = await caller.call("POST", "/v3/directline/tokens/generate", {}, self.secret)
        caller.bearer = made["token"]
        _, started = await caller.call("POST", "/v3/directline/conversations", {})
        return started

    async def open_stream(self, url, buffer=None):
        reader, writer = await self.connect(buffer)
        path = url.partition("//")[2].partition("/")[2]
        writer.write((f"GET /{path} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {base64.b64encode(bytes(16)).decode()}\r\n"
                      "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n").encode())
        first, _ = await read_head(reader)
        if first.split()[1] != "101":
            raise Failed(f"no stream: {first}")
        return reader, writer


# --- abuse: each of them ends when the relay has cut the connection off ---

async def pour(writer, pieces, pause=0.0):
    """Sends until nobody takes any more of it; returns how much that was."""
    sent = 0
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            sent += len(piece)
            await asyncio.sleep(pause)
            if writer.transport.is_closing():
                break
    except ConnectionError:
        pass
    return sent


def forever(piece):
    while True:
        yield piece


def drops(data):
    for i in range(len(data)):
        yield data[i:i + 1]


async def drain(reader):
    """Until the relay hangs up: the first line of what it says before that."""
    said = b""
    try:
        while data := await reader.read(65536):
            said = said or data
    except ConnectionError:
        pass
    return said.partition(b"\r\n")[0].decode("latin-1")


async def send(house, start, pieces=(), pause=0.0, status=None):
    reader, writer = await house.connect()
    writer.write(start)
    pouring = asyncio.ensure_future(pour(writer, pieces, pause))
    try:
        first = await drain(reader)
        if status is not None and first.split()[1:2] != [str(status)]:
            raise Failed(f"answered with “{first}” instead of {status}")
    finally:
        pouring.cancel()
        writer.transport.abort()


async def frames(house, pieces, pause=0.0):
    caller = Caller(house.port)
    stream = await house.open_stream((await house.begin(caller))["streamUrl"])
    caller.close()
    pouring = asyncio.ensure_future(pour(stream[1], pieces, pause))
    try:
        await drain(stream[0])
    finally:
        pouring.cancel()
        stream[1].transport.abort()


async def endless_header(house):
    await send(house, b"GET / HTTP/1.1\r\nHost: a\r\n", forever(b"X-More: " + b"a" * 1000 + b"\r\n"))


async def slow_header(house):
    await send(house, b"", drops(b"GET / HTTP/1.1\r\nHost: " + b"a" * 1000), 0.2)


async def silence(house):
    await send(house, b"")


async def many_silent(house):
    """More than one address may have: the rest is turned away, and those that are in are cut off in time."""
    connections = await asyncio.gather(*(house.connect() for _ in range(CONNECTIONS + 50)), return_exceptions=True)
    await asyncio.gather(*(drain(reader) for reader, writer in (c for c in connections if not isinstance(c, OSError))))
    for _, writer in (c for c in connections if not isinstance(c, OSError)):
        writer.transport.abort()


async def big_body(house):
    await send(house, HEAD + b"Content-Length: 314572800\r\n\r\n", forever(bytes(65536)), status=413)


async def endless_chunks(house):
    await send(house, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", forever(b"10000\r\n" + bytes(65536) + b"\r\n"))


async def slow_body(house):
    await send(house, HEAD + b"Content-Length: 1000\r\n\r\n", drops(b" " * 1000), 0.2)


async def two_hosts(house):
    await send(house, b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", status=400)


async def two_lengths(house):
    await send(house, HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", status=400)


async def bad_chunk(house):
    await send(house, HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", status=400)


async def endless_fragments(house):
    def pieces():
        yield b"\x01\xfe\x04\x00" + bytes(4) + b"a" * 1024
        yield from forever(b"\x00\xfe\x04\x00" + bytes(4) + b"a" * 1024)
    await frames(house, pieces())


async def deflated(house):
    """A bomb, were it inflated: the bit that says so was never agreed on."""
    await frames(house, [b"\xc1\xfe\xff\xff" + bytes(4) + bytes(65535)])


async def huge_frame(house):
    await frames(house, [b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xf6" + bytes(4)])


async def ping_flood(house):
    await frames(house, forever(format_frame(PING, b"a" * 100, True) * 100))


async def frame_flood(house):
    await frames(house, forever(format_frame(TEXT, b"a", True) * 100))


ABUSES = [
    ("a header without end", endless_header),
    ("a header a byte at a time", slow_header),
    ("a silent connection", silence),
    ("more silent connections than one address may have", many_silent),
    ("a body of 300 MiB that says so", big_body),
    ("a body without end", endless_chunks),
    ("a body a byte at a time", slow_body),
    ("two Host headers", two_hosts),
    ("a length and chunks", two_lengths),
    ("a chunk without a size", bad_chunk),
    ("a message of fragments without end", endless_fragments),
    ("a frame that claims to be deflated", deflated),
    ("a frame of nearly 2^64 bytes", huge_frame),
    ("a flood of pings", ping_flood),
    ("a flood of small messages", frame_flood),
]


async def abuse(house, attack):
    calm = await measure(house, asyncio.sleep(0.3))
    before = house.memory()
    try:
        times = await measure(house, asyncio.wait_for(attack(house), CUT))
    except asyncio.TimeoutError:
        raise Failed(f"not cut off after {CUT} s") from None
    print(f"# {check_growth(house, before) / MIB:.1f} MiB, others {statistics.median(times) * 1000:.1f} ms, "
          f"at most {max(times) * 1000:.1f}")
    # A machine that is busy otherwise is slow for everybody.
    allowed = max(0.1, 5 * statistics.median(calm))
    if statistics.median(times) > allowed:
        raise Failed(f"others waited for {statistics.median(times) * 1000:.0f} ms, {allowed * 1000:.0f} are allowed")


def check_growth(house, before, allowed=GROWTH):
    """In bytes."""
    growth = house.memory() - before
    if growth > allowed:
        raise Failed(f"the relay has grown by {growth / MIB:.1f} MiB")
    return growth


async def measure(house, task):
    stop = asyncio.Event()
    asking = asyncio.ensure_future(house.ask(stop))
    try:
        await task
    finally:
        stop.set()
        times = await asking
    return times


# --- readers ---

READERS = 20
PINNED = 320 * 1024         # memory that one of them may hold
POSTS = 200
SIZE = 60000                # of one post; all of them, for all readers, are 229 MiB


def take(heard, data):
    """Adds what is in a frame; returns its watermark."""
    answer = json.loads(data)
    heard.extend(activity["name"] for activity in answer["activities"] if activity.get("name", "").startswith("post "))
    return answer.get("watermark")


async def hear_rest(reader, heard, watermark):
    """What had been sent before the relay let go."""
    try:
        while True:
            opcode, data = await read_frame(reader)
            if opcode == TEXT and data:
                watermark = take(heard, data) or watermark
    except GONE:
        return watermark


async def post(caller, path, i):
    status, _ = await caller.call("POST", f"{path}/activities", {
        "type": "event", "name": f"post {i}", "from": {"id": "me"}, "value": "x" * SIZE,
        "channelData": {"clientActivityID": f"{i}"}})
    if status != 200:
        raise Failed(f"a post was answered with {status}")


async def begin_conversation(house, caller):
    """Its path."""
    started = await house.begin(caller)
    return f"/v3/directline/conversations/{started['conversationId']}"


async def stopped_readers(house):
    """Streams the relay has given up, and what gives the address of a new one."""
    caller = Caller(house.port)
    for _ in range(2):      # fills what the store keeps in memory of any posts
        path = await begin_conversation(house, caller)
        for i in range(POSTS):
            await post(caller, path, i)
    path = await begin_conversation(house, caller)

    async def reconnect(watermark):
        _, answer = await caller.call("GET", f"{path}?watermark={watermark}")
        return answer["streamUrl"]

    connections = house.connections()
    streams = [await house.open_stream(await reconnect(""), 4096) for _ in range(READERS)]
    for _, writer in streams:
        writer.transport.pause_reading()

    before = house.memory()
    growth = 0
    for i in range(POSTS):
        await post(caller, path, i)
        growth = max(growth, check_growth(house, before, READERS * PINNED))
    print(f"# {READERS} readers that stopped: {growth / MIB:.1f} MiB for {READERS * POSTS * SIZE / MIB:.0f} MiB")
    while house.connections() > connections + 1:      # ours may be a new one
        await asyncio.sleep(0.05)
    return streams, reconnect


async def readers(house):
    try:
        streams, reconnect = await asyncio.wait_for(stopped_readers(house), 4 * CUT)
    except asyncio.TimeoutError:
        raise Failed("the readers were not dropped") from None
    wanted = [f"post {i}" for i in range(POSTS)]
    heard_first = []
    for number, (reader, writer) in enumerate(streams):
        heard = []
        writer.transport.resume_reading()
        watermark = await asyncio.wait_for(hear_rest(reader, heard, ""), CUT)
        heard_first.append(len(heard))
        if heard != wanted[:len(heard)] or len(heard) == POSTS:
            raise Failed(f"reader {number} heard {len(heard)} posts before it was dropped")
        reader, writer = await house.open_stream(await reconnect(watermark))
        while len(heard) < POSTS:
            opcode, data = await asyncio.wait_for(read_frame(reader), CUT)
            if opcode == TEXT and data:
                take(heard, data)
        writer.transport.abort()
        if heard != wanted:
            raise Failed(f"reader {number} heard {len(heard)} posts, not each once and in order")
    print(f"# of {POSTS} posts they had {min(heard_first)} to {max(heard_first)} when they were dropped")


def main():
    cases = [(f"{what} costs others nothing", lambda house, attack=attack: abuse(house, attack))
             for what, attack in ABUSES]
    cases.append((f"{READERS} readers that stop reading cost a bounded amount, and resume", readers))
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    print(f"1..{len(cases)}")
    failed = 0
    with tempfile.TemporaryDirectory(prefix="baton-abuse-") as name:
        house = House(Paths(sys.argv[1]), pathlib.Path(name))
        for number, (what, run) in enumerate(cases, 1):
            try:
                asyncio.run(run(house))
                print(f"ok {number} - {what}", flush=True)
            except (Failed, *GONE) as error:
                failed += 1
                print(f"not ok {number} - {what}\n# {type(error).__name__}: {error}", flush=True)
        if house.relay.stop() != 0:
            failed += 1
            print("# the relay did not end well")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
