/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sender.h"

#include <string.h>

#include "baton-error.h"
#include "baton-foreign.h"

#define PATIENCE      20000   /* ms after which a reply nobody acknowledged counts as not sent (protocol K10) */
#define FIRST_RETRY   500     /* ms, doubled with each attempt */
#define LATEST_RETRY  8000
#define TYPING_EVERY  (3 * G_USEC_PER_SEC)   /* protocol K15 */

struct _BatonSender {
  GObject          parent_instance;

  BatonDlClient   *client;
  BatonTranscript *transcript;
  BatonOutbox     *outbox;
  gint64           epoch;
  char            *user_id;      /* who we say we are on a Direct Line that is not the relay's; NULL: it is */
  char            *user_name;
  gboolean         is_open;      /* the conversation is ours: posting makes sense */
  guint            patience;
  gint64           typing_at;    /* monotonic: when the customer was last told that we type, or 0 */

  GQueue           waiting;      /* BatonActivity, owned; the head is the one on its way */
  GCancellable    *posting;      /* of the post under way, else NULL */
  guint            attempts;     /* at the head */
  guint            retry_id;
  guint            give_up_id;
};

G_DEFINE_FINAL_TYPE (BatonSender, baton_sender, G_TYPE_OBJECT)

enum { SIGNAL_EXPIRED, SIGNAL_REFUSED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* One post under way. */
typedef struct {
  BatonSender   *sender;
  BatonActivity *activity;
  GCancellable  *cancellable;
} Attempt;

static void
attempt_free (Attempt *attempt)
{
  g_object_unref (attempt->sender);
  g_object_unref (attempt->activity);
  g_object_unref (attempt->cancellable);
  g_free (attempt);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Attempt, attempt_free)

static void pump (BatonSender *self);

static void
stop_timers (BatonSender *self)
{
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_handle_id (&self->give_up_id, g_source_remove);
}

/* What is under way for the head no longer matters. One that has arrived may be answered in peace, so that its connection
 * is kept. */
static void
leave_head (BatonSender *self,
            gboolean     has_arrived)
{
  stop_timers (self);
  self->attempts = 0;
  if (!has_arrived)
    g_cancellable_cancel (self->posting);
  g_clear_object (&self->posting);
}

static GList *
find_waiting (BatonSender *self,
              const char  *client_id)
{
  for (GList *l = self->waiting.head; l != NULL; l = l->next) {
    if (g_str_equal (baton_activity_get_client_id (l->data), client_id))
      return l;
  }
  return NULL;
}

static void
settle (BatonSender   *self,
        const char    *client_id,
        BatonDelivery  delivery)
{
  GList *link = find_waiting (self, client_id);
  g_autoptr (BatonActivity) activity = NULL;   /* @client_id may be its own */

  if (link != NULL) {
    if (link == self->waiting.head)
      leave_head (self, delivery == BATON_DELIVERY_SENT);
    activity = link->data;
    g_queue_delete_link (&self->waiting, link);
  }

  baton_transcript_set_delivery (self->transcript, client_id, delivery);
  if (delivery == BATON_DELIVERY_SENT)
    baton_outbox_remove (self->outbox, client_id);
  pump (self);
}

static gboolean
retry_cb (gpointer user_data)
{
  BatonSender *self = user_data;

  self->retry_id = 0;
  pump (self);
  return G_SOURCE_REMOVE;
}

static gboolean
give_up_cb (gpointer user_data)
{
  BatonSender *self = user_data;
  BatonActivity *head = g_queue_peek_head (&self->waiting);

  self->give_up_id = 0;
  settle (self, baton_activity_get_client_id (head), BATON_DELIVERY_FAILED);
  return G_SOURCE_REMOVE;
}

static void
post_failed (BatonSender   *self,
             BatonActivity *activity,
             const GError  *error)
{
  guint delay = MIN (FIRST_RETRY << MIN (self->attempts, 8), LATEST_RETRY);
  gboolean expired = g_error_matches (error, BATON_ERROR, BATON_ERROR_EXPIRED)
                     || g_error_matches (error, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED);

  g_debug ("posting failed: %s %d", g_quark_to_string (error->domain), error->code);

  if (expired || g_error_matches (error, BATON_ERROR, BATON_ERROR_BUSY)
      || (baton_dl_client_is_repeatable (self->client) && g_error_matches (error, BATON_ERROR, BATON_ERROR_UNCERTAIN))) {
    self->attempts++;
    self->retry_id = g_timeout_add (delay, retry_cb, self);
    if (expired)
      g_signal_emit (self, signals[SIGNAL_EXPIRED], 0);
    return;
  }

  settle (self, baton_activity_get_client_id (activity), BATON_DELIVERY_FAILED);
  if (g_error_matches (error, BATON_ERROR, BATON_ERROR_REFUSED)
      || g_error_matches (error, BATON_ERROR, BATON_ERROR_CONFLICT))
    g_signal_emit (self, signals[SIGNAL_REFUSED], 0);
}

static void
posted_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = baton_dl_client_post_finish (BATON_DL_CLIENT (source), result, &error);

  if (attempt->sender->posting == attempt->cancellable)
    g_clear_object (&attempt->sender->posting);
  else if (id == NULL)
    return;   /* given up or settled meanwhile: its outcome is no news */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;   /* the conversation was closed: it stays in the outbox */

  if (id != NULL)
    settle (attempt->sender, baton_activity_get_client_id (attempt->activity), BATON_DELIVERY_SENT);
  else
    post_failed (attempt->sender, attempt->activity, error);
}

/* As it is posted: the relay knows who we are, another Direct Line has to be told. */
static BatonActivity *
sign (BatonSender   *self,
      BatonActivity *activity)
{
  return self->user_id != NULL ? baton_foreign_sign (activity, self->user_id, self->user_name) : g_object_ref (activity);
}

static void
pump (BatonSender *self)
{
  BatonActivity *head = g_queue_peek_head (&self->waiting);
  g_autoptr (BatonActivity) posted = NULL;
  Attempt *attempt;

  if (!self->is_open || head == NULL || self->posting != NULL || self->retry_id != 0
      || baton_dl_client_get_state (self->client) != BATON_DL_ONLINE)
    return;

  /* Where a repeat could be read twice, the client itself waits for the echo, and says when there was none. */
  if (self->give_up_id == 0 && baton_dl_client_is_repeatable (self->client))
    self->give_up_id = g_timeout_add (self->patience, give_up_cb, self);
  self->posting = g_cancellable_new ();

  attempt = g_new0 (Attempt, 1);
  attempt->sender = g_object_ref (self);
  attempt->activity = g_object_ref (head);
  attempt->cancellable = g_object_ref (self->posting);
  posted = sign (self, head);
  baton_dl_client_post_async (self->client, posted, self->posting, posted_cb, attempt);
}

/* Without a connection the clock stands still; the moment it is back, the head goes out again. */
static void
state_changed_cb (BatonSender *self)
{
  stop_timers (self);
  pump (self);
}

static void
baton_sender_dispose (GObject *object)
{
  BatonSender *self = BATON_SENDER (object);

  leave_head (self, FALSE);
  g_queue_clear_full (&self->waiting, g_object_unref);
  g_clear_object (&self->client);
  g_clear_object (&self->transcript);
  g_clear_pointer (&self->outbox, baton_outbox_free);
  g_clear_pointer (&self->user_id, g_free);
  g_clear_pointer (&self->user_name, g_free);

  G_OBJECT_CLASS (baton_sender_parent_class)->dispose (object);
}

static void
baton_sender_class_init (BatonSenderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = baton_sender_dispose;

  signals[SIGNAL_EXPIRED] = g_signal_new ("expired", BATON_TYPE_SENDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
  signals[SIGNAL_REFUSED] = g_signal_new ("refused", BATON_TYPE_SENDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
}

static void
baton_sender_init (BatonSender *self)
{
  g_queue_init (&self->waiting);
  self->patience = PATIENCE;
}

/**
 * baton_sender_new:
 * @client: the conversation
 * @transcript: where the replies are shown
 * @outbox: (transfer full): where they are kept meanwhile
 *
 * Returns: (transfer full): a sender, closed
 */
BatonSender *
baton_sender_new (BatonDlClient   *client,
                  BatonTranscript *transcript,
                  BatonOutbox     *outbox)
{
  BatonSender *self = g_object_new (BATON_TYPE_SENDER, NULL);

  self->client = g_object_ref (client);
  self->transcript = g_object_ref (transcript);
  self->outbox = outbox;
  g_signal_connect_object (client, "notify::state", G_CALLBACK (state_changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * baton_sender_set_user:
 * @self: a sender that is closed
 * @id: who the agent is on the Direct Line of the conversation, which is not the relay's
 * @name: (nullable): the name the customer sees
 */
void
baton_sender_set_user (BatonSender *self,
                       const char  *id,
                       const char  *name)
{
  g_free (self->user_id);
  self->user_id = g_strdup (id);
  g_free (self->user_name);
  self->user_name = g_strdup (name);
}

/**
 * baton_sender_set_patience:
 * @self: a sender
 * @milliseconds: how long a reply may go unacknowledged on a good connection before it counts as not sent
 */
void
baton_sender_set_patience (BatonSender *self,
                           guint        milliseconds)
{
  self->patience = milliseconds;
}

/* Whether the history has the echo: then the reply went out before the last run could note it. */
static gboolean
has_arrived (BatonSender *self,
             const char  *client_id)
{
  GListModel *model = G_LIST_MODEL (self->transcript);

  for (guint i = g_list_model_get_n_items (model); i > 0; i--) {
    g_autoptr (BatonTranscriptItem) item = g_list_model_get_item (model, i - 1);
    BatonActivity *activity = baton_transcript_item_get_activity (item);

    if (activity != NULL && baton_activity_get_id (activity) != NULL
        && g_strcmp0 (baton_activity_get_client_id (activity), client_id) == 0)
      return TRUE;
  }
  return FALSE;
}

/* What a run before this one left behind. Only replies of the very same ownership go out by themselves: in another one
 * the words may no longer fit, so the agent decides. */
static void
restore (BatonSender *self)
{
  g_autoptr (GPtrArray) entries = baton_outbox_list (self->outbox);

  for (guint i = 0; i < entries->len; i++) {
    BatonOutboxEntry *entry = g_ptr_array_index (entries, i);
    const char *client_id = baton_activity_get_client_id (entry->activity);

    if (find_waiting (self, client_id) != NULL)
      continue;
    if (has_arrived (self, client_id)) {
      baton_outbox_remove (self->outbox, client_id);
      continue;
    }
    if (baton_transcript_find_by_client_id (self->transcript, client_id) == NULL)
      baton_transcript_add_pending (self->transcript, entry->activity);
    if (entry->epoch == self->epoch)
      g_queue_push_tail (&self->waiting, g_object_ref (entry->activity));
    else
      baton_transcript_set_delivery (self->transcript, client_id, BATON_DELIVERY_FAILED);
  }
}

/**
 * baton_sender_open:
 * @self: a sender
 * @epoch: of the ownership that begins, or that went on while the console was away
 *
 * The conversation is ours: sends what is still in the outbox from this ownership, and takes new replies.
 */
void
baton_sender_open (BatonSender *self,
                   gint64       epoch)
{
  if (self->is_open && self->epoch == epoch)
    return;

  self->epoch = epoch;
  self->is_open = TRUE;
  restore (self);
  pump (self);
}

/**
 * baton_sender_close:
 * @self: a sender
 *
 * The conversation is not ours any more: what was still on its way is shown as not sent. Its files stay.
 */
void
baton_sender_close (BatonSender *self)
{
  self->is_open = FALSE;
  while (!g_queue_is_empty (&self->waiting)) {
    BatonActivity *head = g_queue_peek_head (&self->waiting);

    settle (self, baton_activity_get_client_id (head), BATON_DELIVERY_FAILED);
  }
}

/**
 * baton_sender_send:
 * @self: a sender that is open
 * @text: what the agent says
 * @error: return location for an error: %BATON_ERROR_CONFLICT if it is closed, else that of the outbox
 *
 * Writes the reply down, shows it, and sends it when its turn has come.
 *
 * Returns: whether the reply is safe; if not, nothing happened
 */
gboolean
baton_sender_send (BatonSender  *self,
                   const char   *text,
                   GError      **error)
{
  BatonActivity *activity;

  if (!self->is_open) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_CONFLICT, "the conversation is not ours");
    return FALSE;
  }
  if ((activity = baton_outbox_add (self->outbox, text, self->epoch, error)) == NULL)
    return FALSE;

  baton_transcript_add_pending (self->transcript, activity);
  g_queue_push_tail (&self->waiting, activity);
  pump (self);
  return TRUE;
}

/**
 * baton_sender_retry:
 * @self: a sender that is open
 * @client_id: of a reply that failed; anything else is left alone
 *
 * Sends it again under the same id (protocol K10).
 */
void
baton_sender_retry (BatonSender *self,
                    const char  *client_id)
{
  BatonTranscriptItem *item = baton_transcript_find_by_client_id (self->transcript, client_id);

  if (!self->is_open || item == NULL || baton_transcript_item_get_delivery (item) != BATON_DELIVERY_FAILED)
    return;

  g_queue_push_tail (&self->waiting, g_object_ref (baton_transcript_item_get_activity (item)));
  baton_transcript_set_delivery (self->transcript, client_id, BATON_DELIVERY_PENDING);
  pump (self);
}

static void
typing_posted_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = baton_dl_client_post_finish (BATON_DL_CLIENT (source), result, &error);

  if (id == NULL)
    g_debug ("posting that we type failed: %s %d", g_quark_to_string (error->domain), error->code);
}

/**
 * baton_sender_tell_typing:
 * @self: a sender
 *
 * Tells the customer that a reply is being written, at most every 3 s (protocol K15), and only where that is news at
 * once: it is not written down, and nobody learns if it fails.
 */
void
baton_sender_tell_typing (BatonSender *self)
{
  static const char typing[] = "{\"type\":\"typing\"}";
  gint64 now = g_get_monotonic_time ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (BatonActivity) activity = NULL;
  g_autoptr (BatonActivity) posted = NULL;

  if (!self->is_open || baton_dl_client_get_state (self->client) != BATON_DL_ONLINE
      || (self->typing_at != 0 && now - self->typing_at < TYPING_EVERY))
    return;

  self->typing_at = now;
  bytes = g_bytes_new_static (typing, strlen (typing));
  activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, NULL);
  posted = sign (self, activity);
  baton_dl_client_post_async (self->client, posted, NULL, typing_posted_cb, NULL);
}

/**
 * baton_sender_hear:
 * @self: a sender
 * @activity: one that came in and is in the transcript already
 *
 * An echo of one of ours acknowledges it, whatever became of the post itself.
 */
void
baton_sender_hear (BatonSender   *self,
                   BatonActivity *activity)
{
  const char *client_id = baton_activity_get_client_id (activity);
  BatonTranscriptItem *item;

  if (client_id == NULL || baton_activity_get_id (activity) == NULL)
    return;
  item = baton_transcript_find_by_client_id (self->transcript, client_id);
  if (item != NULL && baton_transcript_item_get_delivery (item) != BATON_DELIVERY_NONE)
    settle (self, client_id, BATON_DELIVERY_SENT);
}

/**
 * baton_sender_forget:
 * @self: a sender
 *
 * The conversation is over: nothing of it stays on this disk.
 */
void
baton_sender_forget (BatonSender *self)
{
  baton_outbox_clear (self->outbox);
}
