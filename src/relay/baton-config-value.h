/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* One key of a configuration: what may be said, and where it goes. */

typedef enum {
  BATON_CONFIG_TEXT,     /* char *: empty is %NULL */
  BATON_CONFIG_URL,      /* char * */
  BATON_CONFIG_PATH,     /* char *: relative to the folder of the configuration */
  BATON_CONFIG_LIST,     /* GStrv: empty is %NULL */
  BATON_CONFIG_NUMBER,   /* guint */
  BATON_CONFIG_BYTES,    /* gsize */
  BATON_CONFIG_SWITCH,   /* gboolean */
  BATON_CONFIG_WORD,     /* guint: which of the words */
} BatonConfigType;

typedef struct {
  const char      *group;
  const char      *name;
  BatonConfigType  type;
  gsize            offset;
  const char      *value;        /* the default, as it would be written */
  guint64          least, most;  /* of a number */
  const char      *words[5];     /* of a word */
} BatonConfigKey;

/* Where a value stands, for what is wrong with it; and what its paths are relative to. */
typedef struct {
  const char *file;
  const char *group;
  GPtrArray  *problems;   /* of char *: one line each */
} BatonConfigPlace;

gboolean baton_config_refuse            (const BatonConfigPlace *place,
                                         const char             *name,
                                         const char             *format,
                                         ...) G_GNUC_PRINTF (3, 4);
gboolean baton_config_key_set           (const BatonConfigKey   *key,
                                         gpointer                record,
                                         const char             *value,
                                         const BatonConfigPlace *place);
void     baton_config_keys_set_defaults (const BatonConfigKey   *table,
                                         gsize                   n_keys,
                                         gpointer                record);
void     baton_config_keys_clear        (const BatonConfigKey   *table,
                                         gsize                   n_keys,
                                         gpointer                record);
gboolean baton_config_is_similar        (const char             *a,
                                         const char             *b);
