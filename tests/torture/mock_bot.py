# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bot behind a Direct Line that does all a Direct Line has been seen to do wrong, and some more: it repeats
activities, shuffles sets, drops its streams, answers 502 after having delivered, forgets its watermark, lets tokens
expire. What it never does is lie about what is in its log: that is the truth the canvases are compared with."""

import asyncio
import datetime
import json
import urllib.parse

from wire import CLOSE, GONE, PING, PONG, format_answer, format_frame, format_upgrade, read_body, read_frame, read_head

SECRET = "the secret of the torture test"
BOT = {"id": "torture-bot", "name": "Torture", "role": "bot"}


def quoted(code, message):
    return json.dumps({"error": {"code": code, "message": message}}).encode()


class Side:
    """The bot's side of a hosted conversation."""

    def __init__(self, mock, number):
        self.mock, self.random = mock, mock.random
        self.id = f"up{number}"
        self.log = []                  # activities; the index is the watermark
        self.grown = asyncio.Event()   # replaced each time
        self.at = datetime.datetime(2026, 3, 2, tzinfo=datetime.timezone.utc) + datetime.timedelta(days=number)
        self.alias = self.random.choice([None, None, f"dl_service_{number}"])   # the service may rename users (K21)
        self.host = None               # id of the hosted conversation, once somebody spoke

    def stamp(self):
        self.at += datetime.timedelta(milliseconds=self.random.randint(1, 40))
        return self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def append(self, *activities):
        for activity in activities:
            self.log.append({"timestamp": self.stamp()} | activity | {
                "id": f"{self.id}|{len(self.log):07d}", "channelId": "directline", "conversation": {"id": self.id}})
        self.grown.set()
        self.grown = asyncio.Event()

    def say(self, *activities):
        self.append(*({"from": BOT} | activity for activity in activities))

    def cut(self, start, end):
        """A set, in no order if it so happens, with a watermark that covers it."""
        activities = self.log[start:end]
        if self.random.random() < self.mock.evil:
            self.random.shuffle(activities)
            self.mock.count("shuffled sets", len(activities) > 1)
        return {"activities": activities, "watermark": str(end - 1)}

    def start_after(self, watermark):
        """Where reading begins: sometimes the watermark is forgotten, and everything comes again."""
        if self.random.random() < self.mock.evil / 2:
            self.mock.count("forgotten watermarks", watermark is not None)
            return 0
        return int(watermark) + 1 if watermark and watermark.isdigit() else 0


class MockBot:
    """answer: called with (side, text) for each message of a customer, gives what the bot says to it."""

    def __init__(self, random, answer):
        self.random, self.answer = random, answer
        self.evil = 0.25        # how likely most of it is; 0 is a good server
        self.sides = {}
        self.tokens = {}        # token → uses until it expires
        self.tickets = {}
        self.posted = []        # (hosted activity id, text) of messages, as they were delivered
        self.starts = {}        # hosted conversation → start events
        self.counts = {}
        self.port = 0

    def count(self, what, how_many=1):
        self.counts[what] = self.counts.get(what, 0) + int(how_many)

    async def listen(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0, limit=2 ** 24)
        self.port = self.server.sockets[0].getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}/v3/directline"

    def close(self):
        self.server.close()

    def log_of(self, host):
        """What the bot has said in a hosted conversation, in its order."""
        return [activity for side in self.sides.values() if side.host == host
                for activity in sorted(side.log, key=lambda activity: activity["timestamp"]) if activity["from"] == BOT]

    # --- requests ---

    async def serve(self, reader, writer):
        try:
            while await self.serve_one(reader, writer):
                await writer.drain()
        except GONE:
            pass
        finally:
            writer.transport.abort()

    async def serve_one(self, reader, writer):
        """Returns whether the connection is kept."""
        first, headers = await read_head(reader)
        method, target, _ = first.split()
        path, _, query = target.partition("?")
        query = dict(urllib.parse.parse_qsl(query))
        parts = path.removeprefix("/v3/directline/").split("/")
        body = await read_body(reader, headers)
        if parts[-1] == "stream":
            await self.serve_stream(reader, writer, headers, parts, query)
            return False
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        if bearer != SECRET:
            self.tokens[bearer] = self.tokens.get(bearer, 0) - 1
            if self.tokens[bearer] < 0:
                self.count("expired tokens")
                writer.write(format_answer(403, quoted("TokenExpired", "Token has expired")))
                return True
        return await self.route(writer, method, parts, query, body)

    async def route(self, writer, method, parts, query, body):
        side = self.sides.get(parts[1]) if len(parts) > 1 else None
        if parts == ["tokens", "refresh"]:
            writer.write(format_answer(200, json.dumps({"token": self.make_token(), "expires_in": 3600}).encode()))
        elif method == "POST" and parts == ["conversations"]:
            side = Side(self, len(self.sides))
            self.sides[side.id] = side
            writer.write(format_answer(201, self.describe(side, None)))
        elif side is None:
            writer.write(format_answer(404, quoted("BadArgument", "Unknown conversation")))
        elif method == "GET" and self.random.random() < self.evil / 8:
            self.count("502 to a GET")
            writer.write(format_answer(502, b"<html>Bad Gateway</html>"))
        elif len(parts) == 2:
            writer.write(format_answer(200, self.describe(side, query.get("watermark"))))
        elif method == "GET":
            start = side.start_after(query.get("watermark"))
            end = min(len(side.log), start + self.random.choice([2, 50, 1000])) if start > 0 else len(side.log)
            empty = {"activities": [], "watermark": query.get("watermark")}
            writer.write(format_answer(200, json.dumps(side.cut(start, end) if end > start else empty).encode()))
        else:
            return await self.take_post(writer, side, json.loads(body))
        return True

    def make_token(self):
        token = f"token{len(self.tokens)}"
        self.tokens[token] = self.random.choice([5, 40, 10 ** 6])
        return token

    def describe(self, side, watermark):
        ticket = f"ticket{len(self.tickets)}"
        self.tickets[ticket] = watermark
        stream = f"ws://127.0.0.1:{self.port}/v3/directline/conversations/{side.id}/stream?t={ticket}"
        return json.dumps({
            "conversationId": side.id, "token": self.make_token(), "expires_in": 3600, "streamUrl": stream}).encode()

    # --- what customers say ---

    async def take_post(self, writer, side, activity):
        fate = self.random.random() / self.evil if self.evil else 1
        if fate < 0.1:
            self.count("429 instead of taking a post")
            writer.write(format_answer(429, quoted("ThrottledError", "Too many requests"), Retry_After=1))
            return True
        answer = format_answer(200, json.dumps({"id": self.deliver(side, activity)}).encode())
        if fate < 0.3:
            self.count("502 after a post was delivered")
            answer = format_answer(502, quoted("BotError", "Failed to send activity: bot timed out"))
        elif fate < 0.4:
            self.count("hung up after a post was delivered")
            return False
        elif fate < 0.6:
            await asyncio.sleep(self.random.random() / 10)
        writer.write(answer)
        return True

    def deliver(self, side, activity):
        """The bot has it, at once and for good. It answers in the same turn, and the echo may come behind that."""
        client_id = activity["channelData"]["clientActivityID"]
        side.host = client_id.partition("|")[0]
        echo = {"timestamp": side.stamp()} | activity
        if side.alias:
            echo["from"] = {"id": side.alias}
        if activity["type"] != "message":
            self.starts[side.host] = self.starts.get(side.host, 0) + 1
            answers = [{"type": "message", "text": "welcome"}]
        else:
            self.posted.append((client_id, activity["text"]))
            answers = self.answer(side, activity["text"])
        if self.random.random() < self.evil:
            self.count("echoes behind the answer")
            side.say(*answers)
            side.append(echo)
        else:
            side.append(echo)
            side.say(*answers)
        return next(known["id"] for known in reversed(side.log) if known.get("channelData") == activity["channelData"])

    # --- the stream ---

    async def serve_stream(self, reader, writer, headers, parts, query):
        side, ticket = self.sides.get(parts[1]), query.get("t")
        if side is None or ticket not in self.tickets:
            writer.write(format_answer(403, quoted("BadArgument", "Invalid token or secret")))
            return
        watermark = self.tickets.pop(ticket)
        self.tickets[ticket + " was used"] = None     # their number names the next one
        writer.write(format_upgrade(headers["sec-websocket-key"]))
        hearing = asyncio.ensure_future(self.hear(reader, writer))
        try:
            await self.speak(side, writer, side.start_after(watermark), hearing)
        finally:
            hearing.cancel()

    async def hear(self, reader, writer):
        while True:
            opcode, data = await read_frame(reader)
            if opcode == PING:
                writer.write(format_frame(PONG, data))
            elif opcode == CLOSE:
                return

    async def speak(self, side, writer, position, hearing):
        def send(activities):
            writer.write(format_frame(1, json.dumps(activities).encode()))

        frames = self.random.randint(3, 60)
        while not hearing.done():
            grown = side.grown
            if position < len(side.log):
                end = min(len(side.log), position + self.random.choice([1, 3, 1000]))
                send(side.cut(position, end))
                position = end
                frames -= 1
            else:
                waiting = asyncio.ensure_future(grown.wait())
                await asyncio.wait({waiting, hearing}, return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
            if self.random.random() < self.evil / 2 and position > 0:
                start = self.random.randrange(position)
                self.count("repeated sets")
                send(side.cut(start, min(position, start + 5)))
            if self.random.random() < self.evil / 4:
                typing = {"type": "typing", "from": BOT, "conversation": {"id": side.id}}
                send({"activities": [typing], "watermark": None})
            if frames < 0 and self.evil:
                self.count("dropped streams")
                if self.random.random() < 0.3:
                    frame = format_frame(1, json.dumps(side.cut(0, position)).encode())
                    writer.write(frame[:-3])     # in the middle of it
                    await writer.drain()
                return
            await writer.drain()
