# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A published hand-off goes the whole way: an upstream bot replays it over Direct Line, the relay catches it, and every
field of it is read back from the window (S000-1, S000-3, S000-23, S003-21, S003-25)."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

from desk import SOURCE, Console, Customer, Paths, Relay, until

NAMES = ["handoff-activityset.json", "handoff-activityset-3messages.json"]


def payloads():
    """The published ones where they are at hand, else our own of the same shapes."""
    samples = os.environ.get("BATON_SAMPLES")
    if samples:
        return [pathlib.Path(samples) / f"real-pva-{name}" for name in NAMES]
    return [SOURCE / "tests/fixtures" / name for name in NAMES]


def expected(file):
    activity = next(a for a in json.loads(file.read_text())["activities"] if a.get("name") == "handoff.initiate")
    transcript = next(a for a in activity["attachments"] if a["name"].lower() == "transcript")
    return activity["value"], [a for a in transcript["content"]["activities"] if a["type"] == "message"]


def configuration(folder, url):
    file = folder / "relay.conf"
    secret = folder / "bot.secret"
    secret.write_text("replayed-bot-secret")
    secret.chmod(0o600)
    file.write_text(f"[bot main]\nkind=directline\nbase-url={url}\nsecret-file={secret}\n")
    return file


def replay(paths, file):
    value, messages = expected(file)
    with tempfile.TemporaryDirectory(prefix="baton-replay-") as name:
        folder = pathlib.Path(name)
        bot = subprocess.Popen([paths.replay_bot, file], stdout=subprocess.PIPE, text=True)
        url = bot.stdout.readline().split()[-1]
        relay = Relay(paths, folder / "data", "--config", str(configuration(folder, url)))
        console = None
        try:
            password = relay.add_agent("dana", "Dana Reyes")
            relay.start()
            customer = Customer(relay, "Mei Tanaka").begin()
            customer.hear("bot")
            customer.say("store hours")
            customer.hear("system")
            console = Console(paths, relay, "dana", password)
            console.open("Mei Tanaka", value["va_LastTopic"])
            read_back(console, value, messages)
            [row] = relay.escalations()
            assert row["topics"] == value["va_Topics"] and row["agentMessage"] == value["va_AgentMessage"], row
            assert row["transcriptCount"] == len(messages), row
            assert value["va_AgentMessage"].encode() not in customer.bytes, "the private message reached the customer"
            assert b"handoff." not in customer.bytes and b"va_" not in customer.bytes
        finally:
            if console:
                console.close()
            relay.stop()
            bot.terminate()
            bot.wait(timeout=10)


def read_back(console, value, messages):
    console.says("Private message to agents", value["va_AgentMessage"])
    for topic in value["va_Topics"]:
        console.find("list item", topic)
    console.find("list item", "Last topic", value["va_LastTopic"])
    console.find("list item", "Last words", value["va_LastPhrase"])
    console.find("list item", "Bot", value["va_BotName"])
    identifier = console.find("list item", "Conversation: ")      # shown shortened, described whole
    assert identifier.get_description() == value["va_ConversationId"], identifier.get_description()
    console.find("list item", "Language", "English")
    for message in messages:
        who = "Bot" if message["from"]["role"] == "bot" else ""
        console.find("list item", who, message["text"])


def main():
    paths = Paths(sys.argv[1])
    files = payloads()
    print(f"1..{len(files)}")
    bad = 0
    for number, file in enumerate(files, 1):
        try:
            replay(paths, file)
            print(f"ok {number} - {file.name}", flush=True)
        except AssertionError as error:
            bad += 1
            print(f"not ok {number} - {file.name}: {error}", flush=True)
    return bad


if __name__ == "__main__":
    sys.exit(main())
