/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-courier.h"
#include "baton-test.h"
#include "mock-upstream.h"

/* A store, a courier and a bot that is made for tests; what customers and agents do is put into the store directly. The
 * store can be told to fail, and tells how far back it was read. */

typedef struct {
  char         *folder;
  BatonStore   *store;
  BatonNotices *notices;
  MockUpstream *bot;
  BatonCourier *courier;
} CourierHouse;

CourierHouse      *courier_house_new      (void);
void               courier_house_open     (CourierHouse  *self);   /* the store and a courier that is not started */
void               courier_house_close    (CourierHouse  *self);
void               courier_house_free     (CourierHouse  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CourierHouse, courier_house_free)

void               courier_house_begin    (CourierHouse  *self,
                                           const char    *id,
                                           const char    *bot);
void               courier_house_say      (CourierHouse  *self,
                                           const char    *id,
                                           const char    *text);
BatonConversation *courier_house_get      (CourierHouse  *self,
                                           const char    *id);
gint64             courier_house_step     (CourierHouse  *self,
                                           BatonStepKind  kind,
                                           const char    *id);      /* → epoch */
char              *courier_house_read     (CourierHouse  *self,
                                           const char    *id,
                                           gboolean       hidden_too);   /* "c:hello|b:You said: hello|" */
/* From now on, in one conversation: as many turns of the bot are not stored, as often it cannot be read. */
void               courier_house_refuse   (CourierHouse  *self,
                                           const char    *id,
                                           guint          turns,
                                           guint          looks);
guint              courier_house_n_refused (CourierHouse *self);   /* since then */
gint64             courier_house_first_read (CourierHouse *self);   /* lowest watermark, since asked last */
void               courier_house_expect_read (CourierHouse *self,
                                              const char   *id,
                                              gint64        bot_read);   /* by and by */
/* What the customer may see is @expected: by and by, or by now. */
void               courier_house_expect   (CourierHouse  *self,
                                           const char    *id,
                                           const char    *expected);
void               courier_house_assert   (CourierHouse  *self,
                                           const char    *id,
                                           const char    *expected);
