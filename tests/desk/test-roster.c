/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>

#include "baton-error.h"
#include "baton-roster.h"
#include "baton-test.h"

static char *
new_path (void)
{
  g_autofree char *folder = baton_test_make_folder ();

  return g_build_filename (folder, "agents.conf", NULL);
}

static BatonRoster *
open_roster (const char *path)
{
  g_autoptr (GError) error = NULL;
  BatonRoster *roster = baton_roster_open (path, &error);

  g_assert_no_error (error);
  return roster;
}

static void
add (BatonRoster *roster,
     const char  *id,
     const char  *name,
     const char  *password)
{
  const char *skills[] = { "billing; tax", "returns", NULL };
  const char *languages[] = { "de", "ar", NULL };
  g_autoptr (BatonAgent) agent = baton_agent_new (id, name, skills, languages);
  g_autoptr (GError) error = NULL;

  baton_roster_add (roster, agent, password, &error);
  g_assert_no_error (error);
}

static BatonAgent *
check (BatonRoster  *roster,
       const char   *id,
       const char   *password,
       const char   *address,
       GError      **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  baton_roster_check_async (roster, id, password, address, NULL, baton_test_ready_cb, &result);
  return baton_roster_check_finish (roster, baton_test_await (&result), error);
}

static void
assert_refused (BatonRoster *roster,
                const char  *id,
                const char  *password,
                int          code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonAgent) agent = check (roster, id, password, "192.0.2.1", &error);

  g_assert_null (agent);
  g_assert_error (error, BATON_ERROR, code);
}

static void
test_roster_add (void)
{
  g_autofree char *path = new_path ();
  g_autoptr (BatonRoster) roster = open_roster (path);
  g_autoptr (BatonAgent) agent = NULL;
  g_autofree char *text = NULL;
  GStatBuf info;

  g_assert_null (baton_roster_find (roster, "ana"));
  add (roster, "ana", "Ana = [Sousa]\n#x", "pass");

  agent = baton_roster_find (roster, "ana");
  g_assert_cmpstr (baton_agent_get_name (agent), ==, "Ana = [Sousa]\n#x");
  g_assert_cmpstr (baton_agent_get_skills (agent)[0], ==, "billing; tax");
  g_assert_cmpstr (baton_agent_get_languages (agent)[1], ==, "ar");

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_file_get_contents (path, &text, NULL, NULL);
  g_assert_nonnull (strstr (text, "$y$"));
  g_assert_null (strstr (text, "=pass"));
}

static void
test_roster_replace (void)
{
  g_autofree char *path = new_path ();
  g_autoptr (BatonRoster) roster = open_roster (path);
  g_autoptr (GPtrArray) agents = NULL;
  g_autoptr (BatonAgent) agent = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_file_set_contents (path, "# ours\n[bo]\nName=Bo\n", -1, NULL);
  add (roster, "ana", "Ana", "one");
  add (roster, "ana", "Ana S.", "two");
  agents = baton_roster_list (roster);
  g_assert_cmpuint (agents->len, ==, 2);
  g_assert_cmpstr (baton_agent_get_name (g_ptr_array_index (agents, 0)), ==, "Ana S.");

  assert_refused (roster, "ana", "one", BATON_ERROR_UNAUTHENTICATED);
  agent = check (roster, "ana", "two", "192.0.2.1", &error);
  g_assert_no_error (error);
  g_file_get_contents (path, &text, NULL, NULL);
  g_assert_nonnull (strstr (text, "# ours"));
}

static void
test_roster_check (void)
{
  g_autofree char *path = new_path ();
  g_autoptr (BatonRoster) roster = open_roster (path);
  g_autoptr (BatonAgent) agent = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "[bo]\nName=Bo\n", -1, NULL);
  add (roster, "ana", "Ana", "pass wörd");
  agent = check (roster, "ana", "pass wörd", "192.0.2.1", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (baton_agent_get_id (agent), ==, "ana");

  assert_refused (roster, "ana", "pass word", BATON_ERROR_UNAUTHENTICATED);
  assert_refused (roster, "ana", "", BATON_ERROR_UNAUTHENTICATED);
  assert_refused (roster, "nobody", "pass wörd", BATON_ERROR_UNAUTHENTICATED);
  assert_refused (roster, "bo", "", BATON_ERROR_UNAUTHENTICATED);
}

/* Five tries; then neither a wrong nor the right password is looked at, from there. */
static void
test_roster_limit (void)
{
  g_autofree char *path = new_path ();
  g_autoptr (BatonRoster) roster = open_roster (path);
  g_autoptr (BatonAgent) elsewhere = NULL, other = NULL;
  g_autoptr (GError) error = NULL;

  add (roster, "ana", "Ana", "pass");
  add (roster, "bo", "Bo", "pass");
  for (guint i = 0; i < 5; i++)
    assert_refused (roster, "ana", "guess", BATON_ERROR_UNAUTHENTICATED);
  assert_refused (roster, "ana", "guess", BATON_ERROR_BUSY);
  assert_refused (roster, "ana", "pass", BATON_ERROR_BUSY);

  elsewhere = check (roster, "ana", "pass", "192.0.2.2", &error);
  g_assert_no_error (error);
  other = check (roster, "bo", "pass", "192.0.2.1", &error);
  g_assert_no_error (error);
}

/* Signing in for the tenth time this minute is no guessing. */
static void
test_roster_limit_forgets (void)
{
  g_autofree char *path = new_path ();
  g_autoptr (BatonRoster) roster = open_roster (path);

  add (roster, "ana", "Ana", "pass");
  for (guint i = 0; i < 10; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BatonAgent) agent = check (roster, "ana", "pass", "192.0.2.1", &error);

    g_assert_no_error (error);
  }
}

static void
count_cb (BatonRoster *roster,
          const char  *message,
          gpointer     user_data)
{
  ++*(guint *) user_data;
}

static void
test_roster_reread (void)
{
  g_autofree char *path = new_path ();
  g_autoptr (BatonRoster) roster = open_roster (path);
  g_autoptr (BatonAgent) agent = NULL, still = NULL;
  guint n_rejected = 0;

  g_signal_connect (roster, "rejected", G_CALLBACK (count_cb), &n_rejected);
  g_file_set_contents (path, "[ana]\nName=Ana\n", -1, NULL);
  agent = baton_roster_find (roster, "ana");
  g_assert_nonnull (agent);

  g_file_set_contents (path, "[ana\nName=Anna", -1, NULL);
  still = baton_roster_find (roster, "ana");
  g_assert_cmpstr (baton_agent_get_name (still), ==, "Ana");
  g_clear_object (&still);
  still = baton_roster_find (roster, "ana");
  g_assert_cmpuint (n_rejected, ==, 1);

  g_file_set_contents (path, "[bo]\nName=Bo\n", -1, NULL);
  g_assert_null (baton_roster_find (roster, "ana"));
  g_remove (path);
  g_assert_null (baton_roster_find (roster, "bo"));
  g_assert_cmpuint (n_rejected, ==, 1);
}

static const struct {
  const char *text;
  const char *named;   /* in the error */
} bad_files[] = {
  { "[Ana]\nName=Ana\n", "[Ana]" },
  { "[../x]\nName=Ana\n", "[../x]" },
  { "[ana]\nSkills=a\n", "[ana] has no Name" },
  { "[ana]\nName=\n", "[ana] has no Name" },
  { "Name=Ana\n", "agents.conf" },
};

static void
test_roster_bad_files (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_files); i++) {
    g_autofree char *path = new_path ();
    g_autoptr (GError) error = NULL;

    g_file_set_contents (path, bad_files[i].text, -1, NULL);
    g_assert_null (baton_roster_open (path, &error));
    g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, bad_files[i].named));
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk/roster/add", test_roster_add);
  g_test_add_func ("/desk/roster/replace", test_roster_replace);
  g_test_add_func ("/desk/roster/check", test_roster_check);
  g_test_add_func ("/desk/roster/limit", test_roster_limit);
  g_test_add_func ("/desk/roster/limit-forgets", test_roster_limit_forgets);
  g_test_add_func ("/desk/roster/reread", test_roster_reread);
  g_test_add_func ("/desk/roster/bad-files", test_roster_bad_files);
  return g_test_run ();
}
