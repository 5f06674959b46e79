/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-desk-private.h"
#include "baton-desk-stream.h"
#include "baton-error.h"

/* How often an open stream is written down as a use of its session: seldom, since each costs a transaction. */
#define USE_INTERVAL G_TIME_SPAN_MINUTE

/**
 * BatonDeskFeed:
 *
 * All streams of events, and what they share: the number of the newest event, each event's frame, a snapshot for all that
 * wait for one.
 */
struct _BatonDeskFeed {
  BatonDesk        *desk;       /* not a reference: it owns us */
  GPtrArray        *streams;    /* of BatonDeskStream; order means nothing */
  GPtrArray        *waiting;    /* those of them that need a snapshot */
  gint64            head;       /* newest event; -1 until the store has told */
  gulong            event_id;
  gboolean          is_asking;
};

/* --- snapshots --- */

static void
apply_presences (GPtrArray *agents,
                 GPtrArray *presences)
{
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < agents->len; i++) {
    BatonAgent *agent = g_ptr_array_index (agents, i);

    g_hash_table_insert (by_id, (gpointer) baton_agent_get_id (agent), agent);
  }
  for (guint i = 0; i < presences->len; i++) {
    BatonAgent *known = g_ptr_array_index (presences, i);
    BatonAgent *agent = g_hash_table_lookup (by_id, baton_agent_get_id (known));

    if (agent != NULL)
      baton_agent_set_presence (agent, baton_agent_get_presence (known));
  }
}

/* The first one tells where we are. */
static void
take_snapshot (BatonDeskFeed       *self,
               const BatonSnapshot *snapshot)
{
  for (guint i = 0; self->head < 0 && i < snapshot->presences->len; i++) {
    BatonAgent *agent = g_ptr_array_index (snapshot->presences, i);

    baton_attendance_learn (self->desk->attendance, baton_agent_get_id (agent), baton_agent_get_presence (agent),
                            g_get_monotonic_time ());
  }
  self->head = MAX (self->head, snapshot->seq);
}

static void begin (BatonDeskFeed    *self,
                   BatonDeskStream  *stream,
                   BatonDeskPicture *picture);

static void
begin_waiting (BatonDeskFeed       *self,
               const BatonSnapshot *snapshot)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);
  g_autoptr (GPtrArray) agents = baton_roster_list (self->desk->roster);
  g_autoptr (BatonDeskPicture) picture = NULL;

  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  if (waiting->len == 0)
    return;

  apply_presences (agents, snapshot->presences);
  picture = baton_desk_picture_new (snapshot, agents);
  for (guint i = 0; i < waiting->len; i++)
    begin (self, g_ptr_array_index (waiting, i), picture);
}

static void
snapshot_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  BatonDeskFeed *self;
  g_autoptr (BatonSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;

  snapshot = baton_store_snapshot_finish (BATON_STORE (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = user_data;
  self->is_asking = FALSE;
  if (snapshot != NULL) {
    take_snapshot (self, snapshot);
    begin_waiting (self, snapshot);
    return;
  }

  /* Their other ends come again. */
  for (guint i = 0; i < self->waiting->len; i++)
    baton_desk_stream_end (g_ptr_array_index (self->waiting, i), 1011, "the store cannot be read");
}

static void
ask_for_snapshot (BatonDeskFeed *self)
{
  if (self->is_asking)
    return;

  self->is_asking = TRUE;
  baton_store_snapshot_async (self->desk->store, self->desk->cancellable, snapshot_cb, self);
}

/* --- a stream's beginning --- */

static void
greet (BatonDeskFeed   *self,
       BatonDeskStream *stream)
{
  g_autoptr (BatonAgent) agent = baton_roster_find (self->desk->roster, baton_desk_stream_get_agent (stream));
  g_autoptr (BatonJsonWriter) writer = baton_json_writer_new ();
  g_autoptr (GBytes) hello = NULL;

  if (agent == NULL) {
    baton_desk_stream_end (stream, 1008, "no longer known here");
    return;
  }

  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "hello");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_int (writer, "seq", self->head);
  baton_json_writer_name (writer, "agent");
  baton_desk_write_agent (self->desk, agent, writer);
  baton_json_writer_end_object (writer);
  baton_json_writer_end_object (writer);
  hello = baton_json_writer_finish (g_steal_pointer (&writer));
  baton_desk_stream_greet (stream, hello);
}

/* Also from a number we never gave: the console knows another database than ours. */
static gboolean
needs_snapshot (BatonDeskFeed   *self,
                BatonDeskStream *stream)
{
  gint64 after = baton_desk_stream_get_after (stream);

  return after < 0 || after > self->head || self->head - after > self->desk->config.max_behind;
}

/* Without a picture it waits for one, if it needs it. */
static void
begin (BatonDeskFeed    *self,
       BatonDeskStream  *stream,
       BatonDeskPicture *picture)
{
  if (picture == NULL && (self->head < 0 || needs_snapshot (self, stream))) {
    g_ptr_array_add (self->waiting, g_object_ref (stream));
    ask_for_snapshot (self);
    return;
  }

  greet (self, stream);
  baton_desk_stream_begin (stream, needs_snapshot (self, stream) ? picture : NULL, self->head);
}

static void
stream_closed_cb (BatonDeskStream *stream,
                  gpointer         user_data)
{
  BatonDeskFeed *self = user_data;

  baton_attendance_remove_stream (self->desk->attendance, baton_desk_stream_get_agent (stream),
                                  g_get_monotonic_time ());
  g_signal_handlers_disconnect_by_data (stream, self);
  g_ptr_array_remove_fast (self->waiting, stream);
  g_ptr_array_remove_fast (self->streams, stream);
}

static void
add_stream (BatonDeskFeed   *self,
            BatonDeskStream *stream)
{
  const char *agent_id = baton_desk_stream_get_agent (stream);

  g_ptr_array_add (self->streams, g_object_ref (stream));
  g_signal_connect (stream, "closed", G_CALLBACK (stream_closed_cb), self);
  if (baton_attendance_add_stream (self->desk->attendance, agent_id))
    baton_desk_tell_presence (self->desk, agent_id);
  begin (self, stream, NULL);
}

static gboolean
read_after (BatonExchange *exchange,
            gint64        *after)
{
  const char *text = baton_exchange_get_query (exchange, "after");
  guint64 value;

  if (text == NULL || *text == '\0')
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &value, NULL))
    return FALSE;
  *after = (gint64) value;
  return TRUE;
}

/* A request that is becoming a stream. It ends with the exchange, since a peer that leaves in between is never heard of. */
typedef struct {
  BatonDesk *desk;
  char      *agent_id;
  char      *session;
  gint64     ends_at;
  gint64     after;
} Opening;

static void
opening_over_cb (gpointer  user_data,
                 GObject  *exchange)
{
  Opening *opening = user_data;

  g_object_unref (opening->desk);
  g_free (opening->agent_id);
  g_free (opening->session);
  g_free (opening);
}

static Opening *
opening_new (BatonDeskRequest *request,
             gint64            after)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->desk = g_object_ref (request->desk);
  opening->agent_id = g_strdup (baton_agent_get_id (request->agent));
  opening->session = g_strdup (request->session);
  opening->ends_at = request->ends_at;
  opening->after = after;
  g_object_weak_ref (G_OBJECT (request->exchange), opening_over_cb, opening);
  return opening;
}

static void
upgraded_cb (BatonStream *socket,
             gpointer     user_data)
{
  const Opening *opening = user_data;
  BatonDesk *desk = opening->desk;
  g_autoptr (BatonDeskStream) stream = NULL;

  if (desk->feed == NULL)
    return;

  stream = baton_desk_stream_new (desk->store, socket, opening->agent_id, opening->session, opening->ends_at,
                                  opening->after);
  add_stream (desk->feed, stream);
}

/**
 * baton_desk_open_stream:
 *
 * `GET stream?after=SEQ`.
 */
void
baton_desk_open_stream (BatonDeskRequest *request)
{
  g_autoptr (BatonDeskRequest) owned = request;
  g_autoptr (GError) error = NULL;
  gint64 after = -1;

  if (!baton_exchange_wants_stream (request->exchange))
    g_set_error_literal (&error, BATON_ERROR, BATON_ERROR_INVALID, "this is for WebSockets");
  else if (!read_after (request->exchange, &after))
    g_set_error_literal (&error, BATON_ERROR, BATON_ERROR_INVALID, "after has to be a number");

  if (error != NULL)
    baton_desk_refuse (request, error);
  else
    baton_exchange_upgrade (request->exchange, upgraded_cb, opening_new (request, after));
}

/* --- all of them --- */

static void
event_cb (BatonStore *store,
          BatonEvent *event,
          gpointer    user_data)
{
  BatonDeskFeed *self = user_data;
  g_autoptr (GPtrArray) one = g_ptr_array_new ();
  g_autoptr (GPtrArray) frames = NULL;

  /* Before the first snapshot nobody listens, and its number decides. */
  if (self->head < 0)
    return;

  self->head = MAX (self->head, baton_event_get_seq (event));
  if (self->streams->len == 0)
    return;

  g_ptr_array_add (one, event);
  frames = baton_desk_frame_events (one);
  for (guint i = 0; i < self->streams->len; i++)
    baton_desk_stream_tell (g_ptr_array_index (self->streams, i), baton_event_get_seq (event),
                            g_ptr_array_index (frames, 0));
}

static void
use_noted_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (BatonDeskStream) stream = user_data;
  g_autoptr (BatonAgent) agent = NULL;
  g_autoptr (GError) error = NULL;

  agent = baton_sessions_check_finish (BATON_SESSIONS (source), result, NULL, &error);
  if (g_error_matches (error, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED))
    baton_desk_stream_end (stream, 1008, "the session is over");
}

static gboolean
may_stay (BatonDeskFeed   *self,
          BatonDeskStream *stream)
{
  g_autoptr (BatonAgent) agent = baton_roster_find (self->desk->roster, baton_desk_stream_get_agent (stream));

  return agent != NULL && g_get_real_time () < baton_desk_stream_get_ends_at (stream);
}

/**
 * baton_desk_feed_sweep:
 *
 * Closes the streams of those who may not hear any more, and notes that the others are in use. To be called every few
 * seconds.
 */
void
baton_desk_feed_sweep (BatonDeskFeed *self)
{
  if (self->head < 0)
    ask_for_snapshot (self);

  for (guint i = 0; i < self->streams->len; i++) {
    BatonDeskStream *stream = g_ptr_array_index (self->streams, i);

    if (!may_stay (self, stream))
      baton_desk_stream_end (stream, 1008, "the session is over");
    else if (baton_desk_stream_is_due (stream, USE_INTERVAL))
      baton_sessions_check_async (self->desk->sessions, baton_desk_stream_get_session (stream), NULL,
                                  use_noted_cb, g_object_ref (stream));
  }
}

/**
 * baton_desk_feed_end:
 * @session: hash of its token
 *
 * Closes the streams of a session that is over. They no longer count, even before their other end knows.
 */
void
baton_desk_feed_end (BatonDeskFeed *self,
                     const char    *session)
{
  for (guint i = self->streams->len; i > 0; i--) {
    g_autoptr (BatonDeskStream) stream = g_object_ref (g_ptr_array_index (self->streams, i - 1));

    if (!g_str_equal (baton_desk_stream_get_session (stream), session))
      continue;
    stream_closed_cb (stream, self);
    baton_desk_stream_end (stream, 1008, "signed out");
  }
}

/**
 * baton_desk_feed_new:
 * @desk: outlives the feed; its store and attendance have to be there
 */
BatonDeskFeed *
baton_desk_feed_new (BatonDesk *desk)
{
  BatonDeskFeed *self = g_new0 (BatonDeskFeed, 1);

  self->desk = desk;
  self->head = -1;
  self->streams = g_ptr_array_new_with_free_func (g_object_unref);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->event_id = g_signal_connect (desk->store, "event", G_CALLBACK (event_cb), self);
  ask_for_snapshot (self);
  return self;
}

void
baton_desk_feed_free (BatonDeskFeed *self)
{
  g_signal_handler_disconnect (self->desk->store, self->event_id);
  for (guint i = 0; i < self->streams->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->streams, i), self);
  g_ptr_array_unref (self->waiting);
  g_ptr_array_unref (self->streams);
  g_free (self);
}
