/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sessions.h"

#include <string.h>
#include <sys/random.h>

#include "baton-error.h"

#define TOKEN_BYTES 32

struct _BatonSessions {
  GObject      parent_instance;

  BatonStore  *store;
  BatonRoster *roster;
  gint64       life;   /* microseconds from the beginning ... */
  gint64       idle;   /* ... and from the last use */
};

G_DEFINE_FINAL_TYPE (BatonSessions, baton_sessions, G_TYPE_OBJECT)

static void
baton_sessions_finalize (GObject *object)
{
  BatonSessions *self = BATON_SESSIONS (object);

  g_clear_object (&self->store);
  g_clear_object (&self->roster);

  G_OBJECT_CLASS (baton_sessions_parent_class)->finalize (object);
}

static void
baton_sessions_class_init (BatonSessionsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_sessions_finalize;
}

static void
baton_sessions_init (BatonSessions *self)
{
}

/**
 * baton_sessions_new:
 * @life: microseconds a session may last
 * @idle: microseconds it may go unused
 */
BatonSessions *
baton_sessions_new (BatonStore  *store,
                    BatonRoster *roster,
                    gint64       life,
                    gint64       idle)
{
  BatonSessions *self = g_object_new (BATON_TYPE_SESSIONS, NULL);

  self->store = g_object_ref (store);
  self->roster = g_object_ref (roster);
  self->life = life;
  self->idle = idle;
  return self;
}

/**
 * baton_sessions_hash:
 *
 * Returns: (transfer full): what is kept of a token: its SHA-256 in hexadecimal
 */
char *
baton_sessions_hash (const char *token)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);
}

static char *
new_token (void)
{
  guint8 bytes[TOKEN_BYTES];
  char *text;

  /* At most 256 bytes are never given in part; it can only fail on a kernel without the call. */
  if (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    g_error ("no random numbers");

  text = g_base64_encode (bytes, sizeof bytes);
  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

static void
added_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (baton_store_add_session_finish (BATON_STORE (source), result, &error))
    g_task_return_pointer (task, g_strdup (g_task_get_task_data (task)), g_free);
  else
    g_task_return_error (task, error);
}

/**
 * baton_sessions_begin_async:
 *
 * Signs @agent_id in, who has proved to be that agent.
 */
void
baton_sessions_begin_async (BatonSessions       *self,
                            const char          *agent_id,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  char *token = new_token ();
  g_autofree char *hash = baton_sessions_hash (token);

  g_task_set_source_tag (task, baton_sessions_begin_async);
  g_task_set_task_data (task, token, g_free);
  baton_store_add_session_async (self->store, hash, agent_id, cancellable, added_cb, task);
}

/**
 * baton_sessions_begin_finish:
 *
 * Returns: (transfer full): the token, kept nowhere else, or %NULL with @error set
 */
char *
baton_sessions_begin_finish (BatonSessions  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct {
  char   *hash;
  gint64  ends_at;
} Check;

static void
check_free (gpointer data)
{
  Check *check = data;

  g_free (check->hash);
  g_free (check);
}

static BatonAgent *
agent_of (BatonSessions       *self,
          const BatonSession  *session,
          const char          *hash,
          GError             **error)
{
  gint64 now = g_get_real_time ();
  BatonAgent *agent = NULL;

  if (now - session->created_at < self->life && now - session->last_seen_at < self->idle)
    agent = baton_roster_find (self->roster, session->agent_id);

  if (agent == NULL) {
    baton_sessions_end (self, hash);
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED, "the session is over: sign in");
  }
  return agent;
}

static void
touched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  BatonSessions *self = g_task_get_source_object (task);
  Check *check = g_task_get_task_data (task);
  g_autoptr (BatonSession) session = NULL;
  BatonAgent *agent;
  GError *error = NULL;

  session = baton_store_touch_session_finish (BATON_STORE (source), result, &error);
  if (session == NULL) {
    g_task_return_error (task, error);
    return;
  }

  check->ends_at = session->created_at + self->life;
  agent = agent_of (self, session, check->hash, &error);
  if (agent == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, agent, g_object_unref);
}

/**
 * baton_sessions_check_async:
 * @hash: of the token, see baton_sessions_hash()
 *
 * Finds out whose session this is, and counts as a use of it.
 */
void
baton_sessions_check_async (BatonSessions       *self,
                            const char          *hash,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Check *check = g_new0 (Check, 1);

  g_task_set_source_tag (task, baton_sessions_check_async);
  check->hash = g_strdup (hash);
  g_task_set_task_data (task, check, check_free);
  baton_store_touch_session_async (self->store, hash, cancellable, touched_cb, task);
}

/**
 * baton_sessions_check_finish:
 * @ends_at: (out) (optional): when it is over whatever is done with it; microseconds since 1970
 *
 * Returns: (transfer full): the agent, or %NULL with @error set: %BATON_ERROR_UNAUTHENTICATED where there is no such
 *   session (any more)
 */
BatonAgent *
baton_sessions_check_finish (BatonSessions  *self,
                             GAsyncResult   *result,
                             gint64         *ends_at,
                             GError        **error)
{
  Check *check;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  check = g_task_get_task_data (G_TASK (result));
  if (ends_at != NULL)
    *ends_at = check->ends_at;
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
deleted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!baton_store_delete_session_finish (BATON_STORE (source), result, &error))
    g_debug ("a session could not be deleted: %s", error->message);
}

/**
 * baton_sessions_end:
 *
 * Forgets a session. Its life is bounded anyway, so a failure of the store is not told.
 */
void
baton_sessions_end (BatonSessions *self,
                    const char    *hash)
{
  baton_store_delete_session_async (self->store, hash, NULL, deleted_cb, NULL);
}
