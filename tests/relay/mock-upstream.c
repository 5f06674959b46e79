/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "mock-upstream.h"

#include <stdlib.h>
#include <string.h>

struct _MockUpstream {
  GObject     parent_instance;

  GString    *heard;
  GPtrArray  *held;        /* of GTask */
  GHashTable *running;     /* conversation id → how many */
  GPtrArray  *spoken;      /* of Speech: its wire, of all conversations */
  gboolean    is_holding;
  BatonError  failure;
  guint       failures;
  guint       n_runs;
  guint       n_transcript;
  guint       n_resumed;
  guint       most_at_once;
  guint       n_handoffs;
};

static void iface_init (BatonUpstreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MockUpstream, mock_upstream, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BATON_TYPE_UPSTREAM, iface_init))

typedef struct {
  char              *conversation_id;
  BatonUpstreamTurn *turn;
  gulong             cancelled_id;
} Run;

typedef struct {
  char   *conversation_id;
  gint64  epoch;
  char   *text;
} Speech;

static void
speech_free (gpointer data)
{
  Speech *speech = data;

  g_free (speech->conversation_id);
  g_free (speech->text);
  g_free (speech);
}

static void
run_free (gpointer data)
{
  Run *run = data;

  g_free (run->conversation_id);
  g_clear_pointer (&run->turn, baton_upstream_turn_free);
  g_free (run);
}

static void
add_text (BatonUpstreamTurn *turn,
          const char        *text)
{
  g_autoptr (BatonActivity) activity = baton_activity_new_message (text, NULL);

  baton_upstream_turn_add (turn, activity, NULL, NULL);
}

static void
add_handoff (MockUpstream      *self,
             BatonUpstreamTurn *turn)
{
  g_autofree char *json = g_strdup_printf (
    "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"id\":\"h%u\",\"from\":{\"id\":\"mock\",\"role\":\"bot\"},"
    "\"value\":{\"va_LastTopic\":\"Escalate\",\"va_AgentMessage\":\"" MOCK_PRIVATE "\",\"Order\":\"" MOCK_VARIABLE "\"}}",
    ++self->n_handoffs);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (BatonActivity) activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, NULL);
  g_autoptr (BatonHandoff) handoff = baton_handoff_new_from_activity (activity);

  baton_upstream_turn_add (turn, activity, NULL, handoff);
}

static BatonUpstreamTurn *
answer (MockUpstream *self,
        const char   *conversation_id,
        gint64        epoch,
        GPtrArray    *unread,
        GPtrArray    *transcript)
{
  BatonUpstreamTurn *turn = baton_upstream_turn_new ();

  for (guint i = 0; i < unread->len; i++) {
    const char *text = baton_activity_get_text (g_ptr_array_index (unread, i));
    g_autofree char *reply = g_strdup_printf ("You said: %s", text);

    if (text == NULL)
      continue;
    g_string_append_printf (self->heard, "%s|", text);
    if (g_str_equal (text, MOCK_BUSY)) {
      mock_upstream_fail (self, BATON_ERROR_BUSY, 1);
      mock_upstream_speak (self, conversation_id, epoch, "agent");
    } else if (g_str_equal (text, MOCK_STORES) && self->n_runs == 1) {
      mock_upstream_speak (self, conversation_id, epoch, "noted");
      turn->wants_storing = TRUE;
    } else if (g_str_equal (text, "agent") || g_str_equal (text, MOCK_WANTS)) {
      turn->wants_transcript = g_str_equal (text, MOCK_WANTS) && transcript == NULL;
      add_handoff (self, turn);
    } else {
      add_text (turn, reply);
    }
  }
  turn->bot_state = g_strdup_printf ("\"turn %u\"", self->n_runs);
  return turn;
}

static void
count (MockUpstream *self,
       const char   *conversation_id,
       int           change)
{
  guint running = GPOINTER_TO_UINT (g_hash_table_lookup (self->running, conversation_id)) + (guint) change;

  g_hash_table_replace (self->running, g_strdup (conversation_id), GUINT_TO_POINTER (running));
  self->most_at_once = MAX (self->most_at_once, running);
}

static void
finish (MockUpstream *self,
        GTask        *task)
{
  Run *run = g_task_get_task_data (task);

  count (self, run->conversation_id, -1);
  if (self->failures > 0) {
    self->failures--;
    g_task_return_new_error (task, BATON_ERROR, (int) self->failure, "not now");
  } else {
    g_task_return_pointer (task, g_steal_pointer (&run->turn), (GDestroyNotify) baton_upstream_turn_free);
  }
}

static void
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  GTask *task = user_data;
  MockUpstream *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);

  count (self, run->conversation_id, -1);
  g_task_return_error_if_cancelled (task);
  g_ptr_array_remove (self->held, task);
}

static void
mock_upstream_run_async (BatonUpstream           *upstream,
                         const BatonConversation *conversation,
                         GPtrArray               *unread,
                         GPtrArray               *transcript,
                         GCancellable            *cancellable,
                         GAsyncReadyCallback      callback,
                         gpointer                 user_data)
{
  MockUpstream *self = MOCK_UPSTREAM (upstream);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Run *run = g_new0 (Run, 1);

  self->n_runs++;
  self->n_transcript = transcript != NULL ? transcript->len : 0;
  run->conversation_id = g_strdup (conversation->id);
  run->turn = answer (self, conversation->id, conversation->epoch, unread, transcript);
  g_task_set_task_data (task, run, run_free);
  count (self, conversation->id, 1);

  if (!self->is_holding) {
    finish (self, task);
    return;
  }
  run->cancelled_id = g_signal_connect (cancellable, "cancelled", G_CALLBACK (cancelled_cb), task);
  g_ptr_array_add (self->held, g_steal_pointer (&task));
}

static BatonUpstreamTurn *
mock_upstream_run_finish (BatonUpstream  *upstream,
                          GAsyncResult   *result,
                          GError        **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static const char *
mock_upstream_get_bot_id (BatonUpstream *upstream)
{
  return "mock";
}

static const char *
mock_upstream_get_bot_name (BatonUpstream *upstream)
{
  return "Mock";
}

static void
emit (MockUpstream *self,
      guint         position)
{
  const Speech *speech = g_ptr_array_index (self->spoken, position);
  g_autoptr (BatonUpstreamTurn) turn = baton_upstream_turn_new ();
  g_autofree char *watermark = g_strdup_printf ("%u", position + 1);
  const BatonBotTurn spoken = { .conversation_id = speech->conversation_id, .epoch = speech->epoch, .bot_id = "mock",
                                .bot_name = "Mock", .items = turn->items, .bot_read = -1, .bot_state = "\"wire\"",
                                .bot_watermark = watermark };

  if (g_str_equal (speech->text, "agent"))
    add_handoff (self, turn);
  else
    add_text (turn, speech->text);
  g_signal_emit_by_name (self, "spoke", &spoken);
}

static void
mock_upstream_resume (BatonUpstream           *upstream,
                      const BatonConversation *conversation)
{
  MockUpstream *self = MOCK_UPSTREAM (upstream);
  guint first = conversation->bot_watermark != NULL ? (guint) atoi (conversation->bot_watermark) : 0;

  self->n_resumed++;
  for (guint i = first; i < self->spoken->len; i++) {
    const Speech *speech = g_ptr_array_index (self->spoken, i);

    if (g_str_equal (speech->conversation_id, conversation->id))
      emit (self, i);
  }
}

static void
iface_init (BatonUpstreamInterface *iface)
{
  iface->run_async = mock_upstream_run_async;
  iface->run_finish = mock_upstream_run_finish;
  iface->get_bot_id = mock_upstream_get_bot_id;
  iface->get_bot_name = mock_upstream_get_bot_name;
  iface->resume = mock_upstream_resume;
}

static void
mock_upstream_finalize (GObject *object)
{
  MockUpstream *self = MOCK_UPSTREAM (object);

  g_string_free (self->heard, TRUE);
  g_ptr_array_unref (self->held);
  g_ptr_array_unref (self->spoken);
  g_hash_table_unref (self->running);

  G_OBJECT_CLASS (mock_upstream_parent_class)->finalize (object);
}

static void
mock_upstream_class_init (MockUpstreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mock_upstream_finalize;
}

static void
mock_upstream_init (MockUpstream *self)
{
  self->heard = g_string_new (NULL);
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
  self->running = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->spoken = g_ptr_array_new_with_free_func (speech_free);
}

MockUpstream *
mock_upstream_new (void)
{
  return g_object_new (MOCK_TYPE_UPSTREAM, NULL);
}

void
mock_upstream_hold (MockUpstream *self)
{
  self->is_holding = TRUE;
}

void
mock_upstream_release (MockUpstream *self)
{
  self->is_holding = FALSE;
  while (self->held->len > 0) {
    g_autoptr (GTask) task = g_ptr_array_steal_index (self->held, 0);

    g_signal_handler_disconnect (g_task_get_cancellable (task), ((Run *) g_task_get_task_data (task))->cancelled_id);
    finish (self, task);
  }
}

guint
mock_upstream_n_held (MockUpstream *self)
{
  return self->held->len;
}

void
mock_upstream_fail (MockUpstream *self,
                    BatonError    code,
                    guint         times)
{
  self->failure = code;
  self->failures = times;
}

void
mock_upstream_speak (MockUpstream *self,
                     const char   *conversation_id,
                     gint64        epoch,
                     const char   *text)
{
  Speech *speech = g_new (Speech, 1);

  speech->conversation_id = g_strdup (conversation_id);
  speech->epoch = epoch;
  speech->text = g_strdup (text);
  g_ptr_array_add (self->spoken, speech);
  emit (self, self->spoken->len - 1);
}

const char *
mock_upstream_get_heard (MockUpstream *self)
{
  return self->heard->str;
}

guint
mock_upstream_n_runs (MockUpstream *self)
{
  return self->n_runs;
}

guint
mock_upstream_n_transcript (MockUpstream *self)
{
  return self->n_transcript;
}

guint
mock_upstream_n_resumed (MockUpstream *self)
{
  return self->n_resumed;
}

guint
mock_upstream_most_at_once (MockUpstream *self)
{
  return self->most_at_once;
}
