/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-attachments.h"

#include <glib/gi18n.h>

#include "baton-format.h"

#define MOST_SHOWN 20   /* suggestions or attachments of one message */

static gboolean
add_clean (GPtrArray *lines,
           char      *foreign)
{
  g_autofree char *text = foreign;
  g_autofree char *clean = baton_format_clean (text);

  if (*clean == '\0')
    return FALSE;
  g_ptr_array_add (lines, g_steal_pointer (&clean));
  return TRUE;
}

static void
add_attachment (GPtrArray     *lines,
                BatonJsonNode  attachment)
{
  BatonJsonNode content = baton_json_node_get_member (attachment, "content");
  g_autofree char *type = baton_json_node_dup_member (attachment, "contentType");

  if (add_clean (lines, baton_json_node_dup_member (attachment, "name"))
      || add_clean (lines, baton_json_node_dup_member (content, "title"))
      || add_clean (lines, baton_json_node_dup_member (content, "fallbackText"))
      || add_clean (lines, baton_json_node_dup_member (content, "text")))
    return;

  if (type != NULL && g_str_has_prefix (type, "application/vnd.microsoft.card."))
    g_ptr_array_add (lines, g_strdup (_("Card")));
  else if (type != NULL && g_str_has_prefix (type, "image/"))
    g_ptr_array_add (lines, g_strdup (_("Image")));
  else
    g_ptr_array_add (lines, g_strdup (_("File")));
}

/**
 * baton_attachments_list:
 * @activity: a message
 *
 * Returns: (transfer full) (element-type utf8): one line for each attachment: its name, its card's title, or its kind
 */
GPtrArray *
baton_attachments_list (BatonActivity *activity)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  BatonJsonIter iter;
  BatonJsonNode value;

  baton_json_iter_init (&iter, baton_json_node_get_member (baton_activity_get_root (activity), "attachments"));
  while (lines->len < MOST_SHOWN && baton_json_iter_next (&iter, NULL, &value))
    add_attachment (lines, value);
  return lines;
}

static BatonJsonNode
get_actions (BatonActivity *activity)
{
  BatonJsonNode suggested = baton_json_node_get_member (baton_activity_get_root (activity), "suggestedActions");

  return baton_json_node_get_member (suggested, "actions");
}

static char *
dup_title (BatonJsonNode action)
{
  char *title = baton_json_node_dup_member (action, "title");

  return title != NULL ? title : baton_json_node_dup_member (action, "value");
}

/**
 * baton_attachments_suggestions:
 * @activity: a message
 *
 * Returns: (transfer full) (element-type utf8): the titles of what the bot offered to say; actions without one are left out
 */
GPtrArray *
baton_attachments_suggestions (BatonActivity *activity)
{
  GPtrArray *titles = g_ptr_array_new_with_free_func (g_free);
  BatonJsonIter iter;
  BatonJsonNode value;

  baton_json_iter_init (&iter, get_actions (activity));
  while (titles->len < MOST_SHOWN && baton_json_iter_next (&iter, NULL, &value))
    add_clean (titles, dup_title (value));
  return titles;
}

/**
 * baton_attachments_find_chosen:
 * @activity: a message with suggestions
 * @answer: (nullable): what the customer said next
 *
 * Returns: position in baton_attachments_suggestions() of the one the customer took, or -1
 */
int
baton_attachments_find_chosen (BatonActivity *activity,
                               const char    *answer)
{
  BatonJsonIter iter;
  BatonJsonNode value;
  int position = 0;

  baton_json_iter_init (&iter, get_actions (activity));
  while (answer != NULL && baton_json_iter_next (&iter, NULL, &value)) {
    g_autofree char *title = dup_title (value);
    g_autofree char *clean = baton_format_clean (title);

    if (*clean == '\0')
      continue;
    if (g_strcmp0 (title, answer) == 0 || baton_json_node_is (baton_json_node_get_member (value, "value"), answer))
      return position < MOST_SHOWN ? position : -1;
    position++;
  }
  return -1;
}
