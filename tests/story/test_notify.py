# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A new escalation is announced on the session bus within a second, without names or text: it shows on lock screens
(S000-5). Taking the conversation withdraws it."""

import pathlib
import sys
import tempfile
import time

import gi
from gi.repository import Gio, GLib

from desk import Console, Customer, Paths, Relay, until

INTERFACE = Gio.DBusNodeInfo.new_for_xml("""
<node><interface name="org.freedesktop.Notifications">
  <method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/><arg type="a{sv}" direction="in"/>
    <arg type="i" direction="in"/><arg type="u" direction="out"/></method>
  <method name="CloseNotification"><arg type="u" direction="in"/></method>
  <method name="GetCapabilities"><arg type="as" direction="out"/></method>
  <method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/><arg type="s" direction="out"/>
    <arg type="s" direction="out"/></method>
</interface></node>""").interfaces[0]


class Notifications:
    """The notification service of this desktop: keeps what is shown."""

    def __init__(self):
        self.shown, self.number = {}, 0
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.bus.register_object("/org/freedesktop/Notifications", INTERFACE, self.called, None, None)
        Gio.bus_own_name_on_connection(self.bus, "org.freedesktop.Notifications", Gio.BusNameOwnerFlags.NONE, None, None)

    def called(self, bus, sender, path, interface, method, arguments, invocation):
        if method == "Notify":
            self.number += 1
            self.shown[self.number] = arguments.unpack()
            invocation.return_value(GLib.Variant("(u)", (self.number,)))
        elif method == "CloseNotification":
            self.shown.pop(arguments.unpack()[0], None)
            invocation.return_value(None)
        elif method == "GetCapabilities":
            invocation.return_value(GLib.Variant("(as)", (["actions", "body"],)))
        else:
            invocation.return_value(GLib.Variant("(ssss)", ("test", "baton", "1", "1.2")))

    def until(self, probe, what, timeout=10):
        def turn():
            while GLib.MainContext.default().iteration(False):
                pass
            return probe()
        return until(turn, what, timeout)


def main():
    paths = Paths(sys.argv[1])
    print("1..1")
    notifications = Notifications()
    with tempfile.TemporaryDirectory(prefix="baton-notify-") as name:
        relay = Relay(paths, pathlib.Path(name))
        password = relay.add_agent("dana", "Dana Reyes")
        relay.start()
        console = Console(paths, relay, "dana", password)
        try:
            console.says("Your presence: Available")
            customer = Customer(relay, "Mei Tanaka").begin()
            customer.hear("bot")
            customer.say("return an item")
            customer.hear("bot", 2)
            customer.say("please let me talk to an agent now")
            asked = time.monotonic()
            customer.hear("system")
            [shown] = notifications.until(lambda: list(notifications.shown.values()), "a notification")
            waited = time.monotonic() - asked
            words = shown[3] + "\n" + shown[4]
            assert waited < 1, f"it took {waited:.2f} s"
            assert "Return items" in words and "English" in words, words
            assert "Mei" not in words and "please let me" not in words, words
            console.open("Mei Tanaka")
            console.press("Take Conversation")
            notifications.until(lambda: not notifications.shown, "the notification to be withdrawn")
        finally:
            console.close()
            relay.stop()
    print("ok 1 - announced and withdrawn")
    return 0


if __name__ == "__main__":
    sys.exit(main())
