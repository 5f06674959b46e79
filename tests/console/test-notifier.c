/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-notifier.h"

#include <string.h>

#include "console-test.h"

static const ConsoleCase amira = {
  "e1", "Amira Haddad", "de-DE", "Return item", "explicit", "Gift return", "Can I talk to a person?", 12, NULL, NULL,
};

static void
test_body (void)
{
  g_autoptr (BatonEscalation) escalation = console_test_new_escalation (&amira);
  gint64 now = baton_escalation_get_queued_at (escalation) + 12 * G_USEC_PER_SEC;
  g_autofree char *body = baton_notifier_format_body (escalation, now);

  g_assert_cmpstr (body, ==, "\342\201\250Return item\342\201\251 · German (DE) · waiting 0:12");
}

/* It may be read on a locked screen by anybody who passes by. */
static void
test_body_private (void)
{
  g_autoptr (BatonEscalation) escalation = console_test_new_escalation (&amira);
  g_autofree char *body = baton_notifier_format_body (escalation, g_get_real_time ());

  g_assert_null (strstr (body, "Amira"));
  g_assert_null (strstr (body, "Gift"));
  g_assert_null (strstr (body, "person"));
}

static void
test_body_unknown (void)
{
  g_autoptr (BatonEscalation) escalation = console_test_new_escalation (&(ConsoleCase) { .id = "e1", .topic = "Escalate" });
  g_autofree char *body = baton_notifier_format_body (escalation, baton_escalation_get_queued_at (escalation));

  g_assert_cmpstr (body, ==, "\342\201\250Greeting\342\201\251 · Unknown language · waiting 0:00");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/console/notifier/body", test_body);
  g_test_add_func ("/console/notifier/body/private", test_body_private);
  g_test_add_func ("/console/notifier/body/unknown", test_body_unknown);

  return g_test_run ();
}
