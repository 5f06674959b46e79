# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the relay's Direct Line costs, next to the bounds of this machine and to what others offer. Started by
`./dev bench directline`; docs/performance.md says how to read what it prints."""

import argparse
import json
import os
import pathlib
import platform
import resource
import statistics
import subprocess
import tempfile
import time

from load import HAND_OFF, Load, instructions, kernel_kib, profile, wake_ups
from report import at_least, at_most, drop_stray_rounds, middle, ratio, show, show_goals, show_ratio, table
from servers import Servers

SLOW = ("relay+bot", "offline")   # get fewer posts: theirs cost ten times as much
N_STREAMS = 10000
N_FILES = N_STREAMS + 500   # and what goes on beside them


class Bench:
    """A run: the questions, each in interleaved rounds."""

    def __init__(self, build, scratch, quick, rounds):
        self.build, self.scratch, self.quick = build, scratch, quick
        self.n_rounds = rounds or (2 if quick else 5)
        self.servers = Servers(build, scratch)

    def pick(self, full, quick):
        return quick if self.quick else full

    def rounds(self, names, measure):
        """{name: [result of each round]}; every other round in reversed order, so that a drift hits all alike."""
        results = {name: [] for name in names}
        for number in range(self.n_rounds):
            for name in names if number % 2 == 0 else reversed(names):
                results[name].append(measure(name))
        return results

    def post(self, name, *arguments, core=0, folder=None):
        """One server, one load, what it has shown. Without a folder of conversations, the relay's are new."""
        if name == "relay+bot":
            arguments = ("--settle", *arguments)
        elif name == "relay" and folder is None:
            arguments = (*HAND_OFF, *arguments)
        with self.servers.make(name, core, folder=folder) as server:
            with Load(self.build, server, *arguments, core=None if core is None else 1) as load:
                result = load.until("posted")
        if result["refused"] or result["repeated"]:
            raise SystemExit(f"{name}: {result['refused']} posts refused, {result['repeated']} receipts repeated")
        return result

    def disk(self, kind, *arguments):
        """What the bare disk takes, on a file of its own."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            command = [self.build / "tests/bench/bench-disk", kind, f"{folder}/file", *map(str, arguments)]
            return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout)

    def prepare(self, *arguments):
        """A data folder with conversations in it, with which several loads can go on."""
        folder = self.servers.new_folder()
        with self.servers.make("relay", folder=folder) as server:
            with Load(self.build, server, *HAND_OFF, *arguments, "--save", folder / "conversations", "--seconds", 400,
                      core=None) as load:
                load.until("opened")
        return folder

    def hot(self):
        """What a post costs."""
        everybody = ["relay", "relay+bot", "epoll", "soup", "node", "offline"]
        here = [name for name in everybody if self.servers.has(name)]
        for n_subscribers, in_flight in ((0, 8), (2, 8), (2, 64)):
            # offline-directline has no streams.
            names = [name for name in here if name != "offline" or n_subscribers == 0]
            results = drop_stray_rounds(self.rounds(names, lambda name: self.post(
                name, "--conversations", 10, "--subscribers", n_subscribers, "--in-flight", in_flight,
                "--warm-up", self.pick(3000, 1000), "--posts", self.pick(1500 if name in SLOW else 6000, 1500))))
            table(f"A post of 1 KB, {n_subscribers} subscribers, {in_flight} in flight, 10 conversations",
                  ["server", "CPU µs/post", "of epoll's", "of soup's", "posts/s", "answer p50 µs", "wake-ups/post", "MiB"],
                  [[name, show(results, name, "cpu_us", 1), show_ratio(results, name, "epoll", "cpu_us"),
                    show_ratio(results, name, "soup", "cpu_us"), show(results, name, "posts_s"),
                    show(results, name, "answer_p50"), show(results, name, "switches", 2),
                    f"{middle(results, name, 'kib') / 1024:.1f}"] for name in names]
                  + [[name, "not here", *[""] * 6] for name in everybody if name not in here])
            if n_subscribers == 2:
                at_most(f"CPU per durable post, 2 subscribers, {in_flight} in flight", middle(results, "relay", "cpu_us"), 35,
                        "µs", 1)

    def instructions(self):
        """What a post costs in instructions, which no other program on the machine can change."""
        rows = []
        for name in ("relay", "soup", "epoll"):
            counts = [instructions(self.servers, name, self.pick(1000, 300), "--conversations", 10,
                                   "--subscribers", n_subscribers, *(HAND_OFF if name == "relay" else []))
                      for n_subscribers in (0, 2)]
            rows.append([name, *[f"{count:,.0f}" for count in counts]])
        table("User-space instructions per post, 8 in flight", ["server", "no subscriber", "2 subscribers"], rows)

    def profile(self):
        """Where they go."""
        total, own, inclusive = profile(self.servers, "relay", self.pick(1000, 300), "--conversations", 10,
                                        "--subscribers", 2, *HAND_OFF)
        head = ["instructions", "function", "of"]
        table(f"The relay: {total:,.0f} instructions per post with 2 subscribers, by function without those it calls", head,
              [[f"{count:,.0f}", *rest] for count, *rest in own[:40]])
        table("With those it calls", head,
              [[f"{count:,.0f}", *rest] for count, *rest in inclusive[:80] if rest[1] == "baton-relay"])

    def conversations(self):
        """Whether a post costs more where there are more conversations."""
        counts = (1, 100, 1000)
        folders = {count: self.prepare("--conversations", count) for count in counts}
        self.grow("conversations", counts, folders, lambda count: ["--conversations", count, "--warm-up", 2000],
                  self.pick(6000, 2000))

    def history(self):
        """Whether a post costs more where there is more history."""
        counts = (10, self.pick(100000, 2000))
        folders = {count: self.prepare("--fill", count) for count in counts}
        self.grow("activities in the conversation", counts, folders, lambda count: ["--subscribers", 2, "--warm-up", 500],
                  self.pick(4000, 1000))

    def grow(self, unit, counts, folders, arguments, posts):
        def known(count):
            return ["--load", folders[count] / "conversations", *arguments(count)]
        results = self.rounds(counts, lambda count: self.post("relay", *known(count), "--posts", posts, folder=folders[count]))
        few, many = counts[0], counts[-1]
        counted = {count: instructions(self.servers, "relay", self.pick(500, 200), *known(count), folder=folders[count])
                   for count in (few, many)}
        table(f"Growing: {unit}", [unit, "CPU µs/post", f"of that at {few}", "instructions/post", "MiB"],
              [[f"{count:,}", show(results, count, "cpu_us", 1), show_ratio(results, count, few, "cpu_us"),
                f"{counted[count]:,.0f}" if count in counted else "", f"{middle(results, count, 'kib') / 1024:.1f}"]
               for count in counts])
        at_most(f"CPU per post, {many:,} {unit} over {few}", ratio(results, many, few, "cpu_us"), 1.05, "×")
        at_most("the same in instructions", counted[many] / counted[few], 1.05, "×")

    def group(self):
        """Durable posts, many at a time, next to SQLite alone."""
        def measure(name):
            if name == "relay":
                return self.post(name, "--conversations", 64, "--in-flight", 64, "--warm-up", 2000,
                                 "--posts", self.pick(20000, 5000), core=None)
            rows = self.disk("group", self.pick(60000, 20000), 64)
            return {"posts_s": rows["rows_s"], "answer_p50": rows["p50"], "answer_p99": rows["p99"], "cpu_us": rows["cpu_us"]}
        results = self.rounds(["relay", "SQLite alone"], measure)
        table("64 in flight, all of them durable", ["", "posts/s", "of SQLite's", "p50 µs", "p99 µs", "CPU µs each"],
              [[name, show(results, name, "posts_s"), show_ratio(results, name, "SQLite alone", "posts_s"),
                show(results, name, "answer_p50"), show(results, name, "answer_p99"), show(results, name, "cpu_us", 1)]
               for name in results])
        at_least("64 in flight, of SQLite's group commit", 100 * ratio(results, "relay", "SQLite alone", "posts_s"), 60, "%", 0)

    def latency(self):
        """From the moment a post was due until another client has it."""
        def measure(name):
            if name == "fdatasync":
                rows = self.disk("sync", 300)
                return {"receipt_p50": rows["p50"], "receipt_p99": rows["p99"]}
            return self.post(name, "--conversations", 10, "--subscribers", 1, "--rate", 300, "--in-flight", 32,
                             "--warm-up", 300, "--posts", self.pick(1200, 600))
        names = [name for name in ("relay", "epoll", "fdatasync", "soup", "node") if self.servers.has(name)]
        results = self.rounds(names, measure)
        bound = "epoll + fdatasync"
        results[bound] = [{key: epoll[key] + sync[key] for key in sync}
                          for epoll, sync in zip(results["epoll"], results["fdatasync"])]
        table("Receipt at 300 posts/s", ["", "p50 µs", "of the bound", "p99 µs", "of the bound"],
              [[name, show(results, name, "receipt_p50"), show_ratio(results, name, bound, "receipt_p50"),
                show(results, name, "receipt_p99"), show_ratio(results, name, bound, "receipt_p99")] for name in results])
        at_most(f"Receipt p50 at 300 posts/s over {bound}", ratio(results, "relay", bound, "receipt_p50"), 1.5, "×")

    def idle(self):
        """What streams and connections cost on which nothing happens."""
        folder = self.prepare("--conversations", 10, "--idle", N_STREAMS)
        self.beside(folder, self.pick(N_STREAMS, 1000))
        self.memory(folder)
        self.storm(folder)

    def beside(self, folder, most):
        """A load beside them."""
        kinds = {f"{count:,} {word}": ["--idle", count, *option] for count, word, option in (
            (0, "streams", []), (1000, "streams", []), (most, "streams", []), (most, "connections", ["--as-connections"]))}
        known = ["--load", folder / "conversations", "--conversations", 10, "--subscribers", 2]
        posts = ["--warm-up", 500, "--posts", self.pick(4000, 2000)]
        none, streams, connections = "0 streams", f"{most:,} streams", f"{most:,} connections"
        results = self.rounds(list(kinds), lambda kind: self.post("relay", *known, *kinds[kind], *posts, folder=folder))
        counted = {kind: instructions(self.servers, "relay", self.pick(500, 200), *known, *kinds[kind], folder=folder)
                   for kind in (none, streams)}
        rows = [[kind, show(results, kind, "cpu_us", 1), show_ratio(results, kind, none, "cpu_us"),
                 f"{counted[kind]:,.0f}" if kind in counted else "", show(results, kind, "switches", 2)] for kind in kinds]
        for name, count in (("epoll", 0), ("epoll", most), ("soup", 0), ("soup", 1000)):
            one = self.post(name, "--conversations", 10, "--subscribers", 2, "--idle", count, *posts)
            rows.append([f"{name}: {count:,} streams", f"{one['cpu_us']:.1f}", "once", "", f"{one['switches']:.2f}"])
        table("Idle, beside a load with 2 subscribers", ["held", "CPU µs/post", "of none", "instructions/post",
                                                         "wake-ups/post"], rows)
        at_most(f"CPU per post, {streams} idle over none", ratio(results, streams, none, "cpu_us"), 1.05, "×")
        at_most("the same in instructions", counted[streams] / counted[none], 1.05, "×")
        at_most(f"CPU per post, {connections} idle over none", ratio(results, connections, none, "cpu_us"), 1.05, "×")

    def memory(self, folder):
        """User memory of an idle stream, that of the kernel as far as it shows, and who is woken up for them."""
        rows = []
        # libsoup takes half a minute to accept ten thousand.
        for name, count in (("relay", N_STREAMS), ("soup", self.pick(2000, 500)), ("epoll", N_STREAMS)):
            visits, plain, deflate = (self.hold(name, count, folder, *option)
                                      for option in (["--as-visits"], [], ["--offer-deflate"]))
            rows.append([name, f"{count:,}", *[f"{one['each']:.2f}" for one in (plain, deflate, visits)],
                         *[f"{one['each'] - visits['each']:.2f}" for one in (plain, deflate)], f"{plain['kernel']:.1f}",
                         f"{plain['cpu_us']:.0f}", f"{plain['wake_ups']:.1f}"])
            if name == "relay":
                for one, word in ((plain, ""), (deflate, ", deflate offered")):
                    at_most(f"User memory per idle stream, all told{word}", one["each"], 1, "KiB")
                    at_most(f"the same without what visits leave behind{word}", one["each"] - visits["each"], 1, "KiB")
        table("KiB of memory for each of so many clients", [
            "server", "clients", "with streams", "deflate offered", "came and went", "held by a stream", "deflate offered",
            "kernel, both ends", "CPU µs to open", "wake-ups/s at rest"], rows)

    def hold(self, name, count, folder, *options):
        """What a server takes more once so many clients are there, or have been."""
        known = ["--load", folder / "conversations"] if name == "relay" else []
        with self.servers.make(name, 0, folder=folder if name == "relay" else None) as server:
            with Load(self.build, server, *known, "--conversations", 10, "--idle", count, *options) as load:
                load.until("opened")
                kernel = kernel_kib()
                result = load.until("idle")
                result["kernel"] = (kernel_kib() - kernel) / count
                result["wake_ups"] = wake_ups(server.pid, 1 if options else self.pick(25, 3))
        return result | {"each": (result["kib"] - result["kib_before"]) / count}

    def storm(self, folder):
        """Everybody comes back at once: the request for the stream's address, then the stream."""
        results = {"relay": []}
        for _ in range(self.pick(3, 1)):
            with self.servers.make("relay", 0, folder=folder) as server:
                with Load(self.build, server, "--load", folder / "conversations", "--conversations", 10, "--idle",
                          N_STREAMS, "--at-once", N_STREAMS) as load:
                    results["relay"].append(load.until("idle"))
        seconds = [one["seconds"] for one in results["relay"]]
        table(f"{N_STREAMS:,} clients back at once", ["seconds until all are served", "range", "p50 µs", "p99 µs", "CPU µs each",
                                                  "tried again"],
              [[f"{statistics.median(seconds):.2f}", f"{min(seconds):.2f}–{max(seconds):.2f}",
                *[show(results, "relay", key) for key in ("p50", "p99", "cpu_us", "retries")]]])
        at_most(f"{N_STREAMS:,} clients back at once", statistics.median(seconds), 5, "s")


QUESTIONS = ("hot", "instructions", "conversations", "history", "group", "latency", "idle")


def describe():
    """The machine, in a line: figures without it say nothing."""
    versions = []
    for name, package in (("GLib", "glib-2.0"), ("libsoup", "libsoup-3.0"), ("SQLite", "sqlite3")):
        version = subprocess.run(["pkg-config", "--modversion", package], capture_output=True, text=True).stdout.strip()
        versions.append(f"{name} {version}")
    with open("/proc/cpuinfo") as lines:
        cpu = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, {platform.freedesktop_os_release().get('PRETTY_NAME')}, "
          f"Linux {platform.release()}, {len(os.sched_getaffinity(0))} × {cpu}, {', '.join(versions)}, "
          f"load {os.getloadavg()[0]:.1f}")


def main():
    parser = argparse.ArgumentParser(prog="./dev bench directline")
    parser.add_argument("questions", nargs="*", metavar="QUESTION", help=f"only these: {', '.join(QUESTIONS)}, profile")
    parser.add_argument("--build", required=True, type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="smaller counts, fewer rounds")
    parser.add_argument("--rounds", type=int, help="how many rounds (5; 2 with --quick)")
    arguments = parser.parse_args()
    for question in arguments.questions:
        if question not in (*QUESTIONS, "profile"):
            parser.error(f"there is no question “{question}”")

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < N_FILES:
        parser.error(f"{N_STREAMS} streams need a hard limit of {N_FILES} open files; here it is {hard} (ulimit -Hn)")
    describe()
    with tempfile.TemporaryDirectory(dir=arguments.build, prefix="bench-") as scratch:
        bench = Bench(arguments.build, pathlib.Path(scratch), arguments.quick, arguments.rounds)
        for question in arguments.questions or QUESTIONS:
            since = time.monotonic()
            getattr(bench, question)()
            print(f"({question}: {time.monotonic() - since:.0f} s)", flush=True)
    show_goals()


main()
