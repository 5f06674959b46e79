/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "baton-bots.h"
#include "baton-error.h"
#include "baton-test.h"

static void
test_bots_data_path (void)
{
  g_autofree char *path = NULL, *installed = NULL;

  g_setenv ("BATON_DATA_DIR", "/somewhere", TRUE);
  path = baton_bots_dup_data_path ("canvas");
  g_assert_cmpstr (path, ==, "/somewhere/canvas");
  g_unsetenv ("BATON_DATA_DIR");
  installed = baton_bots_dup_data_path ("canvas");
  g_assert_true (g_str_has_suffix (installed, "/baton/canvas"));
}

static void
test_bots_embedded (void)
{
  g_autofree char *data = g_build_filename (g_getenv ("BATON_SOURCE"), "data", NULL);
  BatonConfigBot config = { .name = (char *) "mine", .kind = BATON_CONFIG_EMBEDDED };
  g_autoptr (BatonUpstream) bot = NULL;
  g_autoptr (GError) error = NULL;

  g_setenv ("BATON_DATA_DIR", data, TRUE);
  bot = baton_bots_open (&config, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (baton_upstream_get_bot_id (bot));

  config.topics = (char *) "/nonexistent";
  g_assert_null (baton_bots_open (&config, NULL, &error));
  g_assert_nonnull (strstr (error->message, "/nonexistent"));
}

static void
test_bots_direct_line (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "secret", NULL);
  const BatonConfigBot config = { .name = (char *) "shop", .kind = BATON_CONFIG_DIRECT_LINE,
                                  .base_url = (char *) "http://127.0.0.1:9", .secret_file = path };
  g_autoptr (BatonUpstream) bot = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (baton_bots_open (&config, NULL, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
  g_clear_error (&error);

  g_file_set_contents (path, "0123456789abcdef\n", -1, NULL);
  bot = baton_bots_open (&config, NULL, &error);
  g_assert_no_error (error);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/bots/data-path", test_bots_data_path);
  g_test_add_func ("/relay/bots/embedded", test_bots_embedded);
  g_test_add_func ("/relay/bots/direct-line", test_bots_direct_line);
  return g_test_run ();
}
