/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <sys/socket.h>
#include <unistd.h>

#include "baton-error.h"
#include "baton-fd-watch.h"
#include "baton-test.h"

#define N 100   /* more than are told of at once */

typedef struct {
  int          ours[N];
  int          theirs[N];
  BatonFdWatch *watches[N];
  guint        reads;
  guint        ends;
  guint        writes;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  for (guint i = 0; i < N; i++) {
    int pair[2];

    g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), ==, 0);
    f->ours[i] = pair[0];
    f->theirs[i] = pair[1];
  }
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  for (guint i = 0; i < N; i++) {
    g_clear_pointer (&f->watches[i], baton_fd_watch_free);
    close (f->ours[i]);
    close (f->theirs[i]);
  }
}

static void
watch (Fixture          *f,
       BatonFdWatchFunc  func)
{
  for (guint i = 0; i < N; i++) {
    g_autoptr (GError) error = NULL;

    f->watches[i] = baton_fd_watch_new (f->ours[i], func, f, &error);
    g_assert_no_error (error);
  }
}

static void
write_all (Fixture *f)
{
  for (guint i = 0; i < N; i++)
    g_assert_cmpint (write (f->theirs[i], "x", 1), ==, 1);
}

static void
read_all (Fixture *f)
{
  char byte;

  for (guint i = 0; i < N; i++) {
    ssize_t size = read (f->ours[i], &byte, 1);

    f->reads += size == 1;
    f->ends += size == 0;
  }
}

static void
read_cb (gboolean readable,
         gboolean writable,
         gpointer user_data)
{
  g_assert_true (readable && !writable);
  read_all (user_data);
}

static void
test_reading (Fixture       *f,
              gconstpointer  data)
{
  watch (f, read_cb);
  write_all (f);
  baton_test_wait (f->reads == N);
  g_assert_cmpint (shutdown (f->theirs[0], SHUT_WR), ==, 0);
  baton_test_wait (f->ends > 0);   /* an end is found by reading */
}

static void
write_cb (gboolean readable,
          gboolean writable,
          gpointer user_data)
{
  Fixture *f = user_data;

  g_assert_true (writable && !readable);
  f->writes++;
  baton_fd_watch_set_writing (f->watches[3], FALSE);
}

static void
test_writing (Fixture       *f,
              gconstpointer  data)
{
  watch (f, write_cb);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
  baton_fd_watch_set_writing (f->watches[3], TRUE);
  baton_test_wait (f->writes > 0);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpuint (f->writes, ==, 1);
}

static void
free_all_cb (gboolean readable,
             gboolean writable,
             gpointer user_data)
{
  Fixture *f = user_data;

  f->reads++;
  for (guint i = 0; i < N; i++)
    g_clear_pointer (&f->watches[i], baton_fd_watch_free);
}

/* Who is told first may free all others, told or not. */
static void
test_free_while_told (Fixture       *f,
                      gconstpointer  data)
{
  watch (f, free_all_cb);
  write_all (f);
  baton_test_wait (f->reads == 1);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpuint (f->reads, ==, 1);
}

static void
test_no_descriptor (Fixture       *f,
                    gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (baton_fd_watch_new (-1, read_cb, f, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
}

#define ADD(path, test) g_test_add ("/fd-watch/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("reading", test_reading);
  ADD ("writing", test_writing);
  ADD ("free-while-told", test_free_while_told);
  ADD ("no-descriptor", test_no_descriptor);

  return g_test_run ();
}
