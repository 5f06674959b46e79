/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "baton-activity.h"
#include "baton-agent.h"
#include "baton-conversation.h"
#include "baton-escalation.h"
#include "baton-event.h"

/**
 * BatonStore:
 *
 * What must survive. An abstract class: a back end implements the blocking virtual functions; this class runs them on
 * one store thread, commits what has queued up together (group commit, one fsync per batch), and completes a call only
 * after its transaction has been committed. A call that fails is rolled back alone (savepoint); a failed commit fails
 * every call of the batch.
 *
 * Signals, emitted in the main context of the thread that opened the store, in commit order, and before the calls of the
 * same batch complete:
 *
 * - `activity` (const BatonStored *stored): an activity was stored.
 * - `event` (BatonEvent *event): a hub event got its sequence number.
 * - `moved` (BatonConversation *conversation): a conversation changed its state or owner.
 * - `begun` (BatonConversation *conversation): there is a new conversation.
 *
 * So whoever fans out listens here, and no code path can store something and forget to tell.
 */
#define BATON_TYPE_STORE (baton_store_get_type ())
G_DECLARE_DERIVABLE_TYPE (BatonStore, baton_store, BATON, STORE, GObject)

/**
 * BatonStored:
 *
 * An activity that was stored, as listeners are told.
 */
typedef struct {
  char          *conversation_id;
  BatonActivity *activity;         /* stamped */
  gint64         index;
  gboolean       shown;            /* whether the customer may see it; held ones may not */
  BatonState     state;            /* who the conversation was with */
} BatonStored;

/**
 * BatonPost:
 *
 * One activity of a customer, agent or the system, to be put at the end of a conversation. `endOfConversation` ends it, and
 * is shown, if its sender may do that (protocol 1.13). Never `typing`: that is not kept.
 */
typedef struct {
  const char    *conversation_id;
  BatonActivity *activity;      /* as received; the store stamps it inside the transaction */
  BatonParty     party;
  const char    *from_id;       /* stamps, see BatonActivityStamp */
  const char    *from_name;
  const char    *from_role;
  const char    *agent_id;      /* not %NULL: only if this agent owns the conversation ... */
  gint64         epoch;         /* ... in this epoch; else BATON_ERROR_CONFLICT */
  gboolean       hidden;        /* keep, but never show to the customer; what baton_activity_is_for_customer() refuses is so anyway */
} BatonPost;

/**
 * BatonPosted:
 *
 * What became of a post: committed, or found to be a repeat (same sender, same `clientActivityID`) with the first answer.
 */
typedef struct {
  BatonActivity     *activity;      /* stamped */
  gint64             index;
  gboolean           repeated;
  BatonConversation *conversation;  /* as it was in the same transaction: the gate reads it */
} BatonPosted;

/**
 * BatonBotItem:
 *
 * One activity out of the upstream bot. @handoff is set when it is one; such an activity is kept with the escalation and
 * never becomes part of the conversation.
 */
typedef struct {
  BatonActivity *activity;
  const char    *upstream_id;   /* its id on the bot's own wire, for recognising replays, or %NULL */
  BatonHandoff  *handoff;
  BatonParty     party;         /* of a watched turn: whose words these are */
} BatonBotItem;

/**
 * BatonBotTurn:
 *
 * What a bot said, to be stored in one transaction together with what the upstream has to remember. If the conversation
 * is not with the bot any more, or @epoch is not current, its messages are stored hidden (held), except those of the
 * epoch that a hand-off has just ended: they may arrive up to 5 s after the event (protocol 4.3). A hand-off takes effect
 * in the current epoch alone.
 *
 * A watched turn is a record of what somebody else's Direct Line has shown to its customer already. Nothing of it is held
 * back or waits for a bot, times are kept, a hand-off counts whenever the conversation is with the bot, and the customer
 * is told nothing by us, since it is not us whom they hear.
 *
 * A turn may also be that there was none: the bot failed. The store counts these; the customer is told each time, until
 * so many in a row that the conversation is queued in the bot's place. A turn in which the bot answered ends the row.
 */
typedef struct {
  const char *conversation_id;
  gint64      epoch;            /* of the conversation when the bot was asked */
  const char *bot_id;           /* `from.id`, `from.name` where the bot's activity has none */
  const char *bot_name;
  GPtrArray  *items;            /* of BatonBotItem, in order; may be empty */
  gint64      bot_read;         /* index answered by this turn, or -1 to leave it as it is */
  const char *bot_state;        /* new opaque state, or %NULL to leave it as it is */
  const char *bot_watermark;    /* new upstream watermark, or %NULL to leave it as it is */
  const char *queued_line;      /* what the customer is told if this turn queues the conversation, in their language */
  gboolean    watched;
  gboolean    gone;             /* of a watched one: the conversation does not exist any more over there */
  gboolean    has_failed;       /* the bot did not answer what it was asked; @items is empty */
  guint       escalate_after;   /* failures in a row until the conversation is queued; 0: never */
  const char *failed_line;      /* what the customer is told before that, or %NULL */
} BatonBotTurn;

/**
 * BatonAmendment:
 *
 * Something else, or nothing, in the place of what a bot has said. Kept like a turn of the bot: seen by the customer only
 * while the conversation is with the bot, in the epoch in which it was asked. The first wording is kept, too.
 */
typedef struct {
  const char    *conversation_id;
  const char    *activity_id;   /* of what the bot said, as the store gave it */
  BatonActivity *activity;      /* in its place; %NULL: nothing */
  gint64         epoch;
} BatonAmendment;

typedef enum {
  BATON_STEP_CLAIM,      /* queued → with_agent; epoch + 1 */
  BATON_STEP_RELEASE,    /* with_agent → queued, keeping the waiting time; epoch + 1 */
  BATON_STEP_RETURN,     /* with_agent → bot; epoch + 1 */
  BATON_STEP_END,        /* with_agent → ended; epoch + 1 */
} BatonStepKind;

/**
 * BatonStep:
 *
 * One guarded step of an escalation: one conditional update; its event, and the line the customer sees, in the same
 * transaction. Repeating a request id gives the first answer.
 */
typedef struct {
  BatonStepKind  kind;
  const char    *escalation_id;
  const char    *request_id;    /* made by the sender */
  const char    *agent_id;
  const char    *agent_name;
  gint64         epoch;         /* of the owner; not looked at by a claim */
  const char    *line;          /* system line for the customer, or %NULL */
  const char    *line_kind;     /* `channelData.baton.kind` of that line */
} BatonStep;

typedef struct {
  BatonEscalation *escalation;  /* as it is now: after a lost claim, with the one who won */
  gboolean         done;        /* %FALSE: lost; somebody else owns it, or it is over */
  gboolean         repeated;
} BatonStepResult;

typedef struct {
  GPtrArray *activities;        /* of BatonActivity, in order of index */
  GArray    *indexes;           /* of gint64: theirs; an amendment bears the id of another index */
  gint64     last_index;        /* highest index looked at (hidden ones included): the next watermark; -1: none */
} BatonPage;

typedef struct {
  GPtrArray *escalations;       /* of BatonEscalation: rows of all that are open, oldest first */
  GPtrArray *presences;         /* of BatonAgent: id and presence */
  gint64     seq;               /* newest event included */
} BatonSnapshot;

typedef struct {
  char   *agent_id;
  gint64  created_at;
  gint64  last_seen_at;   /* before this touch: tells how long it was idle */
} BatonSession;

void baton_posted_free      (BatonPosted     *self);
void baton_bot_item_free    (BatonBotItem    *self);
void baton_step_result_free (BatonStepResult *self);
void baton_page_free        (BatonPage       *self);
void baton_snapshot_free    (BatonSnapshot   *self);
void baton_session_free     (BatonSession    *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonPosted, baton_posted_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonStepResult, baton_step_result_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonPage, baton_page_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonSnapshot, baton_snapshot_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonSession, baton_session_free)

/* All that a back end implements, as plain blocking code on the store thread. `begin`/`commit`/`rollback` bracket a
 * batch, `save`/`release`/`undo` one call in it. What a call wants announced it hands to baton_store_announce_*(), which
 * holds it back until the commit. */
struct _BatonStoreClass {
  GObjectClass parent_class;

  gboolean           (*begin)              (BatonStore *self, GError **error);
  gboolean           (*commit)             (BatonStore *self, GError **error);
  void               (*rollback)           (BatonStore *self);
  gboolean           (*save)               (BatonStore *self, GError **error);
  gboolean           (*release)            (BatonStore *self, GError **error);
  void               (*undo)               (BatonStore *self);

  BatonConversation *(*start_conversation) (BatonStore *self, const BatonConversation *wanted, gboolean *created, GError **error);
  BatonConversation *(*get_conversation)   (BatonStore *self, const char *id, GError **error);
  GPtrArray         *(*list_unread)        (BatonStore *self, GError **error);
  GPtrArray         *(*list_resumable)     (BatonStore *self, gint64 since, GError **error);
  BatonPosted       *(*post)               (BatonStore *self, const BatonPost *post, GError **error);
  GStrv              (*post_bot_turn)      (BatonStore *self, const BatonBotTurn *turn, GError **error);
  gboolean           (*amend)              (BatonStore *self, const BatonAmendment *amendment, GError **error);
  BatonPage         *(*list_activities)    (BatonStore *self, const char *conversation_id, gint64 after, guint limit, gboolean hidden_too, GError **error);
  BatonStepResult   *(*step)               (BatonStore *self, const BatonStep *step, GError **error);
  gboolean           (*note_once)          (BatonStore *self, const char *what, gboolean *first, GError **error);
  BatonEscalation   *(*get_escalation)     (BatonStore *self, const char *id, GError **error);
  GPtrArray         *(*list_escalations)   (BatonStore *self, gboolean open_only, guint limit, GError **error);
  BatonSnapshot     *(*snapshot)           (BatonStore *self, GError **error);
  GPtrArray         *(*list_events)        (BatonStore *self, gint64 after, guint limit, GError **error);
  gboolean           (*set_presence)       (BatonStore *self, BatonAgent *agent, const char *request_id, GError **error);
  gboolean           (*add_session)        (BatonStore *self, const char *token_hash, const char *agent_id, GError **error);
  BatonSession      *(*touch_session)      (BatonStore *self, const char *token_hash, GError **error);
  gboolean           (*delete_session)     (BatonStore *self, const char *token_hash, GError **error);
};

/* For back ends, on the store thread. */
void               baton_store_announce_activity   (BatonStore *self, const BatonConversation *conversation, BatonActivity *activity, gint64 index, gboolean shown);
void               baton_store_announce_event      (BatonStore *self, BatonEvent *event);
void               baton_store_announce_begun      (BatonStore *self, const BatonConversation *conversation);
void               baton_store_announce_moved      (BatonStore *self, const BatonConversation *conversation);

/* For everybody else, on the main thread. Arguments are copied; `_finish` gives ownership; a cancelled call may still
 * have been committed. */
void               baton_store_start_conversation_async  (BatonStore *self, const BatonConversation *wanted, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
BatonConversation *baton_store_start_conversation_finish (BatonStore *self, GAsyncResult *result, gboolean *created, GError **error);
void               baton_store_get_conversation_async    (BatonStore *self, const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
BatonConversation *baton_store_get_conversation_finish   (BatonStore *self, GAsyncResult *result, GError **error);
void               baton_store_list_unread_async         (BatonStore *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray         *baton_store_list_unread_finish        (BatonStore *self, GAsyncResult *result, GError **error);   /* of char *: ids of conversations whose bot owes an answer */
void               baton_store_list_resumable_async      (BatonStore *self, gint64 since, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray         *baton_store_list_resumable_finish     (BatonStore *self, GAsyncResult *result, GError **error);   /* of BatonConversation */
void               baton_store_post_async                (BatonStore *self, const BatonPost *post, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
BatonPosted       *baton_store_post_finish               (BatonStore *self, GAsyncResult *result, GError **error);
void               baton_store_post_bot_turn_async       (BatonStore *self, const BatonBotTurn *turn, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean           baton_store_post_bot_turn_finish      (BatonStore *self, GAsyncResult *result, GError **error);
GStrv              baton_store_post_bot_turn_finish_ids  (BatonStore *self, GAsyncResult *result, GError **error);   /* of its items; none if it was a repeat */
void               baton_store_amend_async               (BatonStore *self, const BatonAmendment *amendment, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean           baton_store_amend_finish              (BatonStore *self, GAsyncResult *result, GError **error);
void               baton_store_list_activities_async     (BatonStore *self, const char *conversation_id, gint64 after, guint limit, gboolean hidden_too, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
BatonPage         *baton_store_list_activities_finish    (BatonStore *self, GAsyncResult *result, GError **error);
void               baton_store_step_async                (BatonStore *self, const BatonStep *step, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
BatonStepResult   *baton_store_step_finish               (BatonStore *self, GAsyncResult *result, GError **error);
void               baton_store_note_once_async           (BatonStore *self, const char *what, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean           baton_store_note_once_finish          (BatonStore *self, GAsyncResult *result, gboolean *first, GError **error);
void               baton_store_get_escalation_async      (BatonStore *self, const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
BatonEscalation   *baton_store_get_escalation_finish     (BatonStore *self, GAsyncResult *result, GError **error);
void               baton_store_list_escalations_async    (BatonStore *self, gboolean open_only, guint limit, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray         *baton_store_list_escalations_finish   (BatonStore *self, GAsyncResult *result, GError **error);
void               baton_store_snapshot_async            (BatonStore *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
BatonSnapshot     *baton_store_snapshot_finish           (BatonStore *self, GAsyncResult *result, GError **error);
void               baton_store_list_events_async         (BatonStore *self, gint64 after, guint limit, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray         *baton_store_list_events_finish        (BatonStore *self, GAsyncResult *result, GError **error);
void               baton_store_set_presence_async        (BatonStore *self, BatonAgent *agent, const char *request_id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean           baton_store_set_presence_finish       (BatonStore *self, GAsyncResult *result, GError **error);
void               baton_store_add_session_async         (BatonStore *self, const char *token_hash, const char *agent_id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean           baton_store_add_session_finish        (BatonStore *self, GAsyncResult *result, GError **error);
void               baton_store_touch_session_async       (BatonStore *self, const char *token_hash, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
BatonSession      *baton_store_touch_session_finish      (BatonStore *self, GAsyncResult *result, GError **error);   /* unknown: BATON_ERROR_UNAUTHENTICATED */
void               baton_store_delete_session_async      (BatonStore *self, const char *token_hash, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean           baton_store_delete_session_finish     (BatonStore *self, GAsyncResult *result, GError **error);

void               baton_store_close                     (BatonStore *self);   /* blocks: commits what is queued, ends the thread */
