/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-json.h"

/**
 * BatonParty:
 *
 * Who an activity is from, as the relay stamps it in `channelData.baton.party` so that no reader has to guess.
 */
typedef enum {
  BATON_PARTY_UNKNOWN,
  BATON_PARTY_CUSTOMER,
  BATON_PARTY_BOT,
  BATON_PARTY_AGENT,
  BATON_PARTY_SYSTEM,
} BatonParty;

const char *baton_party_to_string   (BatonParty  party);
BatonParty  baton_party_from_string (const char *text);

/**
 * BatonActivity:
 *
 * One activity of a conversation: the JSON object as it was received, and typed looks into it. Immutable; may be shared
 * between threads.
 */
#define BATON_TYPE_ACTIVITY (baton_activity_get_type ())
G_DECLARE_FINAL_TYPE (BatonActivity, baton_activity, BATON, ACTIVITY, GObject)

/**
 * BatonActivityStamp:
 *
 * The fields the relay owns; %NULL leaves the sender's value, except @id, @conversation_id and @timestamp, which are
 * always set. Everything else in the activity stays byte for byte as it was sent.
 */
typedef struct {
  const char *id;                /* `id`, see baton_activity_format_id() */
  gint64      timestamp;         /* `timestamp`, microseconds UTC */
  const char *conversation_id;   /* `conversation.id` */
  const char *from_id;           /* `from.id` */
  const char *from_name;         /* `from.name` */
  const char *from_role;         /* `from.role`: "user" or "bot" */
  BatonParty  party;             /* `channelData.baton.party` */
  const char *upstream_id;       /* `channelData.baton.upstreamId`: the activity's id on the bot's own Direct Line */
  const char *system_kind;       /* `channelData.baton.kind` of a system line: "queued", "joined", "left", "ended", "failed" */
} BatonActivityStamp;

BatonActivity *baton_activity_new             (GBytes                    *bytes,
                                               const BatonJsonLimits     *limits,
                                               GError                   **error) G_GNUC_WARN_UNUSED_RESULT;
BatonActivity *baton_activity_new_from_node   (BatonJsonNode              node);
BatonActivity *baton_activity_new_message     (const char                *text,
                                               const char                *locale);
BatonActivity *baton_activity_new_event       (const char                *name,
                                               const char                *locale);
BatonActivity *baton_activity_stamp           (BatonActivity             *self,
                                               const BatonActivityStamp  *stamp);
char          *baton_activity_format_id       (const char                *conversation_id,
                                               gint64                     index);

GBytes        *baton_activity_get_bytes       (BatonActivity             *self);
BatonJsonNode  baton_activity_get_root        (BatonActivity             *self);
/* Getters lend; %NULL where the field is absent or of another type. */
const char    *baton_activity_get_kind        (BatonActivity             *self);   /* `type` */
const char    *baton_activity_get_id          (BatonActivity             *self);
const char    *baton_activity_get_name        (BatonActivity             *self);
const char    *baton_activity_get_text        (BatonActivity             *self);
const char    *baton_activity_get_text_format (BatonActivity             *self);
const char    *baton_activity_get_locale      (BatonActivity             *self);
gint64         baton_activity_get_timestamp   (BatonActivity             *self);   /* or BATON_TIME_UNKNOWN */
const char    *baton_activity_get_from_id     (BatonActivity             *self);
const char    *baton_activity_get_from_name   (BatonActivity             *self);
BatonParty     baton_activity_get_party       (BatonActivity             *self);   /* stamp, else `from.role` */
const char    *baton_activity_get_client_id   (BatonActivity             *self);   /* `channelData.clientActivityID` */
const char    *baton_activity_get_upstream_id (BatonActivity             *self);
const char    *baton_activity_get_system_kind (BatonActivity             *self);
gboolean       baton_activity_is              (BatonActivity             *self,
                                               const char                *kind);
gboolean       baton_activity_has_content     (BatonActivity             *self);
gboolean       baton_activity_is_shown        (BatonActivity             *self);
gboolean       baton_activity_is_for_customer (BatonActivity             *self);
char          *baton_activity_dup_shown_text  (BatonActivity             *self);

/* ActivitySets: {"activities":[...],"watermark":"7"} */
GPtrArray     *baton_activity_set_parse       (GBytes                    *bytes,
                                               const BatonJsonLimits     *limits,
                                               char                     **watermark,
                                               GError                   **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes        *baton_activity_set_format      (GPtrArray                 *activities,
                                               const char                *watermark);
