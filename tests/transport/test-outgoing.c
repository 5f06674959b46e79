/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-outgoing.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  int      ends[2];    /* ours, the peer's */
  GString *received;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fixture->ends), ==, 0);
  fixture->received = g_string_new (NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  close (fixture->ends[0]);
  close (fixture->ends[1]);
  g_string_free (fixture->received, TRUE);
}

static void
read_all (Fixture *fixture)
{
  char buffer[1000];
  gssize n;

  while ((n = recv (fixture->ends[1], buffer, sizeof buffer, 0)) > 0)
    g_string_append_len (fixture->received, buffer, n);
}

static void
test_outgoing_at_once (Fixture       *fixture,
                       gconstpointer  data)
{
  BatonOutgoing outgoing = { 0 };
  g_autoptr (GBytes) body = g_bytes_new_static ("body", 4);

  g_assert_cmpint (baton_outgoing_send (&outgoing, fixture->ends[0], "head ", 5, body), ==, BATON_OUTGOING_DONE);
  baton_outgoing_add (&outgoing, "a", 1, body);
  baton_outgoing_add (&outgoing, "b", 1, NULL);
  baton_outgoing_add (&outgoing, NULL, 0, NULL);
  g_assert_cmpuint (outgoing.size, ==, 6);
  /* Behind what waits. */
  g_assert_cmpint (baton_outgoing_send (&outgoing, fixture->ends[0], "last", 4, NULL), ==, BATON_OUTGOING_DONE);
  g_assert_cmpuint (outgoing.size, ==, 0);
  read_all (fixture);
  g_assert_cmpstr (fixture->received->str, ==, "head bodyabodyblast");
}

/* Whatever the socket takes each time, all arrives, in order. */
static void
test_outgoing_in_parts (Fixture       *fixture,
                        gconstpointer  data)
{
  BatonOutgoing outgoing = { 0 };
  g_autoptr (GString) sent = g_string_new (NULL);
  BatonOutgoingResult result;
  guint blocked = 0;

  for (guint i = 0; i < 2000; i++) {
    g_autofree char *text = g_strnfill ((gsize) g_test_rand_int_range (0, 3000), (char) ('a' + i % 26));
    g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

    g_string_append (sent, "<>");
    g_string_append (sent, text);
    if (i % 3 == 0)
      g_assert_cmpint (baton_outgoing_send (&outgoing, fixture->ends[0], "<>", 2, body), !=, BATON_OUTGOING_BROKEN);
    else
      baton_outgoing_add (&outgoing, "<>", 2, body);
  }
  while ((result = baton_outgoing_write (&outgoing, fixture->ends[0])) == BATON_OUTGOING_BLOCKED) {
    blocked++;
    read_all (fixture);
    g_assert_cmpuint (outgoing.size, ==, sent->len - fixture->received->len);
  }
  read_all (fixture);
  g_assert_cmpint (result, ==, BATON_OUTGOING_DONE);
  g_assert_cmpuint (blocked, >, 1);
  g_assert_true (g_string_equal (sent, fixture->received));
}

static void
test_outgoing_broken (Fixture       *fixture,
                      gconstpointer  data)
{
  BatonOutgoing outgoing = { 0 };

  shutdown (fixture->ends[0], SHUT_WR);
  g_assert_cmpint (baton_outgoing_send (&outgoing, fixture->ends[0], "head", 4, NULL), ==, BATON_OUTGOING_BROKEN);
  baton_outgoing_add (&outgoing, "head", 4, NULL);
  g_assert_cmpint (baton_outgoing_write (&outgoing, fixture->ends[0]), ==, BATON_OUTGOING_BROKEN);
  baton_outgoing_clear (&outgoing);
  g_assert_cmpuint (outgoing.size, ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/transport/outgoing/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("at-once", test_outgoing_at_once);
  ADD ("in-parts", test_outgoing_in_parts);
  ADD ("broken", test_outgoing_broken);
#undef ADD

  return g_test_run ();
}
