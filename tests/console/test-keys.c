/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-keys.h"

/* Keys that belong to the text view, the lists, the GTK inspector or the input method. */
static const char *const taken[] = {
  "<Control>a", "<Control>c", "<Control>v", "<Control>x", "<Control>z", "<Control><Shift>d", "<Control><Shift>i",
  "<Control>period", "<Control>semicolon", "<Control>slash", "<Control>w", "Return", "Escape", "Tab", "space", "Down",
};

static void
test_well_formed (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < baton_n_keys; i++) {
    g_assert_nonnull (baton_keys[i].title);
    g_assert_nonnull (baton_keys[i].accels[0]);
    for (guint j = 0; j < G_N_ELEMENTS (baton_keys[i].accels) && baton_keys[i].accels[j] != NULL; j++) {
      g_autofree char *name = NULL;
      GdkModifierType modifiers;
      guint keyval;

      g_test_message ("%s: %s", baton_keys[i].action, baton_keys[i].accels[j]);
      g_assert_true (gtk_accelerator_parse (baton_keys[i].accels[j], &keyval, &modifiers));
      name = gtk_accelerator_name (keyval, modifiers);
      g_assert_true (g_hash_table_add (seen, g_steal_pointer (&name)));   /* one key, one meaning */
    }
  }
}

static void
test_leaves_others_alone (void)
{
  for (guint i = 0; i < baton_n_keys; i++) {
    for (guint j = 0; j < G_N_ELEMENTS (taken); j++)
      g_assert_false (g_strv_contains ((const char *const *) baton_keys[i].accels, taken[j]));
  }
}

static void
test_groups (void)
{
  for (BatonKeyGroup group = 0; group < BATON_KEYS_N_GROUPS; group++) {
    guint lines = 0;

    for (guint i = 0; i < baton_n_keys; i++)
      lines += baton_keys[i].group == group;
    g_assert_cmpuint (lines, >, 0);
    g_assert_nonnull (baton_keys_get_group_title (group));
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/console/keys/well-formed", test_well_formed);
  g_test_add_func ("/console/keys/leaves-others-alone", test_leaves_others_alone);
  g_test_add_func ("/console/keys/groups", test_groups);

  return g_test_run ();
}
