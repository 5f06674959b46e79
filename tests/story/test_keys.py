# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An agent's work with real keys and no mouse: take customers, reply, go through the panes, jump to the hand-off, show and
hide the details, end. Every action is reachable by keyboard."""

import pathlib
import subprocess
import sys
import tempfile

from desk import Console, Customer, Paths, Relay


def press(*keys):
    subprocess.run(["xdotool", "key", *keys], check=True, timeout=20)


def type_text(text):
    # Typed faster than people do, some letters get lost on their way through the X server.
    subprocess.run(["xdotool", "type", "--delay", "30", text], check=True, timeout=30)


class Keys:
    """The console, and where its keyboard focus is."""

    def __init__(self, console):
        self.console = console
        self.arrives("frame", "Baton", state="ACTIVE")

    def arrives(self, role, *words, state="FOCUSED"):
        return self.console.until(lambda: [n for n in self.console.all(role, *words) if self.console.has(n, state)],
                                  f"a {role} “{' … '.join(words)}” to be {state.lower()}")

    def focus_window(self):
        """What a window manager does when a window in front has gone."""
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^Baton$"], check=True, timeout=20, capture_output=True)
        subprocess.run(["xdotool", "windowfocus", found.stdout.split()[0]], check=True, timeout=20)
        self.arrives("frame", "Baton", state="ACTIVE")

    def go(self, keys, role, *words):
        press(keys)
        self.arrives(role, *words)

    def shows(self, keys, shown, role, *words):
        press(keys)
        self.console.until(lambda: bool(self.console.all(role, *words)) == shown,
                           f"{keys} to {'show' if shown else 'hide'} a {role} “{' … '.join(words)}”")


def hand_off(relay, name):
    customer = Customer(relay, name).begin()
    customer.hear("bot")
    customer.say("talk to agent")
    customer.hear("system")
    return customer


def reply(customer, text, key):
    said = len(customer.heard("agent"))
    type_text(text)
    press(key)
    heard = customer.hear("agent", said)
    assert heard == text, heard


def take(keys, relay):
    """Ctrl+N takes who waits longest; Ctrl+Enter what is selected. Enter and Ctrl+Enter send."""
    mei = hand_off(relay, "Mei Tanaka")
    keys.console.says("Mei Tanaka", "Asked for an agent")
    keys.go("ctrl+n", "text", "Reply to the customer")
    reply(mei, "hello, what can i do for you", "Return")

    jonas = hand_off(relay, "Jonas Weber")
    keys.console.says("Jonas Weber", "Asked for an agent")
    press("alt+Down")
    keys.console.says("Jonas Weber", "has been waiting")
    keys.go("ctrl+Return", "text", "Reply to the customer")
    reply(jonas, "and what can i do for you", "ctrl+Return")
    return mei, jonas


def panes(keys):
    """Each pane has a key of its own, and F6 goes round them."""
    console = keys.console
    keys.go("alt+1", "list item", "Jonas Weber")
    keys.go("alt+2", "list item", "and what can i do for you")
    keys.go("alt+3", "text", "Reply to the customer")
    keys.go("alt+4", "list item", "Trigger: ")
    keys.go("F6", "list item", "Jonas Weber")
    keys.go("F6", "text", "Reply to the customer")
    keys.go("F6", "list item", "Trigger: ")
    keys.go("shift+F6", "text", "Reply to the customer")
    keys.shows("F9", False, "list item", "Trigger: ")
    keys.shows("F9", True, "list item", "Trigger: ")
    keys.go("Escape", "text", "Reply to the customer")
    assert console.has(console.find("text", "Reply to the customer"), "FOCUSED")


def jump(keys, customer):
    """Far below the hand-off its private message is pinned; at the hand-off it is not: there it stands itself."""
    for number in range(30):
        customer.say(f"and lamp number {number} does not work either")
    keys.console.says("lamp number 29")
    pinned = ("push button", "Private message to agents: ")
    keys.console.find(*pinned)
    keys.shows("ctrl+h", False, *pinned)


def end(keys, customer):
    """Ending asks first, and the safe answer is chosen: Esc keeps the conversation, only the other button ends it."""
    keys.go("ctrl+shift+e", "push button", "Keep Open")
    keys.shows("Escape", False, "push button", "Keep Open")
    keys.focus_window()
    keys.go("ctrl+shift+e", "push button", "Keep Open")
    keys.go("Tab", "push button", "End Conversation")
    said = len([a for a in customer.poll() if a["channelData"]["baton"]["party"] == "system"])
    press("Return")
    keys.console.until(lambda: len([a for a in customer.poll() if a["channelData"]["baton"]["party"] == "system"]) > said,
                       "the customer to learn of the end")
    keys.console.until(lambda: not keys.console.all("text", "Reply to the customer"), "the composer to go")


def main():
    paths = Paths(sys.argv[1])
    print("1..4")
    with tempfile.TemporaryDirectory(prefix="baton-keys-") as name:
        relay = Relay(paths, pathlib.Path(name))
        password = relay.add_agent("dana", "Dana Reyes")
        relay.start()
        console = Console(paths, relay, "dana", password)
        try:
            console.says("Your presence: Available")
            keys = Keys(console)
            mei, jonas = take(keys, relay)
            print("ok 1 - take and reply")
            panes(keys)
            print("ok 2 - panes")
            jump(keys, jonas)
            print("ok 3 - jump to the hand-off")
            end(keys, jonas)
            print("ok 4 - end")
        finally:
            console.close()
            relay.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
