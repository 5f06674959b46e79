/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-error.h"
#include "model-test.h"

static const char *const skills[] = { "billing", "returns", NULL };
static const char *const languages[] = { "pt-PT", "en", NULL };

static void
count_cb (guint *count)
{
  ++*count;
}

static void
test_properties (void)
{
  BatonAgent *agent = baton_agent_new ("ana", "Ana Sousa", skills, languages);
  g_autofree char *id = NULL;
  g_autofree char *name = NULL;
  BatonPresence presence;
  guint changes = 0;

  g_signal_connect_swapped (agent, "notify::presence", G_CALLBACK (count_cb), &changes);
  baton_agent_set_presence (agent, BATON_PRESENCE_OFFLINE);
  g_assert_cmpuint (changes, ==, 0);
  baton_agent_set_presence (agent, BATON_PRESENCE_AVAILABLE);
  baton_agent_set_presence (agent, BATON_PRESENCE_AVAILABLE);
  g_assert_cmpuint (changes, ==, 1);

  g_object_get (agent, "id", &id, "name", &name, "presence", &presence, NULL);
  g_assert_cmpstr (id, ==, "ana");
  g_assert_cmpstr (name, ==, "Ana Sousa");
  g_assert_cmpint (presence, ==, BATON_PRESENCE_AVAILABLE);
  g_assert_cmpstr (baton_agent_get_skills (agent)[1], ==, "returns");
  g_assert_cmpstr (baton_agent_get_languages (agent)[0], ==, "pt-PT");
  g_assert_finalize_object (agent);
}

static void
test_json (void)
{
  g_autoptr (BatonAgent) agent = baton_agent_new ("ana", "Ana \"A\" Sousa", skills, languages);
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *text = NULL;
  g_autoptr (BatonJson) json = NULL;
  g_autoptr (BatonAgent) read = NULL;
  g_autoptr (GError) error = NULL;

  baton_agent_set_presence (agent, BATON_PRESENCE_BUSY);
  baton_agent_write (agent, writer);
  text = baton_json_writer_finish_text (writer);
  assert_same_json (text, "{\"id\":\"ana\",\"name\":\"Ana \\\"A\\\" Sousa\",\"presence\":\"busy\","
                          "\"skills\":[\"billing\",\"returns\"],\"languages\":[\"pt-PT\",\"en\"]}");

  json = json_from_text (text);
  read = baton_agent_new_from_json (baton_json_get_root (json), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (baton_agent_get_id (read), ==, "ana");
  g_assert_cmpstr (baton_agent_get_name (read), ==, "Ana \"A\" Sousa");
  g_assert_cmpint (baton_agent_get_presence (read), ==, BATON_PRESENCE_BUSY);
  g_assert_true (g_strv_equal (baton_agent_get_skills (read), skills));
  g_assert_true (g_strv_equal (baton_agent_get_languages (read), languages));
}

static void
test_broken_json (void)
{
  static const struct {
    const char    *json;
    const char    *name;       /* NULL: refused */
    BatonPresence  presence;
  } agents[] = {
    { "{\"id\":\"ana\"}", "ana", BATON_PRESENCE_OFFLINE },
    { "{\"id\":\"ana\",\"name\":7,\"presence\":\"levitating\",\"skills\":{},\"languages\":[1,null]}", "ana", BATON_PRESENCE_OFFLINE },
    { "{\"id\":\"ana\",\"name\":\"A\",\"presence\":\"away\"}", "A", BATON_PRESENCE_AWAY },
    { "{\"id\":7}", NULL, BATON_PRESENCE_OFFLINE },
    { "{\"id\":\"\"}", NULL, BATON_PRESENCE_OFFLINE },
    { "{}", NULL, BATON_PRESENCE_OFFLINE },
    { "[]", NULL, BATON_PRESENCE_OFFLINE },
    { "null", NULL, BATON_PRESENCE_OFFLINE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (agents); i++) {
    g_autoptr (BatonJson) json = json_from_text (agents[i].json);
    g_autoptr (BatonAgent) agent = NULL;
    g_autoptr (GError) error = NULL;

    g_test_message ("agent %s", agents[i].json);
    agent = baton_agent_new_from_json (baton_json_get_root (json), &error);
    if (agents[i].name == NULL) {
      g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
      continue;
    }
    g_assert_no_error (error);
    g_assert_cmpstr (baton_agent_get_name (agent), ==, agents[i].name);
    g_assert_cmpint (baton_agent_get_presence (agent), ==, agents[i].presence);
    g_assert_null (baton_agent_get_skills (agent)[0]);
  }
}

static void
test_presences (void)
{
  BatonPresence presence = BATON_PRESENCE_BUSY;

  for (guint i = BATON_PRESENCE_OFFLINE; i <= BATON_PRESENCE_AWAY; i++) {
    g_assert_true (baton_presence_from_string (baton_presence_to_string ((BatonPresence) i), &presence));
    g_assert_cmpint (presence, ==, i);
  }
  g_assert_false (baton_presence_from_string ("Away", &presence));
  g_assert_false (baton_presence_from_string (NULL, &presence));
  g_assert_cmpint (presence, ==, BATON_PRESENCE_AWAY);
}

static void
test_valid_ids (void)
{
  static const char *const good[] = { "a", "0", "ana", "ana.sousa-2_x", "abcdefghijklmnopqrstuvwxyz012345" };
  static const char *const bad[] = {
    "", "Ana", ".ana", "-ana", "_ana", "ana sousa", "ana/", "aná", "abcdefghijklmnopqrstuvwxyz0123456", "a\n", NULL
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (baton_agent_id_is_valid (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (baton_agent_id_is_valid (bad[i]));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/agent/properties", test_properties);
  g_test_add_func ("/model/agent/json", test_json);
  g_test_add_func ("/model/agent/broken-json", test_broken_json);
  g_test_add_func ("/model/agent/presences", test_presences);
  g_test_add_func ("/model/agent/valid-ids", test_valid_ids);
  return g_test_run ();
}
