/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-access.h"

#include <string.h>

#include "baton-error.h"
#include "baton-http.h"

#define GLOBAL_BASE "https://directline.botframework.com/v3/directline"
#define ROOT "/v3/directline"
#define PLATFORM_PATH "/powervirtualagents/"

struct _BatonDlAccess {
  SoupSession *session;
  char        *base;        /* %NULL until the region is known */
  char        *secret;
  char        *token_url;
};

/* A bare address of a server means its usual root; local servers have others, and say them (protocol 1.17). */
static char *
complete_base (const char *base)
{
  g_autoptr (GUri) uri = g_uri_parse (base, G_URI_FLAGS_NONE, NULL);
  gsize length = strlen (base);

  while (length > 0 && base[length - 1] == '/')
    length--;
  if (uri != NULL && strlen (g_uri_get_path (uri)) > 1)
    return g_strndup (base, length);
  return g_strdup_printf ("%.*s" ROOT, (int) length, base);
}

/**
 * baton_dl_access_dup_base:
 * @base: (nullable): the address that was given
 * @token_url: (nullable): where tokens come from
 *
 * Returns: (transfer full) (nullable): address of the API, %NULL where the regional settings have to say it
 */
char *
baton_dl_access_dup_base (const char *base,
                          const char *token_url)
{
  if (base != NULL)
    return complete_base (base);
  return token_url != NULL && strstr (token_url, PLATFORM_PATH) != NULL ? NULL : g_strdup (GLOBAL_BASE);
}

/**
 * baton_dl_access_dup_region_url:
 * @token_url: a token endpoint of the platform
 *
 * Returns: (transfer full): `…/powervirtualagents/regionalchannelsettings?api-version=…` on the same host (protocol 4.1)
 */
char *
baton_dl_access_dup_region_url (const char *token_url)
{
  g_autoptr (GUri) uri = g_uri_parse (token_url, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GUri) region = NULL;

  if (uri == NULL)
    return g_strdup (token_url);
  region = soup_uri_copy (uri, SOUP_URI_PATH, PLATFORM_PATH "regionalchannelsettings", SOUP_URI_NONE);
  return g_uri_to_string (region);
}

/**
 * baton_dl_access_read_region:
 * @settings: what the regional settings say
 *
 * Returns: (transfer full) (nullable): address of the API, %NULL where they do not name it
 */
char *
baton_dl_access_read_region (BatonJsonNode settings)
{
  g_autofree char *url = baton_json_node_dup_member (baton_json_node_get_member (settings, "channelUrlsById"), "directline");

  return url == NULL || *url == '\0' ? NULL : complete_base (url);
}

/**
 * baton_dl_access_new:
 * @session: (transfer none): what to send with
 * @base: (nullable): address of the API, %NULL to find it out
 * @secret: (nullable): of the bot
 * @token_url: (nullable): where tokens for new conversations come from
 *
 * Returns: (transfer full): the access
 */
BatonDlAccess *
baton_dl_access_new (SoupSession *session,
                     const char  *base,
                     const char  *secret,
                     const char  *token_url)
{
  BatonDlAccess *self = g_new0 (BatonDlAccess, 1);

  self->session = g_object_ref (session);
  self->base = baton_dl_access_dup_base (base, token_url);
  self->secret = g_strdup (secret);
  self->token_url = g_strdup (token_url);
  return self;
}

void
baton_dl_access_free (BatonDlAccess *self)
{
  g_object_unref (self->session);
  g_free (self->base);
  g_free (self->secret);
  g_free (self->token_url);
  g_free (self);
}

gboolean
baton_dl_access_has_secret (BatonDlAccess *self)
{
  return self->secret != NULL && self->token_url == NULL;
}

typedef struct {
  BatonDlAccess *access;
  gboolean       for_new;
} Ask;

/* @task goes on to the next question, or returns. */
static void ask (GTask *task);

static BatonHttpAnswer *
receive (GTask        *task,
         GObject      *session,
         GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHttpAnswer) answer = baton_http_send_finish (SOUP_SESSION (session), result, &error);

  if (answer != NULL && baton_http_answer_check (answer, &error))
    return g_steal_pointer (&answer);
  g_task_return_error (task, g_steal_pointer (&error));
  return NULL;
}

static void
token_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (BatonHttpAnswer) answer = receive (task, source, result);
  char *token;

  if (answer == NULL)
    return;
  token = baton_json_node_dup_member (baton_http_answer_get_root (answer), "token");
  if (token == NULL)
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_INVALID, "the token endpoint gave no token");
  else
    g_task_return_pointer (task, token, g_free);
}

static void
region_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Ask *question = g_task_get_task_data (task);
  g_autoptr (BatonHttpAnswer) answer = receive (task, source, result);
  g_autofree char *base = NULL;

  if (answer == NULL)
    return;
  base = baton_dl_access_read_region (baton_http_answer_get_root (answer));
  if (base == NULL) {
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_INVALID, "the regional settings name no Direct Line");
    return;
  }
  g_free (question->access->base);
  question->access->base = g_steal_pointer (&base);
  ask (task);
}

static void
ask (GTask *task)
{
  Ask *question = g_task_get_task_data (task);
  BatonDlAccess *self = question->access;
  BatonHttpRequest request = { .method = SOUP_METHOD_GET };
  g_autofree char *url = NULL;

  if (self->base == NULL) {
    url = baton_dl_access_dup_region_url (self->token_url);
    request.url = url;
    baton_http_send_async (self->session, &request, g_task_get_cancellable (task), region_cb, g_object_ref (task));
  } else if (question->for_new && self->token_url != NULL) {
    request.url = self->token_url;
    request.bearer = self->secret;
    baton_http_send_async (self->session, &request, g_task_get_cancellable (task), token_cb, g_object_ref (task));
  } else {
    g_task_return_pointer (task, self->token_url == NULL ? g_strdup (self->secret) : NULL, g_free);
  }
}

/**
 * baton_dl_access_ask_async:
 * @self: an access; has to stay
 * @for_new: whether a conversation is to be started; a token endpoint reserves one each time it is asked
 * @cancellable: (nullable): cancels
 * @callback: called once
 * @user_data: for @callback
 */
void
baton_dl_access_ask_async (BatonDlAccess       *self,
                           gboolean             for_new,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self->session, cancellable, callback, user_data);
  Ask *question = g_new0 (Ask, 1);

  g_task_set_source_tag (task, baton_dl_access_ask_async);
  question->access = self;
  question->for_new = for_new;
  g_task_set_task_data (task, question, g_free);
  ask (task);
}

/**
 * baton_dl_access_ask_finish:
 * @result: the result
 * @base: (out) (transfer full): address of the API
 * @credential: (out) (transfer full) (nullable): secret or token, %NULL where none is needed, or for an old conversation
 *   the token that came with it
 * @error: return location for a [error@Error]
 *
 * Returns: whether it is known
 */
gboolean
baton_dl_access_ask_finish (GAsyncResult   *result,
                            char          **base,
                            char          **credential,
                            GError        **error)
{
  Ask *question = g_task_get_task_data (G_TASK (result));
  GError *failure = NULL;
  char *text = g_task_propagate_pointer (G_TASK (result), &failure);

  if (failure != NULL) {
    g_propagate_error (error, failure);
    return FALSE;
  }
  *base = g_strdup (question->access->base);
  *credential = text;
  return TRUE;
}
