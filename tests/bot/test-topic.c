/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-error.h"
#include "baton-test.h"
#include "baton-topic.h"

static BatonYaml *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  BatonYaml *root = baton_yaml_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return root;
}

static BatonTopic *
load (const char *text,
      GPtrArray  *warnings)
{
  g_autoptr (BatonYaml) root = parse (text);
  g_autoptr (GError) error = NULL;
  BatonTopic *topic = baton_topic_new ("t.topic.Returns", NULL, root, "Returns.mcs.yml", warnings, &error);

  g_assert_no_error (error);
  return topic;
}

#define HEAD "kind: AdaptiveDialog\nbeginDialog:\n  kind: OnRecognizedIntent\n  id: main\n  actions:\n"

/* The flat layout keeps the order of the tree. */
static void
test_topic_layout (void)
{
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (BatonTopic) topic = load (HEAD
                                       "    - {kind: SendActivity, id: a, activity: one}\n"
                                       "    - kind: ConditionGroup\n      id: b\n      conditions:\n"
                                       "        - {id: c1, condition: =true, actions: [{kind: SendActivity, id: c, activity: two}]}\n"
                                       "        - {id: c2, condition: =true}\n"
                                       "      elseActions:\n        - {kind: SendActivity, id: e, activity: three}\n"
                                       "    - {kind: EndDialog, id: f}\n"
                                       "    - {kind: SendActivity, activity: four}\n", warnings);
  const BatonNode *group = baton_topic_get_node (topic, baton_topic_find (topic, "b"));
  int f = baton_topic_find (topic, "f");

  g_assert_cmpuint (warnings->len, ==, 0);
  g_assert_cmpint (topic->first, ==, baton_topic_find (topic, "a"));
  g_assert_cmpint (baton_topic_get_node (topic, topic->first)->next, ==, baton_topic_find (topic, "b"));
  g_assert_cmpint (group->next, ==, f);
  g_assert_cmpuint (group->branches->len, ==, 3);
  g_assert_cmpint (g_array_index (group->branches, BatonBranch, 0).first, ==, baton_topic_find (topic, "c"));
  g_assert_cmpint (g_array_index (group->branches, BatonBranch, 1).first, ==, f);   /* nothing in it: falls through */
  g_assert_cmpint (g_array_index (group->branches, BatonBranch, 2).first, ==, baton_topic_find (topic, "e"));
  g_assert_null (g_array_index (group->branches, BatonBranch, 2).condition);
  g_assert_cmpint (baton_topic_get_node (topic, baton_topic_find (topic, "e"))->next, ==, f);
  g_assert_cmpint (baton_topic_get_node (topic, baton_topic_get_node (topic, f)->next)->next, ==, BATON_NODE_NONE);
  g_assert_cmpint (baton_topic_find (topic, "none"), ==, BATON_NODE_NONE);
  g_assert_cmpint (baton_topic_find (topic, NULL), ==, BATON_NODE_NONE);
}

static void
test_topic_names (void)
{
  static const struct {
    const char *text;
    const char *given;
    const char *name;
  } rows[] = {
    { "mcs.metadata:\n  componentName: A\nbeginDialog:\n  intent:\n    displayName: C\n", "B", "A" },
    { "beginDialog:\n  intent:\n    displayName: C\n", "B", "B" },
    { "beginDialog:\n  intent:\n    displayName: C\n", NULL, "C" },
    { "beginDialog:\n  kind: OnRedirect\n", NULL, "Returns" },
  };
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BatonYaml) root = parse (rows[i].text);
    g_autoptr (BatonTopic) topic = baton_topic_new ("t.topic.Returns", rows[i].given, root, "file", warnings, NULL);

    g_assert_cmpstr (topic->name, ==, rows[i].name);
  }
}

static void
test_topic_header (void)
{
  static const struct {
    const char      *text;
    BatonTopicStart  start;
    gboolean         cancels_others;
  } rows[] = {
    { "beginDialog: {kind: OnEscalate}\nstartBehavior: CancelOtherTopics\n", BATON_STARTS_ON_ESCALATE, TRUE },
    { "beginDialog: {kind: OnSystemRedirect}\nstartBehavior: UseLatestPublishedContentAndCancelOtherTopics\n", BATON_STARTS_BY_REDIRECT, TRUE },
    { "beginDialog: {kind: OnSystemIntent}\nstartBehavior: Default\n", BATON_STARTS_BY_PHRASE, FALSE },
    { "beginDialog: {kind: OnUnknownIntent, priority: -1}\n", BATON_STARTS_ON_UNKNOWN, FALSE },
    { "beginDialog: {kind: OnSignIn}\n", BATON_STARTS_NEVER, FALSE },
    { "beginDialog: {id: main}\n", BATON_STARTS_NEVER, FALSE },
  };
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BatonTopic) topic = load (rows[i].text, warnings);

    g_assert_cmpint (topic->start, ==, rows[i].start);
    g_assert_cmpint (topic->cancels_others, ==, rows[i].cancels_others);
    g_assert_cmpint (topic->first, ==, BATON_NODE_NONE);
    g_assert_cmpfloat (topic->priority, ==, rows[i].start == BATON_STARTS_ON_UNKNOWN ? -1 : 0);
  }
}

/* What is not run or not understood is said when the topic is loaded, with file and line. */
static void
test_topic_warnings (void)
{
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (BatonTopic) topic = load (HEAD
                                       "    - {kind: InvokeFlowAction, id: flow}\n"
                                       "    - {kind: SendActivity, id: json, activity: 'x {\"a\": 1}'}\n"
                                       "    - {kind: SetVariable, id: set, variable: Topic.A, value: =NoSuch(1)}\n"
                                       "    - {kind: SendActivity, id: off, disabled: true, activity: '{'}\n"
                                       "    - {id: none}\n"
                                       "    - {kind: LogCustomTelemetryEvent, id: log, properties: '={a: NoSuch(1)}'}\n", warnings);
  static const char *const wanted[] = { ":6: node is not run: InvokeFlowAction", ":7: formula", ":8: formula", ":10: node is not run" };

  g_assert_cmpuint (warnings->len, ==, G_N_ELEMENTS (wanted));
  for (guint i = 0; i < warnings->len; i++) {
    const char *found = NULL;

    for (guint j = 0; j < warnings->len && found == NULL; j++)
      found = strstr (g_ptr_array_index (warnings, j), wanted[i]);
    g_test_message ("%s", wanted[i]);
    g_assert_nonnull (found);
  }
  g_assert_cmpint (baton_topic_get_node (topic, baton_topic_find (topic, "flow"))->kind, ==, BATON_NODE_SKIP);
  g_assert_cmpint (baton_topic_get_node (topic, baton_topic_find (topic, "off"))->kind, ==, BATON_NODE_SKIP);
}

/* S002-16: an address nobody has filled in is said; one that is there is a link. */
static void
test_topic_placeholder (void)
{
  static const struct {
    const char *node;
    gboolean    is_forgotten;
  } rows[] = {
    { "{kind: SendActivity, activity: 'Write to us at [link].'}", TRUE },
    { "{kind: SendActivity, activity: {text: ['Hello.', 'See [Link]']}}", TRUE },
    { "{kind: TransferConversationV2, messageToAgent: '[x] [link]'}", TRUE },
    { "{kind: SendActivity, activity: 'See [link](https://shop.example/help).'}", FALSE },
    { "{kind: SendActivity, activity: 'Choose [1] or [2], or link [ it.'}", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
    g_autofree char *text = g_strconcat (HEAD "    - ", rows[i].node, "\n", NULL);
    g_autoptr (BatonTopic) topic = load (text, warnings);

    g_test_message ("%s", rows[i].node);
    g_assert_cmpuint (warnings->len, ==, rows[i].is_forgotten);
    if (rows[i].is_forgotten)
      g_assert_nonnull (strstr (g_ptr_array_index (warnings, 0), "customers would read the placeholder [link]"));
  }
}

static void
test_topic_translation (void)
{
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (BatonTopic) topic = load (HEAD "    - {kind: SendActivity, id: a, activity: one}\n", warnings);
  g_autoptr (BatonYaml) over = parse ("mcs.metadata: {componentName: Outro}\nbeginDialog: {actions: [{id: a, activity: um}]}\n");
  BatonTopic *translated;

  baton_topic_add_translation (topic, "pt-PT", over, "Returns.pt-PT.mcs.yml", warnings);
  translated = baton_topic_in_language (topic, "pt-BR");
  g_assert_true (translated != topic);
  g_assert_cmpstr (translated->name, ==, "Returns");   /* one name, in every language */
  g_assert_cmpstr (baton_yaml_get_string (baton_topic_get_node (translated, translated->first)->yaml, "activity"), ==, "um");
  g_assert_true (baton_topic_has_language (topic, "PT-pt"));
  g_assert_true (baton_topic_in_language (topic, "de") == topic);
  g_assert_true (baton_topic_in_language (topic, NULL) == topic);
}

static void
test_topic_refused (void)
{
  static const char *const texts[] = { "", "kind: ClosedListEntity\n", "beginDialog: 7\n", "- a\n" };
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (BatonYaml) root = parse (texts[i]);
    g_autoptr (GError) error = NULL;

    g_assert_null (baton_topic_new ("t.topic.X", NULL, root, "X.mcs.yml", warnings, &error));
    g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, "X.mcs.yml"));
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/topic/layout", test_topic_layout);
  g_test_add_func ("/bot/topic/names", test_topic_names);
  g_test_add_func ("/bot/topic/header", test_topic_header);
  g_test_add_func ("/bot/topic/warnings", test_topic_warnings);
  g_test_add_func ("/bot/topic/S002-16/placeholder", test_topic_placeholder);
  g_test_add_func ("/bot/topic/translation", test_topic_translation);
  g_test_add_func ("/bot/topic/refused", test_topic_refused);

  return g_test_run ();
}
