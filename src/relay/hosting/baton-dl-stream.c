/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-server-private.h"

#include <string.h>

#define CLOSE_POLICY  1008   /* of RFC 6455 */
#define CLOSE_FAILURE 1011

#define EXPIRY_SECONDS 5

/* What would put a reader further behind than this is not sent: it reads on from the store once it has caught up. So a
 * slow reader costs a number, not memory. Below the transport's limit, which cuts. */
#define MAX_BEHIND (64 * 1024)

/**
 * BatonDlReader:
 *
 * One open stream of a conversation. It reads what was said from the store, page by page; once nothing is left it is
 * live, and gets what is said as it is said. It is subscribed before the first page is read, and knows the newest index
 * it was told of meanwhile: it goes live only with that one sent, so there is no gap, and sends nothing below what it
 * has sent, so nothing comes twice (S31).
 */
typedef struct {
  BatonDlServer *server;            /* not owned; lets go of its readers before it goes */
  BatonStream   *stream;            /* NULL once closed */
  char          *conversation_id;
  char          *name;
  gint64         expires;           /* seconds since 1970 */
  gint64         sent;              /* everything up to this index */
  gint64         newest;            /* of which it was told */
  gboolean       is_live;
  gboolean       is_reading;        /* a page is on its way */
  gboolean       is_leaving;        /* was told to go */
} BatonDlReader;

static void
reader_clear (gpointer data)
{
  BatonDlReader *self = data;

  g_clear_object (&self->stream);
  g_free (self->conversation_id);
  g_free (self->name);
}

static void
reader_unref (gpointer data)
{
  g_rc_box_release_full (data, reader_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonDlReader, reader_unref)

/* Whoever waits for nothing gets a set of any size: it may hold one large activity. */
static gboolean
is_too_slow_for (BatonDlReader *self,
                 GBytes        *set)
{
  gsize backlog = baton_stream_get_backlog (self->stream);

  return backlog > 0 && backlog + g_bytes_get_size (set) > MAX_BEHIND;
}

/* --- Catching up --- */

static void read_on (BatonDlReader *self);

/* Sends what fits; what does not is read again later. %TRUE: all of the page. */
static gboolean
send_page (BatonDlReader *self,
           BatonPage     *page)
{
  guint from = 0;

  while (from < page->activities->len) {
    gint64 last;
    g_autoptr (GBytes) set = baton_dl_format_set (page, &from, &last);

    if (is_too_slow_for (self, set) || !baton_stream_send (self->stream, set))
      return FALSE;
    self->sent = last;
  }
  /* Also of one that came with a watermark from beyond the end (S14). */
  self->sent = page->last_index;
  return TRUE;
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (BatonDlReader) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonPage) page = baton_store_list_activities_finish (BATON_STORE (source), result, &error);

  self->is_reading = FALSE;
  if (self->stream == NULL)
    return;

  if (page == NULL) {
    g_debug ("stream closed: %s", error->message);
    baton_stream_close (self->stream, CLOSE_FAILURE, NULL);
  } else if (send_page (self, page) && page->activities->len < BATON_DL_PAGE && self->newest <= self->sent) {
    self->is_live = TRUE;
  } else if (baton_stream_get_backlog (self->stream) == 0) {
    read_on (self);
  }
}

static void
read_on (BatonDlReader *self)
{
  if (self->is_reading)
    return;

  self->is_reading = TRUE;
  baton_store_list_activities_async (self->server->store, self->conversation_id, self->sent, BATON_DL_PAGE, FALSE, NULL,
                                     listed_cb, g_rc_box_acquire (self));
}

static void
drained_cb (BatonStream *stream,
            gpointer     user_data)
{
  BatonDlReader *self = user_data;

  if (!self->is_live)
    read_on (self);
}

/* --- Live --- */

static GBytes *
format_one (BatonActivity *activity,
            gint64         index)
{
  g_autoptr (GPtrArray) activities = g_ptr_array_new ();
  g_autofree char *watermark = g_strdup_printf ("%" G_GINT64_FORMAT, index);

  g_ptr_array_add (activities, activity);
  return baton_activity_set_format (activities, watermark);
}

/* @set: (inout): the activity as it is sent, made for the first reader who gets it */
static void
feed (BatonDlReader      *self,
      const BatonStored  *stored,
      GBytes            **set)
{
  self->newest = stored->index;
  if (!self->is_live || stored->index <= self->sent)
    return;

  if (stored->shown && *set == NULL)
    *set = format_one (stored->activity, stored->index);
  if (stored->shown && is_too_slow_for (self, *set))
    self->is_live = FALSE;
  else if (!stored->shown || baton_stream_send (self->stream, *set))
    self->sent = stored->index;
}

/**
 * baton_dl_feed:
 * @stored: its index is larger than the one before in that conversation
 *
 * An activity was stored.
 */
void
baton_dl_feed (BatonDlServer     *self,
               const BatonStored *stored)
{
  GPtrArray *readers = g_hash_table_lookup (self->readers, stored->conversation_id);
  g_autoptr (GBytes) set = NULL;

  for (guint i = 0; readers != NULL && i < readers->len; i++)
    feed (g_ptr_array_index (readers, i), stored, &set);
}

/**
 * baton_dl_whisper:
 * @but: name of the reader who does not get it: its own
 *
 * Sends to those who are there what is not stored. It carries no watermark, so that nobody's moves (S23).
 */
void
baton_dl_whisper (BatonDlServer *self,
                  const char    *conversation_id,
                  BatonActivity *activity,
                  const char    *but)
{
  GPtrArray *readers = g_hash_table_lookup (self->readers, conversation_id);
  g_autoptr (GPtrArray) activities = g_ptr_array_new ();
  g_autoptr (GBytes) set = NULL;

  if (readers == NULL)
    return;

  g_ptr_array_add (activities, activity);
  set = baton_activity_set_format (activities, NULL);
  for (guint i = 0; i < readers->len; i++) {
    BatonDlReader *reader = g_ptr_array_index (readers, i);

    if (reader->is_live && baton_stream_get_backlog (reader->stream) == 0 && strcmp (reader->name, but) != 0)
      baton_stream_send (reader->stream, set);
  }
}

/* --- Coming and going --- */

static void
reader_detach (BatonDlReader *self)
{
  baton_stream_listen (self->stream, NULL, NULL);
  g_clear_object (&self->stream);
}

static void
closed_cb (BatonStream *stream,
           gpointer     user_data)
{
  BatonDlReader *self = user_data;
  BatonDlServer *server = self->server;
  GPtrArray *readers = g_hash_table_lookup (server->readers, self->conversation_id);
  g_autoptr (BatonDlReader) alive = g_rc_box_acquire (self);

  reader_detach (self);
  g_ptr_array_remove (readers, self);
  if (readers->len == 0)
    g_hash_table_remove (server->readers, self->conversation_id);
}

static void
dismiss (BatonDlReader *self,
         const char    *reason)
{
  self->is_leaving = TRUE;
  baton_stream_close (self->stream, CLOSE_POLICY, reason);
}

static void
close_expired (GPtrArray *readers,
               gint64     now)
{
  for (guint i = 0; i < readers->len; i++) {
    BatonDlReader *reader = g_ptr_array_index (readers, i);

    if (reader->expires <= now)
      dismiss (reader, "token expired");
  }
}

static gboolean
expiry_cb (gpointer user_data)
{
  BatonDlServer *self = user_data;
  gint64 now = g_get_real_time () / G_TIME_SPAN_SECOND;
  GHashTableIter iter;
  gpointer readers;

  if (g_hash_table_size (self->readers) == 0) {
    self->expiry_id = 0;
    return G_SOURCE_REMOVE;
  }

  g_hash_table_iter_init (&iter, self->readers);
  while (g_hash_table_iter_next (&iter, NULL, &readers))
    close_expired (readers, now);
  return G_SOURCE_CONTINUE;
}

/* Makes room for one more stream of @name: a client that opens them without end must not crowd out others (S30). */
static void
close_oldest (BatonDlServer *self,
              GPtrArray     *readers,
              const char    *name)
{
  BatonDlReader *oldest = NULL;
  guint n = 0;

  for (guint i = 0; i < readers->len; i++) {
    BatonDlReader *reader = g_ptr_array_index (readers, i);

    if (reader->is_leaving || strcmp (reader->name, name) != 0)
      continue;
    if (n++ == 0)
      oldest = reader;
  }
  if (n > 0 && n >= self->streams_per_token)
    dismiss (oldest, "too many streams");
}

static void
subscribe (BatonDlReader *reader)
{
  BatonDlServer *self = reader->server;
  GPtrArray *readers = g_hash_table_lookup (self->readers, reader->conversation_id);

  if (readers == NULL) {
    readers = g_ptr_array_new_with_free_func (reader_unref);
    g_hash_table_insert (self->readers, g_strdup (reader->conversation_id), readers);
  }
  close_oldest (self, readers, reader->name);
  g_ptr_array_add (readers, g_rc_box_acquire (reader));
  if (self->expiry_id == 0)
    self->expiry_id = g_timeout_add_seconds (EXPIRY_SECONDS, expiry_cb, self);
}

static void
stream_cb (BatonStream *stream,
           gpointer     user_data)
{
  static const BatonStreamEvents events = { .drained = drained_cb, .closed = closed_cb };
  BatonDlReader *self = user_data;

  self->stream = g_object_ref (stream);
  baton_stream_listen (stream, &events, self);
  subscribe (self);
  read_on (self);
}

/**
 * baton_dl_open_stream:
 *
 * `GET conversations/{id}/stream?watermark=…&t=…`: the ticket in the URL stands for a token, since pages cannot set
 * headers on it. Frames from the client mean nothing here and are not listened to (S29).
 */
void
baton_dl_open_stream (BatonDlServer *self,
                      BatonExchange *exchange,
                      const char    *conversation_id)
{
  const char *origin = baton_exchange_get_header (exchange, "Origin");
  const char *text = baton_exchange_get_query (exchange, "t");
  g_autoptr (BatonTicket) ticket = NULL;
  BatonDlReader *reader;
  gint64 after;

  if (origin != NULL && !baton_dl_origin_is_allowed (self, origin)) {
    baton_dl_reply_error (exchange, 403, "BadArgument", "Origin not allowed");
    return;
  }
  if (!baton_exchange_wants_stream (exchange)) {
    baton_dl_reply_error (exchange, 400, "BadArgument", "Not a WebSocket handshake");
    return;
  }
  if (!baton_dl_parse_watermark (baton_exchange_get_query (exchange, "watermark"), &after)) {
    baton_dl_reply_error (exchange, 400, "BadArgument", "Invalid watermark");
    return;
  }

  if (text != NULL)
    ticket = baton_tickets_take (self->tickets, text, g_get_monotonic_time ());
  if (ticket == NULL || strcmp (ticket->conversation_id, conversation_id) != 0) {
    baton_dl_reply_error (exchange, 403, "BadArgument", "Invalid stream address");
    return;
  }
  if (origin != NULL && ticket->origins != NULL && !g_strv_contains ((const char *const *) ticket->origins, origin)) {
    baton_dl_reply_error (exchange, 403, "BadArgument", "Origin not allowed");
    return;
  }

  reader = g_rc_box_new0 (BatonDlReader);
  reader->server = self;
  reader->conversation_id = g_strdup (conversation_id);
  reader->name = g_strdup (ticket->reader);
  reader->expires = ticket->token_expires;
  reader->sent = after;
  reader->newest = -1;
  baton_exchange_upgrade_full (exchange, stream_cb, reader, reader_unref);
}

/**
 * baton_dl_prolong:
 * @expires: seconds since 1970
 *
 * A token was refreshed: streams that were opened with it live as long as the new one.
 */
void
baton_dl_prolong (BatonDlServer *self,
                  const char    *conversation_id,
                  const char    *name,
                  gint64         expires)
{
  GPtrArray *readers = g_hash_table_lookup (self->readers, conversation_id);

  for (guint i = 0; readers != NULL && i < readers->len; i++) {
    BatonDlReader *reader = g_ptr_array_index (readers, i);

    if (strcmp (reader->name, name) == 0)
      reader->expires = MAX (reader->expires, expires);
  }
}

/**
 * baton_dl_close_streams:
 *
 * Lets go of all streams; the transport closes them.
 */
void
baton_dl_close_streams (BatonDlServer *self)
{
  GHashTableIter iter;
  gpointer readers;

  g_clear_handle_id (&self->expiry_id, g_source_remove);
  g_hash_table_iter_init (&iter, self->readers);
  while (g_hash_table_iter_next (&iter, NULL, &readers))
    for (guint i = 0; i < ((GPtrArray *) readers)->len; i++)
      reader_detach (g_ptr_array_index ((GPtrArray *) readers, i));
  g_hash_table_remove_all (self->readers);
}
