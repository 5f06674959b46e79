/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-http.h"
#include "baton-pace.h"

/* One command to the hub, repeated with the same body, and so with the same request id, until it is answered: the hub
 * answers a repeat as it did the first time. */

void             baton_hub_call_async  (SoupSession            *session,
                                        const BatonHttpRequest *request,
                                        const BatonPace        *pace,
                                        GCancellable           *cancellable,
                                        GAsyncReadyCallback     callback,
                                        gpointer                user_data);
BatonHttpAnswer *baton_hub_call_finish (SoupSession            *session,
                                        GAsyncResult           *result,
                                        GError                **error);
