/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-error.h"
#include "baton-test.h"
#include "baton-yaml.h"

static BatonYaml *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  BatonYaml *root = baton_yaml_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return root;
}

/* Every scalar is text: `id: Yes` is no truth. */
static void
test_yaml_scalars (void)
{
  g_autoptr (BatonYaml) root = parse ("id: Yes\nn: 007\nquoted: \"a: \\\"b\\\" # c\"\nsingle: 'it''s'\nabsent:\nempty: \"\"\n"
                                      "comma: No, thanks\nblock: |-\n  one\n   two\nlist: [a, b]\nnone: {}\n");

  g_assert_cmpstr (baton_yaml_get_string (root, "id"), ==, "Yes");
  g_assert_cmpstr (baton_yaml_get_string (root, "n"), ==, "007");
  g_assert_cmpstr (baton_yaml_get_string (root, "quoted"), ==, "a: \"b\" # c");
  g_assert_cmpstr (baton_yaml_get_string (root, "single"), ==, "it's");
  g_assert_null (baton_yaml_get_member (root, "absent"));
  g_assert_cmpstr (baton_yaml_get_string (root, "empty"), ==, "");
  g_assert_cmpstr (baton_yaml_get_string (root, "comma"), ==, "No, thanks");
  g_assert_cmpstr (baton_yaml_get_string (root, "block"), ==, "one\n two");
  g_assert_cmpuint (baton_yaml_get_size (baton_yaml_get_member (root, "list")), ==, 2);
  g_assert_true (baton_yaml_is_mapping (baton_yaml_get_member (root, "none")));
  g_assert_cmpuint (baton_yaml_get_line (baton_yaml_get_member (root, "comma")), ==, 7);
  g_assert_true (baton_yaml_is_plain (baton_yaml_get_member (root, "n")));
  g_assert_false (baton_yaml_is_plain (baton_yaml_get_member (root, "empty")));
  g_assert_null (baton_yaml_get_member (NULL, "x"));
  g_assert_null (baton_yaml_get_text (baton_yaml_get_child (root, 99)));
}

static void
test_yaml_line_ends (void)
{
  static const char *const texts[] = {
    "kind: A\nactions:\n  - id: x\n",
    "kind: A\r\nactions:\r\n  - id: x\r\n",
    "\xef\xbb\xbfkind: A\nactions:\n  - id: x",
    "# comment\n\nkind: A\n# another\nactions:\n\n  - id: x",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (BatonYaml) root = parse (texts[i]);
    BatonYaml *actions = baton_yaml_get_member (root, "actions");

    g_assert_cmpstr (baton_yaml_get_string (root, "kind"), ==, "A");
    g_assert_cmpstr (baton_yaml_get_string (baton_yaml_get_child (actions, 0), "id"), ==, "x");
  }
}

/* Plain scalars that begin with `@` or `*` are accepted; such characters inside of block scalars stay what they are. */
static void
test_yaml_reserved (void)
{
  g_autoptr (BatonYaml) root = parse ("schema:\n  accept: */*\n  who: @Descriptor's  # comment\r\nlist:\n  - @one\n  - *two\n"
                                      "text: |-\n  * star: */*\n  @at\n\n  - @dash\nlast: @x: y\n");
  BatonYaml *list = baton_yaml_get_member (root, "list");

  g_assert_cmpstr (baton_yaml_get_string (baton_yaml_get_member (root, "schema"), "accept"), ==, "*/*");
  g_assert_cmpstr (baton_yaml_get_string (baton_yaml_get_member (root, "schema"), "who"), ==, "@Descriptor's");
  g_assert_cmpstr (baton_yaml_get_text (baton_yaml_get_child (list, 0)), ==, "@one");
  g_assert_cmpstr (baton_yaml_get_text (baton_yaml_get_child (list, 1)), ==, "*two");
  g_assert_cmpstr (baton_yaml_get_string (root, "text"), ==, "* star: */*\n@at\n\n- @dash");
  g_assert_cmpstr (baton_yaml_get_string (root, "last"), ==, "@x: y");
}

static void
assert_refused (const char *text,
                gsize       length,
                int         code,
                const char *says)
{
  g_autoptr (GError) error = NULL;
  BatonYaml *root = baton_yaml_parse (text, length, &error);

  g_assert_null (root);
  g_assert_error (error, BATON_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, says));
}

static void
test_yaml_refused (void)
{
  static const struct {
    const char *text;
    const char *says;
  } bad[] = {
    { "a: b\n c: d\n", "line 2" },
    { "a: \"open\n", "line" },
    { "a: &x 1\nb: [*x]\n", "aliases" },
    { "a: 1\n---\nb: 2\n", "more than one document" },
    { "? [a]\n: b\n", "not a simple text" },
    { "a:\n\t- b\n", "line 2" },
    { "a: \xff\xfe\n", "line" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_refused (bad[i].text, strlen (bad[i].text), BATON_ERROR_INVALID, bad[i].says);
  assert_refused ("a: \0b", 5, BATON_ERROR_INVALID, "zero byte");
}

static void
test_yaml_limits (void)
{
  g_autofree char *deep = g_strnfill (160 * 1024, '[');
  g_autofree char *large = g_strnfill (1024 * 1024 + 1, 'a');
  g_autoptr (GString) many = g_string_new (NULL);

  for (guint i = 0; i < 10001; i++)
    g_string_append (many, "- a\n");
  assert_refused (deep, strlen (deep), BATON_ERROR_INVALID, "deeper than 100");
  assert_refused (large, strlen (large), BATON_ERROR_TOO_BIG, "1 MiB");
  assert_refused (many->str, many->len, BATON_ERROR_INVALID, "10000 nodes");
}

/* A translation holds what differs; nodes meet by their id. */
static void
test_yaml_overlay (void)
{
  g_autoptr (BatonYaml) base = parse ("name: A\nactions:\n  - id: x\n    activity: one\n    more: kept\n  - id: y\n    activity: two\n"
                                      "phrases:\n  - a\n  - b\n");
  g_autoptr (BatonYaml) over = parse ("actions:\n  - id: y\n    activity: zwei\n  - id: z\n    activity: drei\nphrases:\n  - c\nextra: new\n");
  g_autoptr (BatonYaml) merged = baton_yaml_overlay (base, over);
  BatonYaml *actions = baton_yaml_get_member (merged, "actions");

  g_assert_cmpstr (baton_yaml_get_string (merged, "name"), ==, "A");
  g_assert_cmpuint (baton_yaml_get_size (actions), ==, 2);
  g_assert_cmpstr (baton_yaml_get_string (baton_yaml_get_child (actions, 0), "activity"), ==, "one");
  g_assert_cmpstr (baton_yaml_get_string (baton_yaml_get_child (actions, 0), "more"), ==, "kept");
  g_assert_cmpstr (baton_yaml_get_string (baton_yaml_get_child (actions, 1), "activity"), ==, "zwei");
  g_assert_cmpuint (baton_yaml_get_size (baton_yaml_get_member (merged, "phrases")), ==, 1);
  g_assert_cmpstr (baton_yaml_get_string (merged, "extra"), ==, "new");
}

/* Real files, as they were found: CRLF, no final newline, comments in between. */
static void
test_yaml_real (void)
{
  static const char *const files[] = {
    "topics/real-check-order-status.yml", "topics/real-confirmed-failure.yml", "topics/real-entity-OrderAction.yml",
    "topics/real-entity-OrderNumber.yml", "topics/real-escalate-skill-handoff.yml",
    "topics/real-escalate-workspace.mcs.yml",
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = baton_test_sample (files[i]);
    g_autoptr (BatonYaml) root = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *text = NULL;
    gsize length;

    if (path == NULL) {
      g_test_skip ("BATON_SAMPLES is not set");
      return;
    }
    g_assert_true (g_file_get_contents (path, &text, &length, NULL));
    root = baton_yaml_parse (text, length, &error);
    g_assert_no_error (error);
    g_assert_nonnull (baton_yaml_get_string (root, "kind"));
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/yaml/scalars", test_yaml_scalars);
  g_test_add_func ("/bot/yaml/line-ends", test_yaml_line_ends);
  g_test_add_func ("/bot/yaml/reserved", test_yaml_reserved);
  g_test_add_func ("/bot/yaml/refused", test_yaml_refused);
  g_test_add_func ("/bot/yaml/limits", test_yaml_limits);
  g_test_add_func ("/bot/yaml/overlay", test_yaml_overlay);
  g_test_add_func ("/bot/yaml/real", test_yaml_real);

  return g_test_run ();
}
