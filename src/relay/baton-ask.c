/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-ask.h"

#include <string.h>

/* One question to a server, for a command that has nothing to do until it is answered. */

#define MAX_BODY (256 * 1024)

/* --- waiting --- */

static void
ready_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
await (GAsyncResult **slot)
{
  while (*slot == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *slot;
}

static gboolean
too_late_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static GSource *
start_deadline (GCancellable *cancellable,
                guint         seconds)
{
  GSource *source = g_timeout_source_new_seconds (seconds);

  g_source_set_callback (source, too_late_cb, cancellable, NULL);
  g_source_attach (source, NULL);
  return source;
}

/* --- the answer --- */

/**
 * baton_ask_dup_host:
 *
 * Returns: (transfer full): whom an address leads to, with the port where it is not the usual one, for people to read
 */
char *
baton_ask_dup_host (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  const char *host = uri == NULL ? NULL : g_uri_get_host (uri);
  gboolean is_ipv6 = host != NULL && strchr (host, ':') != NULL;
  GString *text;

  if (host == NULL)
    return g_strdup (url);

  text = g_string_new (NULL);
  g_string_printf (text, is_ipv6 ? "[%s]" : "%s", host);
  if (g_uri_get_port (uri) > 0 && g_uri_get_port (uri) != (g_str_equal (g_uri_get_scheme (uri), "https") ? 443 : 80))
    g_string_append_printf (text, ":%d", g_uri_get_port (uri));
  return g_string_free (text, FALSE);
}

/* `error.code` is a word of the protocol; what does not look like one is not repeated. */
static char *
dup_code (BatonJsonNode root)
{
  g_autofree char *code = baton_json_node_dup_member (baton_json_node_get_member (root, "error"), "code");

  if (code == NULL || *code == '\0' || strlen (code) > 40 || strspn (code, G_CSET_a_2_z G_CSET_A_2_Z) != strlen (code))
    return NULL;
  return g_steal_pointer (&code);
}

/* @asked_at and now lie around the moment at which the other looked at its clock. */
static void
compare_clocks (BatonReply *self,
                const char *date,
                gint64      asked_at)
{
  g_autoptr (GDateTime) theirs = date == NULL ? NULL : soup_date_time_new_from_http_string (date);
  gint64 ours = (asked_at + g_get_real_time ()) / 2;

  if (theirs == NULL)
    return;
  self->has_date = TRUE;
  self->skew = ours / G_USEC_PER_SEC - g_date_time_to_unix (theirs);
}

static void
take_head (BatonReply  *self,
           SoupMessage *message,
           gint64       asked_at)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *type = soup_message_headers_get_content_type (headers, NULL);

  self->status = soup_message_get_status (message);
  self->retry_after = baton_http_parse_retry_after (soup_message_headers_get_one (headers, "Retry-After"));
  self->is_page = g_strcmp0 (type, "text/html") == 0;
  compare_clocks (self, soup_message_headers_get_one (headers, "Date"), asked_at);
}

static void
take_body (BatonReply   *self,
           GInputStream *stream,
           GCancellable *cancellable)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize length = 0;

  self->text = g_malloc (MAX_BODY + 1);
  g_input_stream_read_all_async (stream, self->text, MAX_BODY, G_PRIORITY_DEFAULT, cancellable, ready_cb, &result);
  g_input_stream_read_all_finish (stream, await (&result), &length, &self->error);
  self->text[length] = '\0';
  if (self->error != NULL) {
    self->status = 0;
    return;
  }

  bytes = g_bytes_new (self->text, length);
  self->is_page |= *self->text == '<';
  self->json = length == 0 ? NULL : baton_json_parse (bytes, &BATON_JSON_LIMITS_BOT, NULL);
  if (self->json != NULL)
    self->code = dup_code (baton_json_get_root (self->json));
}

static void
send_and_read (BatonReply   *self,
               SoupMessage  *message,
               GCancellable *cancellable)
{
  g_autoptr (SoupSession) session = baton_http_dup_session ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GInputStream) stream = NULL;
  gint64 asked_at = g_get_real_time ();

  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, cancellable, ready_cb, &result);
  stream = soup_session_send_finish (session, await (&result), &self->error);
  if (stream == NULL)
    return;
  take_head (self, message, asked_at);
  take_body (self, stream, cancellable);
}

/* libsoup says that it was cancelled; but by whom we know. */
static void
name_deadline (BatonReply *self,
               guint       seconds)
{
  if (!g_error_matches (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_error (&self->error);
  self->error = g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "no answer within %u seconds", seconds);
}

/**
 * baton_ask:
 * @seconds: how long to wait for the whole answer
 *
 * Asks, and runs the default main context until there is an answer or the time is over. For commands: what serves others
 * must never wait.
 *
 * Returns: (transfer full): what came of it
 */
BatonReply *
baton_ask (const BatonHttpRequest *request,
           guint                   seconds)
{
  BatonReply *self = g_new0 (BatonReply, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GSource) deadline = NULL;

  self->host = baton_ask_dup_host (request->url);
  message = baton_http_new_message (request->method, request->url, request->bearer, &self->error);
  if (message == NULL)
    return self;

  soup_message_headers_replace (soup_message_get_request_headers (message), "Accept", "application/json");
  if (request->body != NULL)
    soup_message_set_request_body_from_bytes (message, "application/json", request->body);
  deadline = start_deadline (cancellable, seconds);
  send_and_read (self, message, cancellable);
  g_source_destroy (deadline);
  name_deadline (self, seconds);
  return self;
}

void
baton_reply_free (BatonReply *self)
{
  g_free (self->host);
  g_clear_pointer (&self->json, baton_json_unref);
  g_free (self->text);
  g_free (self->code);
  g_clear_error (&self->error);
  g_free (self);
}

gboolean
baton_reply_is_good (const BatonReply *self)
{
  return SOUP_STATUS_IS_SUCCESSFUL (self->status);
}

BatonJsonNode
baton_reply_get (const BatonReply *self,
                 const char       *name)
{
  const BatonJsonNode absent = { NULL, 0 };

  return self->json == NULL ? absent : baton_json_node_get_member (baton_json_get_root (self->json), name);
}
