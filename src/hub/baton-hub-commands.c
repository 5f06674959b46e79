/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-hub-client-private.h"

#include "baton-error.h"
#include "baton-hub-call.h"
#include "baton-json-writer.h"

/* What a command gives back. */
typedef struct {
  BatonEscalation *escalation;
  BatonHubAccess  *access;       /* or %NULL */
} Handed;

static void
handed_free (Handed *handed)
{
  g_clear_object (&handed->escalation);
  g_clear_pointer (&handed->access, baton_hub_access_free);
  g_free (handed);
}

void
baton_hub_access_free (BatonHubAccess *self)
{
  g_free (self->base);
  g_free (self->conversation_id);
  g_free (self->token);
  g_free (self->user_id);
  g_free (self->user_name);
  g_free (self);
}

static BatonHubAccess *
read_access (BatonJsonNode root)
{
  BatonJsonNode node = baton_json_node_get_member (root, "directLine");
  BatonJsonNode user = baton_json_node_get_member (node, "user");
  g_autoptr (BatonHubAccess) access = g_new0 (BatonHubAccess, 1);
  gint64 seconds = 0;

  access->base = baton_json_node_dup_member (node, "base");
  access->conversation_id = baton_json_node_dup_member (node, "conversationId");
  access->token = baton_json_node_dup_member (node, "token");
  baton_json_node_get_int (baton_json_node_get_member (node, "expires_in"), &seconds);
  access->expires_in = (guint) CLAMP (seconds, 0, G_MAXINT32);
  access->user_id = baton_json_node_dup_member (user, "id");
  access->user_name = baton_json_node_dup_member (user, "name");
  access->is_record = baton_json_node_is_true (baton_json_node_get_member (node, "record"));

  if (access->base == NULL || access->conversation_id == NULL || access->token == NULL)
    return NULL;
  return g_steal_pointer (&access);
}

/* ---- every command ---- */

static void
send_command (BatonHubClient      *self,
              GTask               *task,
              const char          *method,
              const char          *url,
              GBytes              *body,
              GAsyncReadyCallback  answered)
{
  const BatonHttpRequest request = { .method = method, .url = url, .bearer = self->token, .body = body };

  if (self->token == NULL) {
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED, "signed out");
    g_object_unref (task);
    return;
  }
  g_task_set_task_data (task, g_strdup (self->token), g_free);
  baton_hub_call_async (self->session, &request, &self->pace, g_task_get_cancellable (task), answered, task);
}

/* The answer tells before the stream does; the queue takes both, in either order. */
static BatonEscalation *
take_row (BatonHubClient  *self,
          BatonJsonNode    root,
          GError         **error)
{
  g_autoptr (BatonEscalation) row = NULL;
  g_autoptr (BatonEvent) event = NULL;
  BatonEscalation *known;

  row = baton_escalation_new_from_json (baton_json_node_get_member (root, "escalation"), error);
  if (row == NULL || self->token == NULL)
    return g_steal_pointer (&row);

  event = baton_event_new (0, g_get_real_time (), BATON_EVENT_UPDATED, row, NULL);
  baton_queue_apply (self->queue, event);
  known = baton_queue_find (self->queue, baton_escalation_get_id (row));
  return known ? g_object_ref (known) : g_steal_pointer (&row);
}

/* Returns: (transfer full): the answer, or %NULL: then @task has returned an error */
static BatonHttpAnswer *
receive (BatonHubClient *self,
         SoupSession    *session,
         GAsyncResult   *result,
         GTask          *task)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHttpAnswer) answer = baton_hub_call_finish (session, result, &error);
  g_autoptr (BatonEscalation) winner = NULL;

  if (answer != NULL && baton_http_answer_check (answer, &error))
    return g_steal_pointer (&answer);

  if (g_error_matches (error, BATON_ERROR, BATON_ERROR_CONFLICT))
    winner = take_row (self, baton_http_answer_get_root (answer), NULL);
  if (g_error_matches (error, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED)
      && g_strcmp0 (self->token, g_task_get_task_data (task)) == 0)
    baton_hub_client_forget_session (self);
  g_task_return_error (task, g_steal_pointer (&error));
  return NULL;
}

static BatonJsonWriter *
begin_command (void)
{
  g_autofree char *id = g_uuid_string_random ();
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "requestId", id);
  return writer;
}

static GBytes *
end_command (BatonJsonWriter *writer)
{
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish (writer);
}

static BatonEscalation *
finish_handed (BatonHubClient  *self,
               GAsyncResult    *result,
               BatonHubAccess **access,
               GError         **error)
{
  Handed *handed = g_task_propagate_pointer (G_TASK (result), error);
  BatonEscalation *escalation;

  if (handed == NULL)
    return NULL;
  escalation = g_steal_pointer (&handed->escalation);
  if (access != NULL)
    *access = g_steal_pointer (&handed->access);
  handed_free (handed);
  return escalation;
}

static void
return_handed (GTask           *task,
               BatonEscalation *escalation,
               BatonJsonNode    root,
               GError          *error)
{
  Handed *handed;

  if (escalation == NULL) {
    g_task_return_error (task, error);
    return;
  }
  handed = g_new0 (Handed, 1);
  handed->escalation = escalation;
  handed->access = read_access (root);
  g_task_return_pointer (task, handed, (GDestroyNotify) handed_free);
}

/* ---- looking at one ---- */

static void
shown_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  BatonHubClient *self = g_task_get_source_object (task);
  g_autoptr (BatonHttpAnswer) answer = receive (self, SOUP_SESSION (source), result, task);
  BatonJsonNode root;
  BatonEscalation *detail;
  GError *error = NULL;

  if (answer == NULL)
    return;
  root = baton_http_answer_get_root (answer);
  detail = baton_escalation_new_from_json (baton_json_node_get_member (root, "escalation"), &error);
  return_handed (task, detail, root, error);
}

/**
 * baton_hub_client_get_escalation_async:
 * @self: a client
 * @id: of the escalation
 * @cancellable: (nullable): cancels
 * @callback: called once
 * @user_data: for @callback
 *
 * Everything about one escalation, open or not, and how to reach its conversation.
 */
void
baton_hub_client_get_escalation_async (BatonHubClient      *self,
                                       const char          *id,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data)
{
  g_autofree char *url = NULL;
  GTask *task;

  g_return_if_fail (BATON_IS_HUB_CLIENT (self));
  g_return_if_fail (id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, baton_hub_client_get_escalation_async);
  url = baton_http_build_url (self->url, "hub", "v1", "escalations", id, NULL);
  send_command (self, task, SOUP_METHOD_GET, url, NULL, shown_cb);
}

/**
 * baton_hub_client_get_escalation_finish:
 * @self: a client
 * @result: the result
 * @access: (out) (optional) (nullable) (transfer full): how to reach its conversation
 * @error: return location for a [error@Error]
 *
 * Returns: (transfer full): the detail, an object of its own that no event changes, or %NULL with @error set
 */
BatonEscalation *
baton_hub_client_get_escalation_finish (BatonHubClient  *self,
                                        GAsyncResult    *result,
                                        BatonHubAccess **access,
                                        GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return finish_handed (self, result, access, error);
}

/* ---- claim, release, return, close ---- */

static void
acted_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  BatonHubClient *self = g_task_get_source_object (task);
  g_autoptr (BatonHttpAnswer) answer = receive (self, SOUP_SESSION (source), result, task);
  BatonJsonNode root;
  BatonEscalation *row;
  GError *error = NULL;

  if (answer == NULL)
    return;
  root = baton_http_answer_get_root (answer);
  row = take_row (self, root, &error);
  return_handed (task, row, root, error);
}

/**
 * baton_hub_client_act_async:
 * @self: a client
 * @action: "claim", "release", "return" or "close"
 * @id: of the escalation
 * @epoch: in which the caller saw it
 * @cancellable: (nullable): a cancelled action may still have been carried out
 * @callback: called once; the queue has changed by then
 * @user_data: for @callback
 *
 * Repeats by itself, with the same request id, while the outcome is uncertain, for up to 20 s.
 */
void
baton_hub_client_act_async (BatonHubClient      *self,
                            const char          *action,
                            const char          *id,
                            gint64               epoch,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autofree char *url = NULL;
  g_autoptr (GBytes) body = NULL;
  BatonJsonWriter *writer;
  GTask *task;

  g_return_if_fail (BATON_IS_HUB_CLIENT (self));
  g_return_if_fail (action != NULL && id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, baton_hub_client_act_async);
  writer = begin_command ();
  baton_json_writer_add_int (writer, "epoch", epoch);
  body = end_command (writer);
  url = baton_http_build_url (self->url, "hub", "v1", "escalations", id, action, NULL);
  send_command (self, task, SOUP_METHOD_POST, url, body, acted_cb);
}

/**
 * baton_hub_client_act_finish:
 * @self: a client
 * @result: the result
 * @access: (out) (optional) (nullable) (transfer full): how to reach its conversation
 * @error: return location for a [error@Error]: %BATON_ERROR_CONFLICT: the queue already says who has it;
 *   %BATON_ERROR_UNCERTAIN or %BATON_ERROR_BUSY: no answer for 20 s; the stream will tell
 *
 * Returns: (transfer full): the queue's own object, or where it has left the queue one that says how it is now; or %NULL
 *   with @error set
 */
BatonEscalation *
baton_hub_client_act_finish (BatonHubClient  *self,
                             GAsyncResult    *result,
                             BatonHubAccess **access,
                             GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return finish_handed (self, result, access, error);
}

/* ---- presence ---- */

static void
presence_set_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  BatonHubClient *self = g_task_get_source_object (task);
  g_autoptr (BatonHttpAnswer) answer = receive (self, SOUP_SESSION (source), result, task);
  g_autoptr (BatonAgent) agent = NULL;
  BatonJsonNode node;
  GError *error = NULL;

  if (answer == NULL)
    return;
  node = baton_json_node_get_member (baton_http_answer_get_root (answer), "agent");
  agent = baton_agent_new_from_json (node, &error);
  if (agent == NULL) {
    g_task_return_error (task, error);
    return;
  }
  baton_hub_client_take_presence (self, agent);
  g_task_return_boolean (task, TRUE);
}

/**
 * baton_hub_client_set_presence_async:
 * @self: a client
 * @presence: whether new conversations may be offered to this agent
 * @cancellable: (nullable): a cancelled change may still have been made
 * @callback: called once; the agent's `presence` has changed by then
 * @user_data: for @callback
 */
void
baton_hub_client_set_presence_async (BatonHubClient      *self,
                                     BatonPresence        presence,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  g_autofree char *url = NULL;
  g_autoptr (GBytes) body = NULL;
  BatonJsonWriter *writer;
  GTask *task;

  g_return_if_fail (BATON_IS_HUB_CLIENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, baton_hub_client_set_presence_async);
  writer = begin_command ();
  baton_json_writer_add_string (writer, "presence", baton_presence_to_string (presence));
  body = end_command (writer);
  url = baton_http_build_url (self->url, "hub", "v1", "me", "presence", NULL);
  send_command (self, task, SOUP_METHOD_PUT, url, body, presence_set_cb);
}

gboolean
baton_hub_client_set_presence_finish (BatonHubClient  *self,
                                      GAsyncResult    *result,
                                      GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
