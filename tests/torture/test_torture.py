# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Thousands of activities through the real relay, between customers who do not give up and a Direct Line that does all
that can be done wrong, while the relay is killed again and again: nothing is lost, nothing comes twice, all is in order,
each hand-off is caught once (F93, H4, K5, K20, S39, S40; protocol 6.2, 6.3, 6.6, 6.7, 6.8, 6.17).

BATON_TORTURE multiplies how much is said, BATON_SLOWNESS how long it may take. BATON_SEED repeats a run, as far as the
machine lets it. Where BATON_KEEP names a folder, a run that fails leaves there what everybody had."""

import asyncio
import json
import os
import pathlib
import random
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "story"))

from desk import Paths, Relay           # noqa: E402
from mock_bot import SECRET, MockBot    # noqa: E402
from people import HANDS_OVER, LAST, Agent, Customer, Lost    # noqa: E402

CUSTOMERS = 50
WORDS = 100             # of each customer; the bot says as much again
KILLS = 20
HANDOFFS = 2            # of each customer
SECONDS = 140           # for all of it; an idle machine takes a sixth

CONFIG = """
[relay]
bot=torture
[bot torture]
kind=directline
base-url={base}
secret-file=bot.secret
[limits]
posts-per-second=10000
posts-burst=10000
streams-per-token=1000
connections-per-address=4000
[desk]
sign-in-tries-per-minute=100
"""


class Bot:
    """What the bot has to say to each message, as it says it once."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.handoffs = []

    def answer(self, side, text):
        if text.startswith(HANDS_OVER):
            mark = f"{side.host} {text}"
            self.handoffs.append(mark)
            return [{"type": "message", "text": f"one moment: {text}"},
                    {"type": "event", "name": "handoff.initiate", "value": {"va_LastPhrase": mark}}]
        answers = 1 if text == LAST else self.random.choice([0, 1, 1, 1, 2])
        return [{"type": "message", "text": f"answer {i} to {text}"} for i in range(answers)]


class Torture:
    def __init__(self, paths, folder, seed, scale):
        self.random = random.Random(seed)
        self.words = int(WORDS * scale)
        self.wanted_kills = int(KILLS * max(1, scale))
        self.seconds = SECONDS * max(1, scale) * float(os.environ.get("BATON_SLOWNESS") or 1)
        self.scale = scale
        self.bot = Bot(seed + 1)
        self.mock = MockBot(random.Random(seed + 2), self.bot.answer)
        self.relay = Relay(paths, folder / "data", "--config", str(folder / "relay.conf"))
        self.folder = folder
        self.customers = []
        self.kills = 0
        self.status = None

    async def prepare(self):
        await self.mock.listen()
        (self.folder / "relay.conf").write_text(CONFIG.format(base=self.mock.base))
        (self.folder / "bot.secret").touch(mode=0o600)
        (self.folder / "bot.secret").write_text(SECRET)
        password = self.relay.add_agent("dana", "Dana Reyes").read_text()
        await asyncio.to_thread(self.relay.start)
        self.secret = (self.folder / "data/direct-line-secret").read_text().strip()
        agent = Agent(self.relay.port, "dana", password)
        for number in range(CUSTOMERS):
            own = random.Random(self.random.random())
            handoffs = set(own.sample(range(self.words), HANDOFFS))
            self.customers.append(Customer(self.relay.port, own, agent, self.words, handoffs))

    async def kill(self, work):
        """Kills the relay evenly over all that is to be delivered, each time at a moment of its own."""
        whole = len(self.customers) * self.words
        for i in range(self.wanted_kills):
            while len(self.mock.posted) < whole * (i + 0.5) / (self.wanted_kills + 1) and not work.done():
                await asyncio.sleep(0.01)
            await asyncio.sleep(self.random.random() / 5)
            self.relay.kill()
            self.kills += 1
            await asyncio.to_thread(self.relay.start)

    async def run(self):
        try:
            await asyncio.wait_for(self.play(), self.seconds)
        except asyncio.TimeoutError:
            awaited = [f"{customer.id} waits for {customer.awaited}" for customer in self.customers if customer.awaited]
            raise Lost(f"not done after {self.seconds:.0f} s: {'; '.join(awaited[:5])}") from None

    async def play(self):
        await self.prepare()
        await asyncio.gather(*(customer.begin(self.secret) for customer in self.customers))
        listening = [asyncio.ensure_future(customer.listen()) for customer in self.customers]
        speaking = asyncio.ensure_future(asyncio.gather(*(customer.live() for customer in self.customers)))
        try:
            await asyncio.gather(speaking, self.kill(speaking), self.watch(listening, speaking))
            self.mock.evil = 0
            # A last word wakes a link that waits for better times.
            await asyncio.gather(*(customer.say(LAST) for customer in self.customers))
            await asyncio.gather(*(customer.until(lambda customer=customer: self.has_heard_all(customer),
                                                  "all that the bot has said") for customer in self.customers))
        finally:
            for task in (speaking, *listening):
                task.cancel()
            self.status = await asyncio.to_thread(self.relay.stop)
            self.mock.close()

    async def watch(self, listening, speaking):
        """A listener ends only by an error."""
        done, _ = await asyncio.wait({speaking, *listening}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    def write(self, folder):
        """What the bot's side and the canvases have, beside the data folder: to look into a failure."""
        bot = {side.host: side.log for side in self.mock.sides.values()}
        canvas = {customer.id: customer.heard for customer in self.customers}
        (folder / "bot.json").write_text(json.dumps(bot, indent=1))
        (folder / "canvas.json").write_text(json.dumps(canvas, indent=1))

    # --- the truth ---

    def read_by_bot(self, customer):
        return [text for client_id, text in self.mock.posted if client_id.startswith(f"{customer.id}|")]

    def has_heard_all(self, customer):
        said = self.said_by_bot(customer)
        return LAST in self.read_by_bot(customer) and len(self.heard_of_bot(customer)) >= len(said)

    def said_by_bot(self, customer):
        return [a["text"] for a in self.mock.log_of(customer.id) if a["type"] == "message"]

    @staticmethod
    def heard_of(customer, party):
        return [a for a in customer.heard if a["channelData"]["baton"]["party"] == party]

    def heard_of_bot(self, customer):
        return [a["text"] for a in self.heard_of(customer, "bot") if a["type"] == "message"]

    def check_customers(self):
        """Acknowledged is kept, once, under the id that was told; the poster's own canvas shows it in order."""
        for customer in self.customers:
            own = [(a.get("text") or a.get("name"), a["id"]) for a in self.heard_of(customer, "customer")]
            same(own, customer.acknowledged, f"{customer.id}: what they see of their own words")
            ids = [a["id"] for a in customer.heard]
            same(ids, sorted(set(ids)), f"{customer.id}: ids")
            times = [a["timestamp"] for a in customer.heard]
            same(times, sorted(set(times)), f"{customer.id}: times")

    def check_to_bot(self):
        """What was said to the bot it has got once, in order; what was said to the agent it has not."""
        for customer in self.customers:
            no_words = {"startConversation", *customer.to_agent}
            wanted = [text for text, _ in customer.acknowledged if text not in no_words]
            same(self.read_by_bot(customer), wanted, f"{customer.id}: what the bot has got")
            same(self.mock.starts.get(customer.id), 1, f"{customer.id}: start events at the bot")

    def check_from_bot(self):
        for customer in self.customers:
            same(self.heard_of_bot(customer), self.said_by_bot(customer), f"{customer.id}: what they see of the bot")

    def check_handoffs(self):
        rows = json.loads(self.relay.run("escalations", "--json", "--all", "--data", str(self.relay.data)).stdout)
        same(sorted(row["lastPhrase"] for row in rows), sorted(self.bot.handoffs), "hand-offs that were caught")
        for customer in self.customers:
            for kind in ("queued", "joined", "left"):
                same(len(customer.kinds(kind)), HANDOFFS, f"{customer.id}: lines of the kind “{kind}”")
            words = [f"agent {number}" for number in sorted(customer.handoffs)]
            heard = [a["text"] for a in self.heard_of(customer, "agent")]
            same(heard, words, f"{customer.id}: what they see of the agent")
            events = [a["name"] for a in customer.heard if a.get("name", "").startswith("handoff")]
            same(events, [], f"{customer.id}: hand-offs on the canvas")

    def check_amount(self):
        amount = sum(len(self.said_by_bot(customer)) + len(customer.acknowledged) for customer in self.customers)
        if amount < 10000 * self.scale:
            raise Lost(f"only {amount} activities")
        same(self.kills, self.wanted_kills, "kills")
        same(self.status, 0, "status of the relay in the end")
        print(f"# {amount} activities, {self.kills} kills, {len(self.bot.handoffs)} hand-offs, "
              f"{sum(customer.repeats for customer in self.customers)} posts repeated by customers")
        for what, how_often in sorted(self.mock.counts.items()):
            print(f"# {how_often} × {what}")


def same(got, wanted, what):
    if got == wanted:
        return
    if isinstance(got, list):
        where = next((i for i, (a, b) in enumerate(zip(got, wanted)) if a != b), min(len(got), len(wanted)))
        raise Lost(f"{what}: {len(got)} instead of {len(wanted)}; at {where} {got[where:where + 4]} instead of "
                   f"{wanted[where:where + 4]}")
    raise Lost(f"{what}: {got} instead of {wanted}")


CHECKS = [
    ("what is acknowledged is kept, once and in order", Torture.check_customers),
    ("what customers say reaches the bot once and in order", Torture.check_to_bot),
    ("what the bot says reaches the canvas once and in order", Torture.check_from_bot),
    ("each hand-off is caught once", Torture.check_handoffs),
    ("there was enough of everything", Torture.check_amount),
]


def main():
    seed = int(os.environ.get("BATON_SEED") or random.SystemRandom().randrange(2 ** 32))
    scale = float(os.environ.get("BATON_TORTURE") or 1)
    print(f"1..{len(CHECKS) + 1}\n# BATON_SEED={seed}")
    failed = 0
    with tempfile.TemporaryDirectory(prefix="baton-torture-") as name:
        torture = Torture(Paths(sys.argv[1]), pathlib.Path(name), seed, scale)
        start = time.monotonic()

        def case(number, what, run):
            nonlocal failed
            try:
                run()
                print(f"ok {number} - {what}")
            except Lost as error:
                failed += 1
                print(f"not ok {number} - {what}\n# {error}")

        case(1, "everybody has said everything", lambda: asyncio.run(torture.run()))
        print(f"# {time.monotonic() - start:.1f} s")
        for number, (what, check) in enumerate(CHECKS, 2):
            case(number, what, lambda check=check: check(torture))
        if failed and (keep := os.environ.get("BATON_KEEP")):
            shutil.copytree(name, keep, dirs_exist_ok=True)
            torture.write(pathlib.Path(keep))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
