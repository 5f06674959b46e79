# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The relay is killed between hand-off and claim and started again: the escalation is still there, the console reconnects
by itself and shows it once, the customer's page goes on (F93, F97, S40)."""

import pathlib
import sys
import tempfile

from desk import Console, Customer, Paths, Relay


def main():
    paths = Paths(sys.argv[1])
    print("1..1")
    with tempfile.TemporaryDirectory(prefix="baton-restart-") as name:
        relay = Relay(paths, pathlib.Path(name))
        password = relay.add_agent("dana", "Dana Reyes")
        relay.start()
        console = Console(paths, relay, "dana", password)
        try:
            customer = Customer(relay, "Mei Tanaka").begin()
            customer.hear("bot")
            customer.say("talk to agent")
            customer.hear("system")
            console.open("Mei Tanaka")
            relay.kill()
            console.says("Not connected", timeout=20)
            relay.start()
            console.until(lambda: not console.all("label", "Not connected"), "the console to come back by itself", 60)
            rows = [n for n in console.names() if "Mei Tanaka" in n and "waiting" in n.lower() and "Asked for an agent" in n]
            assert len(rows) == 1, f"the queue shows {rows}"
            assert len(relay.escalations()) == 1

            customer.say("are you still there?")
            console.press("Take Conversation")
            console.says("Mei Tanaka", "are you still there?")
            console.write("Reply to", "Yes, here I am.")
            console.press("Send")
            assert customer.hear("agent") == "Yes, here I am."
            texts = [a.get("text") for a in customer.poll() if a["type"] == "message"]
            assert texts.count("are you still there?") == 1 and texts.count("Yes, here I am.") == 1, texts
        finally:
            console.close()
            relay.stop()
    print("ok 1 - the relay is killed and comes back")
    return 0


if __name__ == "__main__":
    sys.exit(main())
