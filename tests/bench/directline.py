# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the relay's Direct Line costs, next to the bounds of this machine and to what others offer. Started by
`./dev bench directline`; docs/performance.md says how to read what it prints."""

import argparse
import collections
import json
import pathlib
import platform
import resource
import statistics
import subprocess
import tempfile
import time

from load import HAND_OFF, Load, instructions, kernel_kib, wake_ups
from servers import Servers

# Of this issue; the bounds beside them come from the same round of the same run.
GOALS = []


def median(values):
    return statistics.median(values)


def ratio(results, name, base, key):
    """The ratios of rounds, smallest and largest beside the one in the middle."""
    each = [one[key] / other[key] for one, other in zip(results[name], results[base])]
    return median(each), min(each), max(each)


def show_ratio(results, name, base, key):
    middle, low, high = ratio(results, name, base, key)
    return f"{middle:.2f} [{low:.2f}–{high:.2f}]"


def table(title, head, rows):
    rows = [head, *[[str(cell) for cell in row] for row in rows]]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    print(f"\n### {title}\n")
    for number, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(widths[i]) for i, cell in enumerate(row)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print(flush=True)


def goal(what, measured, limit, is_met, unit=""):
    GOALS.append([what, f"{limit}{unit}", f"{measured}{unit}", "met" if is_met else "NOT MET"])


class Bench:
    """A run: the questions, each in interleaved rounds."""

    def __init__(self, build, scratch, quick, rounds):
        self.build, self.scratch, self.quick = build, scratch, quick
        self.n_rounds = rounds or (2 if quick else 5)
        self.servers = Servers(build, scratch)

    def rounds(self, names, measure):
        """{name: [result of each round]}; every other round in reversed order, so that a drift hits all alike."""
        results = collections.defaultdict(list)
        for number in range(self.n_rounds):
            for name in names if number % 2 == 0 else reversed(names):
                results[name].append(measure(name))
        return results

    def post(self, name, *arguments, core=0, folder=None):
        """One server, one load, what it has shown."""
        bot = ["--settle"] if name == "relay+bot" else HAND_OFF if name == "relay" and folder is None else []
        with self.servers.make(name, core, folder=folder) as server:
            with Load(self.build, server, *bot, *arguments, core=None if core is None else 1) as load:
                result = load.until("posted")
        if result["refused"] or result["repeated"]:
            raise SystemExit(f"{name}: {result['refused']} posts refused, {result['repeated']} receipts repeated")
        return result

    def disk(self, *arguments):
        """What the bare disk takes, on a file of its own."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            command = [self.build / "tests/bench/bench-disk", arguments[0], f"{folder}/file", *map(str, arguments[1:])]
            return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout)

    def prepared(self, *arguments):
        """A data folder with conversations in it, and what a load needs to go on with them."""
        folder = self.servers.new_folder()
        with self.servers.make("relay", folder=folder) as server:
            with Load(self.build, server, *HAND_OFF, *arguments, "--save", folder / "conversations", "--seconds", 400,
                      core=None) as load:
                load.until("opened")
        return folder

    # The questions

    def hot(self):
        """What a post costs."""
        names = [name for name in ("relay", "relay+bot", "epoll", "soup", "node", "offline") if self.servers.has(name)]
        n_posts = 2000 if self.quick else 8000
        for n_subscribers in (0, 2):
            asked = names if n_subscribers == 0 else [name for name in names if name != "offline"]
            results = self.rounds(asked, lambda name: self.post(
                name, "--conversations", 10, "--warm-up", 1000 if self.quick else 3000, "--posts", n_posts,
                "--subscribers", n_subscribers))
            table(f"A post of 1 KB, {n_subscribers} subscribers, 8 in flight, 10 conversations",
                  ["server", "CPU µs/post", "of epoll's", "of soup's", "posts/s", "answer p50 µs", "wake-ups/post", "MiB"],
                  [[name, f"{median([r['cpu_us'] for r in results[name]]):.1f}",
                    show_ratio(results, name, "epoll", "cpu_us"), show_ratio(results, name, "soup", "cpu_us"),
                    f"{median([r['posts_s'] for r in results[name]]):,.0f}",
                    f"{median([r['answer_p50'] for r in results[name]]):,.0f}",
                    f"{median([r['switches'] for r in results[name]]):.2f}",
                    f"{median([r['kib'] for r in results[name]]) / 1024:.1f}"] for name in asked]
                  + [[name, "not here", *[""] * 6] for name in ("node", "offline") if not self.servers.has(name)])
            if n_subscribers == 2:
                cpu = median([r["cpu_us"] for r in results["relay"]])
                goal("CPU per durable post, 2 subscribers", f"{cpu:.1f}", "≤ 35", cpu <= 35, " µs")

    def instructions(self):
        """What a post costs in instructions, which no other program on the machine can change."""
        posts = 300 if self.quick else 1000
        rows = []
        for name in ("relay", "soup", "epoll"):
            row = [name]
            for n_subscribers in (0, 2):
                arguments = ["--conversations", 10, "--subscribers", n_subscribers, *(HAND_OFF if name == "relay" else [])]
                count = instructions(self.build, self.servers, self.scratch, name, arguments, posts)
                row.append(f"{count:,.0f}")
            rows.append(row)
        table("User-space instructions per post, 8 in flight", ["server", "no subscriber", "2 subscribers"], rows)

    def profile(self):
        """Where they go."""
        total, lists = instructions(self.build, self.servers, self.scratch, "relay",
                                    ["--conversations", 10, "--subscribers", 2, *HAND_OFF], 1000, top=40)
        table(f"The relay, {total:,.0f} instructions per post with 2 subscribers, callees not included",
              ["instructions", "function", "of"], [[f"{count:,.0f}", *rest] for count, *rest in lists[0]])
        ours = [row for row in lists[1] if row[2] == "baton-relay"]
        table("Callees included", ["instructions", "function", "of"], [[f"{count:,.0f}", *rest] for count, *rest in ours])

    def conversations(self):
        """Whether a post costs more where there are more conversations."""
        counts = (1, 100, 1000)
        folders = {count: self.prepared("--conversations", count) for count in counts}
        posts = 2000 if self.quick else 6000
        results = self.rounds(counts, lambda count: self.post(
            "relay", "--load", folders[count] / "conversations", "--conversations", count, "--warm-up", 2000,
            "--posts", posts, folder=folders[count]))
        self.growth("conversations", "conversations", results, counts)
        self.growth_instructions("conversations", folders, counts, lambda count: ["--conversations", count])

    def history(self):
        """Whether a post costs more where there is more history."""
        counts = (10, 2000) if self.quick else (10, 100000)
        folders = {count: self.prepared("--fill", count) for count in counts}
        posts = 1000 if self.quick else 4000
        results = self.rounds(counts, lambda count: self.post(
            "relay", "--load", folders[count] / "conversations", "--warm-up", 500, "--posts", posts, "--subscribers", 2,
            folder=folders[count]))
        self.growth("activities in the conversation", "history", results, counts)
        self.growth_instructions("history", folders, counts, lambda count: ["--subscribers", 2])

    def growth(self, unit, word, results, counts):
        table(f"Growing {word}", [unit, "CPU µs/post", f"of that at {counts[0]}", "MiB"],
              [[f"{count:,}", f"{median([r['cpu_us'] for r in results[count]]):.1f}",
                show_ratio(results, count, counts[0], "cpu_us"),
                f"{median([r['kib'] for r in results[count]]) / 1024:.1f}"] for count in counts])
        factor = ratio(results, counts[-1], counts[0], "cpu_us")[0]
        goal(f"CPU per post, {counts[-1]:,} {unit} over {counts[0]}", f"{factor:.2f}", "≤ 1.05", factor <= 1.05, " ×")

    def growth_instructions(self, word, folders, counts, arguments):
        first, last = (instructions(self.build, self.servers, self.scratch, "relay",
                                    ["--load", folders[count] / "conversations", *arguments(count)],
                                    200 if self.quick else 500, folder=folders[count]) for count in (counts[0], counts[-1]))
        print(f"Instructions per post: {first:,.0f} at {counts[0]:,}, {last:,.0f} at {counts[-1]:,}.")
        goal(f"Instructions per post, {counts[-1]:,} over {counts[0]} ({word})", f"{last / first:.2f}", "≤ 1.05",
             last / first <= 1.05, " ×")

    def idle(self):
        """What streams and connections cost on which nothing happens."""
        most = 1000 if self.quick else 10000
        kinds = [(0, False), (1000, False)] + ([] if self.quick else [(most, False)]) + [(most, True)]
        folder = self.prepared("--conversations", 10, "--idle", most)
        results = self.rounds(kinds, lambda kind: self.post_beside("relay", *kind, folder))
        rows = []
        for count, as_connections in kinds:
            kind = results[(count, as_connections)]
            rows.append([f"{count:,} {'connections' if as_connections else 'streams'}",
                         f"{median([r['cpu_us'] for r in kind]):.1f}",
                         show_ratio(results, (count, as_connections), kinds[0], "cpu_us"),
                         f"{median([r['switches'] for r in kind]):.2f}",
                         f"{median([r['open_us'] for r in kind]):.0f}", f"{median([r['wake_ups'] for r in kind]):.1f}"])
        for name in ("epoll", "soup"):
            for count in (0, 1000) if self.quick or name == "soup" else (0, most):
                one = self.post_beside(name, count, False, None)
                rows.append([f"{name}: {count:,} streams", f"{one['cpu_us']:.1f}", "once", f"{one['switches']:.2f}",
                             f"{one['open_us']:.0f}", f"{one['wake_ups']:.1f}"])
        table("Idle beside a load with 2 subscribers", ["held", "CPU µs/post", "of none", "wake-ups/post", "CPU µs to open",
                                                        "wake-ups/s at rest"], rows)
        for kind, what in (((most, False), "idle streams"), ((most, True), "idle connections")):
            factor = ratio(results, kind, kinds[0], "cpu_us")[0]
            goal(f"CPU per post, {most:,} {what} over none", f"{factor:.2f}", "≤ 1.05", factor <= 1.05, " ×")
        self.memory(folder, most)
        self.storm(folder, most)

    def post_beside(self, name, count, as_connections, folder):
        """A load beside idle streams or connections, and what the server does while there is none."""
        known = ["--load", folder / "conversations"] if folder else []
        with self.servers.make(name, 0, folder=folder) as server:
            with Load(self.build, server, *known, "--conversations", 10, "--idle", count, "--subscribers", 2,
                      "--warm-up", 500, "--posts", 2000 if self.quick else 4000,
                      *(["--as-connections"] if as_connections else [])) as load:
                opened = load.until("idle") if count else {"cpu_us": 0}
                load.until("ready")
                rest = wake_ups(server.pid, 2 if self.quick else 4)
                return load.until("posted") | {"open_us": opened["cpu_us"], "wake_ups": rest}

    def memory(self, folder, count):
        """User memory of an idle stream, and that of the kernel as far as it shows."""
        rows = []
        for name, place in (("relay", folder), ("soup", None), ("epoll", None)):
            if name == "soup" and not self.quick:
                count_here = 2000   # it takes half a minute to accept ten thousand
            else:
                count_here = count
            row = [f"{name}, {count_here:,}"]
            for offer in ([], ["--offer-deflate"]):
                known = ["--load", place / "conversations"] if place else []
                with self.servers.make(name, 0, folder=place) as server:
                    with Load(self.build, server, *known, "--conversations", 10, "--idle", count_here, *offer) as load:
                        load.until("opened")
                        kernel = kernel_kib()
                        result = load.until("idle")
                        time.sleep(0.5)
                        kernel = (kernel_kib() - kernel) / count_here
                each = (result["kib"] - result["kib_before"]) / count_here
                row += [f"{each:.2f}", f"{kernel:.1f}"]
                if name == "relay":
                    goal(f"User memory per idle stream{', deflate offered' if offer else ''}", f"{each:.2f}", "≤ 1",
                         each <= 1, " KiB")
            rows.append(row)
        table("Memory per idle stream, KiB", ["server, streams", "user", "kernel, both ends", "user, deflate offered",
                                              "kernel, both ends"], rows)

    def storm(self, folder, count):
        """Everybody comes back at once: the request for the stream's address, then the stream."""
        results = []
        for _ in range(1 if self.quick else 3):
            with self.servers.make("relay", 0, folder=folder) as server:
                with Load(self.build, server, "--load", folder / "conversations", "--conversations", 10, "--idle", count,
                          "--at-once", count) as load:
                    results.append(load.until("idle"))
        seconds = [r["seconds"] for r in results]
        table(f"{count:,} clients back at once", ["seconds until all are served", "range", "p50 ms", "p99 ms", "CPU µs each",
                                                  "tried again"],
              [[f"{median(seconds):.2f}", f"{min(seconds):.2f}–{max(seconds):.2f}",
                f"{median([r['p50'] for r in results]) / 1000:.0f}", f"{median([r['p99'] for r in results]) / 1000:.0f}",
                f"{median([r['cpu_us'] for r in results]):.0f}", f"{median([r['retries'] for r in results]):.0f}"]])
        goal(f"{count:,} clients back at once", f"{median(seconds):.2f}", "≤ 5", median(seconds) <= 5, " s")

    def group(self):
        """Durable posts, many at a time, next to SQLite alone."""
        def measure(name):
            if name == "group":
                result = self.disk("group", 20000 if self.quick else 60000, 64)
                return {"posts_s": result["rows_s"], "answer_p50": result["p50"], "answer_p99": result["p99"],
                        "cpu_us": result["cpu_us"]}
            return self.post(name, "--conversations", 64, "--in-flight", 64, "--warm-up", 2000,
                             "--posts", 5000 if self.quick else 20000, core=None)
        results = self.rounds(["relay", "group"], measure)
        table("64 in flight, all of them durable", ["", "posts/s", "of SQLite's", "p50 µs", "p99 µs", "CPU µs each"],
              [[title, f"{median([r['posts_s'] for r in results[name]]):,.0f}", show_ratio(results, name, "group", "posts_s"),
                f"{median([r['answer_p50'] for r in results[name]]):,.0f}",
                f"{median([r['answer_p99'] for r in results[name]]):,.0f}",
                f"{median([r['cpu_us'] for r in results[name]]):.1f}"]
               for name, title in (("relay", "relay"), ("group", "SQLite alone, group commit"))])
        share = ratio(results, "relay", "group", "posts_s")[0]
        goal("64 in flight, of SQLite's group commit", f"{share * 100:.0f}", "≥ 60", share >= 0.6, " %")

    def latency(self):
        """From the moment a post was due until another client has it."""
        n_posts = 600 if self.quick else 1200

        def measure(name):
            if name == "sync":
                result = self.disk("sync", 300)
                return {"receipt_p50": result["p50"], "receipt_p99": result["p99"]}
            return self.post(name, "--conversations", 10, "--subscribers", 1, "--rate", 300, "--in-flight", 32,
                             "--warm-up", 300, "--posts", n_posts)
        names = ["relay", "epoll", "sync", "soup"] + (["node"] if self.servers.has("node") else [])
        results = self.rounds(names, measure)
        results["bound"] = [{key: epoll[key] + sync[key] for key in sync}
                            for epoll, sync in zip(results["epoll"], results["sync"])]
        table("Receipt at 300 posts/s", ["", "p50 µs", "of the bound", "p99 µs", "of the bound"],
              [[title, f"{median([r['receipt_p50'] for r in results[name]]):,.0f}",
                show_ratio(results, name, "bound", "receipt_p50"),
                f"{median([r['receipt_p99'] for r in results[name]]):,.0f}",
                show_ratio(results, name, "bound", "receipt_p99")]
               for name, title in (("relay", "relay, durable"), ("epoll", "epoll"), ("sync", "one fdatasync"),
                                   ("bound", "bound: both"), ("soup", "soup"), ("node", "node")) if name in results])
        factor = ratio(results, "relay", "bound", "receipt_p50")[0]
        goal("Receipt p50 at 300 posts/s, of epoll + one fdatasync", f"{factor:.2f}", "≤ 1.5", factor <= 1.5, " ×")


QUESTIONS = ("hot", "instructions", "conversations", "history", "group", "latency", "idle")


def describe():
    """The machine, in a line: figures without it say nothing."""
    versions = [f"{name} {out.split()[-1]}" for name, command in (("GLib", "glib-2.0"), ("libsoup", "libsoup-3.0"),
                                                                  ("SQLite", "sqlite3"))
                if (out := subprocess.run(["pkg-config", "--modversion", command], capture_output=True, text=True).stdout)]
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "CPU")
    load = pathlib.Path("/proc/loadavg").read_text().split()[0]
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, {platform.freedesktop_os_release().get('PRETTY_NAME')}, "
          f"Linux {platform.release()}, {len(__import__('os').sched_getaffinity(0))} × {cpu}, {', '.join(versions)}, "
          f"load {load} at the start")


def main():
    parser = argparse.ArgumentParser(prog="./dev bench directline")
    parser.add_argument("questions", nargs="*", choices=[*QUESTIONS, "profile", []], help="only these")
    parser.add_argument("--build", required=True, type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="smaller counts, fewer rounds")
    parser.add_argument("--rounds", type=int, help="how many rounds (5; 2 with --quick)")
    arguments = parser.parse_args()

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < 10500:
        print(f"Only {hard} files may be open here: ten thousand streams need a hard limit of 10500 or more.")
    describe()
    with tempfile.TemporaryDirectory(dir=arguments.build, prefix="bench-") as scratch:
        bench = Bench(arguments.build, pathlib.Path(scratch), arguments.quick, arguments.rounds)
        for question in arguments.questions or QUESTIONS:
            since = time.monotonic()
            getattr(bench, question)()
            print(f"({question}: {time.monotonic() - since:.0f} s)", flush=True)
    if GOALS:
        table("Goals", ["goal", "limit", "measured", ""], GOALS)


main()
