/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-hub-call.h"

#include "baton-error.h"

typedef struct {
  char      *method;
  char      *url;
  char      *bearer;
  GBytes    *body;
  BatonPace  pace;
  guint      failures;
  gint64     until;     /* monotonic µs: no further try begins after this */
} Call;

static void
call_free (Call *call)
{
  g_free (call->method);
  g_free (call->url);
  g_free (call->bearer);
  g_clear_pointer (&call->body, g_bytes_unref);
  g_free (call);
}

static void try_now (GTask *task);

/* Also when the wait is cancelled: the try then ends at once. */
static gboolean
waited_cb (gpointer user_data)
{
  try_now (user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
wait_and_repeat (GTask *task,
                 guint  at_least_ms)
{
  Call *call = g_task_get_task_data (task);
  guint drawn_ms = baton_pace_draw (&call->pace, call->failures++);
  guint wait_ms = MAX (drawn_ms, at_least_ms);
  g_autoptr (GSource) timer = NULL;

  if (g_get_monotonic_time () + (gint64) wait_ms * 1000 > call->until)
    return FALSE;

  timer = g_timeout_source_new (wait_ms);
  if (g_task_get_cancellable (task) != NULL) {
    g_autoptr (GSource) cancelled = g_cancellable_source_new (g_task_get_cancellable (task));

    g_source_set_dummy_callback (cancelled);
    g_source_add_child_source (timer, cancelled);
  }
  g_source_set_callback (timer, waited_cb, g_object_ref (task), g_object_unref);
  g_source_attach (timer, g_task_get_context (task));
  return TRUE;
}

static void
tried_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) refusal = NULL;
  g_autoptr (BatonHttpAnswer) answer = baton_http_send_finish (SOUP_SESSION (source), result, &error);
  const GError *why;

  if (answer != NULL)
    baton_http_answer_check (answer, &refusal);
  why = answer != NULL ? refusal : error;

  if ((g_error_matches (why, BATON_ERROR, BATON_ERROR_UNCERTAIN) || g_error_matches (why, BATON_ERROR, BATON_ERROR_BUSY))
      && wait_and_repeat (task, answer ? answer->retry_after * 1000 : 0))
    return;
  if (answer != NULL)
    g_task_return_pointer (task, g_steal_pointer (&answer), (GDestroyNotify) baton_http_answer_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
try_now (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  const BatonHttpRequest request = {
    .method = call->method, .url = call->url, .bearer = call->bearer, .body = call->body, .repeatable = TRUE,
  };

  if (!g_task_return_error_if_cancelled (task))
    baton_http_send_async (g_task_get_source_object (task), &request, g_task_get_cancellable (task), tried_cb,
                           g_object_ref (task));
}

/**
 * baton_hub_call_async:
 * @session: (transfer none): what to send with
 * @request: (transfer none): what to ask; doing it twice must be the same as once
 * @pace: how soon to repeat, and for how long
 * @cancellable: (nullable): a cancelled call may still have been carried out
 * @callback: called once
 * @user_data: for @callback
 */
void
baton_hub_call_async (SoupSession            *session,
                      const BatonHttpRequest *request,
                      const BatonPace        *pace,
                      GCancellable           *cancellable,
                      GAsyncReadyCallback     callback,
                      gpointer                user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  Call *call = g_new0 (Call, 1);

  g_task_set_source_tag (task, baton_hub_call_async);
  call->method = g_strdup (request->method);
  call->url = g_strdup (request->url);
  call->bearer = g_strdup (request->bearer);
  call->body = request->body ? g_bytes_ref (request->body) : NULL;
  call->pace = *pace;
  call->until = g_get_monotonic_time () + (gint64) pace->patience * 1000;
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  try_now (task);
}

/**
 * baton_hub_call_finish:
 * @session: the session
 * @result: the result
 * @error: return location for a [error@Error], as for baton_http_send_finish()
 *
 * Returns: (transfer full): the last answer, whatever its status, or %NULL with @error set
 */
BatonHttpAnswer *
baton_hub_call_finish (SoupSession   *session,
                       GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
