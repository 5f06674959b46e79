/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-scribe.h"
#include "courier-house.h"

/* How much a scribe keeps waiting, and more than that. */
#define FITS 100
#define MANY 250

typedef struct {
  CourierHouse *house;
  MockUpstream *bot;      /* not the courier's */
  BatonScribe  *scribe;
} Fixture;

static void
spoke_cb (BatonUpstream      *bot,
          const BatonBotTurn *turn,
          gpointer            user_data)
{
  baton_scribe_write (BATON_SCRIBE (user_data), bot, turn);
}

static gboolean
submitted_cb (BatonUpstream      *bot,
              const BatonBotTurn *turn,
              GTask              *outcome,
              gpointer            user_data)
{
  baton_scribe_submit (BATON_SCRIBE (user_data), bot, turn, outcome);
  return TRUE;
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->house = courier_house_new ();
  f->bot = mock_upstream_new ();
  f->scribe = baton_scribe_new (f->house->store, f->house->notices);
  g_signal_connect (f->bot, "spoke", G_CALLBACK (spoke_cb), f->scribe);
  g_signal_connect (f->bot, "submitted", G_CALLBACK (submitted_cb), f->scribe);
  courier_house_begin (f->house, "c1", "other");
  courier_house_begin (f->house, "c2", "other");
}

static void
stop (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  baton_scribe_stop_async (f->scribe, baton_test_ready_cb, &result);
  baton_scribe_stop_finish (f->scribe, baton_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_false (baton_scribe_is_writing (f->scribe, "c1"));
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  stop (f);
  g_assert_finalize_object (f->scribe);
  g_assert_finalize_object (f->bot);
  courier_house_free (f->house);
}

static void
speak (Fixture    *f,
       const char *text)
{
  mock_upstream_speak (f->bot, "c1", 0, text);
}

/* What was stored of the wire: with turns in order, as many as were spoken. */
static void
assert_watermark (Fixture    *f,
                  const char *expected)
{
  g_autoptr (BatonConversation) conversation = courier_house_get (f->house, "c1");

  g_assert_cmpstr (conversation->bot_watermark, ==, expected);
}

static void
test_scribe_writes (Fixture       *f,
                    gconstpointer  data)
{
  g_assert_false (baton_scribe_is_writing (f->scribe, "c1"));
  speak (f, "first");
  g_assert_true (baton_scribe_is_writing (f->scribe, "c1"));
  g_assert_false (baton_scribe_is_writing (f->scribe, "c2"));
  baton_test_wait (!baton_scribe_is_writing (f->scribe, "c1"));
  courier_house_assert (f->house, "c1", "b:first|");

  speak (f, "second");
  speak (f, "agent");
  speak (f, "Transferring you.");
  baton_test_wait (!baton_scribe_is_writing (f->scribe, "c1"));
  courier_house_assert (f->house, "c1", "b:first|b:second|s:wait|b:Transferring you.|");
  assert_watermark (f, "4");
}

/* One that fails is not passed: neither when it cannot be stored ... */
static void
test_scribe_not_stored (Fixture       *f,
                        gconstpointer  data)
{
  courier_house_refuse (f->house, "c1", 1, 0);
  speak (f, "first");
  speak (f, "second");
  courier_house_expect (f->house, "c1", "b:first|b:second|");
  assert_watermark (f, "2");
  g_assert_cmpuint (courier_house_n_refused (f->house), ==, 1);
}

/* ... nor when its conversation cannot be read; and not if it is a hand-off and fails again and again. */
static void
test_scribe_not_found (Fixture       *f,
                       gconstpointer  data)
{
  courier_house_refuse (f->house, "c1", 2, 2);
  speak (f, "agent");
  speak (f, "Transferring you.");
  courier_house_expect (f->house, "c1", "s:wait|b:Transferring you.|");
  assert_watermark (f, "2");
  g_assert_cmpuint (courier_house_n_refused (f->house), ==, 4);
}

/* Others do not wait for it. */
static void
test_scribe_others (Fixture       *f,
                    gconstpointer  data)
{
  courier_house_refuse (f->house, "c1", G_MAXUINT, 0);
  speak (f, "first");
  mock_upstream_speak (f->bot, "c2", 0, "other");
  courier_house_expect (f->house, "c2", "b:other|");
  g_assert_true (baton_scribe_is_writing (f->scribe, "c1"));
  courier_house_assert (f->house, "c1", "");
}

static void
test_scribe_gone (Fixture       *f,
                  gconstpointer  data)
{
  mock_upstream_speak (f->bot, "none", 0, "first");
  mock_upstream_speak (f->bot, "none", 0, "second");
  speak (f, "elsewhere");
  baton_test_wait (!baton_scribe_is_writing (f->scribe, "none"));
  courier_house_expect (f->house, "c1", "b:elsewhere|");
}

/* Kept within bounds, and still complete. */
static void
test_scribe_too_many (Fixture       *f,
                      gconstpointer  data)
{
  g_autoptr (GString) expected = g_string_new (NULL);

  courier_house_refuse (f->house, "c1", G_MAXUINT, 0);
  for (guint i = 0; i < MANY; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);

    speak (f, text);
    g_string_append_printf (expected, "b:%s|", text);
  }
  baton_test_wait (courier_house_n_refused (f->house) > 0);
  g_assert_cmpuint (mock_upstream_n_resumed (f->bot), ==, 0);

  /* Asked for the rest at once, the bot says too much again, but further on each time. */
  courier_house_refuse (f->house, NULL, 0, 0);
  courier_house_expect (f->house, "c1", expected->str);
  g_assert_cmpuint (mock_upstream_n_resumed (f->bot), ==, (MANY - 1) / FITS);
}

/* What cannot be stored at once is left to the next start. */
static void
test_scribe_stops (Fixture       *f,
                   gconstpointer  data)
{
  courier_house_refuse (f->house, "c1", G_MAXUINT, 0);
  speak (f, "first");
  baton_test_wait (courier_house_n_refused (f->house) >= 3);
  speak (f, "second");
  mock_upstream_speak (f->bot, "c2", 0, "stored at once");
  stop (f);
  courier_house_assert (f->house, "c2", "b:stored at once|");

  courier_house_refuse (f->house, NULL, 0, 0);
  courier_house_assert (f->house, "c1", "");
  assert_watermark (f, NULL);
}

static void
submit (Fixture       *f,
        const char    *conversation_id,
        const char    *text,
        GAsyncResult **slot)
{
  g_autoptr (BatonUpstreamTurn) turn = baton_upstream_turn_new ();
  g_autoptr (BatonActivity) activity = baton_activity_new_message (text, NULL);
  g_autoptr (GTask) outcome = g_task_new (f->bot, NULL, baton_test_ready_cb, slot);

  baton_upstream_turn_add (turn, activity, NULL, NULL);
  baton_upstream_submit (BATON_UPSTREAM (f->bot), &(BatonBotTurn) {
    .conversation_id = conversation_id, .bot_id = "mock", .items = turn->items, .bot_read = -1,
  }, outcome);
}

static char *
await_id (GAsyncResult **slot,
          GError       **error)
{
  g_auto (GStrv) ids = g_task_propagate_pointer (G_TASK (baton_test_await (slot)), error);

  return ids != NULL ? g_strdup (ids[0]) : NULL;
}

/* Who waits hears the id, in the order in which all was said. */
static void
test_scribe_submit (Fixture       *f,
                    gconstpointer  data)
{
  g_autoptr (GAsyncResult) first = NULL, second = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *one = NULL, *two = NULL;

  submit (f, "c1", "first", &first);
  speak (f, "between");
  submit (f, "c1", "second", &second);
  one = await_id (&first, &error);
  g_assert_no_error (error);
  two = await_id (&second, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (one, ==, "c1|0000000");
  g_assert_cmpstr (two, ==, "c1|0000002");
  courier_house_assert (f->house, "c1", "b:first|b:between|b:second|");
}

/* Who waits is told at once that it is not stored, and it is not tried again; what stands behind it is. */
static void
test_scribe_submit_refused (Fixture       *f,
                            gconstpointer  data)
{
  g_autoptr (GAsyncResult) refused = NULL, unknown = NULL, last = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  courier_house_refuse (f->house, "c1", 1, 0);
  submit (f, "c1", "lost", &refused);
  speak (f, "kept");
  g_assert_null (await_id (&refused, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
  g_clear_error (&error);
  baton_test_wait (!baton_scribe_is_writing (f->scribe, "c1"));
  courier_house_assert (f->house, "c1", "b:kept|");

  submit (f, "nobody’s", "lost", &unknown);
  g_assert_null (await_id (&unknown, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
  g_clear_error (&error);

  g_signal_handlers_disconnect_by_func (f->bot, submitted_cb, f->scribe);
  submit (f, "c1", "to nobody", &last);
  g_assert_null (await_id (&last, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) g_test_add ("/relay/scribe/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("writes", test_scribe_writes);
  ADD ("not-stored", test_scribe_not_stored);
  ADD ("not-found", test_scribe_not_found);
  ADD ("others", test_scribe_others);
  ADD ("gone", test_scribe_gone);
  ADD ("too-many", test_scribe_too_many);
  ADD ("stops", test_scribe_stops);
  ADD ("submit", test_scribe_submit);
  ADD ("submit-refused", test_scribe_submit_refused);

  return g_test_run ();
}
