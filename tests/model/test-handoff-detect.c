/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "model-test.h"

static const char *const names[] = { "GenesysHandoff", NULL };

static const BatonHandoffRules ignore_case = { .ignore_case = TRUE };
static const BatonHandoffRules legacy = { .legacy_type = TRUE };
static const BatonHandoffRules tags = { .tags = TRUE };
static const BatonHandoffRules action = { .action = TRUE };
static const BatonHandoffRules named = { .event_names = names };

/* Each rule finds its own form and no other; without rules only the exact form counts (S003-24, S003-28). */
static const struct {
  const char              *activity;
  const BatonHandoffRules *rule;   /* the only one by which it counts; NULL: none but the tolerant whole */
  gboolean                 exact;
  gboolean                 tolerant;
} cases[] = {
  { "{\"type\":\"event\",\"name\":\"handoff.initiate\"}", NULL, TRUE, TRUE },
  { "{\"type\":\"Event\",\"name\":\"handoff.initiate\"}", &ignore_case, FALSE, TRUE },
  { "{\"type\":\"event\",\"name\":\"HANDOFF.INITIATE\"}", &ignore_case, FALSE, TRUE },
  { "{\"type\":\"event\",\"name\":\"handoff.initiate \"}", NULL, FALSE, FALSE },
  { "{\"type\":\"event\",\"name\":\"GenesysHandoff\"}", &named, FALSE, FALSE },
  { "{\"type\":\"message\",\"name\":\"GenesysHandoff\"}", NULL, FALSE, FALSE },
  { "{\"type\":\"event\",\"name\":7}", NULL, FALSE, FALSE },
  { "{\"type\":\"event\"}", NULL, FALSE, FALSE },
  { "{\"type\":\"message\",\"text\":\"handoff.initiate\"}", NULL, FALSE, FALSE },
  { "{\"type\":\"message\",\"name\":\"handoff.initiate\"}", NULL, FALSE, FALSE },
  { "{\"type\":\"trace\",\"name\":\"handoff.initiate\"}", NULL, FALSE, FALSE },
  { "{\"type\":\"event\",\"name\":\"handoff.status\",\"value\":{\"state\":\"accepted\"}}", NULL, FALSE, FALSE },
  { "{\"type\":\"handoff\"}", &legacy, FALSE, TRUE },
  { "{\"type\":\"message\",\"channelData\":{\"tags\":{\"type\":\"Escalate\"}}}", &tags, FALSE, TRUE },
  { "{\"type\":\"message\",\"channelData\":{\"tags\":\"{\\\"type\\\":0}\"}}", &tags, FALSE, TRUE },
  { "{\"type\":\"message\",\"channelData\":{\"tags\":\"{\\\"type\\\":1}\"}}", NULL, FALSE, FALSE },
  { "{\"type\":\"message\",\"channelData\":{\"tags\":\"Escalate\"}}", NULL, FALSE, FALSE },
  { "{\"type\":\"message\",\"channelData\":{\"tags\":[\"Escalate\"]}}", NULL, FALSE, FALSE },
  { "{\"type\":\"trace\",\"channelData\":{\"tags\":{\"type\":\"Escalate\"}}}", NULL, FALSE, FALSE },
  { "{\"type\":\"message\",\"channelData\":{\"action\":{\"name\":\"TRANSFER\"}}}", &action, FALSE, TRUE },
  { "{\"type\":\"message\",\"channelData\":{\"action\":{\"name\":\"CLOSE\"}}}", NULL, FALSE, FALSE },
  { "{\"type\":\"message\",\"channelData\":{\"action\":\"TRANSFER\"}}", NULL, FALSE, FALSE },
  { "{\"type\":\"event\",\"name\":\"handoff.status\",\"channelData\":{\"action\":{\"name\":\"TRANSFER\"}}}", NULL, FALSE, FALSE },
};

static void
test_rules (void)
{
  static const BatonHandoffRules *const rules[] = { &ignore_case, &legacy, &tags, &action, &named };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (BatonActivity) activity = activity_from_text (cases[i].activity);

    g_test_message ("activity %s", cases[i].activity);
    g_assert_cmpint (baton_handoff_is_handoff (activity, NULL), ==, cases[i].exact);
    g_assert_cmpint (baton_handoff_is_handoff (activity, &BATON_HANDOFF_RULES_TOLERANT), ==, cases[i].tolerant);
    for (guint j = 0; j < G_N_ELEMENTS (rules); j++)
      g_assert_cmpint (baton_handoff_is_handoff (activity, rules[j]), ==, cases[i].exact || cases[i].rule == rules[j]);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/handoff-detect/rules/S003-28", test_rules);
  return g_test_run ();
}
