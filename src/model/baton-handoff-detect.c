/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-handoff-private.h"

#include <string.h>

#define INITIATE "handoff.initiate"

const BatonHandoffRules BATON_HANDOFF_RULES_TOLERANT = { TRUE, TRUE, TRUE, TRUE, NULL };

static gboolean
matches (const char *text,
         const char *wanted,
         gboolean    ignore_case)
{
  if (text == NULL)
    return FALSE;
  return ignore_case ? g_ascii_strcasecmp (text, wanted) == 0 : strcmp (text, wanted) == 0;
}

static gboolean
is_named_event (BatonActivity           *activity,
                const BatonHandoffRules *rules)
{
  const char *name = baton_activity_get_name (activity);

  if (!matches (baton_activity_get_kind (activity), "event", rules->ignore_case))
    return FALSE;
  if (matches (name, INITIATE, rules->ignore_case))
    return TRUE;

  for (guint i = 0; rules->event_names != NULL && rules->event_names[i] != NULL; i++) {
    if (matches (name, rules->event_names[i], rules->ignore_case))
      return TRUE;
  }
  return FALSE;
}

/* `channelData.tags` of Dynamics Omnichannel: an object, mostly as JSON text, whose `type` is `Escalate` or 0; absent if
 * there is none. If it was text, @document is what it was read into, and the caller's. */
BatonJsonNode
baton_handoff_find_tags (BatonJsonNode   activity,
                         BatonJson     **document)
{
  const BatonJsonNode absent = { NULL, 0 };
  BatonJsonNode tags = baton_json_node_get_member (baton_json_node_get_member (activity, "channelData"), "tags");
  g_autofree char *text = baton_json_node_dup_string (tags);
  BatonJsonNode type;
  gint64 number;

  if (text != NULL) {
    *document = baton_json_parse_text (text, -1, &baton_handoff_inner_limits, NULL);
    if (*document == NULL)
      return absent;
    tags = baton_json_get_root (*document);
  }

  type = baton_json_node_get_member (tags, "type");
  if (baton_json_node_is (type, "Escalate") || (baton_json_node_get_int (type, &number) && number == 0))
    return tags;
  return absent;
}

/* `channelData.action` of LivePerson, if it is a transfer; else absent. */
BatonJsonNode
baton_handoff_find_action (BatonJsonNode activity,
                           gboolean      ignore_case)
{
  BatonJsonNode action = baton_json_node_get_member (baton_json_node_get_member (activity, "channelData"), "action");
  g_autofree char *name = baton_json_node_dup_member (action, "name");

  return matches (name, "TRANSFER", ignore_case) ? action : (BatonJsonNode) { NULL, 0 };
}

static gboolean
has_escalate_tag (BatonJsonNode activity)
{
  g_autoptr (BatonJson) document = NULL;

  return baton_handoff_find_tags (activity, &document).json != NULL;
}

/**
 * baton_handoff_is_handoff:
 * @activity: an activity from the upstream bot; what a canvas or console sent must not be asked about (protocol 3.5
 *   rule 1)
 * @rules: (nullable): what counts besides the exact form
 *
 * Returns: whether it hands the conversation over. A `trace` and a `handoff.status` never do
 */
gboolean
baton_handoff_is_handoff (BatonActivity           *activity,
                          const BatonHandoffRules *rules)
{
  static const BatonHandoffRules exact;
  BatonJsonNode root;

  g_return_val_if_fail (BATON_IS_ACTIVITY (activity), FALSE);

  if (rules == NULL)
    rules = &exact;
  root = baton_activity_get_root (activity);

  if (is_named_event (activity, rules))
    return TRUE;
  if (matches (baton_activity_get_kind (activity), "trace", TRUE)
      || matches (baton_activity_get_name (activity), "handoff.status", TRUE))
    return FALSE;

  return (rules->legacy_type && matches (baton_activity_get_kind (activity), "handoff", rules->ignore_case))
         || (rules->tags && has_escalate_tag (root))
         || (rules->action && baton_handoff_find_action (root, rules->ignore_case).json != NULL);
}
