/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What `./dev bench` measures of idle streams, as far as it can be counted: a busy machine changes none of it. */

#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "baton-test.h"
#include "bench-process.h"
#include "load-customers.h"
#include "relay-process.h"

/* The address sanitizer takes ten times as long for each, and has an allocator of its own. */
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED       TRUE
#define N_STREAMS       200
#else
#define SANITIZED       FALSE
#define N_STREAMS       1000
#endif
#define N_POSTS         100
#define N_VISITORS      2200                    /* who come once: more than the relay remembers */
#define N_FILES         (2 * N_STREAMS + 200)   /* two lots of streams, and what goes on beside them */
#define DEADLINE        100                     /* seconds */
#define WATCHED_SECONDS 2

static const char config_text[] =
  "[limits]\nconnections=100000\nconnections-per-address=100000\nposts-per-second=1000000\nposts-burst=1000000\n"
  "rate=4294967295\nrate-burst=4294967295\n";

/* A relay and its customers. */
typedef struct {
  RelayProcess  *relay;
  int            pid;
  LoadLoop      *loop;
  char          *secret;
  LoadCustomers  customers;
  guint          n_answered;
} House;

static House *
house_new (guint n_conversations)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *config = g_build_filename (folder, "relay.conf", NULL);
  g_autofree char *data = g_build_filename (folder, "data", NULL);
  g_autofree char *secret = g_build_filename (data, "direct-line-secret", NULL);
  g_autofree char *line = NULL, *url = NULL;
  g_autoptr (GError) error = NULL;
  House *self = g_new0 (House, 1);

  g_file_set_contents (config, config_text, -1, &error);
  g_assert_no_error (error);
  line = g_strdup_printf ("baton-relay serve --config %s --data %s", config, data);
  self->relay = relay_process_new_line (folder, line);
  self->pid = atoi (g_subprocess_get_identifier (self->relay->process));
  g_file_get_contents (secret, &self->secret, NULL, &error);
  g_assert_no_error (error);
  g_strstrip (self->secret);
  url = g_strconcat (self->relay->url, "/v3/directline", NULL);
  self->loop = load_loop_new (url, DEADLINE, &error);
  g_assert_no_error (error);
  self->customers = (LoadCustomers) { self->loop, self->secret, NULL };
  load_customers_start (&self->customers, n_conversations);
  return self;
}

static void
house_free (House *self)
{
  g_assert_cmpint (relay_process_stop (self->relay, SIGTERM), ==, 0);
  relay_process_free (self->relay);
  load_customers_clear (&self->customers);
  load_loop_free (self->loop);
  g_free (self->secret);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (House, house_free)

static LoadOpened *
open_streams (House    *house,
              guint     from,
              guint     at_once,
              gboolean  offer_deflate)
{
  return load_customers_open (&house->customers, &(LoadOpening) {
    .from = from,
    .n_conversations = N_STREAMS,
    .n = N_STREAMS,
    .at_once = at_once,
    .as_stream = TRUE,
    .offer_deflate = offer_deflate,
  });
}

/* Everybody asks something once and goes. */
static void
let_visit (House *house,
           guint  from)
{
  g_autoptr (LoadOpened) visitors = load_customers_open (&house->customers, &(LoadOpening) {
    .from = from,
    .n_conversations = N_VISITORS,
    .n = N_VISITORS,
    .at_once = 32,
    .as_visit = TRUE,
  });

  g_assert_cmpuint (visitors->n_retries, ==, 0);
}

static BenchProcess
look (House *house)
{
  BenchProcess process;

  g_assert_true (bench_process_read (house->pid, &process));
  return process;
}

/* Visitors and a first lot of streams fill what is bounded or comes in blocks; a second lot shows what a stream takes. */
static void
test_idle_memory (gconstpointer offer_deflate)
{
  g_autoptr (House) house = house_new (2 * N_STREAMS + N_VISITORS);
  g_autoptr (LoadOpened) first = NULL, second = NULL;
  BenchProcess before, after;

  let_visit (house, 2 * N_STREAMS);
  first = open_streams (house, 0, 32, GPOINTER_TO_INT (offer_deflate));
  before = look (house);
  second = open_streams (house, N_STREAMS, 32, GPOINTER_TO_INT (offer_deflate));
  after = look (house);
  g_test_message ("%" G_GINT64_FORMAT " KiB for %d streams", after.kib - before.kib, N_STREAMS);
  g_assert_cmpint (after.kib - before.kib, <=, N_STREAMS);
}

static void
posted_cb (LoadPeer   *peer,
           guint       status,
           const char *body,
           gsize       length)
{
  House *house = peer->owner;

  g_assert_cmpuint (status / 100, ==, 2);
  house->n_answered++;
}

/* How often a thread of the relay is woken up for a post, one at a time. */
static double
count_wake_ups (House *house)
{
  const LoadConversation *conversation = g_ptr_array_index (house->customers.conversations, 0);
  g_autofree char *path = g_strconcat ("/conversations/", conversation->id, "/activities", NULL);
  LoadPeer *peer = load_peer_new (house->loop, posted_cb, NULL, house);
  guint32 run = g_random_int ();
  BenchProcess before = look (house), after;
  char body[1024];

  house->n_answered = 0;
  for (guint i = 0; i < N_POSTS; i++) {
    gsize length = load_write_activity (body, sizeof body - 256, run, i);

    load_peer_request (peer, "POST", path, conversation->token, body, length);
    while (house->n_answered == i)
      load_loop_turn (house->loop, 1000);
  }
  load_peer_free (peer);
  after = look (house);
  return (double) (after.switches - before.switches) / N_POSTS;
}

static guint
count_timers (House *house)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", house->pid);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  g_assert_nonnull (folder);
  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *link = g_build_filename (path, name, NULL);
    g_autofree char *target = g_file_read_link (link, NULL);

    n += target != NULL && strstr (target, "timerfd") != NULL;
  }
  return n;
}

/* A post costs the streams of others nothing, and at rest nobody is woken up for them. */
static void
test_idle_wake_ups (void)
{
  g_autoptr (House) house = house_new (N_STREAMS + 1);
  g_autoptr (LoadOpened) opened = NULL;
  BenchProcess before, after;
  double alone, beside;
  gint64 end;
  guint timers;

  /* With a person in charge, so that no answer of a bot is counted in. */
  load_customers_hand_off (&house->customers, 1, "talk to an agent", "\"queued\"");
  count_wake_ups (house);
  alone = count_wake_ups (house);
  timers = count_timers (house);
  opened = open_streams (house, 1, 32, FALSE);
  g_assert_cmpuint (count_timers (house), <=, timers + 1);
  beside = count_wake_ups (house);
  g_test_message ("wake-ups a post: %.2f, beside %d streams: %.2f", alone, N_STREAMS, beside);
  g_assert_cmpfloat (beside, <=, 1.5 * alone + 1);

  before = look (house);
  for (end = g_get_monotonic_time () + WATCHED_SECONDS * G_USEC_PER_SEC; g_get_monotonic_time () < end; )
    load_loop_turn (house->loop, 100);
  after = look (house);
  g_test_message ("wake-ups in %d s: %" G_GINT64_FORMAT, WATCHED_SECONDS, after.switches - before.switches);
  g_assert_cmpint (after.switches - before.switches, <=, N_STREAMS / 10);
}

/* A relay that was away for a moment finds all its customers at the door. */
static void
test_idle_storm (void)
{
  g_autoptr (House) house = house_new (N_STREAMS);
  g_autoptr (LoadOpened) opened = open_streams (house, 0, N_STREAMS, TRUE);

  g_test_message ("all there after %.2f s", (double) opened->total_usec / G_USEC_PER_SEC);
  g_assert_cmpuint (opened->peers->len, ==, N_STREAMS);
  g_assert_cmpuint (opened->n_retries, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  struct rlimit limit;

  g_test_init (&argc, &argv, NULL);
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < N_FILES) {
    g_print ("1..0 # SKIP %lu files may be open here\n", (unsigned long) limit.rlim_max);
    return 0;
  }

  if (!SANITIZED) {
    g_test_add_data_func ("/bench/idle/memory", GINT_TO_POINTER (FALSE), test_idle_memory);
    g_test_add_data_func ("/bench/idle/memory-deflate", GINT_TO_POINTER (TRUE), test_idle_memory);
  }
  g_test_add_func ("/bench/idle/wake-ups", test_idle_wake_ups);
  g_test_add_func ("/bench/idle/storm", test_idle_storm);
  return g_test_run ();
}
