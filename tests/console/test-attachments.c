/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-attachments.h"

#include <string.h>

#include "baton-test.h"

static BatonActivity *
make (const char *members)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",%s}", members);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  BatonActivity *activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, &error);

  g_assert_no_error (error);
  return activity;
}

static char *
join (GPtrArray *lines)
{
  g_autoptr (GPtrArray) owned = lines;

  g_ptr_array_add (owned, NULL);
  return g_strjoinv ("|", (char **) owned->pdata);
}

static void
test_attachments_lines (void)
{
  static const struct {
    const char *members;
    const char *lines;
  } cases[] = {
    { "\"text\":\"x\"", "" },
    { "\"attachments\":null", "" },
    { "\"attachments\":7", "" },
    { "\"attachments\":[{\"contentType\":\"image/png\",\"name\":\"a\\u202eb.png\",\"contentUrl\":\"http://x/\"}]", "ab.png" },
    { "\"attachments\":[{\"contentType\":\"image/png\",\"contentUrl\":\"http://x/\"},{\"contentType\":\"text/x\"}]", "Image|File" },
    { "\"attachments\":[{\"contentType\":\"application/vnd.microsoft.card.hero\",\"content\":{\"title\":\"Mug\",\"text\":\"12\"}}]", "Mug" },
    { "\"attachments\":[{\"contentType\":\"application/vnd.microsoft.card.adaptive\",\"content\":{\"fallbackText\":\"Old\"}}]", "Old" },
    { "\"attachments\":[{\"contentType\":\"application/vnd.microsoft.card.adaptive\",\"content\":{\"title\":{}}},3]", "Card|File" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (BatonActivity) activity = make (cases[i].members);
    g_autofree char *lines = join (baton_attachments_list (activity));

    g_assert_cmpstr (lines, ==, cases[i].lines);
  }
}

/* K17: each card of the collection shows as something. */
static void
test_attachments_cards (void)
{
  g_autofree char *path = baton_test_fixture ("made-cards.json");
  g_autoptr (GBytes) bytes = baton_test_read (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonJson) json = baton_json_parse (bytes, &BATON_JSON_LIMITS_BOT, &error);
  BatonJsonNode root, value;
  BatonJsonIter iter;
  guint n = 0;

  g_assert_no_error (error);
  root = baton_json_get_root (json);
  baton_json_iter_init (&iter, root);
  while (baton_json_iter_next (&iter, NULL, &value)) {
    g_autoptr (BatonActivity) activity = baton_activity_new_from_node (value);
    g_autoptr (GPtrArray) lines = NULL;

    if (activity == NULL)
      continue;
    lines = baton_attachments_list (activity);
    g_assert_cmpuint (lines->len, ==,
                      baton_json_node_get_size (baton_json_node_get_member (value, "attachments")));
    n++;
  }
  g_test_message ("%u messages", n);
}

static void
test_attachments_suggestions (void)
{
  g_autoptr (BatonActivity) activity =
    make ("\"suggestedActions\":{\"actions\":[{\"type\":\"imBack\",\"title\":\"\",\"value\":\"\"},"
          "{\"type\":\"imBack\",\"title\":\"Yes\",\"value\":\"yes please\"},{\"type\":\"imBack\",\"value\":\"No\"}]}");
  g_autofree char *titles = join (baton_attachments_suggestions (activity));

  g_assert_cmpstr (titles, ==, "Yes|No");
  g_assert_cmpint (baton_attachments_find_chosen (activity, "Yes"), ==, 0);
  g_assert_cmpint (baton_attachments_find_chosen (activity, "yes please"), ==, 0);
  g_assert_cmpint (baton_attachments_find_chosen (activity, "No"), ==, 1);
  g_assert_cmpint (baton_attachments_find_chosen (activity, "something else"), ==, -1);
  g_assert_cmpint (baton_attachments_find_chosen (activity, NULL), ==, -1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/console/attachments/lines", test_attachments_lines);
  g_test_add_func ("/console/attachments/cards", test_attachments_cards);
  g_test_add_func ("/console/attachments/suggestions", test_attachments_suggestions);
  return g_test_run ();
}
