/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sender.h"

#include <string.h>

#include "baton-error.h"
#include "baton-test.h"
#include "mock-direct-line.h"

#define EPOCH 3

typedef struct {
  MockDirectLine  *line;
  const char      *conversation_id;
  char            *folder;
  BatonDlClient   *client;
  BatonTranscript *transcript;
  BatonSender     *sender;
  guint            refused;
} Fixture;

static void
activities_cb (Fixture   *f,
               GPtrArray *activities)
{
  baton_transcript_add_all (f->transcript, activities);
  for (guint i = 0; i < activities->len; i++)
    baton_sender_hear (f->sender, g_ptr_array_index (activities, i));
}

static void
refused_cb (Fixture *f)
{
  f->refused++;
}

static BatonOutbox *
new_outbox (Fixture *f)
{
  return baton_outbox_new (f->folder, f->conversation_id, "rita");
}

static void
start (Fixture *f)
{
  f->client = baton_dl_client_new (f->line->base, f->line->token);
  baton_dl_client_set_conversation_id (f->client, f->conversation_id);
  baton_dl_client_set_repeatable (f->client, TRUE);
  f->transcript = baton_transcript_new ();
  f->sender = baton_sender_new (f->client, f->transcript, new_outbox (f));
  g_signal_connect_swapped (f->client, "activities", G_CALLBACK (activities_cb), f);
  g_signal_connect_swapped (f->sender, "refused", G_CALLBACK (refused_cb), f);
}

static void
stop (Fixture *f)
{
  g_signal_handlers_disconnect_by_data (f->client, f);
  g_clear_object (&f->sender);
  baton_dl_client_close (f->client);
  baton_test_wait (G_OBJECT (f->client)->ref_count == 1);
  g_clear_object (&f->client);
  g_clear_object (&f->transcript);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->line = mock_direct_line_new ();
  f->conversation_id = mock_direct_line_add (f->line);
  f->folder = baton_test_make_folder ();
  start (f);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  stop (f);
  mock_direct_line_free (f->line);
  g_free (f->folder);
}

static void
go_online (Fixture *f)
{
  baton_dl_client_open (f->client);
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
}

static void
send (Fixture    *f,
      const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (baton_sender_send (f->sender, text, &error));
  g_assert_no_error (error);
}

static BatonDelivery
delivery_at (Fixture *f,
             guint    position)
{
  g_autoptr (BatonTranscriptItem) item = g_list_model_get_item (G_LIST_MODEL (f->transcript), position);

  g_assert_nonnull (item);
  return baton_transcript_item_get_delivery (item);
}

static gboolean
has_echo_at (Fixture *f,
             guint    position)
{
  g_autoptr (BatonTranscriptItem) item = g_list_model_get_item (G_LIST_MODEL (f->transcript), position);

  return baton_activity_get_id (baton_transcript_item_get_activity (item)) != NULL;
}

static char *
dup_client_id_at (Fixture *f,
                  guint    position)
{
  g_autoptr (BatonTranscriptItem) item = g_list_model_get_item (G_LIST_MODEL (f->transcript), position);

  return g_strdup (baton_transcript_item_get_client_id (item));
}

static guint
count_kept (Fixture *f)
{
  g_autoptr (BatonOutbox) outbox = new_outbox (f);
  g_autoptr (GPtrArray) entries = baton_outbox_list (outbox);

  return entries->len;
}

static char *
dup_posted_client_id (Fixture *f,
                      guint    n)
{
  const char *body = g_ptr_array_index (f->line->posts, n);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autoptr (BatonActivity) activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, NULL);

  return g_strdup (baton_activity_get_client_id (activity));
}

/* K10: pending, written down before it is sent, sent with the echo; then nothing is left on disk. */
static void
test_sender_send (Fixture       *f,
                  gconstpointer  data)
{
  baton_sender_open (f->sender, EPOCH);
  send (f, "Hello");
  g_assert_cmpint (delivery_at (f, 0), ==, BATON_DELIVERY_PENDING);
  g_assert_cmpuint (count_kept (f), ==, 1);
  g_assert_cmpuint (f->line->posts->len, ==, 0);

  go_online (f);
  baton_test_wait (delivery_at (f, 0) == BATON_DELIVERY_SENT);
  baton_test_wait (has_echo_at (f, 0));
  g_assert_cmpuint (count_kept (f), ==, 0);
  g_assert_cmpuint (f->line->posts->len, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->transcript)), ==, 1);
}

static void
test_sender_order (Fixture       *f,
                   gconstpointer  data)
{
  go_online (f);
  baton_sender_open (f->sender, EPOCH);
  for (int i = 0; i < 20; i++) {
    g_autofree char *text = g_strdup_printf ("n%02d", i);

    send (f, text);
  }
  baton_test_wait (f->line->posts->len == 20 && delivery_at (f, 19) == BATON_DELIVERY_SENT);
  for (guint i = 0; i < 20; i++) {
    g_autofree char *text = g_strdup_printf ("\"n%02u\"", i);

    g_assert_nonnull (strstr (g_ptr_array_index (f->line->posts, i), text));
  }
  g_assert_cmpuint (count_kept (f), ==, 0);
}

static guint
count_typing (Fixture *f)
{
  guint n = 0;

  for (guint i = 0; i < f->line->posts->len; i++)
    n += strstr (g_ptr_array_index (f->line->posts, i), "\"typing\"") != NULL;
  return n;
}

static gboolean
tell_typing_cb (gpointer sender)
{
  baton_sender_tell_typing (sender);
  return G_SOURCE_CONTINUE;
}

/* K15: only where it is ours and news at once; before the words it announces, and not again within 3 s. */
static void
test_sender_typing (Fixture       *f,
                    gconstpointer  data)
{
  gint64 told;
  guint keys;

  baton_sender_open (f->sender, EPOCH);
  baton_sender_tell_typing (f->sender);   /* no connection yet: nothing is kept for later */
  go_online (f);
  baton_sender_close (f->sender);
  baton_sender_tell_typing (f->sender);   /* not ours */
  baton_sender_open (f->sender, EPOCH);
  told = g_get_monotonic_time ();
  for (int i = 0; i < 5; i++)
    baton_sender_tell_typing (f->sender);
  send (f, "Hello");
  baton_sender_tell_typing (f->sender);
  send (f, "again");
  baton_test_wait (f->line->posts->len == 3 && delivery_at (f, 1) == BATON_DELIVERY_SENT);
  g_assert_cmpuint (count_typing (f), ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (f->line->posts, 0), "\"typing\""));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->transcript)), ==, 2);

  keys = g_timeout_add (100, tell_typing_cb, f->sender);
  baton_test_wait (count_typing (f) == 2);
  g_source_remove (keys);
  g_assert_cmpint (g_get_monotonic_time () - told, >=, 3 * G_USEC_PER_SEC);
}

/* K10: a refused one fails, and trying again keeps the id. */
static void
test_sender_retry (Fixture       *f,
                   gconstpointer  data)
{
  g_autofree char *client_id = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  go_online (f);
  baton_sender_open (f->sender, EPOCH);
  mock_direct_line_fail_next (f->line, MOCK_POST, 400, "{}", NULL, FALSE);
  send (f, "Hello");
  baton_test_wait (delivery_at (f, 0) == BATON_DELIVERY_FAILED);
  g_assert_cmpuint (count_kept (f), ==, 1);

  client_id = dup_client_id_at (f, 0);
  baton_sender_retry (f->sender, "unknown");
  baton_sender_retry (f->sender, client_id);
  g_assert_cmpint (delivery_at (f, 0), ==, BATON_DELIVERY_PENDING);
  baton_test_wait (delivery_at (f, 0) == BATON_DELIVERY_SENT);
  first = dup_posted_client_id (f, 0);
  second = dup_posted_client_id (f, 1);
  g_assert_cmpstr (first, ==, client_id);
  g_assert_cmpstr (second, ==, client_id);
  g_assert_cmpuint (count_kept (f), ==, 0);
}

/* K10: 502 says nothing; the echo says it arrived, once. */
static void
test_sender_uncertain_arrived (Fixture       *f,
                               gconstpointer  data)
{
  go_online (f);
  baton_sender_open (f->sender, EPOCH);
  mock_direct_line_fail_next (f->line, MOCK_POST, 502, "{}", NULL, TRUE);
  send (f, "Hello");
  baton_test_wait (delivery_at (f, 0) == BATON_DELIVERY_SENT);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->transcript)), ==, 1);
  g_assert_cmpuint (count_kept (f), ==, 0);
  g_assert_cmpuint (f->line->posts->len, ==, 1);
}

/* One that did not arrive is repeated with the same id. */
static void
test_sender_uncertain_lost (Fixture       *f,
                            gconstpointer  data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  go_online (f);
  baton_sender_open (f->sender, EPOCH);
  mock_direct_line_fail_next (f->line, MOCK_POST, 502, "{}", NULL, FALSE);
  send (f, "Hello");
  baton_test_wait (delivery_at (f, 0) == BATON_DELIVERY_SENT);
  g_assert_cmpuint (f->line->posts->len, ==, 2);
  first = dup_posted_client_id (f, 0);
  second = dup_posted_client_id (f, 1);
  g_assert_cmpstr (first, ==, second);
}

/* 6.6: to a server that may read a repeat twice nothing is repeated but by the agent, and then under the same id. */
static void
test_sender_uncertain_foreign (Fixture       *f,
                               gconstpointer  data)
{
  BatonPace pace = BATON_PACE_DEFAULT;
  g_autofree char *client_id = NULL;
  g_autofree char *second = NULL;

  pace.echo = 200;
  baton_dl_client_set_pace (f->client, &pace);
  baton_dl_client_set_repeatable (f->client, FALSE);
  baton_sender_set_patience (f->sender, 50);
  go_online (f);
  baton_sender_open (f->sender, EPOCH);
  mock_direct_line_fail_next (f->line, MOCK_POST, 502, "{}", NULL, FALSE);
  send (f, "Hello");
  baton_test_wait (delivery_at (f, 0) == BATON_DELIVERY_FAILED);
  g_assert_cmpuint (f->line->posts->len, ==, 1);

  client_id = dup_client_id_at (f, 0);
  baton_sender_retry (f->sender, client_id);
  baton_test_wait (delivery_at (f, 0) == BATON_DELIVERY_SENT);
  g_assert_cmpuint (f->line->posts->len, ==, 2);
  second = dup_posted_client_id (f, 1);
  g_assert_cmpstr (second, ==, client_id);
}

/* Nothing heard for long enough counts as not sent; an echo that comes after all corrects it. */
static void
test_sender_patience (Fixture       *f,
                      gconstpointer  data)
{
  g_autofree char *client_id = NULL;
  g_autofree char *echo = NULL;
  g_autofree char *id = NULL;

  go_online (f);
  baton_sender_set_patience (f->sender, 50);
  baton_sender_open (f->sender, EPOCH);
  for (int i = 0; i < 10; i++)
    mock_direct_line_fail_next (f->line, MOCK_POST, 502, "{}", NULL, FALSE);
  send (f, "Hello");
  baton_test_wait (delivery_at (f, 0) == BATON_DELIVERY_FAILED);
  g_assert_cmpuint (count_kept (f), ==, 1);

  client_id = dup_client_id_at (f, 0);
  echo = g_strdup_printf ("{\"type\":\"message\",\"text\":\"Hello\",\"channelData\":{\"clientActivityID\":\"%s\"}}", client_id);
  id = mock_direct_line_say (f->line, f->conversation_id, echo);
  baton_test_wait (delivery_at (f, 0) == BATON_DELIVERY_SENT);
  g_assert_cmpuint (count_kept (f), ==, 0);
}

/* Without a connection replies wait as long as it takes. */
static void
test_sender_offline (Fixture       *f,
                     gconstpointer  data)
{
  baton_sender_set_patience (f->sender, 1);
  baton_sender_open (f->sender, EPOCH);
  send (f, "Hello");
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpint (delivery_at (f, 0), ==, BATON_DELIVERY_PENDING);

  baton_sender_set_patience (f->sender, 20000);
  go_online (f);
  baton_test_wait (delivery_at (f, 0) == BATON_DELIVERY_SENT);
}

static void
test_sender_closed (Fixture       *f,
                    gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *client_id = NULL;

  g_assert_false (baton_sender_send (f->sender, "Hello", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_CONFLICT);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->transcript)), ==, 0);

  baton_sender_open (f->sender, EPOCH);
  send (f, "Hello");
  baton_sender_close (f->sender);
  g_assert_cmpint (delivery_at (f, 0), ==, BATON_DELIVERY_FAILED);
  client_id = dup_client_id_at (f, 0);
  baton_sender_retry (f->sender, client_id);
  g_assert_cmpint (delivery_at (f, 0), ==, BATON_DELIVERY_FAILED);
  g_assert_cmpuint (count_kept (f), ==, 1);
  baton_sender_forget (f->sender);
  g_assert_cmpuint (count_kept (f), ==, 0);
}

static void
test_sender_refused (Fixture       *f,
                     gconstpointer  data)
{
  go_online (f);
  baton_sender_open (f->sender, EPOCH);
  mock_direct_line_fail_next (f->line, MOCK_POST, 409, "{}", NULL, FALSE);
  send (f, "Hello");
  baton_test_wait (delivery_at (f, 0) == BATON_DELIVERY_FAILED);
  g_assert_cmpuint (f->refused, ==, 1);
}

/* A console that died after Enter sends when it is back, if it still owns the conversation; else the agent decides. */
static void
test_sender_restart (Fixture       *f,
                     gconstpointer  data)
{
  baton_sender_open (f->sender, EPOCH);
  send (f, "Hello");
  stop (f);
  start (f);
  baton_sender_open (f->sender, EPOCH);
  g_assert_cmpint (delivery_at (f, 0), ==, BATON_DELIVERY_PENDING);
  go_online (f);
  baton_test_wait (delivery_at (f, 0) == BATON_DELIVERY_SENT);
  baton_sender_close (f->sender);

  mock_direct_line_fail_next (f->line, MOCK_POST, 400, "{}", NULL, FALSE);
  baton_sender_open (f->sender, EPOCH);
  send (f, "Again");
  baton_test_wait (delivery_at (f, 1) == BATON_DELIVERY_FAILED);
  stop (f);
  start (f);
  baton_sender_open (f->sender, EPOCH + 2);
  g_assert_cmpint (delivery_at (f, 0), ==, BATON_DELIVERY_FAILED);
  go_online (f);
  baton_test_wait (g_list_model_get_n_items (G_LIST_MODEL (f->transcript)) == 2);
  g_assert_cmpuint (f->line->posts->len, ==, 2);
}

/* The last run sent it and died before it heard so: the history tells, and nothing goes out twice. */
static void
test_sender_restart_arrived (Fixture       *f,
                             gconstpointer  data)
{
  g_autoptr (BatonOutbox) outbox = new_outbox (f);
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonActivity) activity = baton_outbox_add (outbox, "Hello", EPOCH, &error);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *json = NULL;
  g_autofree char *id = NULL;

  g_assert_no_error (error);
  bytes = baton_activity_get_bytes (activity);
  json = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  id = mock_direct_line_say (f->line, f->conversation_id, json);
  go_online (f);
  baton_test_wait (g_list_model_get_n_items (G_LIST_MODEL (f->transcript)) == 1);
  baton_sender_open (f->sender, EPOCH);
  g_assert_cmpuint (count_kept (f), ==, 0);
  g_assert_cmpuint (f->line->posts->len, ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->transcript)), ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  static const struct {
    const char *path;
    void      (*test) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "/console/sender/send", test_sender_send },
    { "/console/sender/K15/typing", test_sender_typing },
    { "/console/sender/order", test_sender_order },
    { "/console/sender/K10/retry", test_sender_retry },
    { "/console/sender/K10/uncertain/arrived", test_sender_uncertain_arrived },
    { "/console/sender/K10/uncertain/lost", test_sender_uncertain_lost },
    { "/console/sender/uncertain/foreign", test_sender_uncertain_foreign },
    { "/console/sender/patience", test_sender_patience },
    { "/console/sender/offline", test_sender_offline },
    { "/console/sender/closed", test_sender_closed },
    { "/console/sender/refused", test_sender_refused },
    { "/console/sender/restart", test_sender_restart },
    { "/console/sender/restart/arrived", test_sender_restart_arrived },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
