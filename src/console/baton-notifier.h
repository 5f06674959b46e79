/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-session.h"

/**
 * BatonNotifier:
 *
 * Rings for a customer who waits, while the agent is available, and falls silent once somebody took the conversation.
 * What it shows may appear on a locked screen: topic, language and waiting time; no name, no text.
 */
#define BATON_TYPE_NOTIFIER (baton_notifier_get_type ())
G_DECLARE_FINAL_TYPE (BatonNotifier, baton_notifier, BATON, NOTIFIER, GObject)

BatonNotifier *baton_notifier_new         (GApplication    *application,
                                           BatonSession    *session);
char          *baton_notifier_format_body (BatonEscalation *escalation,
                                           gint64           now);
