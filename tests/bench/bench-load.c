/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Loads a Direct Line server on this machine and reports each phase as a line of JSON:
 *
 *   opened   the conversations are there, handed off and filled as asked for
 *   idle     and so are the connections that do nothing
 *   ready    and the subscribers; the load comes next
 *   posted   what it has shown
 *
 * With --step it waits after each for a line on standard input, so that whoever started it can look at the server. */

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench-process.h"
#include "load-customers.h"

#define N_STEADY   32       /* connections that are opened together while nobody measures that */
#define QUEUED     "\"queued\""   /* is in a history once a person is asked for */
#define REST_USEC  250000   /* a server that has hardly run for so long is at rest */
#define RUN_NS     2000000  /* hardly */

static char *url, *secret, *hand_off, *save_path, *load_path;
static int n_conversations = 1, n_subscribers, n_in_flight = 8, n_posts, n_warm_up, n_fill, n_idle, n_at_once = N_STEADY;
static int per_second, activity_size = 1024, server, seconds = 120;
static gboolean as_connections, as_visits, offer_deflate, in_steps, settle;

static const GOptionEntry entries[] = {
  { "url", 0, 0, G_OPTION_ARG_STRING, &url, "Where the server is, up to /v3/directline", "URL" },
  { "secret", 0, 0, G_OPTION_ARG_STRING, &secret, "Its Direct Line secret", "SECRET" },
  { "server", 0, 0, G_OPTION_ARG_INT, &server, "Its process, to tell what it uses", "PID" },
  { "conversations", 0, 0, G_OPTION_ARG_INT, &n_conversations, "Start N conversations to post to (1)", "N" },
  { "hand-off", 0, 0, G_OPTION_ARG_STRING, &hand_off, "In each of them, say TEXT and wait until a person is asked for", "TEXT" },
  { "fill", 0, 0, G_OPTION_ARG_INT, &n_fill, "Give each of them a history of N messages", "N" },
  { "save", 0, 0, G_OPTION_ARG_FILENAME, &save_path, "Write the conversations to FILE", "FILE" },
  { "load", 0, 0, G_OPTION_ARG_FILENAME, &load_path, "Go on with those of FILE", "FILE" },
  { "idle", 0, 0, G_OPTION_ARG_INT, &n_idle, "Hold N streams on which nobody posts, each of a conversation of its own", "N" },
  { "as-connections", 0, 0, G_OPTION_ARG_NONE, &as_connections, "Hold keep-alive connections instead", NULL },
  { "as-visits", 0, 0, G_OPTION_ARG_NONE, &as_visits, "Hold nothing: each asks once and goes", NULL },
  { "offer-deflate", 0, 0, G_OPTION_ARG_NONE, &offer_deflate, "Offer permessage-deflate, as browsers do", NULL },
  { "at-once", 0, 0, G_OPTION_ARG_INT, &n_at_once, "Open N of them at the same time (32)", "N" },
  { "subscribers", 0, 0, G_OPTION_ARG_INT, &n_subscribers, "Streams on each conversation that is posted to (0)", "N" },
  { "posts", 0, 0, G_OPTION_ARG_INT, &n_posts, "Post N messages", "N" },
  { "warm-up", 0, 0, G_OPTION_ARG_INT, &n_warm_up, "And N before them that do not count", "N" },
  { "in-flight", 0, 0, G_OPTION_ARG_INT, &n_in_flight, "Connections that post (8)", "N" },
  { "rate", 0, 0, G_OPTION_ARG_INT, &per_second, "Post N times a second, whatever the answers do", "N" },
  { "size", 0, 0, G_OPTION_ARG_INT, &activity_size, "Bytes of a message (1024)", "N" },
  { "settle", 0, 0, G_OPTION_ARG_NONE, &settle, "Count what the server does until it rests, too", NULL },
  { "step", 0, 0, G_OPTION_ARG_NONE, &in_steps, "Wait for a line after each phase", NULL },
  { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "Give up after N seconds (120)", "N" },
  G_OPTION_ENTRY_NULL
};

typedef struct {
  LoadCustomers  customers;
  GPtrArray     *posters;        /* of LoadPeer */
  char          *body;
  gint64        *due;            /* of each post: when it should leave; 0: not yet */
  guint8        *seen;           /* of each post: by how many streams */
  guint         *post_of;        /* of each poster: which post it waits for */
  guint32        run;            /* tells the posts of one run from those of another */
  guint          n_wanted;
  guint          n_begun;
  guint          n_answered;
  guint          n_refused;
  guint          n_late;         /* posts that were due while every poster was busy */
  guint64        n_receipts;
  GArray        *answer_usec;    /* of gint64 */
  GArray        *receipt_usec;
  gint64         since;
} Load;

static int
compare (gconstpointer a,
         gconstpointer b)
{
  return (*(const gint64 *) a > *(const gint64 *) b) - (*(const gint64 *) a < *(const gint64 *) b);
}

static gint64
pick (GArray *usec,
      guint   per_mille)
{
  return usec->len > 0 ? g_array_index (usec, gint64, (guint) ((guint64) (usec->len - 1) * per_mille / 1000)) : -1;
}

static void
end_phase (Load *load)
{
  fflush (stdout);
  if (in_steps)
    load_loop_await (load->customers.loop);
}

static void
post_next (Load  *load,
           guint  poster,
           gint64 due)
{
  GPtrArray *conversations = load->customers.conversations;
  guint number = load->n_begun++;
  LoadConversation *conversation = g_ptr_array_index (conversations, number % (guint) n_conversations);
  g_autofree char *path = g_strconcat ("/conversations/", conversation->id, "/activities", NULL);
  gsize length = load_write_activity (load->body, (gsize) activity_size, load->run, number);

  load->due[number] = due;
  load->post_of[poster] = number;
  load_peer_request (g_ptr_array_index (load->posters, poster), "POST", path, conversation->token, load->body, length);
}

static void
posted_cb (LoadPeer   *peer,
           guint       status,
           const char *body,
           gsize       length)
{
  Load *load = peer->owner;
  guint poster = 0;
  gint64 usec;

  while (g_ptr_array_index (load->posters, poster) != peer)
    poster++;
  usec = g_get_monotonic_time () - load->due[load->post_of[poster]];
  load->n_answered++;
  if (status / 100 == 2)
    g_array_append_val (load->answer_usec, usec);
  else
    load->n_refused++;
  if (per_second == 0 && load->n_begun < load->n_wanted)
    post_next (load, poster, g_get_monotonic_time ());
}

static void
received_cb (LoadPeer   *peer,
             const char *text,
             gsize       length)
{
  Load *load = peer->owner;
  gint64 now = g_get_monotonic_time ();
  const char *at = text, *end = text + length;

  while ((at = memmem (at, (gsize) (end - at), "bench:", 6)) != NULL && end - at >= 22) {
    guint64 mark = g_ascii_strtoull (at + 6, NULL, 16);
    guint32 number = (guint32) mark;
    gint64 usec;

    at += 22;
    if (mark >> 32 != load->run || number >= load->n_wanted)
      continue;
    load->seen[number]++;
    load->n_receipts++;
    usec = now - load->due[number];
    g_array_append_val (load->receipt_usec, usec);
  }
}

/* An open loop: a post is due when it is due, so that a server which stalls cannot hide it. */
static void
post_what_is_due (Load *load)
{
  gint64 now = g_get_monotonic_time ();

  while (load->n_begun < load->n_wanted) {
    gint64 due = load->since + (gint64) load->n_begun * G_USEC_PER_SEC / per_second;
    guint poster = 0;

    if (due > now)
      return;
    while (poster < load->posters->len && ((LoadPeer *) g_ptr_array_index (load->posters, poster))->is_asking)
      poster++;
    if (poster == load->posters->len) {
      load->n_late++;
      return;
    }
    post_next (load, poster, due);
  }
}

static void
run (Load  *load,
     guint  n)
{
  guint64 wanted = (guint64) n * (guint) n_subscribers;

  g_free (load->due);
  g_free (load->seen);
  load->due = g_new0 (gint64, n);
  load->seen = g_new0 (guint8, n);
  load->run = g_random_int ();
  load->n_wanted = n;
  load->n_begun = load->n_answered = load->n_refused = load->n_late = 0;
  load->n_receipts = 0;
  g_array_set_size (load->answer_usec, 0);
  g_array_set_size (load->receipt_usec, 0);
  load->since = g_get_monotonic_time ();

  for (guint i = 0; per_second == 0 && i < MIN (n, load->posters->len); i++)
    post_next (load, i, load->since);
  while (load->n_answered < n || load->n_receipts + (guint64) load->n_refused * (guint) n_subscribers < wanted) {
    if (per_second > 0)
      post_what_is_due (load);
    load_loop_turn (load->customers.loop, per_second > 0 && load->n_begun < n ? 1 : 1000);
  }
}

static void
report (const Load         *load,
        const BenchProcess *before,
        const BenchProcess *after,
        gint64              own_ns,
        double              elapsed)
{
  double n = load->n_wanted;
  guint n_repeated = 0;

  for (guint i = 0; i < load->n_wanted; i++)
    n_repeated += load->seen[i] > n_subscribers ? load->seen[i] - (guint) n_subscribers : 0;
  g_array_sort (load->answer_usec, compare);
  g_array_sort (load->receipt_usec, compare);
  g_print ("{\"phase\":\"posted\",\"posts\":%u,\"posts_s\":%.1f,\"answer_p50\":%" G_GINT64_FORMAT ",\"answer_p99\":%"
           G_GINT64_FORMAT ",\"receipt_p50\":%" G_GINT64_FORMAT ",\"receipt_p99\":%" G_GINT64_FORMAT ",\"refused\":%u,"
           "\"repeated\":%u,\"late\":%u,\"cpu_us\":%.2f,\"own_cpu_us\":%.2f,\"switches\":%.3f,\"kib\":%" G_GINT64_FORMAT
           "}\n", load->n_wanted, n / elapsed, pick (load->answer_usec, 500), pick (load->answer_usec, 990),
           pick (load->receipt_usec, 500), pick (load->receipt_usec, 990), load->n_refused, n_repeated, load->n_late,
           (double) (after->cpu_ns - before->cpu_ns) / 1000 / n, (double) own_ns / 1000 / n,
           (double) (after->switches - before->switches) / n, after->kib);
}

/* What a bot has been told is answered later, and all that belongs to a post. */
static void
await_rest (Load *load)
{
  BenchProcess process;
  gint64 since = g_get_monotonic_time (), seen = 0;

  while (g_get_monotonic_time () - since < REST_USEC) {
    load_loop_turn (load->customers.loop, 50);
    if (bench_process_read (server, &process) && process.cpu_ns - seen > RUN_NS) {
      seen = process.cpu_ns;
      since = g_get_monotonic_time ();
    }
  }
}

static void
run_measured (Load *load)
{
  BenchProcess before = { 0 }, after = { 0 }, own_before, own_after;
  double elapsed;

  bench_process_read (getpid (), &own_before);
  if (server != 0)
    bench_process_read (server, &before);
  run (load, (guint) n_posts);
  elapsed = (double) (g_get_monotonic_time () - load->since) / G_USEC_PER_SEC;
  if (server != 0 && settle)
    await_rest (load);
  if (server != 0)
    bench_process_read (server, &after);
  bench_process_read (getpid (), &own_after);
  report (load, &before, &after, own_after.cpu_ns - own_before.cpu_ns, elapsed);
}

static void
post_all (Load *load)
{
  g_autoptr (LoadOpened) subscribers = NULL;
  g_autofree guint *post_of = g_new0 (guint, (gsize) n_in_flight);
  g_autofree char *body = g_malloc ((gsize) activity_size + 256);

  load->post_of = post_of;
  load->body = body;
  load->posters = g_ptr_array_new_with_free_func ((GDestroyNotify) load_peer_free);
  load->answer_usec = g_array_new (FALSE, FALSE, sizeof (gint64));
  load->receipt_usec = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (int i = 0; i < n_in_flight; i++)
    g_ptr_array_add (load->posters, load_peer_new (load->customers.loop, posted_cb, NULL, load));
  subscribers = load_customers_open (&load->customers, &(LoadOpening) {
    .n_conversations = (guint) n_conversations,
    .n = (guint) (n_subscribers * n_conversations),
    .at_once = N_STEADY,
    .as_stream = TRUE,
    .text = received_cb,
    .owner = load,
  });
  if (n_warm_up > 0)
    run (load, (guint) n_warm_up);
  g_print ("{\"phase\":\"ready\"}\n");
  end_phase (load);
  run_measured (load);
  end_phase (load);
  g_ptr_array_unref (load->posters);
  g_free (load->due);
  g_free (load->seen);
  g_array_unref (load->answer_usec);
  g_array_unref (load->receipt_usec);
}

static gboolean
prepare (Load    *load,
         GError **error)
{
  LoadCustomers *customers = &load->customers;
  gint64 since = g_get_monotonic_time ();

  if (load_path != NULL) {
    if (!load_customers_load (customers, load_path, error))
      return FALSE;
  } else {
    load_customers_start (customers, (guint) n_conversations);
    if (hand_off != NULL)
      load_customers_hand_off (customers, (guint) n_conversations, hand_off, QUEUED);
    if (n_fill > 0)
      load_customers_fill (customers, (guint) n_fill, (gsize) activity_size);
    load_customers_start (customers, (guint) n_idle);
  }
  if (customers->conversations->len < (guint) (n_conversations + n_idle))
    load_fail ("%s has too few conversations", load_path);
  if (save_path != NULL && !load_customers_save (customers, save_path, error))
    return FALSE;
  g_print ("{\"phase\":\"opened\",\"seconds\":%.3f}\n", (double) (g_get_monotonic_time () - since) / G_USEC_PER_SEC);
  end_phase (load);
  return TRUE;
}

static LoadOpened *
open_idle (Load *load)
{
  BenchProcess before = { 0 }, after = { 0 };
  LoadOpened *opened;

  if (server != 0)
    bench_process_read (server, &before);
  opened = load_customers_open (&load->customers, &(LoadOpening) {
    .from = (guint) n_conversations,
    .n_conversations = (guint) n_idle,
    .n = (guint) n_idle,
    .at_once = (guint) n_at_once,
    .as_stream = !as_connections && !as_visits,
    .as_visit = as_visits,
    .offer_deflate = offer_deflate,
  });
  if (server != 0)
    bench_process_read (server, &after);
  g_array_sort (opened->usec, compare);
  g_print ("{\"phase\":\"idle\",\"seconds\":%.3f,\"p50\":%" G_GINT64_FORMAT ",\"p99\":%" G_GINT64_FORMAT ",\"retries\":%u,"
           "\"cpu_us\":%.2f,\"kib_before\":%" G_GINT64_FORMAT ",\"kib\":%" G_GINT64_FORMAT "}\n",
           (double) opened->total_usec / G_USEC_PER_SEC, pick (opened->usec, 500), pick (opened->usec, 990),
           opened->n_retries, (double) (after.cpu_ns - before.cpu_ns) / 1000 / n_idle, before.kib, after.kib);
  end_phase (load);
  return opened;
}

/* All there are, and a word about it where that is too few. */
static void
raise_limit (void)
{
  struct rlimit limit;
  rlim_t wanted = (rlim_t) (n_idle + n_subscribers * n_conversations + n_in_flight + 100);

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < wanted)
    load_fail ("%lu files may be open here, %lu are needed: raise the hard limit (ulimit -Hn)",
               (unsigned long) limit.rlim_max, (unsigned long) wanted);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- load a Direct Line server on this machine");
  g_autoptr (GError) error = NULL;
  g_autoptr (LoadOpened) idle = NULL;
  g_autoptr (LoadLoop) loop = NULL;
  Load load = { 0 };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    load_fail ("%s", error->message);
  if (url == NULL || n_conversations < 1 || n_in_flight < 1 || activity_size < 200)
    load_fail ("--url is needed, and at least one conversation, one connection and 200 bytes");
  raise_limit ();
  loop = load_loop_new (url, seconds, &error);
  if (loop == NULL)
    load_fail ("%s", error->message);

  load.customers = (LoadCustomers) { loop, secret, NULL };
  if (!prepare (&load, &error))
    load_fail ("%s", error->message);
  if (n_idle > 0)
    idle = open_idle (&load);
  if (n_posts > 0)
    post_all (&load);
  load_customers_clear (&load.customers);
  return 0;
}
