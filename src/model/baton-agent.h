/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-json-writer.h"

typedef enum {
  BATON_PRESENCE_OFFLINE,
  BATON_PRESENCE_AVAILABLE,
  BATON_PRESENCE_BUSY,
  BATON_PRESENCE_AWAY,
} BatonPresence;

#define BATON_TYPE_PRESENCE (baton_presence_get_type ())
GType          baton_presence_get_type    (void);
const char    *baton_presence_to_string   (BatonPresence  presence);
gboolean       baton_presence_from_string (const char    *text,
                                           BatonPresence *presence);

/**
 * BatonAgent:
 *
 * A person who answers customers. Properties, notified on change: `id`, `name`, `presence`.
 */
#define BATON_TYPE_AGENT (baton_agent_get_type ())
G_DECLARE_FINAL_TYPE (BatonAgent, baton_agent, BATON, AGENT, GObject)

BatonAgent        *baton_agent_new           (const char          *id,
                                              const char          *name,
                                              const char *const   *skills,
                                              const char *const   *languages);
BatonAgent        *baton_agent_new_from_json (BatonJsonNode        node,
                                              GError             **error);
void               baton_agent_write         (BatonAgent          *self,
                                              BatonJsonWriter     *writer);
const char        *baton_agent_get_id        (BatonAgent          *self);
const char        *baton_agent_get_name      (BatonAgent          *self);
const char *const *baton_agent_get_skills    (BatonAgent          *self);
const char *const *baton_agent_get_languages (BatonAgent          *self);
BatonPresence      baton_agent_get_presence  (BatonAgent          *self);
void               baton_agent_set_presence  (BatonAgent          *self,
                                              BatonPresence        presence);
gboolean           baton_agent_id_is_valid   (const char          *id);   /* [a-z0-9][a-z0-9._-]{0,31} */
