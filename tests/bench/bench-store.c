/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a durable post costs, from the bytes of an activity to the answer, next to SQLite doing nothing else, in
 * interleaved rounds: bench-store FOLDER. Where FOLDER lies decides, for every batch waits for that disk. For counting
 * instructions there is `--rounds=0`: the store alone, once. */

#include <glib/gstdio.h>

#include "baton-sqlite-store.h"
#include "bench-anchor.h"

static gint64 n_posts = 20000;
static gint64 n_ahead = 64;
static gint64 n_conversations = 1000;
static gint64 n_before;
static int n_rounds = 3;

static const GOptionEntry options[] = {
  { "posts", 'n', G_OPTION_FLAG_NONE, G_OPTION_ARG_INT64, &n_posts, "how many", "N" },
  { "ahead", 'a', G_OPTION_FLAG_NONE, G_OPTION_ARG_INT64, &n_ahead, "how many at once", "N" },
  { "conversations", 'c', G_OPTION_FLAG_NONE, G_OPTION_ARG_INT64, &n_conversations, "of how many, in turn", "N" },
  { "before", 'b', G_OPTION_FLAG_NONE, G_OPTION_ARG_INT64, &n_before, "posts that are there already", "N" },
  { "rounds", 'r', G_OPTION_FLAG_NONE, G_OPTION_ARG_INT, &n_rounds, "of both; 0: the store once", "N" },
  { NULL, 0, 0, 0, NULL, NULL, NULL },
};

/* As Web Chat sends it, and about 1 KB with the stamps. The 24 digits are its id. */
static const char posted_head[] =
  "{\"channelData\":{\"clientActivityID\":\"";
static const char posted_tail[] =
  "\",\"clientTimestamp\":\"2026-03-02T09:15:04.512Z\"},\"text\":\"Good morning. I ordered a pair of walking boots on the "
  "twelfth of last month, in brown, size 42, and was told by mail that they would be with me within five working days. "
  "They are not, and the page of the carrier says since Tuesday that the parcel is being prepared. Could somebody have "
  "a look where it is, please? I am leaving for the mountains on Saturday and would need them by then, or else my money "
  "back so that I can buy a pair here. My order number is on the invoice, I think it begins with 4711.\","
  "\"textFormat\":\"plain\",\"type\":\"message\",\"channelId\":\"webchat\",\"from\":{\"id\":\"dl_1\",\"name\":\"\",\"role\":\"user\"},"
  "\"locale\":\"en-US\",\"localTimestamp\":\"2026-03-02T10:15:04.512+01:00\",\"localTimezone\":\"Europe/Berlin\","
  "\"attachments\":[],\"entities\":[{\"requiresBotState\":true,\"supportsListening\":true,\"supportsTts\":true,"
  "\"type\":\"ClientCapabilities\"}]}";

typedef struct {
  BatonStore *store;
  gint64      n_wanted;
  gint64      n_started;
  gint64      n_done;
  gint64      n_told;
  GArray     *usec;      /* of gint64: from the call to its answer */
} Run;

typedef struct {
  Run    *run;
  gint64  since;
} Call;

static void post (Run *run);

static void
posted_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autofree Call *call = data;
  Run *run = call->run;
  gint64 usec = g_get_monotonic_time () - call->since;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonPosted) posted = baton_store_post_finish (BATON_STORE (source), result, &error);

  g_assert_no_error (error);
  g_array_append_val (run->usec, usec);
  run->n_done++;
  post (run);
}

/* Each with an id that no other has, in any run on the same file. */
static BatonActivity *
read_activity (Run    *run,
               gint64  i)
{
  const gsize head = sizeof posted_head - 1, size = head + 24 + sizeof posted_tail - 1;
  char *text = g_malloc (size + 1);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, size);
  g_autoptr (GError) error = NULL;
  BatonActivity *activity;

  memcpy (text, posted_head, head);
  g_snprintf (text + head, 25, "%08x%016" G_GINT64_MODIFIER "x", GPOINTER_TO_UINT (run), i);
  memcpy (text + head + 24, posted_tail, sizeof posted_tail);
  activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, &error);

  g_assert_no_error (error);
  return activity;
}

static void
post (Run *run)
{
  g_autoptr (BatonActivity) activity = NULL;
  gint64 i = run->n_started;
  Call *call;
  char id[16];

  if (i == run->n_wanted)
    return;

  run->n_started++;
  g_snprintf (id, sizeof id, "c%d", (int) (i % n_conversations));
  call = g_new (Call, 1);
  call->run = run;
  call->since = g_get_monotonic_time ();
  activity = read_activity (run, i);
  baton_store_post_async (run->store, &(BatonPost) {
    .conversation_id = id,
    .activity = activity,
    .party = BATON_PARTY_CUSTOMER,
    .from_id = "dl_1",
    .from_role = "user",
  }, NULL, posted_cb, call);
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      n_left)
{
  g_autoptr (GError) error = NULL;
  BatonConversation *conversation = baton_store_start_conversation_finish (BATON_STORE (source), result, NULL, &error);

  g_assert_no_error (error);
  baton_conversation_free (conversation);
  --*(gint64 *) n_left;
}

static void
start_conversations (BatonStore *store)
{
  gint64 n_left = n_conversations;

  for (gint64 i = 0; i < n_conversations; i++) {
    g_autofree char *id = g_strdup_printf ("c%d", (int) i);

    baton_store_start_conversation_async (store, &(BatonConversation) {
      .id = id, .bot = (char *) "bench", .user_id = (char *) "dl_1",
    }, NULL, started_cb, &n_left);
  }
  while (n_left > 0)
    g_main_context_iteration (NULL, TRUE);
}

/* Two who listen, as in the relay: who fans out and who asks the bot. */
static void
activity_cb (BatonStore        *store,
             const BatonStored *stored,
             Run               *run)
{
  run->n_told++;
}

static BenchResult *
run_posts (BatonStore *store,
           gint64      n_wanted)
{
  Run run = { .store = store, .n_wanted = n_wanted, .usec = g_array_new (FALSE, FALSE, sizeof (gint64)) };
  gint64 since = g_get_monotonic_time ();
  gint64 used = bench_used_usec ();

  for (guint i = 0; i < 2; i++)
    g_signal_connect (store, "activity", G_CALLBACK (activity_cb), &run);
  for (gint64 i = 0; i < n_ahead; i++)
    post (&run);
  while (run.n_done < run.n_wanted)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handlers_disconnect_by_data (store, &run);
  g_assert_cmpint (run.n_told, ==, 2 * run.n_wanted);
  return bench_result_new (run.usec, since, used);
}

static BenchResult *
run_store (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonStore) store = baton_sqlite_store_open (path, &error);
  BenchResult *result;

  g_assert_no_error (error);
  start_conversations (store);
  if (n_before > 0)
    bench_result_free (run_posts (store, n_before));
  result = run_posts (store, n_posts);
  baton_store_close (store);
  return result;
}

static char *
name_file (const char *folder)
{
  static const char *const parts[] = { "", "-wal", "-shm" };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autofree char *path = g_strdup_printf ("%s/bench.db%s", folder, parts[i]);

    g_unlink (path);
  }
  return g_build_filename (folder, "bench.db", NULL);
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  return (*(const double *) a > *(const double *) b) - (*(const double *) a < *(const double *) b);
}

static void
run_rounds (const char *folder)
{
  g_autoptr (GArray) ratios = g_array_new (FALSE, FALSE, sizeof (double));

  for (int i = 0; i < n_rounds; i++) {
    g_autofree char *bare_path = name_file (folder);
    g_autoptr (BenchResult) bare = bench_anchor_run (bare_path, n_posts, n_ahead, n_conversations);
    g_autofree char *store_path = name_file (folder);
    g_autoptr (BenchResult) store = run_store (store_path);
    double ratio = bench_result_per_second (store) / bench_result_per_second (bare);

    bench_result_print (bare, "bare:");
    bench_result_print (store, "store:");
    g_array_append_val (ratios, ratio);
  }
  g_array_sort (ratios, compare);
  g_print ("posts per second of those of bare SQLite: %.2f (%.2f to %.2f)\n",
           g_array_index (ratios, double, ratios->len / 2), g_array_index (ratios, double, 0),
           g_array_index (ratios, double, ratios->len - 1));
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("FOLDER");
  g_autofree char *path = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, NULL) || argc != 2 || n_posts < 1 || n_ahead < 1
      || n_conversations < 1) {
    g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);

    g_printerr ("%s", help);
    return 2;
  }

  if (n_rounds > 0) {
    run_rounds (argv[1]);
  } else {
    path = name_file (argv[1]);
    bench_result_free (run_store (path));
  }
  return 0;
}
