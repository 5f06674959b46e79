/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/**
 * BatonDlFile:
 *
 * A file that somebody sends, and what they say it is.
 */
typedef struct {
  char   *name;    /* clean, see baton_file_name_clean() */
  char   *type;    /* as declared; clean, and not to be trusted */
  GBytes *bytes;
  char   *key;     /* under which it is kept: whoever knows it may read the file; %NULL before that */
} BatonDlFile;

BatonDlFile  *baton_dl_file_new      (const char    *name,
                                      const char    *type,
                                      GBytes        *bytes);
void          baton_dl_file_free     (BatonDlFile   *self);

/**
 * BatonDlFiles:
 *
 * Files of conversations, in a folder of their own, each for some hours. All there is to know of a file is in the file
 * itself and in its time of change, so nothing else has to agree with it. On disk it bears a name that nobody can
 * guess, and begins with a line of ours: nothing takes it for a picture or a program.
 *
 * May be used by several threads; everything blocks on the disk.
 */
typedef struct _BatonDlFiles BatonDlFiles;

BatonDlFiles *baton_dl_files_open    (const char    *folder,
                                      guint          hours,
                                      guint64        room,
                                      GError       **error) G_GNUC_WARN_UNUSED_RESULT;
BatonDlFiles *baton_dl_files_ref     (BatonDlFiles  *self);
void          baton_dl_files_unref   (BatonDlFiles  *self);
gboolean      baton_dl_files_write   (BatonDlFiles  *self,
                                      GPtrArray     *files,
                                      GError       **error);
BatonDlFile  *baton_dl_files_read    (BatonDlFiles  *self,
                                      const char    *key,
                                      GError       **error) G_GNUC_WARN_UNUSED_RESULT;
void          baton_dl_files_remove  (BatonDlFiles  *self,
                                      GPtrArray     *files);
void          baton_dl_files_sweep   (BatonDlFiles  *self);
gboolean      baton_dl_files_is_empty (BatonDlFiles *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonDlFile, baton_dl_file_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonDlFiles, baton_dl_files_unref)
