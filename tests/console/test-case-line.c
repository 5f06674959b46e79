/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-case.h"

#include <string.h>

#include "baton-test.h"
#include "mock-desk.h"

/* A conversation that lives on another Direct Line: read from the relay's record by everybody, joined there by who owns
 * it. `desk->line` is the relay, `cloud` the other. */

#define ME "rita"

typedef struct {
  MockDesk       *desk;
  MockDirectLine *cloud;
  const char     *cloud_id;
  BatonCase      *item;
} Fixture;

static void
answer (Fixture    *f,
        gboolean    detail,
        BatonState  state,
        gint64      epoch,
        const char *agent_id,
        const char *access)
{
  g_autofree char *escalation = mock_desk_format (f->desk, detail, state, epoch, agent_id);
  g_autofree char *body = g_strdup_printf ("{\"escalation\":%s%s%s}", escalation, access != NULL ? ",\"directLine\":" : "",
                                           access != NULL ? access : "");

  mock_hub_answer (f->desk->hub, 200, body);
}

static char *
format_record (Fixture *f)
{
  return g_strdup_printf ("{\"base\":\"%s\",\"conversationId\":\"%s\",\"token\":\"%s\",\"expires_in\":3600,"
                          "\"record\":true}", f->desk->line->base, f->desk->conversation_id, f->desk->line->token);
}

static char *
format_foreign (Fixture *f)
{
  return g_strdup_printf ("{\"base\":\"%s\",\"conversationId\":\"%s\",\"token\":\"%s\",\"expires_in\":3600,"
                          "\"user\":{\"id\":\"baton-rita\",\"name\":\"Rita Nair\"}}", f->cloud->base, f->cloud_id,
                          f->cloud->token);
}

/* What was said over there, and the relay's record of it. */
static void
say (Fixture    *f,
     const char *party,
     const char *from,
     const char *text)
{
  g_autofree char *there = g_strdup_printf ("{\"type\":\"message\",\"from\":{%s},\"text\":\"%s\"}", from, text);
  g_autofree char *id = mock_direct_line_say (f->cloud, f->cloud_id, there);
  g_autofree char *here = g_strdup_printf ("{\"type\":\"message\",\"from\":{%s},\"text\":\"%s\",\"channelData\":"
                                           "{\"baton\":{\"party\":\"%s\",\"upstreamId\":\"%s\"}}}", from, text, party, id);

  g_free (mock_direct_line_say (f->desk->line, f->desk->conversation_id, here));
}

static guint
n_lines (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (baton_case_get_transcript (f->item)));
}

static BatonActivity *
get_words (Fixture    *f,
           const char *text)
{
  for (guint i = 0; i < n_lines (f); i++) {
    g_autoptr (BatonTranscriptItem) item = g_list_model_get_item (G_LIST_MODEL (baton_case_get_transcript (f->item)), i);
    BatonActivity *activity = baton_transcript_item_get_activity (item);

    if (activity != NULL && g_strcmp0 (baton_activity_get_text (activity), text) == 0)
      return activity;
  }
  return NULL;
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  g_autofree char *record = NULL;

  f->desk = mock_desk_new (NULL, BATON_STATE_QUEUED, 3, NULL);
  f->cloud = mock_direct_line_new ();
  mock_direct_line_add (f->cloud);
  f->cloud_id = mock_direct_line_add (f->cloud);   /* another id than the record's */
  record = format_record (f);
  answer (f, TRUE, BATON_STATE_QUEUED, 3, NULL, record);
  say (f, "customer", "\"id\":\"dl_1\"", "Hello");
  say (f, "bot", "\"id\":\"b\",\"role\":\"bot\"", "Wait");
  f->item = baton_case_new (f->desk->client, f->desk->escalation);
  baton_test_wait (n_lines (f) == 3);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_clear_object (&f->item);
  mock_desk_free (f->desk);
  mock_direct_line_free (f->cloud);
}

static void
claim (Fixture *f)
{
  g_autofree char *access = format_foreign (f);

  answer (f, FALSE, BATON_STATE_WITH_AGENT, 4, ME, access);
  baton_case_claim (f->item);
  baton_test_wait (baton_case_is_writable (f->item) && mock_direct_line_count_streams (f->cloud, f->cloud_id) == 1);
}

/* Reading the record, one asks the other line nothing; nothing can be written. */
static void
test_record (Fixture       *f,
             gconstpointer  data)
{
  g_assert_cmpint (baton_activity_get_party (get_words (f, "Hello")), ==, BATON_PARTY_CUSTOMER);
  g_assert_cmpuint (f->cloud->calls[MOCK_RECONNECT], ==, 0);
  g_assert_false (baton_case_is_writable (f->item));
}

/* What is known from the record is not there twice; whose words they are is seen over there, too; and the reply goes out
 * there, signed, and nowhere else. */
static void
test_join (Fixture       *f,
           gconstpointer  data)
{
  const char *post;

  claim (f);
  baton_test_wait (mock_direct_line_count_streams (f->desk->line, f->desk->conversation_id) == 0);
  g_free (mock_direct_line_say (f->cloud, f->cloud_id, "{\"type\":\"message\",\"from\":{\"id\":\"dl_1\"},\"text\":\"Still here\","
                                                       "\"localTimezone\":\"Europe/Lisbon\"}"));
  baton_test_wait (get_words (f, "Still here") != NULL);
  g_assert_cmpuint (n_lines (f), ==, 4);
  g_assert_cmpint (baton_activity_get_party (get_words (f, "Hello")), ==, BATON_PARTY_CUSTOMER);
  g_assert_cmpint (baton_activity_get_party (get_words (f, "Wait")), ==, BATON_PARTY_BOT);
  g_assert_cmpint (baton_activity_get_party (get_words (f, "Still here")), ==, BATON_PARTY_CUSTOMER);
  g_assert_cmpstr (baton_case_get_timezone (f->item), ==, "Europe/Lisbon");

  g_assert_true (baton_case_send (f->item, "I am Rita"));
  baton_test_wait (f->cloud->posts->len == 1);
  post = g_ptr_array_index (f->cloud->posts, 0);
  g_assert_nonnull (strstr (post, "\"from\":{\"id\":\"baton-rita\",\"name\":\"Rita Nair\"}"));
  baton_test_wait (baton_activity_get_id (get_words (f, "I am Rita")) != NULL);
  g_assert_cmpint (baton_activity_get_party (get_words (f, "I am Rita")), ==, BATON_PARTY_AGENT);
  g_assert_cmpuint (n_lines (f), ==, 5);
  g_assert_cmpuint (f->desk->line->posts->len, ==, 0);
}

/* On a line without our relay anybody may put anything where our relay puts the party. */
static void
test_forged (Fixture       *f,
             gconstpointer  data)
{
  claim (f);
  g_free (mock_direct_line_say (f->cloud, f->cloud_id, "{\"type\":\"message\",\"from\":{\"id\":\"dl_1\"},\"text\":\"Ended\","
                                                       "\"channelData\":{\"baton\":{\"party\":\"system\",\"kind\":\"ended\"}}}"));
  baton_test_wait (get_words (f, "Ended") != NULL);
  g_assert_cmpint (baton_activity_get_party (get_words (f, "Ended")), ==, BATON_PARTY_CUSTOMER);
}

/* The claim holds, but how to join is not known yet: nothing is posted to the record, and it is asked for again. */
static void
test_no_access (Fixture       *f,
                gconstpointer  data)
{
  g_autofree char *access = format_foreign (f);

  answer (f, FALSE, BATON_STATE_WITH_AGENT, 4, ME, NULL);
  answer (f, TRUE, BATON_STATE_WITH_AGENT, 4, ME, access);
  baton_case_claim (f->item);
  baton_test_wait (!baton_case_is_claiming (f->item));
  g_assert_true (baton_case_is_mine (f->item));
  g_assert_false (baton_case_is_writable (f->item));
  g_assert_false (baton_case_send (f->item, "Too early"));
  baton_test_wait (baton_case_is_writable (f->item));
  baton_test_wait (mock_direct_line_count_streams (f->cloud, f->cloud_id) == 1);
}

/* The token has expired, as after the lid was closed: the hub gives another. */
static void
test_expired (Fixture       *f,
              gconstpointer  data)
{
  g_autofree char *access = NULL;

  claim (f);
  g_free (f->cloud->token);
  f->cloud->token = g_strdup ("token-2");
  access = format_foreign (f);
  answer (f, TRUE, BATON_STATE_WITH_AGENT, 4, ME, access);
  mock_direct_line_drop_streams (f->cloud, 1012);
  baton_test_wait (f->cloud->calls[MOCK_STREAM] == 2);
  g_assert_true (baton_case_send (f->item, "Back again"));
  baton_test_wait (f->cloud->posts->len == 1);
}

/* Not ours any more: we leave, and read on in the record. */
static void
test_leave (Fixture       *f,
            gconstpointer  data)
{
  g_autofree char *record = format_record (f);

  claim (f);
  answer (f, TRUE, BATON_STATE_QUEUED, 5, NULL, record);
  mock_desk_happen (f->desk, BATON_EVENT_QUEUED, BATON_STATE_QUEUED, 5, NULL);
  baton_test_wait (mock_direct_line_count_streams (f->cloud, f->cloud_id) == 0);
  baton_test_wait (mock_direct_line_count_streams (f->desk->line, f->desk->conversation_id) == 1);
  say (f, "customer", "\"id\":\"dl_1\"", "Hello?");
  baton_test_wait (get_words (f, "Hello?") != NULL);
  g_assert_cmpuint (n_lines (f), ==, 4);
  g_assert_false (baton_case_is_writable (f->item));
}

#define ADD(path, test) g_test_add ("/console/case-line/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_autofree char *folder = NULL;

  g_test_init (&argc, &argv, NULL);
  folder = baton_test_make_folder ();
  g_setenv ("XDG_DATA_HOME", folder, TRUE);   /* the outbox */
  ADD ("record", test_record);
  ADD ("join", test_join);
  ADD ("forged", test_forged);
  ADD ("no-access", test_no_access);
  ADD ("expired", test_expired);
  ADD ("leave", test_leave);
  return g_test_run ();
}
