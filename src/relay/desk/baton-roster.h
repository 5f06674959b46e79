/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "baton-agent.h"

/**
 * BatonRoster:
 *
 * Who may sign in: the file `agents.conf`, a key file with one group per agent (`Name`, `Skills`, `Languages`,
 * `Password` = a crypt(5) hash, yescrypt). Read again whenever it has changed; written whole, mode 0600, by
 * `baton-relay agent add`.
 *
 * Signal: `rejected` (const char *message): the file has changed into something that cannot be read; what it said before
 * goes on to hold. Emitted once per change of the file.
 */
#define BATON_TYPE_ROSTER (baton_roster_get_type ())
G_DECLARE_FINAL_TYPE (BatonRoster, baton_roster, BATON, ROSTER, GObject)

BatonRoster *baton_roster_open           (const char           *path,
                                          GError              **error) G_GNUC_WARN_UNUSED_RESULT;   /* no file: an empty roster */
void         baton_roster_set_tries      (BatonRoster          *self,
                                          guint                 tries_per_minute);
gboolean     baton_roster_add            (BatonRoster          *self,
                                          BatonAgent           *agent,
                                          const char           *password,
                                          GError              **error);
BatonAgent  *baton_roster_find           (BatonRoster          *self,
                                          const char           *id);   /* (transfer full), or %NULL */
GPtrArray   *baton_roster_list           (BatonRoster          *self);
void         baton_roster_check_async    (BatonRoster          *self,
                                          const char           *id,
                                          const char           *password,
                                          const char           *address,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);   /* hashes in a worker thread; 5 tries a minute per agent and address, then BATON_ERROR_BUSY */
BatonAgent  *baton_roster_check_finish   (BatonRoster          *self,
                                          GAsyncResult         *result,
                                          GError              **error);       /* wrong: BATON_ERROR_UNAUTHENTICATED, the same for unknown id and wrong password */
