/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-desk-private.h"
#include "baton-error.h"
#include "baton-foreign.h"
#include "baton-handoff.h"

/* Of what is said about the customer, and of a watermark. */
#define LONGEST_TEXT 200

static void
watch_clear (BatonDeskWatch *watch)
{
  g_free (watch->bot);
  g_free (watch->conversation_id);
  g_free (watch->watermark);
  g_free (watch->user_id);
  g_free (watch->user_name);
  g_free (watch->locale);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BatonDeskWatch, watch_clear)

/* --- what is asked --- */

static gboolean
read_text (BatonJsonNode   object,
           const char     *name,
           char          **text,
           GError        **error)
{
  BatonJsonNode node = baton_json_node_get_member (object, name);
  BatonJsonKind kind = baton_json_node_get_kind (node);

  if (kind == BATON_JSON_ABSENT || kind == BATON_JSON_NULL)
    return TRUE;
  *text = baton_json_node_dup_string (node);
  if (*text != NULL && strlen (*text) <= LONGEST_TEXT)
    return TRUE;
  g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "%s has to be a text of at most %d bytes", name, LONGEST_TEXT);
  return FALSE;
}

static gboolean
read_watch (BatonJsonNode    root,
            BatonDeskWatch  *watch,
            GError         **error)
{
  BatonJsonNode user = baton_json_node_get_member (root, "user");
  g_autofree char *locale = NULL;

  if (!read_text (root, "bot", &watch->bot, error)
      || !read_text (root, "conversationId", &watch->conversation_id, error)
      || !read_text (root, "watermark", &watch->watermark, error)
      || !read_text (root, "locale", &locale, error)
      || !read_text (user, "id", &watch->user_id, error)
      || !read_text (user, "name", &watch->user_name, error))
    return FALSE;
  if (watch->bot == NULL || watch->conversation_id == NULL || !baton_foreign_is_id (watch->conversation_id)) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID,
                         "bot and conversationId have to be the name of a site and a conversation there");
    return FALSE;
  }
  watch->locale = locale != NULL ? baton_language_normalize (locale) : NULL;
  return TRUE;
}

/* A server of the operator's; agents do not choose what they read. */
static gboolean
may_watch (BatonDeskRequest  *request,
           GError           **error)
{
  const BatonDeskConfig *config = &request->desk->config;
  const char *bearer = baton_exchange_get_bearer (request->exchange);

  if (bearer != NULL && config->knows_secret (bearer, config->user_data))
    return TRUE;
  if (bearer == NULL)
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED, "the relay's secret is needed");
  else
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_REFUSED, "this is not the relay's secret");
  return FALSE;
}

/* --- the answer --- */

static void
begun_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (BatonDeskRequest) request = user_data;
  g_autoptr (BatonConversation) conversation = NULL;
  g_autoptr (GError) error = NULL;
  BatonJsonWriter *writer;
  gboolean created;

  conversation = request->desk->config.begun (result, &created, &error);
  if (conversation == NULL) {
    baton_desk_refuse (request, error);
    return;
  }

  writer = baton_json_writer_new ();
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "conversationId", conversation->id);
  baton_json_writer_add_string (writer, "bot", conversation->bot);
  baton_json_writer_add_string (writer, "state", baton_state_to_string (conversation->state));
  baton_json_writer_end_object (writer);
  baton_desk_reply (request, created ? 201 : 200, writer);
}

/**
 * baton_desk_begin_watch:
 *
 * `POST watch`. Asked twice, it is watched once.
 */
void
baton_desk_begin_watch (BatonDeskRequest *request)
{
  const BatonDeskConfig *config = &request->desk->config;
  g_auto (BatonDeskWatch) wanted = { NULL };
  g_autoptr (GError) error = NULL;

  if (may_watch (request, &error) && read_watch (baton_json_get_root (request->body), &wanted, &error)) {
    config->begin (&wanted, begun_cb, request, config->user_data);
    return;
  }
  baton_desk_refuse (request, error);
  baton_desk_request_free (request);
}
