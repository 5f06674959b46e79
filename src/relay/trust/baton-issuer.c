/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-issuer.h"

#include "baton-error.h"
#include "baton-http.h"

#define LEEWAY 300   /* seconds; protocol 5 */

/* Between two looks for a key that is not known: anybody can make up names of keys. */
#define LOOK_AGAIN_USEC (60 * G_USEC_PER_SEC)

/* While there are no keys at all, since the issuer was not reached. */
#define TRY_AGAIN_USEC (5 * G_USEC_PER_SEC)

/* Keys that have been taken back are not believed for longer than this. */
#define FORGET_USEC (24 * 3600 * (gint64) G_USEC_PER_SEC)

struct _BatonIssuer {
  GObject      parent_instance;

  SoupSession *session;
  char        *metadata_url;
  char        *name;          /* `iss`; %NULL: never reached */
  BatonJwks   *keys;
  GQueue       waiting;       /* of GTask: checks, while the keys are fetched */
  gboolean     is_fetching;
  char        *new_name;
  gint64       fetched_at;    /* monotonic; 0: never */
  gint64       tried_at;
};

G_DEFINE_FINAL_TYPE (BatonIssuer, baton_issuer, G_TYPE_OBJECT)

typedef struct {
  char *token;
  char *audience;
} Check;

static void
check_free (gpointer data)
{
  Check *check = data;

  g_free (check->token);
  g_free (check->audience);
  g_free (check);
}

/**
 * baton_issuer_is_safe_url:
 *
 * Returns: whether what comes from there can be believed: over TLS, or from this machine
 */
gboolean
baton_issuer_is_safe_url (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);

  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return FALSE;
  return g_str_equal (g_uri_get_scheme (uri), "https")
         || (g_str_equal (g_uri_get_scheme (uri), "http") && baton_http_is_loopback (g_uri_get_host (uri)));
}

/* --- checking --- */

/* Returns: %FALSE if newer keys might change the answer; else the task is done */
static gboolean
answer (BatonIssuer *self,
        GTask       *task,
        gboolean     is_final)
{
  const Check *check = g_task_get_task_data (task);
  const BatonJwtRules rules = { self->name, check->audience, LEEWAY };
  g_autoptr (GError) error = NULL;
  BatonJson *claims;

  if (self->keys == NULL) {
    if (!is_final)
      return FALSE;
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_BUSY, "the keys of who signs tokens are not known");
    return TRUE;
  }

  claims = baton_jwt_verify (check->token, self->keys, &rules, g_get_real_time () / G_USEC_PER_SEC, &error);
  if (claims != NULL)
    g_task_return_pointer (task, claims, (GDestroyNotify) baton_json_unref);
  else if (!g_error_matches (error, BATON_ERROR, BATON_ERROR_GONE))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (is_final)
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED, "%s", error->message);
  else
    return FALSE;
  return TRUE;
}

static void
answer_all (BatonIssuer *self)
{
  GTask *task;

  self->is_fetching = FALSE;
  while ((task = g_queue_pop_head (&self->waiting)) != NULL) {
    answer (self, task, TRUE);
    g_object_unref (task);
  }
}

/* --- fetching --- */

static BatonHttpAnswer *
finish_fetch (GObject      *source,
              GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHttpAnswer) got = baton_http_send_finish (SOUP_SESSION (source), result, &error);

  if (got != NULL && baton_http_answer_check (got, &error))
    return g_steal_pointer (&got);
  g_message ("the keys of who signs tokens cannot be fetched: %s", error->message);
  return NULL;
}

static void
keys_fetched_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (BatonIssuer) self = user_data;
  g_autoptr (BatonHttpAnswer) got = finish_fetch (source, result);
  g_autoptr (GError) error = NULL;
  BatonJwks *keys = got != NULL ? baton_jwks_new (baton_http_answer_get_root (got), &error) : NULL;

  if (error != NULL)
    g_message ("the keys of who signs tokens cannot be read: %s", error->message);
  if (keys != NULL) {
    baton_jwks_free (self->keys);
    self->keys = keys;
    g_free (self->name);
    self->name = g_steal_pointer (&self->new_name);
    self->fetched_at = g_get_monotonic_time ();
  }
  answer_all (self);
}

static void
metadata_fetched_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (BatonIssuer) self = user_data;
  g_autoptr (BatonHttpAnswer) got = finish_fetch (source, result);
  BatonJsonNode root = { NULL, 0 };
  g_autofree char *keys_url = NULL;

  if (got != NULL)
    root = baton_http_answer_get_root (got);
  g_free (self->new_name);
  self->new_name = baton_json_node_dup_member (root, "issuer");
  keys_url = baton_json_node_dup_member (root, "jwks_uri");
  if (self->new_name == NULL || *self->new_name == '\0' || keys_url == NULL || !baton_issuer_is_safe_url (keys_url)) {
    if (got != NULL)
      g_message ("the metadata of who signs tokens name no issuer, or no keys that can be believed");
    answer_all (self);
    return;
  }
  baton_http_send_async (self->session, &(BatonHttpRequest) { .method = "GET", .url = keys_url, .repeatable = TRUE },
                         NULL, keys_fetched_cb, g_object_ref (self));
}

static void
fetch (BatonIssuer *self)
{
  self->is_fetching = TRUE;
  self->tried_at = g_get_monotonic_time ();
  baton_http_send_async (self->session,
                         &(BatonHttpRequest) { .method = "GET", .url = self->metadata_url, .repeatable = TRUE }, NULL,
                         metadata_fetched_cb, g_object_ref (self));
}

static gboolean
may_fetch (BatonIssuer *self,
           gint64       now)
{
  return self->tried_at == 0 || now - self->tried_at >= (self->keys != NULL ? LOOK_AGAIN_USEC : TRY_AGAIN_USEC);
}

/* --- the issuer --- */

static void
baton_issuer_finalize (GObject *object)
{
  BatonIssuer *self = BATON_ISSUER (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->keys, baton_jwks_free);
  g_clear_pointer (&self->metadata_url, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->new_name, g_free);

  G_OBJECT_CLASS (baton_issuer_parent_class)->finalize (object);
}

static void
baton_issuer_class_init (BatonIssuerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_issuer_finalize;
}

static void
baton_issuer_init (BatonIssuer *self)
{
  g_queue_init (&self->waiting);
}

/**
 * baton_issuer_new:
 * @metadata_url: one for which baton_issuer_is_safe_url() holds
 *
 * Returns: (transfer full): the issuer; nothing is fetched before the first check
 */
BatonIssuer *
baton_issuer_new (SoupSession *session,
                  const char  *metadata_url)
{
  BatonIssuer *self = g_object_new (BATON_TYPE_ISSUER, NULL);

  self->session = g_object_ref (session);
  self->metadata_url = g_strdup (metadata_url);
  return self;
}

/**
 * baton_issuer_check_async:
 * @token: what came as one
 * @audience: whom it has to be for
 *
 * Finishing gives its claims, or an error: %BATON_ERROR_UNAUTHENTICATED, %BATON_ERROR_EXPIRED, or %BATON_ERROR_BUSY while
 * nobody can tell, since the issuer's keys cannot be had.
 */
void
baton_issuer_check_async (BatonIssuer         *self,
                          const char          *token,
                          const char          *audience,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  gint64 now = g_get_monotonic_time ();
  Check *check;

  g_return_if_fail (BATON_IS_ISSUER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, baton_issuer_check_async);
  check = g_new (Check, 1);
  check->token = g_strdup (token);
  check->audience = g_strdup (audience);
  g_task_set_task_data (task, check, check_free);

  if (self->keys != NULL && now - self->fetched_at > FORGET_USEC)
    g_clear_pointer (&self->keys, baton_jwks_free);
  if (answer (self, task, !self->is_fetching && !may_fetch (self, now)))
    return;
  g_queue_push_tail (&self->waiting, g_steal_pointer (&task));
  if (!self->is_fetching)
    fetch (self);
}

BatonJson *
baton_issuer_check_finish (BatonIssuer   *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
