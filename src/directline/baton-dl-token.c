/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-token.h"

#include "baton-error.h"
#include "baton-http.h"
#include "baton-timer.h"
#include "baton-wake.h"

#define MARGIN_MS (60 * 1000)   /* so close to its end a token is not refreshed any more (protocol 1.4) */
#define PAUSE_MS 1000           /* at least so long between two tries */
#define LIFE_LIMIT_SECONDS (7 * 24 * 3600)

struct _BatonDlToken {
  SoupSession      *session;
  GCancellable     *cancellable;   /* of the refresh under way; %NULL: none */
  BatonPace         pace;
  char             *url;
  BatonDlTokenFunc  func;
  gpointer          user_data;

  char             *credential;    /* what we were given */
  char             *token;         /* what we use */
  gint64            ends_at;       /* monotonic µs; 0: not known */
  gint64            ends_on;       /* the same by the wall clock, which goes on while the machine sleeps */
  gint64            refresh_on;    /* by the wall clock */
  BatonTimer       *timer;
  BatonWake        *wake;
  guint             failures;      /* of refreshing, in a row */
};

static void schedule (BatonDlToken *self, guint wait_ms);

static void
failed (BatonDlToken          *self,
        const BatonHttpAnswer *answer,
        const GError          *error)
{
  gint64 left_ms = (self->ends_at - g_get_monotonic_time ()) / 1000;
  guint wait_ms = PAUSE_MS + baton_pace_draw (&self->pace, self->failures++);

  switch ((BatonError) error->code) {
  case BATON_ERROR_EXPIRED:
  case BATON_ERROR_REFUSED:
  case BATON_ERROR_UNAUTHENTICATED:
  case BATON_ERROR_GONE:
    self->func (error, self->user_data);
    break;
  default:
    wait_ms = MAX (wait_ms, answer ? answer->retry_after * 1000 : 0);
    if (left_ms - wait_ms > MARGIN_MS)
      schedule (self, wait_ms);
    break;
  }
}

static void
refreshed_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  BatonDlToken *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHttpAnswer) answer = baton_http_send_finish (SOUP_SESSION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;   /* stopped; @self may be gone */

  g_clear_object (&self->cancellable);
  if (answer == NULL || !baton_http_answer_check (answer, &error)) {
    failed (self, answer, error);
    return;
  }
  baton_dl_token_take (self, baton_http_answer_get_root (answer));
  self->func (NULL, self->user_data);
}

static void
due_cb (gpointer user_data)
{
  BatonDlToken *self = user_data;
  const BatonHttpRequest request = {
    .method = SOUP_METHOD_POST, .url = self->url, .bearer = self->token, .repeatable = TRUE,
  };
  g_autoptr (GError) over = NULL;

  if (baton_dl_token_is_over (self)) {
    over = g_error_new_literal (BATON_ERROR, BATON_ERROR_EXPIRED, "the token has run out");
    self->func (over, self->user_data);
    return;
  }
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  baton_http_send_async (self->session, &request, self->cancellable, refreshed_cb, self);
}

static void
schedule (BatonDlToken *self,
          guint         wait_ms)
{
  baton_dl_token_stop (self);
  self->refresh_on = g_get_real_time () + (gint64) wait_ms * 1000;
  baton_timer_start (self->timer, wait_ms);
}

/* The timer stood still meanwhile. */
static void
woke_cb (gpointer user_data)
{
  BatonDlToken *self = user_data;

  if (baton_timer_is_running (self->timer))
    schedule (self, (guint) (MAX (self->refresh_on - g_get_real_time (), 0) / 1000));
}

/**
 * baton_dl_token_new:
 * @session: (transfer none): what to send with
 * @base: address of the server's API
 * @credential: a secret or a token
 * @func: called when the token was renewed, or is no longer good
 * @user_data: for @func
 *
 * Returns: (transfer full): the token; refreshed once its life is known
 */
BatonDlToken *
baton_dl_token_new (SoupSession      *session,
                    const char       *base,
                    const char       *credential,
                    BatonDlTokenFunc  func,
                    gpointer          user_data)
{
  BatonDlToken *self = g_new0 (BatonDlToken, 1);

  self->session = g_object_ref (session);
  self->pace = BATON_PACE_DEFAULT;
  self->url = baton_http_build_url (base, "tokens", "refresh", NULL);
  self->credential = g_strdup (credential);
  self->token = g_strdup (credential);
  self->func = func;
  self->user_data = user_data;
  self->timer = baton_timer_new (due_cb, self);
  self->wake = baton_wake_new (woke_cb, self);
  return self;
}

void
baton_dl_token_free (BatonDlToken *self)
{
  baton_dl_token_stop (self);
  baton_timer_free (self->timer);
  baton_wake_free (self->wake);
  g_object_unref (self->session);
  g_free (self->url);
  g_free (self->credential);
  g_free (self->token);
  g_free (self);
}

void
baton_dl_token_set_pace (BatonDlToken    *self,
                         const BatonPace *pace)
{
  self->pace = *pace;
}

const char *
baton_dl_token_get (BatonDlToken *self)
{
  return self->token;
}

/**
 * baton_dl_token_replace:
 * @self: a token
 * @credential: another one, from whoever may make them
 */
void
baton_dl_token_replace (BatonDlToken *self,
                        const char   *credential)
{
  g_free (self->credential);
  self->credential = g_strdup (credential);
  g_free (self->token);
  self->token = g_strdup (credential);
  self->ends_at = 0;
}

/**
 * baton_dl_token_is_over:
 * @self: a token
 *
 * Returns: whether its life has ended, by either clock: an expired token cannot be revived, and one that is only believed
 *   to be so costs no more than asking for another (protocol 6.1)
 */
gboolean
baton_dl_token_is_over (BatonDlToken *self)
{
  return self->ends_at != 0
         && (g_get_monotonic_time () >= self->ends_at || g_get_real_time () >= self->ends_on);
}

/**
 * baton_dl_token_set_life:
 * @self: a token
 * @seconds: how long it lasts from now on
 */
void
baton_dl_token_set_life (BatonDlToken *self,
                         gint64        seconds)
{
  seconds = CLAMP (seconds, 1, LIFE_LIMIT_SECONDS);
  self->ends_at = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  self->ends_on = g_get_real_time () + seconds * G_USEC_PER_SEC;
  self->failures = 0;
  schedule (self, (guint) seconds * 500);
}

/**
 * baton_dl_token_take:
 * @self: a token
 * @conversation: what the server answered to starting, reconnecting or refreshing; `token` and `expires_in` may be absent
 */
void
baton_dl_token_take (BatonDlToken  *self,
                     BatonJsonNode  conversation)
{
  g_autofree char *token = baton_json_node_dup_member (conversation, "token");
  gint64 seconds = self->pace.token_life / 1000;
  gboolean has_life = baton_json_node_get_int (baton_json_node_get_member (conversation, "expires_in"), &seconds);
  gboolean has_token = token != NULL && *token != '\0';

  if (has_token) {
    g_free (self->token);
    self->token = g_steal_pointer (&token);
  }
  if (!has_token && !has_life)
    return;   /* nothing new is known about the one we have; a secret cannot be refreshed */

  baton_dl_token_set_life (self, seconds);
}

/* Whether it was made from something else, of which another may be made: a secret, asked once more, gives a fresh one. */
gboolean
baton_dl_token_has_origin (BatonDlToken *self)
{
  return g_strcmp0 (self->token, self->credential) != 0;
}

/**
 * baton_dl_token_fall_back:
 * @self: a token that was refused
 *
 * Goes back to what it was made from.
 *
 * Returns: %TRUE if there is something to ask with; %FALSE if only baton_dl_token_replace() helps
 */
gboolean
baton_dl_token_fall_back (BatonDlToken *self)
{
  baton_dl_token_stop (self);
  if (!baton_dl_token_has_origin (self))
    return FALSE;

  g_free (self->token);
  self->token = g_strdup (self->credential);
  self->ends_at = 0;
  return TRUE;
}

/**
 * baton_dl_token_stop:
 * @self: a token
 *
 * Refreshes it no more, until something new is known about it.
 */
void
baton_dl_token_stop (BatonDlToken *self)
{
  baton_timer_stop (self->timer);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}
