/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-config-value.h"

#include <string.h>

/**
 * baton_config_refuse:
 * @name: of the key; empty for the group as a whole
 * @format: what is wrong
 *
 * Returns: %FALSE
 */
gboolean
baton_config_refuse (const BatonConfigPlace *place,
                     const char             *name,
                     const char             *format,
                     ...)
{
  g_autofree char *what = NULL;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (place->problems, g_strdup_printf ("%s: [%s] %s%s%s", place->file, place->group, name,
                                                     *name == '\0' ? "" : ": ", what));
  return FALSE;
}

static gboolean
set_number (const BatonConfigKey   *key,
            gpointer                member,
            const char             *value,
            const BatonConfigPlace *place)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, key->least, key->most, &number, NULL))
    return baton_config_refuse (place, key->name, "has to be a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT,
                                key->least, key->most);

  if (key->type == BATON_CONFIG_BYTES)
    *(gsize *) member = number;
  else
    *(guint *) member = (guint) number;
  return TRUE;
}

static gboolean
set_switch (const BatonConfigKey   *key,
            gpointer                member,
            const char             *value,
            const BatonConfigPlace *place)
{
  gboolean is_on = g_str_equal (value, "true");

  if (!is_on && !g_str_equal (value, "false"))
    return baton_config_refuse (place, key->name, "has to be true or false");
  *(gboolean *) member = is_on;
  return TRUE;
}

/* Returns: (transfer full): "a, b or c" */
static char *
list_words (const BatonConfigKey *key)
{
  GString *list = g_string_new (key->words[0]);

  for (guint i = 1; key->words[i] != NULL; i++)
    g_string_append_printf (list, "%s%s", key->words[i + 1] == NULL ? " or " : ", ", key->words[i]);
  return g_string_free (list, FALSE);
}

static gboolean
set_word (const BatonConfigKey   *key,
          gpointer                member,
          const char             *value,
          const BatonConfigPlace *place)
{
  g_autofree char *list = NULL;

  for (guint i = 0; key->words[i] != NULL; i++) {
    if (g_str_equal (value, key->words[i])) {
      *(guint *) member = i;
      return TRUE;
    }
  }
  list = list_words (key);
  return baton_config_refuse (place, key->name, "has to be %s", list);
}

static gboolean
set_url (const BatonConfigKey   *key,
         gpointer                member,
         const char             *value,
         const BatonConfigPlace *place)
{
  g_autoptr (GUri) uri = *value == '\0' ? NULL : g_uri_parse (value, G_URI_FLAGS_NONE, NULL);
  const char *scheme = uri == NULL ? NULL : g_uri_get_scheme (uri);
  const char *host = uri == NULL ? NULL : g_uri_get_host (uri);
  gsize length = strlen (value);

  if (*value != '\0' && ((g_strcmp0 (scheme, "http") != 0 && g_strcmp0 (scheme, "https") != 0)
                         || host == NULL || *host == '\0'))
    return baton_config_refuse (place, key->name, "has to be a http or https address");

  while (length > 0 && value[length - 1] == '/')
    length--;
  g_free (*(char **) member);
  *(char **) member = length == 0 ? NULL : g_strndup (value, length);
  return TRUE;
}

static char *
resolve (const char             *value,
         const BatonConfigPlace *place)
{
  g_autofree char *file = NULL, *folder = NULL;

  if (*value == '\0')
    return NULL;
  if (place->file == NULL || g_path_is_absolute (value))
    return g_strdup (value);
  file = g_canonicalize_filename (place->file, NULL);
  folder = g_path_get_dirname (file);
  return g_canonicalize_filename (value, folder);
}

static void
set_list (gpointer    member,
          const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, ";", -1);
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();

  for (gsize i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0')
      g_strv_builder_add (list, parts[i]);

  g_strfreev (*(GStrv *) member);
  *(GStrv *) member = g_strv_builder_end (list);
  if (**(GStrv *) member == NULL)
    g_clear_pointer ((GStrv *) member, g_strfreev);
}

/**
 * baton_config_key_set:
 * @record: what the key is a member of
 * @value: as it is written in a file
 *
 * Returns: whether it can be understood; if not, @record is as it was, and @place has a problem more
 */
gboolean
baton_config_key_set (const BatonConfigKey   *key,
                      gpointer                record,
                      const char             *value,
                      const BatonConfigPlace *place)
{
  gpointer member = (char *) record + key->offset;

  switch (key->type) {
    case BATON_CONFIG_NUMBER:
    case BATON_CONFIG_BYTES:
      return set_number (key, member, value, place);
    case BATON_CONFIG_SWITCH:
      return set_switch (key, member, value, place);
    case BATON_CONFIG_WORD:
      return set_word (key, member, value, place);
    case BATON_CONFIG_URL:
      return set_url (key, member, value, place);
    case BATON_CONFIG_LIST:
      set_list (member, value);
      return TRUE;
    case BATON_CONFIG_PATH:
      g_free (*(char **) member);
      *(char **) member = resolve (value, place);
      return TRUE;
    case BATON_CONFIG_TEXT:
    default:
      g_free (*(char **) member);
      *(char **) member = *value == '\0' ? NULL : g_strdup (value);
      return TRUE;
  }
}

void
baton_config_keys_set_defaults (const BatonConfigKey *table,
                                gsize                 n_keys,
                                gpointer              record)
{
  const BatonConfigPlace nowhere = { NULL, "default", NULL };

  for (gsize i = 0; i < n_keys; i++)
    if (!baton_config_key_set (&table[i], record, table[i].value, &nowhere))
      g_assert_not_reached ();
}

void
baton_config_keys_clear (const BatonConfigKey *table,
                         gsize                 n_keys,
                         gpointer              record)
{
  for (gsize i = 0; i < n_keys; i++) {
    gpointer member = (char *) record + table[i].offset;

    if (table[i].type == BATON_CONFIG_TEXT || table[i].type == BATON_CONFIG_URL || table[i].type == BATON_CONFIG_PATH)
      g_clear_pointer ((char **) member, g_free);
    else if (table[i].type == BATON_CONFIG_LIST)
      g_clear_pointer ((GStrv *) member, g_strfreev);
  }
}

/**
 * baton_config_is_similar:
 *
 * Returns: whether @a may have been meant for @b: what people get wrong is mostly what is between the letters, or one s
 */
gboolean
baton_config_is_similar (const char *a,
                         const char *b)
{
  for (;;) {
    while (*a != '\0' && !g_ascii_isalnum (*a))
      a++;
    while (*b != '\0' && !g_ascii_isalnum (*b))
      b++;
    if (g_ascii_tolower (*a) != g_ascii_tolower (*b))
      return (g_str_equal (a, "s") && *b == '\0') || (g_str_equal (b, "s") && *a == '\0');
    if (*a == '\0')
      return TRUE;
    a++;
    b++;
  }
}
