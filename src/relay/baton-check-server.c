/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-check.h"

#include <glib/gstdio.h>
#include <string.h>

#include "baton-ask.h"
#include "baton-data-folder.h"
#include "baton-descriptors.h"
#include "baton-origin.h"

#define ASK_SECONDS 5
#define YEAR_OF_RELEASE 2026
#define SKEW_SECONDS 60

/* --- where it is served --- */

static gboolean
try_to_bind (const char  *address,
             guint16      port,
             GError     **error)
{
  g_autoptr (GSocketAddress) place = g_inet_socket_address_new_from_string (address, port);
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (place), G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_TCP, error);

  /* An address that is reused, as the relay does it: taken is what somebody listens on. */
  return socket != NULL && g_socket_bind (socket, place, TRUE, error);
}

/* A relay that answers there is ours where one runs in our data folder. */
static gboolean
is_answered_by_relay (const char *url)
{
  g_autofree char *health = g_strconcat (url, "/healthz", NULL);
  g_autoptr (BatonReply) reply = baton_ask (&(BatonHttpRequest) { .method = SOUP_METHOD_GET, .url = health }, ASK_SECONDS);

  return baton_reply_is_good (reply) && g_strcmp0 (reply->text, "ok\n") == 0;
}

static void
check_taken_port (const BatonConfig *config,
                  const char        *address,
                  guint16            port,
                  GPtrArray         *findings)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (address);
  const char *host = !g_inet_address_get_is_any (inet) ? address
                     : g_inet_address_get_family (inet) == G_SOCKET_FAMILY_IPV6 ? "::1" : "127.0.0.1";
  g_autofree char *url = g_strdup_printf (strchr (host, ':') != NULL ? "http://[%s]:%u" : "http://%s:%u", host, port);

  if (baton_data_folder_is_in_use (config->data) && is_answered_by_relay (url))
    baton_findings_add (findings, BATON_GRADE_OK, "listen", NULL, "the relay that is running answers at %s", config->listen);
  else
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "listen", "End that program, or name another port in listen",
                        "another program uses %s", config->listen);
}

static void
check_port (const BatonConfig *config,
            const char        *address,
            guint16            port,
            GPtrArray         *findings)
{
  g_autoptr (GError) error = NULL;

  if (try_to_bind (address, port, &error))
    baton_findings_add (findings, BATON_GRADE_OK, "listen", NULL, "%s is free", config->listen);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    check_taken_port (config, address, port, findings);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "listen", "Name a port from 1024 on in listen, and let the proxy have the other",
                        "this user may not serve on %s", config->listen);
  else
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "listen", "Name an address of this machine in listen; 127.0.0.1 is always one",
                        "nothing can be served on %s: %s", config->listen, error->message);
}

static void
check_listen (const BatonConfig *config,
              GPtrArray         *findings)
{
  g_autofree char *address = NULL;
  g_autoptr (GInetAddress) inet = NULL;
  g_autoptr (GError) error = NULL;
  guint16 port;

  if (!baton_config_parse_listen (config->listen, &address, &port, &error)) {
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "listen", NULL, "%s %s", config->listen, error->message);
    return;
  }
  check_port (config, address, port, findings);

  inet = g_inet_address_new_from_string (address);
  if (!g_inet_address_get_is_loopback (inet))
    baton_findings_add (findings, BATON_GRADE_WARNING, "listen",
                        "Put a proxy with TLS before it, and see to it that nobody gets around the proxy",
                        "other machines reach %s, where plain HTTP is spoken", config->listen);
}

/* --- how the world sees it --- */

static void
reach_public_url (const BatonConfig *config,
                  GPtrArray         *findings)
{
  if (!baton_data_folder_is_in_use (config->data))
    baton_findings_add (findings, BATON_GRADE_OK, "public-url", NULL, "%s, not tried since no relay is running",
                        config->public_url);
  else if (is_answered_by_relay (config->public_url))
    baton_findings_add (findings, BATON_GRADE_OK, "public-url", NULL, "%s leads to a relay", config->public_url);
  else
    baton_findings_add (findings, BATON_GRADE_WARNING, "public-url",
                        "Look at the proxy: it has to pass everything on to listen, WebSockets too; but some networks do not let a "
                        "machine reach itself by its public name",
                        "from here %s/healthz does not lead to the relay", config->public_url);
}

static void
check_public_url (const BatonConfig *config,
                  GPtrArray         *findings)
{
  g_autoptr (GUri) uri = config->public_url == NULL ? NULL : g_uri_parse (config->public_url, SOUP_HTTP_URI_FLAGS, NULL);

  if (uri == NULL)
    return;
  if (g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL || g_uri_get_user (uri) != NULL) {
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "public-url", "Leave only scheme, host, port and path",
                        "paths are put behind it, so it can have neither ? nor # nor a user");
    return;
  }
  if (g_str_equal (g_uri_get_scheme (uri), "http") && !baton_http_is_loopback (g_uri_get_host (uri)))
    baton_findings_add (findings, BATON_GRADE_WARNING, "public-url", "Use https, with a certificate at the proxy",
                        "tokens and what customers say would cross the network unencrypted");
  reach_public_url (config, findings);
}

static void
check_origin (const char *origin,
              GPtrArray  *findings)
{
  g_autofree char *normal = baton_origin_normalise (origin);
  g_autofree char *advice = normal == NULL ? NULL : g_strdup_printf ("Write %s in origins", normal);
  g_autoptr (GUri) uri = normal == NULL ? NULL : g_uri_parse (normal, SOUP_HTTP_URI_FLAGS, NULL);

  if (g_str_equal (origin, "*"))
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "origins", "Leave origins empty to let any page hold a chat, or name yours",
                        "* lets no page in: it is no origin, and browsers refuse it where credentials are sent");
  else if (normal == NULL)
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "origins", "An origin is a scheme and a host, such as https://shop.example",
                        "“%s” is none, so it lets no page in", origin);
  else if (!g_str_equal (origin, normal))
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "origins", advice,
                        "“%s” lets no page in, since no browser writes it like that", origin);
  else if (g_str_equal (g_uri_get_scheme (uri), "http") && !baton_http_is_loopback (g_uri_get_host (uri)))
    baton_findings_add (findings, BATON_GRADE_WARNING, "origins", "Serve the page by https",
                        "whoever is on the way can change a page of %s, and chat for its customers", origin);
  else
    baton_findings_add (findings, BATON_GRADE_OK, "origins", NULL, "pages of %s may hold a chat", origin);
}

static void
check_origins (const BatonConfig *config,
               GPtrArray         *findings)
{
  for (guint i = 0; config->origins != NULL && config->origins[i] != NULL; i++)
    check_origin (config->origins[i], findings);

  if (config->origins == NULL && config->public_url != NULL)
    baton_findings_add (findings, BATON_GRADE_WARNING, "origins", "Name your pages in origins, such as https://shop.example",
                        "any page may hold a chat");
  else if (config->origins == NULL)
    baton_findings_add (findings, BATON_GRADE_OK, "origins", NULL, "any page may hold a chat");
}

/* --- what the machine gives --- */

static void
check_descriptors (const BatonConfig *config,
                   GPtrArray         *findings)
{
  guint64 need = baton_descriptors_count (config), most = baton_descriptors_get_most ();

  if (most < need)
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "connections",
                        "Raise the hard limit of open files (LimitNOFILE= of a systemd unit, ulimit -Hn), or lower connections",
                        "%u connections need %" G_GUINT64_FORMAT " open files, and this user may have %" G_GUINT64_FORMAT,
                        config->limits.connections, need, most);
  else
    baton_findings_add (findings, BATON_GRADE_OK, "connections", NULL, "%u at once are within what this user may open",
                        config->limits.connections);
}

/* Tokens are good by the clock. One that has gone back makes them good for longer than they should be, and puts what is
 * said now before what was said. */
static void
check_clock (const BatonConfig *config,
             GPtrArray         *findings)
{
  static const char advice[] = "Set the clock, and let it be kept right (NTP)";
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *text = g_date_time_format (now, "%F %T");
  g_autofree char *path = g_build_filename (config->data, BATON_DATA_DATABASE, NULL);
  GStatBuf info;

  if (g_date_time_get_year (now) < YEAR_OF_RELEASE)
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "clock", advice, "it says %s UTC, which is before this program was made",
                        text);
  else if (g_stat (path, &info) == 0 && info.st_mtime > g_date_time_to_unix (now) + SKEW_SECONDS)
    baton_findings_add (findings, BATON_GRADE_WARNING, "clock", advice,
                        "it says %s UTC, and the database was last written %" G_GINT64_FORMAT " s after that", text,
                        (gint64) info.st_mtime - g_date_time_to_unix (now));
  else
    baton_findings_add (findings, BATON_GRADE_OK, "clock", NULL, "it says %s UTC", text);
}

/**
 * baton_check_server:
 *
 * Where the relay is served, to whom, and what the machine has for it.
 */
void
baton_check_server (const BatonConfig *config,
                    GPtrArray         *findings)
{
  check_listen (config, findings);
  check_public_url (config, findings);
  check_origins (config, findings);
  check_descriptors (config, findings);
  check_clock (config, findings);
}
