# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One load on one server, phase after phase, and what can be read off the server in between."""

import json
import re
import pathlib
import subprocess
import time

from servers import pin

HAND_OFF = ["--hand-off", "talk to an agent"]


class Load:
    """bench-load, held after each of its phases."""

    def __init__(self, build, server, *arguments, core=1):
        command = [build / "tests/bench/bench-load", "--step", "--url", server.url, "--server", server.pid, *arguments]
        if server.secret:
            command += ["--secret", server.secret]
        self.process = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        preexec_fn=pin(core))
        self.is_waiting = False

    def until(self, phase):
        """Lets it go on up to the end of @phase and returns what it has to say about that."""
        while True:
            if self.is_waiting:
                self.process.stdin.write("\n")
                self.process.stdin.flush()
            line = self.process.stdout.readline()
            if not line:
                raise SystemExit(f"bench-load ended before it had {phase} (exit code {self.process.wait(10)})")
            self.is_waiting = True
            result = json.loads(line)
            if result["phase"] == phase:
                return result

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def switches(pid):
    """How often the threads of a process have gone to sleep of their own will."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        total += int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", (task / "status").read_text(), re.M).group(1))
    return total


def wake_ups(pid, seconds):
    """A second, while nothing happens."""
    before, since = switches(pid), time.monotonic()
    time.sleep(seconds)
    return (switches(pid) - before) / (time.monotonic() - since)


def kernel_kib():
    """Of the whole machine: slabs and the buffers of TCP. Only a difference says something, and only roughly."""
    slab = int(re.search(r"^Slab:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text(), re.M).group(1))
    pages = int(re.search(r"^TCP:.* mem (\d+)", pathlib.Path("/proc/net/sockstat").read_text(), re.M).group(1))
    return slab + pages * 4


def count(servers, name, posts, arguments, folder):
    """The callgrind dump of so many posts."""
    out = servers.scratch / f"callgrind.{time.monotonic_ns()}"
    valgrind = ["valgrind", "-q", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}"]
    with servers.make(name, wrap=valgrind, folder=folder) as server:
        with Load(servers.build, server, "--warm-up", 50, "--posts", posts, "--seconds", 240, *arguments) as load:
            load.until("ready")
            control("-i", "on", server)
            load.until("posted")
            control("-d", server)
    return pathlib.Path(f"{out}.1")


def control(*words):
    *options, server = words
    subprocess.run(["callgrind_control", *options, str(server.pid)], capture_output=True, timeout=60, check=True)


def read_total(dump, posts):
    return int(re.search(r"^(?:summary|totals): (\d+)", dump.read_text(), re.M).group(1)) / posts


def instructions(servers, name, posts, *arguments, folder=None):
    """User-space instructions a post: whatever else the machine does, they stay the same."""
    return read_total(count(servers, name, posts, arguments, folder), posts)


def profile(servers, name, posts, *arguments):
    """Those, and what functions they are in, without and with what these call."""
    dump = count(servers, name, posts, arguments, None)
    lists = [subprocess.run(["callgrind_annotate", f"--inclusive={word}", dump], capture_output=True, text=True,
                            timeout=120).stdout for word in ("no", "yes")]
    return read_total(dump, posts), *[read_profile(text, posts) for text in lists]


def read_profile(text, posts):
    """(instructions a post, function, object) from what callgrind_annotate prints."""
    rows = []
    for line in text.splitlines():
        match = re.match(r"\s*([\d,]+) \([\s\d.]+%\)\s+\S*?:(\S+)(?: \[(.*)\])?", line)
        if match and match.group(2) != "TOTALS":
            rows.append((int(match.group(1).replace(",", "")) / posts, match.group(2), pathlib.Path(match.group(3) or "").name))
    return rows
