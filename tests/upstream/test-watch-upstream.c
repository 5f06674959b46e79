/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-watch-upstream.h"

#include <string.h>

#include "baton-error.h"
#include "baton-test.h"
#include "mock-direct-line.h"

static const BatonPace quick = {
  .step = 10, .limit = 50, .steady = 50, .network_up = 10, .silence = 10000, .poll = 20, .patience = 1000,
  .token_life = 1800000, .idle = 1800000,
};

#define BOT(text) "{\"type\":\"message\",\"from\":{\"id\":\"bot\",\"role\":\"bot\"},\"text\":\"" text "\"}"
#define CUSTOMER(text) "{\"type\":\"message\",\"from\":{\"id\":\"dl_1\"},\"text\":\"" text "\"}"
#define AGENT(text) "{\"type\":\"message\",\"from\":{\"id\":\"baton-ana\"},\"text\":\"" text "\"," \
                    "\"channelData\":{\"baton\":{\"party\":\"agent\"}}}"
#define HANDOFF(from) "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"from\":{\"id\":\"x\"" from "}," \
                      "\"value\":{\"va_LastTopic\":\"Returns\"}}"

typedef struct {
  MockDirectLine    *server;
  const char        *id;             /* over there */
  BatonUpstream     *site;
  BatonConversation *conversation;   /* as the relay would have stored it */
  GPtrArray         *items;          /* of BatonBotItem */
  guint              gone;
  guint              messages;       /* to the operator */
  guint              log_id;
} Fixture;

static void
spoke_cb (BatonUpstream      *site,
          const BatonBotTurn *turn,
          gpointer            user_data)
{
  Fixture *f = user_data;

  g_assert_cmpstr (turn->conversation_id, ==, f->conversation->id);
  g_assert_true (turn->watched);
  f->gone += turn->gone;
  for (guint i = 0; i < turn->items->len; i++) {
    const BatonBotItem *item = g_ptr_array_index (turn->items, i);
    BatonBotItem *copy = g_memdup2 (item, sizeof *item);

    copy->activity = g_object_ref (item->activity);
    copy->upstream_id = g_strdup (item->upstream_id);
    copy->handoff = item->handoff ? g_object_ref (item->handoff) : NULL;
    g_ptr_array_add (f->items, copy);
  }
  if (turn->bot_watermark != NULL) {
    g_free (f->conversation->bot_watermark);
    f->conversation->bot_watermark = g_strdup (turn->bot_watermark);
  }
}

static void
message_cb (const char     *domain,
            GLogLevelFlags  level,
            const char     *message,
            gpointer        user_data)
{
  Fixture *f = user_data;

  f->messages++;
}

static void
make_site (Fixture         *f,
           const BatonPace *pace)
{
  f->site = baton_watch_upstream_new ("shop", f->server->base, "the-secret", NULL);
  baton_watch_upstream_set_pace (BATON_WATCH_UPSTREAM (f->site), pace);
  g_signal_connect (f->site, "spoke", G_CALLBACK (spoke_cb), f);
}

static void
say (Fixture    *f,
     const char *json)
{
  g_free (mock_direct_line_say (f->server, f->id, json));
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  BatonWatchWanted wanted = { .user_id = "dl_1", .user_name = "Ines", .locale = "pt-PT" };

  f->server = mock_direct_line_new ();
  f->id = mock_direct_line_add (f->server);
  f->log_id = g_log_set_handler ("baton-upstream", G_LOG_LEVEL_MESSAGE, message_cb, f);
  f->items = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_bot_item_free);
  make_site (f, &quick);
  wanted.conversation_id = f->id;
  f->conversation = baton_watch_upstream_make (BATON_WATCH_UPSTREAM (f->site), &wanted);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_assert_finalize_object (f->site);
  baton_conversation_free (f->conversation);
  g_ptr_array_unref (f->items);
  g_log_remove_handler ("baton-upstream", f->log_id);
  mock_direct_line_free (f->server);
}

static void
watch (Fixture *f)
{
  baton_watch_upstream_watch (BATON_WATCH_UPSTREAM (f->site), f->conversation);
  baton_test_wait (mock_direct_line_count_streams (f->server, f->id) == 1);
}

static const BatonBotItem *
item_at (Fixture *f,
         guint    position)
{
  g_assert_cmpuint (position, <, f->items->len);
  return g_ptr_array_index (f->items, position);
}

static void
assert_item (Fixture    *f,
             guint       position,
             BatonParty  party,
             const char *text)
{
  g_assert_cmpint (item_at (f, position)->party, ==, party);
  g_assert_cmpstr (baton_activity_get_text (item_at (f, position)->activity), ==, text);
}

/* ---- reading along ---- */

/* From the beginning and on, everybody's words, in order; `typing` is none. Nothing is posted. */
static void
test_words (Fixture       *f,
            gconstpointer  data)
{
  say (f, BOT ("Welcome"));
  say (f, CUSTOMER ("hello"));
  watch (f);
  baton_test_wait (f->items->len == 2);
  mock_direct_line_send_raw (f->server, f->id, "{\"activities\":[{\"type\":\"typing\",\"from\":{\"id\":\"dl_1\"}}]}");
  say (f, AGENT ("Here is Ana"));
  baton_test_wait (f->items->len == 3);

  assert_item (f, 0, BATON_PARTY_BOT, "Welcome");
  assert_item (f, 1, BATON_PARTY_CUSTOMER, "hello");
  assert_item (f, 2, BATON_PARTY_AGENT, "Here is Ana");
  g_assert_cmpstr (item_at (f, 1)->upstream_id, !=, NULL);
  g_assert_cmpstr (f->conversation->bot_watermark, ==, "2");
  g_assert_cmpuint (f->server->posts->len, ==, 0);
}

/* S42: the customer's own event comes by here as well; only the bot hands over. */
static void
test_handoff (Fixture       *f,
              gconstpointer  data)
{
  watch (f);
  say (f, HANDOFF (""));
  say (f, HANDOFF (",\"role\":\"user\""));
  say (f, HANDOFF (",\"role\":\"bot\""));
  baton_test_wait (f->items->len == 3);
  g_assert_null (item_at (f, 0)->handoff);
  g_assert_null (item_at (f, 1)->handoff);
  g_assert_nonnull (item_at (f, 2)->handoff);
  g_assert_cmpstr (baton_handoff_get_last_topic (item_at (f, 2)->handoff), ==, "Returns");
}

static void
test_twice (Fixture       *f,
            gconstpointer  data)
{
  BatonWatchWanted wanted = { .conversation_id = f->id };
  g_autoptr (BatonUpstream) other = baton_watch_upstream_new ("other", f->server->base, "the-secret", NULL);
  g_autoptr (BatonConversation) again = baton_watch_upstream_make (BATON_WATCH_UPSTREAM (f->site), &wanted);
  g_autoptr (BatonConversation) elsewhere = baton_watch_upstream_make (BATON_WATCH_UPSTREAM (other), &wanted);

  g_assert_cmpstr (again->id, ==, f->conversation->id);
  g_assert_true (baton_conversation_id_is_valid (again->id));
  g_assert_cmpstr (again->user_id, ==, f->id);
  g_assert_cmpstr (elsewhere->id, !=, f->conversation->id);
  g_assert_cmpstr (elsewhere->bot, ==, "other");

  watch (f);
  watch (f);
  g_assert_cmpuint (f->server->calls[MOCK_RECONNECT], ==, 1);
}

/* What was said while the relay did not run comes behind the watermark that was stored. */
static void
test_resume (Fixture       *f,
             gconstpointer  data)
{
  say (f, CUSTOMER ("hello"));
  watch (f);
  baton_test_wait (f->items->len == 1);
  g_assert_finalize_object (f->site);
  say (f, CUSTOMER ("anybody there?"));

  make_site (f, &quick);
  baton_upstream_resume (f->site, f->conversation);
  baton_test_wait (f->items->len == 2);
  assert_item (f, 1, BATON_PARTY_CUSTOMER, "anybody there?");
  g_assert_cmpstr (f->server->last_watermark, ==, "0");
}

static void
test_gone (Fixture       *f,
           gconstpointer  data)
{
  watch (f);
  mock_direct_line_drop_streams (f->server, 1001);
  mock_direct_line_forget (f->server);
  baton_test_wait (f->gone == 1);
}

/* The secret was renewed over there, and is put right. */
static void
test_refused (Fixture       *f,
              gconstpointer  data)
{
  char *secret = f->server->secret;

  f->server->secret = g_strdup ("another");
  baton_watch_upstream_watch (BATON_WATCH_UPSTREAM (f->site), f->conversation);
  baton_test_wait (f->messages == 1);
  g_free (f->server->secret);
  f->server->secret = secret;
  baton_test_wait (mock_direct_line_count_streams (f->server, f->id) == 1);
}

/* Silence ends the watching of what is with the bot, never of who waits or is with an agent. */
static void
test_idle (Fixture       *f,
           gconstpointer  data)
{
  BatonWatchWanted wanted = { .conversation_id = mock_direct_line_add (f->server) };
  g_autoptr (BatonConversation) later = NULL;
  BatonPace pace = quick;

  pace.idle = 100;
  g_assert_finalize_object (f->site);
  make_site (f, &pace);
  f->conversation->state = BATON_STATE_WITH_AGENT;
  watch (f);
  later = baton_watch_upstream_make (BATON_WATCH_UPSTREAM (f->site), &wanted);
  baton_watch_upstream_watch (BATON_WATCH_UPSTREAM (f->site), later);
  baton_test_wait (f->server->calls[MOCK_STREAM] == 2);
  baton_test_wait (mock_direct_line_count_streams (f->server, wanted.conversation_id) == 0);
  g_assert_cmpuint (mock_direct_line_count_streams (f->server, f->id), ==, 1);

  f->conversation->state = BATON_STATE_BOT;
  baton_upstream_follow (f->site, f->conversation);
  baton_test_wait (mock_direct_line_count_streams (f->server, f->id) == 0);
  watch (f);
}

static void
test_ended (Fixture       *f,
            gconstpointer  data)
{
  watch (f);
  f->conversation->state = BATON_STATE_ENDED;
  baton_upstream_follow (f->site, f->conversation);
  baton_test_wait (mock_direct_line_count_streams (f->server, f->id) == 0);
  baton_upstream_resume (f->site, f->conversation);
  g_assert_cmpuint (f->server->calls[MOCK_RECONNECT], ==, 1);
}

/* What the customer says is never given to the bot by us. */
static void
test_run (Fixture       *f,
          gconstpointer  data)
{
  g_autoptr (GPtrArray) unread = g_ptr_array_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (BatonUpstreamTurn) turn = NULL;

  watch (f);
  baton_upstream_run_async (f->site, f->conversation, unread, NULL, NULL, baton_test_ready_cb, &result);
  turn = baton_upstream_run_finish (f->site, baton_test_await (&result), NULL);
  g_assert_cmpuint (turn->items->len, ==, 0);
  g_assert_cmpuint (f->server->posts->len, ==, 0);
}

/* ---- reaching it ---- */

static char *
reach (Fixture  *f,
       guint    *expires_in,
       GError  **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  baton_watch_upstream_reach_async (BATON_WATCH_UPSTREAM (f->site), f->conversation, baton_test_ready_cb, &result);
  return baton_watch_upstream_reach_finish (BATON_WATCH_UPSTREAM (f->site), baton_test_await (&result), expires_in, error);
}

static void
test_reach (Fixture       *f,
            gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *token = NULL;
  g_autofree char *later = NULL;
  guint expires_in;

  token = reach (f, &expires_in, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (token, ==, f->server->token);
  g_assert_cmpuint (expires_in, ==, 1800);
  f->server->expires_in = 7;
  later = reach (f, &expires_in, &error);
  g_assert_cmpuint (expires_in, ==, 7);

  mock_direct_line_forget (f->server);
  g_assert_null (reach (f, &expires_in, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
}

/* ---- telling the bot ---- */

/* H12; the echo of it is nobody's words. */
static void
test_tell (Fixture       *f,
           gconstpointer  data)
{
  const char *post;

  watch (f);
  baton_upstream_tell (f->site, f->conversation, "accepted");
  baton_test_wait (f->server->posts->len == 1);
  post = g_ptr_array_index (f->server->posts, 0);
  g_assert_nonnull (strstr (post, "\"name\":\"handoff.status\""));
  g_assert_nonnull (strstr (post, "\"value\":{\"state\":\"accepted\"}"));
  say (f, BOT ("muted"));
  baton_test_wait (f->items->len > 0);
  assert_item (f, 0, BATON_PARTY_BOT, "muted");
}

/* Not taken: again. Perhaps taken: not again (H12). */
static void
test_tell_again (Fixture       *f,
                 gconstpointer  data)
{
  mock_direct_line_fail_next (f->server, MOCK_POST, 503, "", NULL, FALSE);
  mock_direct_line_fail_next (f->server, MOCK_POST, 502, "", NULL, TRUE);
  baton_upstream_tell (f->site, f->conversation, "completed");
  baton_test_wait (f->messages == 1);
  g_assert_cmpuint (f->server->posts->len, ==, 2);
}

#define ADD(path, test) g_test_add ("/watch-upstream/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("words", test_words);
  ADD ("S42/handoff", test_handoff);
  ADD ("twice", test_twice);
  ADD ("resume", test_resume);
  ADD ("gone", test_gone);
  ADD ("refused", test_refused);
  ADD ("idle", test_idle);
  ADD ("ended", test_ended);
  ADD ("run", test_run);
  ADD ("reach", test_reach);
  ADD ("H12/tell", test_tell);
  ADD ("H12/tell-again", test_tell_again);
  return g_test_run ();
}
