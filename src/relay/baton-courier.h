/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-notices.h"
#include "baton-store.h"
#include "baton-upstream.h"

/**
 * BatonCourier:
 *
 * Goes between conversations and their bots. Hears from the store what customers say, has one round at a time for each
 * conversation until the bot has read everything, and stores what bots say by themselves.
 */
#define BATON_TYPE_COURIER (baton_courier_get_type ())
G_DECLARE_FINAL_TYPE (BatonCourier, baton_courier, BATON, COURIER, GObject)

BatonCourier *baton_courier_new         (BatonStore           *store,
                                         const BatonNotices   *notices,
                                         guint                 turn_seconds,
                                         guint                 turn_tries,
                                         guint                 retry_seconds,
                                         guint                 escalate_after);
void          baton_courier_add_bot     (BatonCourier         *self,
                                         const char           *name,
                                         BatonUpstream        *bot);
BatonUpstream *baton_courier_find_bot   (BatonCourier         *self,
                                         const char           *name);
void          baton_courier_start       (BatonCourier         *self);
void          baton_courier_stop_async  (BatonCourier         *self,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
gboolean      baton_courier_stop_finish (BatonCourier         *self,
                                         GAsyncResult         *result,
                                         GError              **error);
