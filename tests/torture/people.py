# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Customers and an agent who do not give up: each says a thing with one id until it is answered, and reads on from the
last watermark, whatever becomes of the relay meanwhile."""

import asyncio

from wire import GONE, Caller, Listener

HANDS_OVER = "please, a person"
LAST = "the last word"


class Lost(Exception):
    """The relay did what it may never do."""


async def insist(caller, method, path, body=None, bearer=None, good=(200, 201)):
    """Asks until there is an answer. What the relay cannot do just now it says with 429 or 5xx."""
    while True:
        try:
            status, answer = await caller.call(method, path, body, bearer)
        except GONE:
            await asyncio.sleep(0.02)
            continue
        if status in good:
            return answer
        if status != 429 and status < 500:
            raise Lost(f"{method} {path.partition('?')[0]}: {status} {answer}")
        await asyncio.sleep(0.1)


class Agent:
    """Takes what is handed over, says one thing, gives it back to the bot."""

    def __init__(self, port, name, password):
        self.port, self.name, self.password = port, name, password
        self.session = asyncio.Lock()
        self.bearer = None

    async def serve(self, customer, number):
        async with self.session:
            caller = Caller(self.port)
            try:
                if self.bearer is None:
                    answer = await insist(caller, "POST", "/hub/v1/session",
                                          {"agent": self.name, "password": self.password}, "-")
                    self.bearer = answer["token"]
                rows = (await insist(caller, "GET", "/hub/v1/escalations", bearer=self.bearer))["escalations"]
                mine = [row for row in rows if row["conversationId"] == customer.id and row["state"] == "queued"]
                if len(mine) != 1:
                    raise Lost(f"{customer.id} has {len(mine)} escalations in the queue")
                await self.talk(caller, customer, number, mine[0]["id"])
            finally:
                caller.close()

    async def talk(self, caller, customer, number, escalation):
        request = f"{customer.id} {number}"
        path = f"/hub/v1/escalations/{escalation}"
        answer = await insist(caller, "POST", f"{path}/claim", {"requestId": f"{request} claim"}, self.bearer)
        await insist(caller, "POST", customer.path, {
            "type": "message", "text": f"agent {number}", "channelData": {"clientActivityID": f"{request} word"}},
            answer["directLine"]["token"])
        await insist(caller, "POST", f"{path}/return", {
            "requestId": f"{request} return", "epoch": answer["escalation"]["epoch"]}, self.bearer)


class Customer:
    def __init__(self, port, random, agent, words, handoffs):
        """words: how many messages; handoffs: after which of them a person is asked for."""
        self.port, self.random, self.agent = port, random, agent
        self.words, self.handoffs = words, handoffs
        self.caller, self.token, self.id = Caller(port), None, None
        self.watermark, self.heard, self.news = "", [], asyncio.Condition()
        self.acknowledged = []     # (text, id)
        self.to_agent = []         # texts that are nothing to the bot
        self.repeats = 0
        self.awaited = None

    @property
    def path(self):
        return f"/v3/directline/conversations/{self.id}/activities"

    # --- speaking ---

    async def begin(self, secret):
        answer = await insist(self.caller, "POST", "/v3/directline/tokens/generate", {}, secret)
        self.id, self.token = answer["conversationId"], answer["token"]
        self.caller.bearer = self.token
        await insist(self.caller, "POST", "/v3/directline/conversations", {})

    async def say(self, text, kind="message"):
        body = {"type": kind, "from": {"id": "me"}, "text" if kind == "message" else "name": text,
                "channelData": {"clientActivityID": f"id of {text}"}}
        answer = await insist(self.caller, "POST", self.path, body)
        self.acknowledged.append((text, answer["id"]))
        if self.random.random() < 0.05:     # as if the answer had been lost on the way
            self.repeats += 1
            again = await insist(self.caller, "POST", self.path, body)
            if again != answer:
                raise Lost(f"{self.id}: a repeat was answered with {again}, not {answer}")

    async def live(self):
        await self.say("startConversation", "event")
        for i in range(self.words):
            await self.say(f"word {i}")
            if i in self.handoffs:
                await self.ask_for_person(i)
            if self.random.random() < 0.1:
                await asyncio.sleep(self.random.random() / 5)

    async def ask_for_person(self, number):
        await self.say(f"{HANDS_OVER} {number}")
        await self.hear_kind("queued", number)
        for text in (f"aside {number} a", f"aside {number} b"):
            self.to_agent.append(text)
            await self.say(text)
        await self.agent.serve(self, number)
        await self.hear_kind("left", number)

    # --- listening ---

    def kinds(self, kind):
        return [a for a in self.heard if a.get("channelData", {}).get("baton", {}).get("kind") == kind]

    async def hear_kind(self, kind, number):
        wanted = sorted(self.handoffs).index(number) + 1
        await self.until(lambda: len(self.kinds(kind)) >= wanted, f"the line “{kind}” for the {wanted}. time")

    async def until(self, probe, what):
        """Waits as long as it takes; whoever loses patience can see for what."""
        self.awaited = what
        async with self.news:
            await self.news.wait_for(probe)
        self.awaited = None

    async def take(self, answer):
        for activity in answer["activities"]:
            if activity["type"] == "typing":
                continue
            if self.heard and activity["id"] <= self.heard[-1]["id"]:
                raise Lost(f"{self.id}: {activity['id']} after {self.heard[-1]['id']}")
            self.heard.append(activity)
        self.watermark = answer.get("watermark") or self.watermark
        async with self.news:
            self.news.notify_all()

    async def listen(self):
        """Reads for ever, now by a stream, now by polling."""
        caller = Caller(self.port, self.token)
        while True:
            try:
                if self.random.random() < 0.3:
                    await self.poll(caller)
                else:
                    await self.stream(caller)
            except GONE:
                await asyncio.sleep(0.05)

    async def poll(self, caller):
        for _ in range(self.random.randint(1, 10)):
            await self.take(await insist(caller, "GET", f"{self.path}?watermark={self.watermark}"))
            await asyncio.sleep(0.1)

    async def stream(self, caller):
        answer = await insist(caller, "GET", f"/v3/directline/conversations/{self.id}?watermark={self.watermark}")
        stream = await Listener.open(answer["streamUrl"])
        try:
            for _ in range(self.random.randint(1, 100)):
                await self.take(await asyncio.wait_for(stream.hear(), 5))
        finally:
            stream.close()
