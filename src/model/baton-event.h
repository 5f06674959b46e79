/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-agent.h"
#include "baton-escalation.h"

/* Kinds of hub events. The sequence number has no gaps over the whole hub; a client says "after n". */
#define BATON_EVENT_QUEUED    "escalation.queued"     /* new, or back in the queue */
#define BATON_EVENT_UPDATED   "escalation.updated"    /* a second hand-off changed its context */
#define BATON_EVENT_CLAIMED   "escalation.claimed"
#define BATON_EVENT_RETURNED  "escalation.returned"   /* to the bot */
#define BATON_EVENT_ENDED     "escalation.ended"
#define BATON_EVENT_PRESENCE  "agent.presence"

/**
 * BatonEvent:
 *
 * One thing that happened, as hub clients see it: `{"seq":7,"at":"…","kind":"…","escalation":{row}}` or, for presence,
 * `{"seq":8,"at":"…","kind":"agent.presence","agent":{…}}`. Immutable; may be shared between threads.
 */
#define BATON_TYPE_EVENT (baton_event_get_type ())
G_DECLARE_FINAL_TYPE (BatonEvent, baton_event, BATON, EVENT, GObject)

BatonEvent      *baton_event_new            (gint64            seq,
                                             gint64            at,
                                             const char       *kind,
                                             BatonEscalation  *escalation,
                                             BatonAgent       *agent);
BatonEvent      *baton_event_new_from_bytes (GBytes           *bytes,
                                             GError          **error);
GBytes          *baton_event_get_bytes      (BatonEvent       *self);
gint64           baton_event_get_seq        (BatonEvent       *self);
gint64           baton_event_get_at         (BatonEvent       *self);
const char      *baton_event_get_kind       (BatonEvent       *self);
BatonEscalation *baton_event_get_escalation (BatonEvent       *self);   /* or %NULL */
BatonAgent      *baton_event_get_agent      (BatonEvent       *self);   /* or %NULL */
