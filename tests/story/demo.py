# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`./dev demo`: the whole product on this machine, with a display or, scripted, without one."""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import webbrowser

from desk import SOURCE, Console, Customer, Paths, Relay, play_all

begun = time.monotonic()


def step(who, what):
    print(f"{time.monotonic() - begun:6.2f} s  {who:>9}  {what}", flush=True)


def serve(paths, data):
    relay = Relay(paths, data)
    password = data / "dana.password"
    known = (data / "agents.conf").exists() and "[dana]" in (data / "agents.conf").read_text()
    if not (known and password.exists()):
        password = relay.add_agent("dana", "Dana Reyes", "--skill", "returns", "--language", "en", "--language", "de")
    relay.start()
    step("relay", f"ready at {relay.url}, data in {data}")
    return relay, password


def with_display(paths, data, customers):
    relay, password = serve(paths, data)
    stop = threading.Event()
    step("canvas", f"chat as a customer at {relay.url}/")
    webbrowser.open(relay.url + "/")
    play_all(relay, customers, stop)
    try:
        return subprocess.call([paths.console, "--relay", relay.url, "--agent", "dana", "--password-file", str(password)],
                               env=paths.environment(G_DEBUG=""))
    finally:
        stop.set()
        relay.stop()


def scripted(paths, data, customers, pictures):
    relay, password = serve(paths, data)
    stop, console = threading.Event(), None
    play_all(relay, customers, stop)
    try:
        console = Console(paths, relay, "dana", password)
        step("console", "Dana Reyes is signed in")
        story(relay, console, pictures)
        return 0
    except AssertionError as error:
        step("demo", f"FAILED: {error}")
        if console:
            console.picture(pictures / "failed.png")
        return 1
    finally:
        stop.set()
        if console:
            console.close()
        relay.stop()


def story(relay, console, pictures):
    customer = Customer(relay, "Mei Tanaka").begin()
    said = 0
    step("bot", customer.hear("bot"))
    for line in ["What are your opening hours?", "I want to return an item", "Harbour Street", "48117"]:
        said = len(customer.heard("bot"))
        step("customer", line)
        customer.say(line)
        step("bot", customer.hear("bot", said))
    step("system", customer.hear("system"))

    console.open("Mei Tanaka")
    console.says("Private message to agents")
    step("console", "the hand-off is there: " + console.find("list item", "Mei Tanaka").get_name())
    console.picture(pictures / "waiting.png")
    console.press("Take Conversation")
    step("agent", "takes the conversation")
    step("system", customer.hear("system", 1))

    answer = "Hello Mei, I am Dana. I have read what you told the bot: you can send the lamp back free of charge."
    console.write("Reply to", answer)
    console.press("Send")
    heard = customer.hear("agent")
    if heard != answer:
        raise AssertionError(f"the customer read “{heard}”")
    step("agent", heard)
    customer.say("Wonderful, thank you!")
    step("customer", "Wonderful, thank you!")
    console.says("Mei Tanaka", "Wonderful, thank you!")
    console.picture(pictures / "answered.png")
    step("demo", f"the customer got the answer; pictures in {pictures}")


def main():
    parser = argparse.ArgumentParser(prog="./dev demo")
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--customers", type=int, default=0, metavar="N")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--headless", action="store_true")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--pictures", type=pathlib.Path, default=SOURCE / "out/demo", metavar="DIR")
    options = parser.parse_args()

    has_display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if options.headless and not options.inside:
        desktop = SOURCE / "tests/support/with-desktop.sh"
        os.execv(desktop, [str(desktop), sys.executable, *sys.argv, "--inside"])
    if not has_display:
        sys.exit("There is no display here. To see the same without one: ./dev demo --headless")

    paths = Paths(options.build)
    kept = pathlib.Path(os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local/share") / "baton-demo"
    with tempfile.TemporaryDirectory(prefix="baton-demo-") as fresh:
        data = kept if options.keep else pathlib.Path(fresh)
        data.mkdir(parents=True, exist_ok=True)
        if options.headless:
            return scripted(paths, data, options.customers, options.pictures.resolve())
        return with_display(paths, data, options.customers)


if __name__ == "__main__":
    sys.exit(main())
