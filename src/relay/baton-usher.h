/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-courier.h"
#include "baton-desk.h"
#include "baton-dl-server.h"
#include "baton-notices.h"

/**
 * BatonUsher:
 *
 * What the desk asks of its surroundings: lets agents into conversations, here or on the Direct Line where they live; has
 * the latter watched; and knows what customers are told with a step.
 */
typedef struct _BatonUsher BatonUsher;

BatonUsher *baton_usher_new     (BatonStore         *store,
                                 BatonDlServer      *server,
                                 BatonCourier       *courier,
                                 const BatonNotices *notices);
void        baton_usher_free    (BatonUsher         *self);
void        baton_usher_attend  (BatonUsher         *self,
                                 BatonDeskConfig    *desk);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonUsher, baton_usher_free)
