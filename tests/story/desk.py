# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The people and programs of a story: a relay, customers over Direct Line, and the console seen through its accessible
widgets, as a screen reader sees it. Used by the end-to-end tests and by `./dev demo`."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid

SOURCE = pathlib.Path(__file__).resolve().parents[2]


def until(probe, what, timeout=15.0):
    """Polls until probe() gives something true; never sleeps longer than it has to, never waits for ever."""
    end = time.monotonic() + timeout
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout:.0f} s in vain for {what}")
        time.sleep(0.03)


class Paths:
    """Where the programs of a build folder are, and the environment in which they run uninstalled."""

    def __init__(self, build):
        self.build = pathlib.Path(build).resolve()
        self.relay = self.build / "src/relay/baton-relay"
        self.console = self.build / "src/console/baton"
        self.replay_bot = self.build / "tests/upstream/replay-bot"

    def environment(self, **more):
        return os.environ | {
            "BATON_DATA_DIR": str(SOURCE / "data"),
            "BATON_LOCALE_DIR": str(self.build / "po"),
            "GSETTINGS_SCHEMA_DIR": str(self.build / "data"),
            "G_DEBUG": "fatal-criticals",
        } | more


class Relay:
    """A baton-relay process on loopback. It can be killed and started again on the same port and data."""

    def __init__(self, paths, data, *options):
        self.paths, self.data, self.options = paths, pathlib.Path(data), options
        self.port, self.process, self.url = 0, None, None

    def run(self, *arguments, **options):
        return subprocess.run([self.paths.relay, *arguments], env=self.paths.environment(), check=True,
                              capture_output=True, text=True, timeout=30, **options)

    def add_agent(self, agent, name, *options):
        """Returns the file that holds the agent's password."""
        secret = self.data / f"{agent}.password"
        self.data.mkdir(parents=True, exist_ok=True)
        secret.touch(mode=0o600)
        secret.write_text(uuid.uuid4().hex)
        self.run("agent", "add", agent, "--name", name, "--data", str(self.data), "--password-file", str(secret), *options)
        return secret

    def start(self):
        log = open(self.data / "relay.log", "ab")
        self.process = subprocess.Popen(
            [self.paths.relay, "serve", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}", *self.options],
            env=self.paths.environment(), stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        if "http://" not in line:
            raise AssertionError(f"the relay did not start; see {log.name}")
        self.url = line[line.index("http://"):].split()[0].rstrip("/")
        self.port = int(self.url.rsplit(":", 1)[1])
        return self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=10)
        return self.process.returncode if self.process else None

    def escalations(self):
        return json.loads(self.run("escalations", "--json", "--data", str(self.data)).stdout)


class Customer:
    """Somebody on the web page: the same calls in the same order as the page makes them, by polling. Every byte that
    comes in is kept."""

    def __init__(self, relay, name=None, locale="en-US"):
        self.relay, self.name, self.locale = relay, name, locale
        self.token, self.watermark, self.seen, self.bytes = None, "", {}, b""
        self.conversation = None

    def call(self, method, path, body=None):
        request = urllib.request.Request(self.relay.url + path, method=method,
                                         data=None if body is None else json.dumps(body).encode())
        if body is not None:
            request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=20) as answer:
            data = answer.read()
        self.bytes += data
        return json.loads(data)

    def begin(self):
        answer = self.call("POST", "/canvas/token", {"locale": self.locale} | ({"name": self.name} if self.name else {}))
        self.token, self.conversation = answer["token"], answer["conversationId"]
        self.call("POST", "/v3/directline/conversations", {"locale": self.locale})
        self.post({"type": "event", "name": "startConversation", "locale": self.locale})
        return self

    def path(self):
        return f"/v3/directline/conversations/{self.conversation}/activities"

    def post(self, activity):
        return self.call("POST", self.path(), {"from": {}, "channelData": {"clientActivityID": uuid.uuid4().hex}} | activity)

    def say(self, text):
        return self.post({"type": "message", "text": text, "locale": self.locale})

    def poll(self):
        """Takes what is new; returns everything so far, in order."""
        try:
            answer = self.call("GET", f"{self.path()}?watermark={self.watermark}")
        except (urllib.error.URLError, ConnectionError):
            return list(self.seen.values())      # the relay is away; the page waits too
        for activity in answer["activities"]:
            self.seen[activity["id"]] = activity
        self.watermark = answer.get("watermark") or self.watermark
        return list(self.seen.values())

    def heard(self, party):
        return [a["text"] for a in self.poll() if a["type"] == "message" and a.get("text") and a["channelData"]["baton"]["party"] == party]

    def hear(self, party, after=0, timeout=15.0):
        """The first text of that party beyond the first `after` ones."""
        return until(lambda: self.heard(party)[after:], f"words of the {party}", timeout)[0]


class Console:
    """The real program in a desktop of its own, operated through its accessible widgets."""

    def __init__(self, paths, relay, agent, secret, **environment):
        import gi
        gi.require_version("Atspi", "2.0")
        from gi.repository import Atspi, GLib

        self.atspi, self.gone = Atspi, GLib.Error
        Atspi.get_desktop(0).get_child_count()      # wake the registry before the program registers
        self.log = tempfile.NamedTemporaryFile("w+b", prefix="baton-console-", suffix=".log")
        self.process = subprocess.Popen([paths.console, "--relay", relay.url, "--agent", agent, "--password-file", str(secret)],
                                        env=paths.environment(**environment), stdout=self.log, stderr=self.log)
        self.root = self.until(self.application, "the console on the accessibility bus", 20)

    def application(self):
        desktop = self.atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child and child.get_process_id() == self.process.pid:
                return child
        return None

    def until(self, probe, what, timeout=15.0):
        def careful():
            if self.process.poll() is not None:
                self.log.seek(0)
                raise AssertionError(f"the console ended with {self.process.returncode}: {self.log.read().decode()[-2000:]}")
            try:
                return probe()
            except self.gone:                        # the widget went away meanwhile
                return None
        return until(careful, what, timeout)

    def nodes(self, root=None):
        stack = [root or self.root]
        while stack:
            node = stack.pop()
            yield node
            children = [node.get_child_at_index(i) for i in range(node.get_child_count())]
            stack.extend(c for c in reversed(children) if c)

    def all(self, role, *words, root=None):
        return [n for n in self.nodes(root) if n.get_role_name() == role and all(w in n.get_name() for w in words)]

    def find(self, role, *words, timeout=15.0):
        return self.until(lambda: next(iter(self.all(role, *words)), None), f"a {role} named “{' … '.join(words)}”", timeout)

    def act(self, node, action=None):
        names = [node.get_action_name(i) for i in range(node.get_n_actions())]
        if not names or (action and action not in names):
            raise AssertionError(f"“{node.get_name()}” offers {names}, not {action}")
        node.do_action(names.index(action) if action else 0)

    def press(self, name):
        self.act(self.until(lambda: next((b for b in self.all("push button", name) if b.get_n_actions() and self.has(b, "SENSITIVE")), None),
                            f"a button “{name}” that can be pressed"))

    def has(self, node, state):
        return node.get_state_set().contains(getattr(self.atspi.StateType, state))

    def text(self, node):
        return self.atspi.Text.get_text(node, 0, self.atspi.Text.get_character_count(node))

    def write(self, name, text):
        self.atspi.EditableText.set_text_contents(self.find("text", name), text)

    def open(self, *words, timeout=15.0):
        self.act(self.find("list item", *words, timeout=timeout), "conversation.open")

    def names(self, role="list item"):
        return [n.get_name() for n in self.nodes() if n.get_role_name() == role]

    def says(self, *words, timeout=15.0):
        """Some widget's name holds all these words."""
        return self.until(lambda: next((n for n in self.nodes() if all(w in n.get_name() for w in words)), None),
                          f"“{' … '.join(words)}” on the screen", timeout)

    def picture(self, path, size="1440x900+0+0"):
        pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
        time.sleep(0.3)                              # one or two frames: what was said is drawn now
        subprocess.run(["import", "-window", "root", "-crop", size, "+repage", str(path)], check=True, timeout=20)

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


# What scripted customers say, in the order of the bot's questions: language, name, lines.
SCRIPTS = [
    ("en-US", "Amira Haddad", ["hello", "What are your opening hours?", "I want to return an item", "Harbour Street", "48117"]),
    ("de-DE", "Jonas Weber", ["Guten Tag", "Ich möchte mit einem Menschen sprechen"]),
    ("fr-FR", "Luc Moreau", ["bonjour", "je veux parler à un conseiller"]),
    ("en-GB", "Guest of the week", ["my lamp sings at night", "it hums the anthem", "do you repair old lamps from the eighties"]),
    ("ar-EG", "ليلى حسن", ["مرحبا", "أريد التحدث إلى موظف"]),
    ("pt-PT", "Inês Ferreira", ["olá", "quero falar com uma pessoa"]),
    ("en-US", "Piotr Nowak", ["order status", "talk to agent"]),
]


def play(relay, number, stop):
    """One customer of SCRIPTS: says the lines, each after the bot has answered, then answers an agent politely."""
    locale, name, lines = SCRIPTS[number % len(SCRIPTS)]
    customer = Customer(relay, name, locale).begin()
    heard = 0
    for line in lines:
        customer.hear("bot", heard)
        heard = len(customer.heard("bot"))
        customer.say(line)
        if stop.wait(0.4):
            return
    answered = 0
    while not stop.wait(1.0):
        words = customer.heard("agent")
        if len(words) > answered:
            answered = len(words)
            stop.wait(2.0)
            customer.say({"de": "Vielen Dank!", "fr": "Merci !", "ar": "شكرا لك", "pt": "Obrigada!"}.get(locale[:2], "Thank you, that helps."))


def play_all(relay, count, stop):
    threads = [threading.Thread(target=play, args=(relay, i, stop), daemon=True) for i in range(count)]
    for thread in threads:
        thread.start()
    return threads
