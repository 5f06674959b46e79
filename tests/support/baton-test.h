/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* What every test may need: waiting for an event with a bound instead of sleeping, and fixtures. */

/**
 * baton_test_wait:
 *
 * Runs the default main context until @condition holds; fails the test after 20 s.
 */
#define baton_test_wait(condition) \
  G_STMT_START { \
    guint baton_deadline_ = baton_test_start_deadline (#condition); \
    while (!(condition)) \
      g_main_context_iteration (NULL, TRUE); \
    g_source_remove (baton_deadline_); \
  } G_STMT_END

guint         baton_test_start_deadline (const char     *what);
GAsyncResult *baton_test_await          (GAsyncResult  **slot);      /* waits until baton_test_ready_cb() filled *slot */
void          baton_test_ready_cb       (GObject        *source,
                                         GAsyncResult   *result,
                                         gpointer        slot);      /* GAsyncReadyCallback; user_data is a GAsyncResult ** */
void          baton_test_forgive_server (void);                      /* for a test case with a server of libsoup's */
char         *baton_test_fixture        (const char     *name);      /* path of tests/fixtures/NAME */
char         *baton_test_sample         (const char     *name);      /* path of NAME below $BATON_SAMPLES, or %NULL where that is not set */
GBytes       *baton_test_read           (const char     *path);
char         *baton_test_make_folder    (void);                      /* a new temporary folder, removed at exit */
