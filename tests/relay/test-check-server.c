/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <string.h>
#include <utime.h>

#include "check-house.h"
#include "relay-house.h"

static const struct {
  const char *origin;
  BatonGrade  grade;
  const char *text;
  const char *advice;
} origins[] = {
  { "https://shop.example", BATON_GRADE_OK, "pages of https://shop.example may hold a chat", NULL },
  { "https://shop.example:8443", BATON_GRADE_OK, "may hold a chat", NULL },
  { "http://localhost:3000", BATON_GRADE_OK, "may hold a chat", NULL },
  { "http://[::1]:3000", BATON_GRADE_OK, "may hold a chat", NULL },
  { "http://shop.example", BATON_GRADE_WARNING, "can change a page of http://shop.example", "https" },
  { "https://shop.example/", BATON_GRADE_PROBLEM, "lets no page in", "Write https://shop.example in" },
  { "https://shop.example/chat", BATON_GRADE_PROBLEM, "lets no page in", "Write https://shop.example in" },
  { "https://Shop.Example", BATON_GRADE_PROBLEM, "lets no page in", "Write https://shop.example in" },
  { "https://shop.example:443", BATON_GRADE_PROBLEM, "lets no page in", "Write https://shop.example in" },
  { "https://ines@shop.example", BATON_GRADE_PROBLEM, "lets no page in", "Write https://shop.example in" },
  { "https://münchen.example", BATON_GRADE_PROBLEM, "lets no page in", "Write https://xn--mnchen-3ya.example in" },
  { "shop.example", BATON_GRADE_PROBLEM, "“shop.example” is none", "https://shop.example" },
  { "https:shop.example", BATON_GRADE_PROBLEM, "is none", NULL },
  { "ftp://shop.example", BATON_GRADE_PROBLEM, "is none", NULL },
  { "null", BATON_GRADE_PROBLEM, "is none", NULL },
  { "*", BATON_GRADE_PROBLEM, "* lets no page in", "Leave origins empty" },
};

static void
test_check_origins (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (origins); i++) {
    g_autoptr (BatonConfig) config = new_config ();
    g_autoptr (GPtrArray) findings = baton_findings_new ();

    config->origins = g_new0 (char *, 2);
    config->origins[0] = g_strdup (origins[i].origin);
    g_test_message ("%s", origins[i].origin);
    baton_check_server (config, findings);
    assert_finding (findings, origins[i].grade, "origins", origins[i].text, origins[i].advice);
    g_assert_cmpuint (baton_findings_count (findings, BATON_GRADE_PROBLEM), ==, origins[i].grade == BATON_GRADE_PROBLEM);
  }
}

static void
test_check_no_origins (void)
{
  g_autoptr (BatonConfig) config = new_config ();
  g_autoptr (GPtrArray) findings = baton_findings_new ();

  baton_check_server (config, findings);
  assert_finding (findings, BATON_GRADE_OK, "origins", "any page may hold a chat", NULL);
  config->public_url = g_strdup ("https://chat.example");
  baton_check_server (config, findings);
  assert_finding (findings, BATON_GRADE_WARNING, "origins", "any page may hold a chat", "Name your pages");
  assert_finding (findings, BATON_GRADE_OK, "public-url", "not tried since no relay is running", NULL);
}

static const struct {
  const char *url;
  BatonGrade  grade;
  const char *text;
} urls[] = {
  { "http://chat.example", BATON_GRADE_WARNING, "unencrypted" },
  { "https://chat.example?a=b", BATON_GRADE_PROBLEM, "neither ? nor #" },
  { "https://chat.example/#top", BATON_GRADE_PROBLEM, "neither ? nor #" },
  { "https://ines@chat.example", BATON_GRADE_PROBLEM, "neither ? nor #" },
  { "https://example.org/chat", BATON_GRADE_OK, "https://example.org/chat" },
};

static void
test_check_public_url (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (urls); i++) {
    g_autoptr (BatonConfig) config = new_config ();
    g_autoptr (GPtrArray) findings = baton_findings_new ();

    config->public_url = g_strdup (urls[i].url);
    baton_check_server (config, findings);
    g_test_message ("%s", urls[i].url);
    assert_finding (findings, urls[i].grade, "public-url", urls[i].text, NULL);
  }
}

/* A port is free, another's, or our own relay's. */
static void
test_check_listen (void)
{
  g_autoptr (RelayHouse) house = relay_house_new (FALSE);
  g_autoptr (BatonConfig) config = new_config ();
  g_autoptr (GPtrArray) free = baton_findings_new (), taken = baton_findings_new (), ours = baton_findings_new ();
  g_autoptr (GPtrArray) foreign = baton_findings_new (), wide = baton_findings_new ();

  baton_check_server (config, free);
  assert_finding (free, BATON_GRADE_OK, "listen", "127.0.0.1:0 is free", NULL);

  g_free (config->listen);
  config->listen = g_strdup (house->url + strlen ("http://"));
  baton_check_server (config, taken);
  assert_finding (taken, BATON_GRADE_PROBLEM, "listen", "another program uses 127.0.0.1:", "another port");

  g_free (config->data);
  config->data = g_strdup (house->folder);
  config->public_url = g_strdup (house->url);
  baton_check_server (config, ours);
  assert_finding (ours, BATON_GRADE_OK, "listen", "the relay that is running answers", NULL);
  assert_finding (ours, BATON_GRADE_OK, "public-url", "leads to a relay", NULL);

  g_free (config->listen);
  config->listen = g_strdup ("192.0.2.1:8377");
  g_free (config->public_url);
  config->public_url = g_strdup ("http://127.0.0.1:9");
  baton_check_server (config, foreign);
  assert_finding (foreign, BATON_GRADE_PROBLEM, "listen", "nothing can be served on 192.0.2.1:8377", "127.0.0.1");
  assert_finding (foreign, BATON_GRADE_WARNING, "public-url", "does not lead to the relay", "proxy");

  g_free (config->listen);
  config->listen = g_strdup ("0.0.0.0:0");
  baton_check_server (config, wide);
  assert_finding (wide, BATON_GRADE_WARNING, "listen", "other machines reach", "proxy with TLS");
}

static void
test_check_machine (void)
{
  g_autoptr (BatonConfig) config = new_config ();
  g_autoptr (GPtrArray) usual = baton_findings_new (), many = baton_findings_new ();
  g_autofree char *path = g_build_filename (config->data, "relay.db", NULL);
  struct utimbuf times = { 0 };

  baton_check_server (config, usual);
  assert_finding (usual, BATON_GRADE_OK, "clock", "it says 2", NULL);
  assert_finding (usual, BATON_GRADE_OK, "connections", "within", NULL);

  g_file_set_contents (path, "", -1, NULL);
  times.actime = times.modtime = (time_t) (g_get_real_time () / G_USEC_PER_SEC) + 3600;
  g_assert_cmpint (g_utime (path, &times), ==, 0);
  config->limits.connections = G_MAXUINT;
  baton_check_server (config, many);
  assert_finding (many, BATON_GRADE_WARNING, "clock", " s after that", "NTP");
  assert_finding (many, BATON_GRADE_PROBLEM, "connections", "4294967295 connections need", "LimitNOFILE");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/check/origins", test_check_origins);
  g_test_add_func ("/relay/check/no-origins", test_check_no_origins);
  g_test_add_func ("/relay/check/public-url", test_check_public_url);
  g_test_add_func ("/relay/check/listen", test_check_listen);
  g_test_add_func ("/relay/check/machine", test_check_machine);
  return g_test_run ();
}
