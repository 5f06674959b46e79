#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# with-desktop.sh COMMAND...: runs COMMAND in a throw-away desktop of its own: a display without a screen, a session bus
# that starts the accessibility bus and nothing else, fresh settings. Leaves with COMMAND's exit code.
set -eu

for tool in xvfb-run xauth dbus-run-session; do
  command -v "$tool" >/dev/null || { echo "with-desktop.sh: $tool is not installed" >&2; exit 1; }
done

box=$(mktemp -d)
trap 'rm -rf "$box"' EXIT
trap 'exit 143' TERM INT
mkdir -m 700 "$box/run"
mkdir -p "$box/config/gtk-4.0" "$box/data" "$box/cache" "$box/services"

cat > "$box/config/gtk-4.0/settings.ini" <<END
[Settings]
gtk-font-name=Cantarell 11
gtk-enable-animations=false
gtk-cursor-blink=false
gtk-decoration-layout=:close
END

# The accessibility bus is where distributions put it.
for launcher in /usr/libexec/at-spi-bus-launcher /usr/lib/at-spi2-core/at-spi-bus-launcher; do
  if [ -x "$launcher" ]; then
    printf '[D-BUS Service]\nName=org.a11y.Bus\nExec=%s\n' "$launcher" > "$box/services/org.a11y.Bus.service"
    break
  fi
done

cat > "$box/bus.conf" <<END
<busconfig>
  <type>session</type>
  <listen>unix:dir=$box/run</listen>
  <servicedir>$box/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
END

# Nothing of the desktop this runs on may leak in. The language stays the caller's (LC_ALL or LANG).
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS AT_SPI_BUS_ADDRESS LANGUAGE
export XDG_RUNTIME_DIR="$box/run" XDG_CONFIG_HOME="$box/config" XDG_DATA_HOME="$box/data" \
  XDG_CACHE_HOME="$box/cache" GSETTINGS_BACKEND=memory GIO_USE_VFS=local \
  ADW_DISABLE_PORTAL=1 GDK_BACKEND=x11 GSK_RENDERER=cairo LANG="${LANG:-C.UTF-8}" TZ=UTC

# -noreset: the server must not restart when its last client leaves; the accessibility launcher is such a client.
# dbus-run-session inside: the bus hands DISPLAY on to what it starts. What that prints must not get between the lines of
# COMMAND, which may be read by a program: COMMAND alone has standard output.
xvfb-run -a -s '-screen 0 1600x1000x24 -dpi 96 -nolisten tcp -noreset' \
  dbus-run-session --config-file="$box/bus.conf" -- sh -c 'exec "$@" >&9' sh "$@" 9>&1 >&2
