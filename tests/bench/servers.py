# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers that are measured, each started for one measurement and stopped after it: the relay, the bounds of this
machine, and what others offer."""

import os
import pathlib
import select
import shutil
import signal
import socket
import subprocess
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent

START_SECONDS = 60

# Nothing that only protects against strangers may stand in the way of a load from one address.
CONFIG = f"""[bot bench]
topics={HERE / "bot"}

[limits]
connections=1000000
connections-per-address=1000000
rate=4294967295
rate-burst=4294967295
frame-rate=1000000
frame-burst=1000000
posts-per-second=1000000
posts-burst=1000000
streams-per-token=1000
canvas-tokens-per-minute=1000000
idle-seconds=600
answer-seconds=60
"""

# Under valgrind a second holds a fiftieth of the posts, and what is due by the clock would weigh fifty times as much.
NO_PINGS = """ping-seconds=3000
silence-seconds=3600
"""


def pin(core):
    """For a child: run on this core alone; on any with None or where there is one core only."""
    if core is None or core not in os.sched_getaffinity(0):
        return None
    return lambda: os.sched_setaffinity(0, {core})


class Server:
    """A process that says where it is ready. Leaving its context ends it."""

    secret = None

    def __init__(self, command, cwd=None, core=None, wrap=(), env=None):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen([*wrap, *map(str, command)], cwd=cwd, env=os.environ | (env or {}), text=True,
                                        stdout=subprocess.PIPE, stderr=self.log, preexec_fn=pin(core))
        self.pid = self.process.pid
        is_there = select.select([self.process.stdout], [], [], START_SECONDS)[0]
        line = self.process.stdout.readline() if is_there else ""
        if " ready at http://" not in line:
            self.log.seek(0)
            self.process.kill()
            self.process.wait()
            raise SystemExit(f"{command[0]} did not start: {line}{self.log.read().decode(errors='replace')}")
        self.url = line.split(" ready at ")[1].strip() + "/v3/directline"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()


class Relay(Server):
    """The real program on a real folder."""

    def __init__(self, build, folder, **options):
        folder.mkdir(exist_ok=True)
        config = folder / "bench.conf"
        config.write_text(CONFIG + (NO_PINGS if options.get("wrap") else ""))
        super().__init__([build / "src/relay/baton-relay", "serve", "--config", config, "--data", folder / "data",
                          "--listen", "127.0.0.1:0"], env={"BATON_DATA_DIR": str(SOURCE / "data")}, **options)
        self.secret = (folder / "data/direct-line-secret").read_text().strip()


class OfflineDirectLine(Server):
    """The npm package, with a bot that answers each of its posts with nothing. It has no choice of its prefix."""

    def __init__(self, build, peers, core=None, wrap=()):
        self.bot = Server([build / "tests/bench/bench-epoll"], core=1)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        super().__init__(["node", HERE / "peer-offline-directline.js", port, self.bot.url.replace("/v3/directline", "/bot")],
                         cwd=peers, core=core, wrap=wrap, env={"NODE_ENV": "production"})
        self.url = self.url.replace("/v3/directline", "/directline")

    def __exit__(self, *arguments):
        super().__exit__(*arguments)
        self.bot.__exit__(*arguments)


def install_peers(folder):
    """Whether Node and the packages of the peers are here; fetches the latter once."""
    if not shutil.which("node") or not shutil.which("npm"):
        return False
    if not (folder / "node_modules/offline-directline").is_dir() or not (folder / "node_modules/ws").is_dir():
        folder.mkdir(exist_ok=True)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "ws@8", "offline-directline@1.3.1"],
                       cwd=folder, timeout=300, check=False)
    return (folder / "node_modules/offline-directline").is_dir() and (folder / "node_modules/ws").is_dir()


class Servers:
    """By the names of the tables. make(NAME, core, wrap, folder) starts one."""

    def __init__(self, build, scratch):
        self.build, self.scratch = build, scratch
        self.peers = build / "peers"
        self.has_peers = install_peers(self.peers)
        self.count = 0

    def new_folder(self):
        self.count += 1
        return self.scratch / f"relay-{self.count}"

    def has(self, name):
        return self.has_peers or name not in ("node", "offline")

    def make(self, name, core=None, wrap=(), folder=None):
        if name in ("relay", "relay+bot"):
            return Relay(self.build, folder or self.new_folder(), core=core, wrap=wrap)
        if name == "node":
            return Server(["node", HERE / "peer-node-ws.js"], cwd=self.peers, core=core, wrap=wrap,
                          env={"NODE_ENV": "production"})
        if name == "offline":
            return OfflineDirectLine(self.build, self.peers, core=core, wrap=wrap)
        return Server([self.build / "tests/bench" / f"bench-{name}"], core=core, wrap=wrap)
