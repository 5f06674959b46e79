/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-store.h"
#include "baton-test.h"

/* A store in a new file, what it told its listeners, and its calls as if they did not wait. */

typedef struct {
  char       *path;
  BatonStore *store;
  GPtrArray  *told;     /* of char *: "activity 3 shown", "event 1 escalation.queued", "moved queued 1" as they came */
} StoreFixture;

StoreFixture      *store_fixture_new          (void);
void               store_fixture_reopen       (StoreFixture            *self);
void               store_fixture_free         (StoreFixture            *self);
char              *store_fixture_take_told    (StoreFixture            *self);   /* joined by ", "; then forgotten */
gint64             store_fixture_ask          (StoreFixture            *self,
                                               const char              *sql);    /* first number of the first row */
void               store_fixture_change       (StoreFixture            *self,
                                               const char              *sql);    /* behind the store's back */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreFixture, store_fixture_free)

BatonActivity     *parse_activity             (const char              *json);
BatonConversation *start_conversation         (BatonStore              *store,
                                               const char              *id);
BatonConversation *get_conversation           (BatonStore              *store,
                                               const char              *id);
BatonPosted       *post                       (BatonStore              *store,
                                               const BatonPost         *post,
                                               GError                 **error);
BatonPosted       *post_json                  (BatonStore              *store,
                                               const char              *json,
                                               GError                 **error);   /* to "c1", as the customer "dl_1" */
BatonPosted       *say                        (BatonStore              *store,
                                               const char              *conversation_id,
                                               const char              *client_id,
                                               const char              *text);   /* as the customer "dl_1" */
gboolean           post_turn                  (BatonStore              *store,
                                               const BatonBotTurn      *turn,
                                               GError                 **error);
BatonPage         *list_activities            (BatonStore              *store,
                                               const char              *conversation_id,
                                               gint64                   after,
                                               guint                    limit,
                                               gboolean                 hidden_too);
BatonStepResult   *take_step                  (BatonStore              *store,
                                               const BatonStep         *step,
                                               GError                 **error);
BatonEscalation   *get_escalation             (BatonStore              *store,
                                               const char              *id,
                                               GError                 **error);
GPtrArray         *list_escalations           (BatonStore              *store,
                                               gboolean                 open_only,
                                               guint                    limit);
GPtrArray         *list_events                (BatonStore              *store,
                                               gint64                   after,
                                               guint                    limit);

/* What a bot says in a turn: words, any activity, a hand-off whose activity has this id. @variables: further members of
 * its `value`, each with a comma in front. */
GPtrArray         *items_new                  (void);
void               items_add_text             (GPtrArray               *items,
                                               const char              *upstream_id,
                                               const char              *text);
void               items_add                  (GPtrArray               *items,
                                               const char              *upstream_id,
                                               const char              *json);
void               items_add_handoff          (GPtrArray               *items,
                                               const char              *id,
                                               const char              *variables);
char              *hand_off                   (BatonStore              *store,
                                               const char              *conversation_id,
                                               const char              *handoff_id);   /* the id of the escalation */
BatonStepResult   *step_as_owner              (BatonStore              *store,
                                               BatonStepKind            kind,
                                               const char              *escalation_id,
                                               const char              *agent_id,
                                               gint64                   epoch,
                                               const char              *request_id);
BatonStepResult   *claim                      (BatonStore              *store,
                                               const char              *escalation_id,
                                               const char              *agent_id,
                                               const char              *request_id);
