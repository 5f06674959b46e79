/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-bots.h"
#include "mock-direct-line.h"
#include "relay-house.h"

/* Several bots on one relay, two on Direct Lines of their own and two embedded: each conversation keeps its bot, and
 * nothing crosses. */

#define N_BOTS 4
#define N_CONVERSATIONS 2   /* of each */

static const char *const names[N_BOTS] = { "one", "two", "three", "four" };

typedef struct {
  MockDirectLine *lines[2];
  RelayHouse     *house;
} Several;

static const char *
name_of (Several        *self,
         MockDirectLine *line)
{
  return names[line == self->lines[0] ? 0 : 1];
}

static void
bot_answers_cb (MockDirectLine *line,
                const char     *conversation_id,
                BatonActivity  *activity,
                gpointer        user_data)
{
  g_autofree char *json = NULL;

  if (!baton_activity_is (activity, "message"))
    return;
  json = g_strdup_printf ("{\"type\":\"message\",\"from\":{\"id\":\"%s\",\"role\":\"bot\"},\"text\":\"%s heard: %s\"}",
                          name_of (user_data, line), name_of (user_data, line), baton_activity_get_text (activity));
  g_free (mock_direct_line_say (line, conversation_id, json));
}

static char *
format_groups (Several    *self,
               const char *bot)
{
  return g_strdup_printf ("[relay]\nbot=%s\n"
                          "[bot one]\nkind=directline\nbase-url=%s\nsecret-file=secret\n"
                          "[bot two]\nkind=directline\nbase-url=%s\nsecret-file=secret\n"
                          "[bot three]\nkind=embedded\n"
                          "[bot four]\nkind=embedded\ntopics=%s/tests/fixtures/made-bot\n",
                          bot, self->lines[0]->base, self->lines[1]->base, g_getenv ("BATON_SOURCE"));
}

static void
set_up (Several       *self,
        gconstpointer  data)
{
  g_autofree char *groups = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (self->lines); i++) {
    self->lines[i] = mock_direct_line_new ();
    g_free (self->lines[i]->secret);
    self->lines[i]->secret = g_strdup (RELAY_HOUSE_SECRET);
    self->lines[i]->posted = bot_answers_cb;
    self->lines[i]->user_data = self;
  }
  groups = format_groups (self, "one");
  self->house = relay_house_new_with (groups);
}

static void
tear_down (Several       *self,
           gconstpointer  data)
{
  relay_house_free (self->house);
  for (guint i = 0; i < G_N_ELEMENTS (self->lines); i++)
    mock_direct_line_free (self->lines[i]);
}

/* As if the operator had named another bot, and started the relay again. */
static void
change_bot (Several    *self,
            const char *bot)
{
  g_autofree char *path = g_build_filename (self->house->folder, "relay.conf", NULL);
  g_autofree char *groups = format_groups (self, bot);
  g_autoptr (GError) error = NULL;

  relay_house_close (self->house);
  g_file_set_contents (path, groups, -1, &error);
  g_assert_no_error (error);
  relay_house_open (self->house);
}

/* `from.id` of an embedded bot's words. */
static char *
dup_embedded_id (const char *name,
                 const char *topics)
{
  const BatonConfigBot config = { .name = (char *) name, .kind = BATON_CONFIG_EMBEDDED, .topics = (char *) topics };
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonUpstream) bot = baton_bots_open (&config, NULL, &error);

  g_assert_no_error (error);
  return g_strdup (baton_upstream_get_bot_id (bot));
}

/* Only the bot @id has spoken to this customer, and of nothing but what they said. */
static void
assert_own (RelayCustomer *customer,
            const char    *id,
            const char    *said)
{
  g_autofree char *history = relay_customer_reload (customer);
  g_autoptr (GBytes) bytes = g_bytes_new (history, strlen (history));
  g_autoptr (GPtrArray) set = baton_activity_set_parse (bytes, &BATON_JSON_LIMITS_BOT, NULL, NULL);
  guint n_answers = 0;

  for (guint i = 0; i < set->len; i++) {
    BatonActivity *activity = g_ptr_array_index (set, i);
    const char *text = baton_activity_get_text (activity);

    if (baton_activity_get_party (activity) == BATON_PARTY_BOT) {
      g_assert_cmpstr (baton_activity_get_from_id (activity), ==, id);
      n_answers++;
    }
    g_assert_true (text == NULL || strstr (text, "from customer") == NULL || strstr (text, said) != NULL);
  }
  g_assert_cmpuint (n_answers, >, 0);
}

/* Its stream ended with the relay's first life. */
static gboolean
has_answer (RelayCustomer *customer)
{
  g_free (relay_customer_reload (customer));
  return relay_customer_saw (customer, "\"party\":\"bot\"");
}

static gboolean
look_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;   /* only wakes the loop */
}

static void
test_several_apart (Several       *self,
                    gconstpointer  data)
{
  g_autofree char *made = g_build_filename (g_getenv ("BATON_SOURCE"), "tests", "fixtures", "made-bot", NULL);
  g_autofree char *three = dup_embedded_id ("three", NULL);
  g_autofree char *four = dup_embedded_id ("four", made);
  const char *const ids[N_BOTS] = { "one", "two", three, four };
  RelayCustomer *customers[N_BOTS][N_CONVERSATIONS];
  guint look_id = g_timeout_add (5, look_cb, NULL);

  g_assert_cmpstr (three, !=, four);
  for (guint i = 0; i < N_BOTS; i++) {
    change_bot (self, names[i]);
    for (guint j = 0; j < N_CONVERSATIONS; j++)
      customers[i][j] = relay_customer_new (self->house);
  }

  /* The relay has been started again since, with another bot for new conversations: all at once, and to their own. */
  for (guint i = 0; i < N_BOTS; i++) {
    for (guint j = 0; j < N_CONVERSATIONS; j++) {
      g_autofree char *text = g_strdup_printf ("from customer %u%u", i, j);

      relay_customer_say (customers[i][j], text);
    }
  }
  for (guint i = 0; i < N_BOTS; i++) {
    for (guint j = 0; j < N_CONVERSATIONS; j++) {
      g_autofree char *text = g_strdup_printf ("from customer %u%u", i, j);

      baton_test_wait (has_answer (customers[i][j]));
      assert_own (customers[i][j], ids[i], text);
      relay_customer_free (customers[i][j]);
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS (self->lines); i++)
    g_assert_cmpuint (self->lines[i]->begun, ==, N_CONVERSATIONS);
  g_source_remove (look_id);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/relay/several/apart", Several, NULL, set_up, test_several_apart, tear_down);
  return g_test_run ();
}
