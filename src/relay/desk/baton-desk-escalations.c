/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-desk-private.h"
#include "baton-error.h"

/* What a list holds at most; a queue that long is seen through the stream. */
#define MAX_LISTED 1000

/* --- access --- */

typedef struct {
  BatonDeskRequest *request;
  BatonEscalation  *escalation;
  void            (*write) (BatonEscalation *, BatonJsonWriter *);   /* row or detail */
} Reply;

static void
reply_free (Reply *reply)
{
  baton_desk_request_free (reply->request);
  g_object_unref (reply->escalation);
  g_free (reply);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reply, reply_free)

/* Without access the answer is still true: what was done is done, and the rest can be asked for again. */
static void
granted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Reply) reply = user_data;
  g_autoptr (BatonJsonWriter) writer = baton_json_writer_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *access = reply->request->desk->config.granted (result, &error);

  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "escalation");
  reply->write (reply->escalation, writer);
  if (access != NULL) {
    baton_json_writer_name (writer, "directLine");
    baton_json_writer_raw (writer, access, -1);
  } else {
    g_message ("escalation %s: no access to its conversation just now: %s",
               baton_escalation_get_id (reply->escalation), error->message);
  }
  baton_json_writer_end_object (writer);
  baton_desk_reply (reply->request, 200, g_steal_pointer (&writer));
}

/* Who owns the conversation may post to it, everybody else only reads. Takes the request over. */
static void
reply_with_access (BatonDeskRequest *request,
                   BatonEscalation  *escalation,
                   void            (*write) (BatonEscalation *, BatonJsonWriter *))
{
  const BatonDeskConfig *config = &request->desk->config;
  gboolean is_owner = baton_escalation_get_state (escalation) == BATON_STATE_WITH_AGENT &&
                      g_strcmp0 (baton_escalation_get_agent_id (escalation), baton_agent_get_id (request->agent)) == 0;
  Reply *reply = g_new0 (Reply, 1);

  reply->request = request;
  reply->escalation = g_object_ref (escalation);
  reply->write = write;
  config->grant (escalation, request->agent, is_owner ? baton_escalation_get_epoch (escalation) : -1,
                 request->exchange, granted_cb, reply, config->user_data);
}

/* --- looking --- */

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (BatonDeskRequest) request = user_data;
  g_autoptr (GPtrArray) escalations = NULL;
  g_autoptr (BatonJsonWriter) writer = baton_json_writer_new ();
  g_autoptr (GError) error = NULL;

  escalations = baton_store_list_escalations_finish (BATON_STORE (source), result, &error);
  if (escalations == NULL) {
    baton_desk_refuse (request, error);
    return;
  }

  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "escalations");
  baton_json_writer_begin_array (writer);
  for (guint i = 0; i < escalations->len; i++)
    baton_escalation_write_row (g_ptr_array_index (escalations, i), writer);
  baton_json_writer_end_array (writer);
  baton_json_writer_end_object (writer);
  baton_desk_reply (request, 200, g_steal_pointer (&writer));
}

/**
 * baton_desk_list_escalations:
 *
 * `GET escalations`: the rows of all that are open.
 */
void
baton_desk_list_escalations (BatonDeskRequest *request)
{
  baton_store_list_escalations_async (request->desk->store, TRUE, MAX_LISTED, NULL, listed_cb, request);
}

static void
shown_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (BatonDeskRequest) request = user_data;
  g_autoptr (BatonEscalation) escalation = NULL;
  g_autoptr (GError) error = NULL;

  escalation = baton_store_get_escalation_finish (BATON_STORE (source), result, &error);
  if (escalation == NULL)
    baton_desk_refuse (request, error);
  else
    reply_with_access (g_steal_pointer (&request), escalation, baton_escalation_write_detail);
}

/**
 * baton_desk_show_escalation:
 *
 * `GET escalations/{id}`: everything about one, and how to read its conversation.
 */
void
baton_desk_show_escalation (BatonDeskRequest *request)
{
  baton_store_get_escalation_async (request->desk->store, request->id, NULL, shown_cb, request);
}

/* --- acting --- */

static const struct {
  const char    *verb;
  BatonStepKind  kind;
  const char    *line;
} steps[] = {
  { "claim",   BATON_STEP_CLAIM,   "joined" },
  { "release", BATON_STEP_RELEASE, "queued" },
  { "return",  BATON_STEP_RETURN,  "left" },
  { "close",   BATON_STEP_RETURN,  "left" },
  { "close",   BATON_STEP_END,     "ended" },
};

typedef struct {
  BatonDeskRequest *request;
  char             *request_id;
  gint64            epoch;
  gsize             step;
} Act;

static void
act_free (Act *act)
{
  g_clear_pointer (&act->request, baton_desk_request_free);
  g_free (act->request_id);
  g_free (act);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Act, act_free)

static void
reply_lost (BatonDeskRequest *request,
            BatonEscalation  *escalation)
{
  g_autoptr (BatonJsonWriter) writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "error");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "code", "Conflict");
  baton_json_writer_add_string (writer, "message", "somebody else owns it, or it is over");
  baton_json_writer_end_object (writer);
  baton_json_writer_name (writer, "escalation");
  baton_escalation_write_row (escalation, writer);
  baton_json_writer_end_object (writer);
  baton_desk_reply (request, 409, g_steal_pointer (&writer));
}

static void
stepped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (BatonStepResult) outcome = NULL;
  g_autoptr (GError) error = NULL;

  outcome = baton_store_step_finish (BATON_STORE (source), result, &error);
  if (outcome == NULL)
    baton_desk_refuse (act->request, error);
  else if (!outcome->done)
    reply_lost (act->request, outcome->escalation);
  else
    reply_with_access (g_steal_pointer (&act->request), outcome->escalation, baton_escalation_write_row);
}

static void
take_step (Act                     *act,
           const BatonConversation *conversation)
{
  BatonDeskRequest *request = act->request;
  const BatonDeskConfig *config = &request->desk->config;
  g_autofree char *line = config->line (steps[act->step].line, conversation, request->agent, config->user_data);
  const BatonStep step = {
    .kind = steps[act->step].kind,
    .escalation_id = request->id,
    .request_id = act->request_id,
    .agent_id = baton_agent_get_id (request->agent),
    .agent_name = baton_agent_get_name (request->agent),
    .epoch = act->epoch,
    .line = line,
    .line_kind = steps[act->step].line,
  };

  baton_store_step_async (request->desk->store, &step, NULL, stepped_cb, act);
}

/* Both are read for the customer's language alone; whether the step may be taken, the step decides. */
static void
conversation_found_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (BatonConversation) conversation = NULL;
  g_autoptr (GError) error = NULL;

  conversation = baton_store_get_conversation_finish (BATON_STORE (source), result, &error);
  if (conversation == NULL)
    baton_desk_refuse (act->request, error);
  else
    take_step (g_steal_pointer (&act), conversation);
}

static void
escalation_found_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (BatonEscalation) escalation = NULL;
  g_autoptr (GError) error = NULL;

  escalation = baton_store_get_escalation_finish (BATON_STORE (source), result, &error);
  if (escalation == NULL)
    baton_desk_refuse (act->request, error);
  else
    baton_store_get_conversation_async (BATON_STORE (source), baton_escalation_get_conversation_id (escalation), NULL,
                                        conversation_found_cb, g_steal_pointer (&act));
}

/* `close` alone may be two steps: which one, the body says, else the configuration. */
static gboolean
find_step (BatonDeskRequest  *request,
           gsize             *step,
           GError           **error)
{
  g_autofree char *after = baton_json_node_dup_member (baton_json_get_root (request->body), "after");
  gboolean ends = after == NULL ? request->desk->config.after_close_ended : g_str_equal (after, "ended");

  if (after != NULL && !ends && !g_str_equal (after, "bot")) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "after has to be bot or ended");
    return FALSE;
  }

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++) {
    gboolean is_close = g_str_equal (steps[i].verb, "close");

    *step = i;
    if (g_str_equal (steps[i].verb, request->verb) && (!is_close || ends == (steps[i].kind == BATON_STEP_END)))
      return TRUE;
  }
  g_set_error_literal (error, BATON_ERROR, BATON_ERROR_GONE, "this cannot be done with an escalation");
  return FALSE;
}

static Act *
read_act (BatonDeskRequest  *request,
          GError           **error)
{
  BatonJsonNode epoch = baton_json_node_get_member (baton_json_get_root (request->body), "epoch");
  g_autofree char *request_id = NULL;
  gint64 value = -1;
  gsize step;
  Act *act;

  if (!find_step (request, &step, error))
    return NULL;
  request_id = baton_desk_dup_request_id (request, error);
  if (request_id == NULL)
    return NULL;
  if (!baton_json_node_get_int (epoch, &value) && steps[step].kind != BATON_STEP_CLAIM) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "epoch has to be a number");
    return NULL;
  }

  act = g_new0 (Act, 1);
  act->request = request;
  act->request_id = g_steal_pointer (&request_id);
  act->epoch = value;
  act->step = step;
  return act;
}

/**
 * baton_desk_step_escalation:
 *
 * `POST escalations/{id}/claim|release|return|close`.
 */
void
baton_desk_step_escalation (BatonDeskRequest *request)
{
  g_autoptr (GError) error = NULL;
  Act *act = read_act (request, &error);

  if (act == NULL) {
    baton_desk_refuse (request, error);
    baton_desk_request_free (request);
    return;
  }
  baton_store_get_escalation_async (request->desk->store, request->id, NULL, escalation_found_cb, act);
}
