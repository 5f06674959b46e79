/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

typedef enum {
  BATON_KEYS_QUEUE,
  BATON_KEYS_CONVERSATION,
  BATON_KEYS_WINDOW,
  BATON_KEYS_N_GROUPS,
} BatonKeyGroup;

/**
 * BatonKey:
 *
 * One line of the key map. All keys are actions, so menus, tests and the shortcuts window read the same table.
 */
typedef struct {
  BatonKeyGroup  group;
  const char    *action;     /* as for gtk_application_set_accels_for_action() */
  const char    *title;      /* what it does, not translated yet */
  const char    *accels[3];  /* the first one is shown */
} BatonKey;

extern const BatonKey baton_keys[];
extern const guint baton_n_keys;

const char *baton_keys_get_group_title (BatonKeyGroup   group);
void        baton_keys_install         (GtkApplication *application);
