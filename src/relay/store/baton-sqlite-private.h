/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sqlite3.h>

#include "baton-sqlite-store.h"

#define BATON_TYPE_SQLITE_STORE (baton_sqlite_store_get_type ())
G_DECLARE_FINAL_TYPE (BatonSqliteStore, baton_sqlite_store, BATON, SQLITE_STORE, BatonStore)

typedef struct _BatonSqliteLive       BatonSqliteLive;
typedef struct _BatonSqliteCheckpoint BatonSqliteCheckpoint;

/**
 * BatonSqliteStore:
 *
 * The store in one SQLite file. Once it is open its connection belongs to the store thread. Every transaction begins
 * with the write lock, so what a call reads in it cannot change before it writes.
 */
struct _BatonSqliteStore {
  BatonStore  parent_instance;

  sqlite3               *db;
  GHashTable            *statements;      /* the SQL's own pointer → sqlite3_stmt: prepared once */
  BatonSqliteLive       *live;
  BatonSqliteCheckpoint *checkpoint;
  guint                  version;         /* of the file after our last commit; another: somebody else has written */

  /* Of the running call. */
  gboolean               is_in_call;
  gboolean               has_savepoint;   /* opened by its first write */
  gboolean               has_written;     /* without one */
};

/* baton-sqlite-query.c: statements */

/**
 * BatonSqliteQuery:
 *
 * A statement under way. Lives in a `g_autoptr`, which puts it back into the cache. What it was given is borrowed until
 * then.
 */
typedef struct sqlite3_stmt BatonSqliteQuery;

typedef enum {
  BATON_SQLITE_FAILED,
  BATON_SQLITE_END,
  BATON_SQLITE_ROW,
} BatonSqliteGot;

BatonSqliteQuery *baton_sqlite_query     (BatonSqliteStore  *self,
                                          GError           **error,
                                          const char        *sql,
                                          const char        *types,
                                          ...);
BatonSqliteGot    baton_sqlite_query_next (BatonSqliteQuery  *query,
                                          GError           **error);
void              baton_sqlite_query_end (BatonSqliteQuery  *query);
gint64            baton_sqlite_get_int   (BatonSqliteQuery  *query,
                                          int                column);
const char       *baton_sqlite_peek_text (BatonSqliteQuery  *query,
                                          int                column);
char             *baton_sqlite_dup_text  (BatonSqliteQuery  *query,
                                          int                column);
BatonJson        *baton_sqlite_parse     (const char        *text,
                                          GError           **error);
gboolean          baton_sqlite_run       (BatonSqliteStore  *self,
                                          GError           **error,
                                          const char        *sql,
                                          const char        *types,
                                          ...);
gboolean          baton_sqlite_run_only  (BatonSqliteStore  *self,
                                          GError           **error,
                                          const char        *sql,
                                          const char        *types,
                                          ...);
gboolean          baton_sqlite_exec      (sqlite3           *db,
                                          const char        *sql,
                                          GError           **error);
BatonSqliteGot    baton_sqlite_find_int  (BatonSqliteStore  *self,
                                          gint64            *value,
                                          GError           **error,
                                          const char        *sql,
                                          const char        *types,
                                          ...);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonSqliteQuery, baton_sqlite_query_end)

/* baton-sqlite-store.c */

gboolean baton_sqlite_configure  (sqlite3   *db,
                                  GError   **error);

/* baton-sqlite-schema.c */

gboolean baton_sqlite_migrate    (sqlite3   *db,
                                  GError   **error);
gboolean baton_sqlite_is_current (sqlite3   *db,
                                  gboolean  *is_current,
                                  GError   **error);

/* baton-sqlite-conversation.c */

/**
 * BatonSqliteConversation:
 *
 * A conversation as it is in the running transaction. Shared by all who hold it, and with later calls.
 */
typedef struct {
  BatonConversation *record;
  gint64             key;
  gint64             newest_at;       /* newest timestamp of its activities */
  gint64             handed_off_at;   /* when the bot last gave up; 0: never */
  guint              bot_failures;    /* in a row */

  /* Of the live ones. */
  gboolean           is_outdated;     /* its row has changed */
  guint64            call;            /* the last that had it */
  GList              used;
} BatonSqliteConversation;

BatonSqliteConversation *baton_sqlite_load_conversation   (BatonSqliteStore         *self,
                                                           const char               *id,
                                                           GError                  **error);
gboolean                 baton_sqlite_reload_conversation (BatonSqliteStore         *self,
                                                           BatonSqliteConversation  *conversation,
                                                           GError                  **error);
gboolean                 baton_sqlite_end_conversation    (BatonSqliteStore         *self,
                                                           BatonSqliteConversation  *conversation,
                                                           GError                  **error);
BatonSqliteConversation *baton_sqlite_conversation_ref    (BatonSqliteConversation  *self);
void                     baton_sqlite_conversation_unref  (BatonSqliteConversation  *self);
BatonConversation       *baton_sqlite_start_conversation  (BatonStore               *store,
                                                           const BatonConversation  *wanted,
                                                           gboolean                 *created,
                                                           GError                  **error);
BatonConversation       *baton_sqlite_get_conversation    (BatonStore               *store,
                                                           const char               *id,
                                                           GError                  **error);
GPtrArray               *baton_sqlite_list_unread         (BatonStore               *store,
                                                           GError                  **error);
GPtrArray               *baton_sqlite_list_resumable      (BatonStore               *store,
                                                           gint64                    since,
                                                           GError                  **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonSqliteConversation, baton_sqlite_conversation_unref)

/* baton-sqlite-vfs.c */

const char *baton_sqlite_get_vfs (void);

/* baton-sqlite-checkpoint.c */

BatonSqliteCheckpoint   *baton_sqlite_checkpoint_new       (const char             *path,
                                                            int                     n_start,
                                                            GError                **error);
void                     baton_sqlite_checkpoint_free      (BatonSqliteCheckpoint  *self);
void                     baton_sqlite_checkpoint_committed (BatonSqliteCheckpoint  *self,
                                                            sqlite3                *db,
                                                            int                     n_frames);

/* baton-sqlite-live.c */

BatonSqliteLive         *baton_sqlite_live_new          (void);
void                     baton_sqlite_live_free         (BatonSqliteLive          *self);
BatonSqliteConversation *baton_sqlite_live_find         (BatonSqliteLive          *self,
                                                         const char               *id);
void                     baton_sqlite_live_add          (BatonSqliteLive          *self,
                                                         BatonSqliteConversation  *conversation);
void                     baton_sqlite_live_outdate      (BatonSqliteLive          *self,
                                                         gint64                    key);
void                     baton_sqlite_live_begin_call   (BatonSqliteLive          *self);
void                     baton_sqlite_live_forget_call  (BatonSqliteLive          *self);
void                     baton_sqlite_live_forget_all   (BatonSqliteLive          *self);

/* baton-sqlite-activity.c */

/**
 * BatonSqliteEntry:
 *
 * An activity on its way into a conversation.
 */
typedef struct {
  BatonActivity      *activity;
  BatonActivityStamp  stamp;       /* without `timestamp`, `conversation_id` and (but for an amendment) `id` */
  const char         *client_id;   /* for recognising a repeat, or %NULL */
  gint64              at;          /* when it was said; 0: now */
  gboolean            shown;
  gboolean            is_only;        /* nothing else is written in the same call */
  gboolean            is_amendment;   /* of the activity with the index @amends, whose id and time it bears */
  gint64              amends;
} BatonSqliteEntry;

BatonActivity *baton_sqlite_append          (BatonSqliteStore         *self,
                                             BatonSqliteConversation  *conversation,
                                             const BatonSqliteEntry   *entry,
                                             GError                  **error);
gboolean       baton_sqlite_append_line     (BatonSqliteStore         *self,
                                             BatonSqliteConversation  *conversation,
                                             const char               *line,
                                             const char               *kind,
                                             GError                  **error);
BatonPosted   *baton_sqlite_post            (BatonStore               *store,
                                             const BatonPost          *post,
                                             GError                  **error);
BatonPage     *baton_sqlite_list_activities (BatonStore               *store,
                                             const char               *conversation_id,
                                             gint64                    after,
                                             guint                     limit,
                                             gboolean                  hidden_too,
                                             GError                  **error);

/* baton-sqlite-amend.c */

gboolean       baton_sqlite_amend           (BatonStore               *store,
                                             const BatonAmendment     *amendment,
                                             GError                  **error);

/* baton-sqlite-bot-turn.c */

GStrv          baton_sqlite_post_bot_turn   (BatonStore               *store,
                                             const BatonBotTurn       *turn,
                                             GError                  **error);

/* baton-sqlite-escalation.c */

BatonEscalation *baton_sqlite_load_escalation   (BatonSqliteStore               *self,
                                                 const char                     *id,
                                                 GError                        **error);
gboolean         baton_sqlite_hand_off          (BatonSqliteStore               *self,
                                                 BatonSqliteConversation        *conversation,
                                                 const BatonBotTurn             *turn,
                                                 const BatonBotItem             *item,
                                                 GError                        **error);
gboolean         baton_sqlite_hand_off_failed   (BatonSqliteStore               *self,
                                                 BatonSqliteConversation        *conversation,
                                                 const BatonBotTurn             *turn,
                                                 GError                        **error);
gboolean         baton_sqlite_follow            (BatonSqliteStore               *self,
                                                 BatonEscalation                *escalation,
                                                 const BatonConversation        *moved,
                                                 const char                     *agent_id,
                                                 const char                     *agent_name,
                                                 GError                        **error);
BatonEscalation *baton_sqlite_get_escalation    (BatonStore                     *store,
                                                 const char                     *id,
                                                 GError                        **error);
GPtrArray       *baton_sqlite_list_escalations  (BatonStore                     *store,
                                                 gboolean                        open_only,
                                                 guint                           limit,
                                                 GError                        **error);

/* baton-sqlite-step.c */

BatonStepResult *baton_sqlite_step          (BatonStore       *store,
                                             const BatonStep  *step,
                                             GError          **error);
gboolean         baton_sqlite_note_once     (BatonStore       *store,
                                             const char       *what,
                                             gboolean         *first,
                                             GError          **error);
BatonSqliteGot   baton_sqlite_find_answer   (BatonSqliteStore *self,
                                             const char       *agent_id,
                                             const char       *request_id,
                                             const char       *what,
                                             gboolean         *done,
                                             GError          **error);
gboolean         baton_sqlite_keep_answer   (BatonSqliteStore *self,
                                             const char       *agent_id,
                                             const char       *request_id,
                                             const char       *what,
                                             gboolean          done,
                                             GError          **error);

/* baton-sqlite-event.c */

gboolean         baton_sqlite_add_event     (BatonSqliteStore *self,
                                             const char       *kind,
                                             BatonEscalation  *escalation,
                                             BatonAgent       *agent,
                                             GError          **error);
GPtrArray       *baton_sqlite_list_events   (BatonStore       *store,
                                             gint64            after,
                                             guint             limit,
                                             GError          **error);
BatonSnapshot   *baton_sqlite_snapshot      (BatonStore       *store,
                                             GError          **error);
gboolean         baton_sqlite_set_presence  (BatonStore       *store,
                                             BatonAgent       *agent,
                                             const char       *request_id,
                                             GError          **error);

/* baton-sqlite-session.c */

gboolean         baton_sqlite_add_session   (BatonStore       *store,
                                             const char       *token_hash,
                                             const char       *agent_id,
                                             GError          **error);
BatonSession    *baton_sqlite_touch_session (BatonStore       *store,
                                             const char       *token_hash,
                                             GError          **error);
gboolean         baton_sqlite_delete_session (BatonStore      *store,
                                             const char       *token_hash,
                                             GError          **error);
