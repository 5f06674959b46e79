/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How many posts a second the store takes, with a number of them under way at once: bench-store FILE [POSTS [AHEAD]].
 * FILE is a new database; where it lies decides, for every batch waits for that disk. */

#include "baton-sqlite-store.h"

#define CONVERSATIONS 100
#define TEXT_SIZE 700     /* with the stamps about 1 KB an activity */

typedef struct {
  BatonStore    *store;
  BatonActivity *activity;
  gint64         n_wanted;
  gint64         n_started;
  gint64         n_done;
  GArray        *usec;      /* of gint64: from the call to its answer */
} Bench;

typedef struct {
  Bench  *bench;
  gint64  since;
} Call;

static void post (Bench *bench);

static void
posted_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autofree Call *call = data;
  Bench *bench = call->bench;
  gint64 usec = g_get_monotonic_time () - call->since;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonPosted) posted = baton_store_post_finish (BATON_STORE (source), result, &error);

  g_assert_no_error (error);
  g_array_append_val (bench->usec, usec);
  bench->n_done++;
  post (bench);
}

static void
post (Bench *bench)
{
  Call *call;
  char id[16];

  if (bench->n_started == bench->n_wanted)
    return;

  g_snprintf (id, sizeof id, "c%d", (int) (bench->n_started++ % CONVERSATIONS));
  call = g_new (Call, 1);
  call->bench = bench;
  call->since = g_get_monotonic_time ();
  baton_store_post_async (bench->store, &(BatonPost) {
    .conversation_id = id,
    .activity = bench->activity,
    .party = BATON_PARTY_CUSTOMER,
    .from_id = "dl_1",
    .from_role = "user",
  }, NULL, posted_cb, call);
}

static void
start_conversations (BatonStore *store)
{
  for (int i = 0; i < CONVERSATIONS; i++) {
    g_autofree char *id = g_strdup_printf ("c%d", i);

    baton_store_start_conversation_async (store, &(BatonConversation) {
      .id = id, .bot = (char *) "bench", .user_id = (char *) "dl_1",
    }, NULL, NULL, NULL);
  }
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  return (*(const gint64 *) a > *(const gint64 *) b) - (*(const gint64 *) a < *(const gint64 *) b);
}

static void
run (Bench  *bench,
     gint64  ahead)
{
  gint64 since = g_get_monotonic_time ();
  double seconds;

  for (gint64 i = 0; i < ahead; i++)
    post (bench);
  while (bench->n_done < bench->n_wanted)
    g_main_context_iteration (NULL, TRUE);
  seconds = (double) (g_get_monotonic_time () - since) / G_USEC_PER_SEC;

  g_array_sort (bench->usec, compare);
  g_print ("store: %.0f posts/s with %d at once, p50 %d us, p99 %d us\n", (double) bench->n_wanted / seconds, (int) ahead,
           (int) g_array_index (bench->usec, gint64, bench->usec->len / 2),
           (int) g_array_index (bench->usec, gint64, bench->usec->len * 99 / 100));
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *text = g_strnfill (TEXT_SIZE, 'x');
  g_autoptr (GError) error = NULL;
  Bench bench = { .n_wanted = argc > 2 ? g_ascii_strtoll (argv[2], NULL, 10) : 100000 };
  gint64 ahead = argc > 3 ? g_ascii_strtoll (argv[3], NULL, 10) : 64;

  if (argc < 2 || bench.n_wanted < 1 || ahead < 1) {
    g_printerr ("usage: bench-store FILE [POSTS [AHEAD]]\n");
    return 2;
  }

  bench.store = baton_sqlite_store_open (argv[1], &error);
  if (bench.store == NULL) {
    g_printerr ("bench-store: %s\n", error->message);
    return 1;
  }
  bench.activity = baton_activity_new_message (text, "en-US");
  bench.usec = g_array_new (FALSE, FALSE, sizeof (gint64));
  start_conversations (bench.store);
  run (&bench, ahead);

  baton_store_close (bench.store);
  g_object_unref (bench.store);
  g_object_unref (bench.activity);
  g_array_unref (bench.usec);
  return 0;
}
