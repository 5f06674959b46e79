/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-conversation.h"

#include <string.h>

static void
test_states (void)
{
  static const char *const words[] = { "bot", "queued", "offered", "with_agent", "ended" };
  BatonState state = BATON_STATE_ENDED;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    g_assert_cmpstr (baton_state_to_string ((BatonState) i), ==, words[i]);
    g_assert_true (baton_state_from_string (words[i], &state));
    g_assert_cmpint (state, ==, i);
  }

  state = BATON_STATE_OFFERED;
  g_assert_false (baton_state_from_string ("Queued", &state));
  g_assert_false (baton_state_from_string (NULL, &state));
  g_assert_cmpint (state, ==, BATON_STATE_OFFERED);
}

static void
test_copy (void)
{
  BatonConversation original = {
    .id = (char *) "c1", .bot = (char *) "embedded", .user_id = (char *) "dl_1", .locale = (char *) "pt-PT",
    .state = BATON_STATE_WITH_AGENT, .agent_id = (char *) "ana", .epoch = 3, .next_index = 9,
    .escalation_id = (char *) "e1", .bot_read = 7, .bot_state = (char *) "{}", .created_at = 5,
  };
  g_autoptr (BatonConversation) copy = baton_conversation_copy (&original);

  g_assert_true (copy->id != original.id);
  g_assert_cmpstr (copy->id, ==, "c1");
  g_assert_cmpstr (copy->bot, ==, "embedded");
  g_assert_cmpstr (copy->user_id, ==, "dl_1");
  g_assert_null (copy->user_name);
  g_assert_cmpstr (copy->locale, ==, "pt-PT");
  g_assert_cmpint (copy->state, ==, BATON_STATE_WITH_AGENT);
  g_assert_cmpstr (copy->agent_id, ==, "ana");
  g_assert_cmpint (copy->epoch, ==, 3);
  g_assert_cmpint (copy->next_index, ==, 9);
  g_assert_cmpstr (copy->escalation_id, ==, "e1");
  g_assert_cmpint (copy->bot_read, ==, 7);
  g_assert_cmpstr (copy->bot_state, ==, "{}");
  g_assert_null (copy->bot_watermark);
  g_assert_cmpint (copy->created_at, ==, 5);
  g_assert_null (baton_conversation_copy (NULL));
}

static void
test_new_ids (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 1000; i++) {
    char *id = baton_conversation_new_id ();

    g_assert_true (baton_conversation_id_is_valid (id));
    g_assert_cmpuint (strlen (id), ==, 23);
    g_assert_true (g_ascii_isalpha (id[0]));
    g_assert_true (g_hash_table_add (seen, id));
  }
}

static void
test_valid_ids (void)
{
  static const struct {
    const char *id;
    gboolean    valid;
  } ids[] = {
    { "a", TRUE },
    { "c4Xk2mQ9vT1LrW8eYb3N5d-eu", TRUE },
    { "_-", TRUE },
    { "0123456789012345678901234567890123456789012345678901234567890123", TRUE },
    { "01234567890123456789012345678901234567890123456789012345678901234", FALSE },
    { "", FALSE },
    { NULL, FALSE },
    { "a/b", FALSE },
    { "a|0000001", FALSE },
    { "..", FALSE },
    { "a b", FALSE },
    { "ä", FALSE },
    { "a\n", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_test_message ("id %s", ids[i].id);
    g_assert_cmpint (baton_conversation_id_is_valid (ids[i].id), ==, ids[i].valid);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/conversation/states", test_states);
  g_test_add_func ("/model/conversation/copy", test_copy);
  g_test_add_func ("/model/conversation/new-ids", test_new_ids);
  g_test_add_func ("/model/conversation/valid-ids", test_valid_ids);
  return g_test_run ();
}
