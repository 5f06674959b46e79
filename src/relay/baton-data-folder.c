/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-data-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "baton-conversation.h"
#include "baton-error.h"

#define LOCK "lock"
#define MIN_SECRET 16
#define MAX_SECRETS 2

/**
 * baton_data_folder_make:
 * @error: return location for a #BatonError
 *
 * Makes the folder, for its owner alone, if it is not there.
 */
gboolean
baton_data_folder_make (const char  *path,
                        GError     **error)
{
  if (g_mkdir_with_parents (path, 0700) == 0)
    return TRUE;

  g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "the data folder %s cannot be made: %s", path, g_strerror (errno));
  return FALSE;
}

/**
 * baton_data_folder_lock:
 * @error: return location for a #BatonError
 *
 * Makes sure that no other relay works in the folder. The lock belongs to the open file: however the process ends, it is
 * released.
 *
 * Returns: a file descriptor to close in the end, or -1 with @error set: %BATON_ERROR_BUSY where another relay has it
 */
int
baton_data_folder_lock (const char  *path,
                        GError     **error)
{
  g_autofree char *file = g_build_filename (path, LOCK, NULL);
  int fd = open (file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "%s cannot be opened: %s", file, g_strerror (errno));
    return -1;
  }
  if (flock (fd, LOCK_EX | LOCK_NB) != 0) {
    int cause = errno;

    close (fd);
    if (cause == EWOULDBLOCK)
      g_set_error (error, BATON_ERROR, BATON_ERROR_BUSY, "another relay is already using the data folder %s", path);
    else
      g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "%s cannot be locked: %s", file, g_strerror (cause));
    return -1;
  }
  return fd;
}

/**
 * baton_data_folder_is_in_use:
 *
 * Returns: whether a relay works in the folder; nothing is made there to find out
 */
gboolean
baton_data_folder_is_in_use (const char *path)
{
  g_autofree char *file = g_build_filename (path, LOCK, NULL);
  int fd = open (file, O_RDWR | O_CLOEXEC);
  gboolean is_in_use;

  if (fd < 0)
    return FALSE;
  is_in_use = flock (fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close (fd);
  return is_in_use;
}

static char *
make_secret (const char  *path,
             GError     **error)
{
  g_autofree char *first = baton_conversation_new_id ();
  g_autofree char *second = baton_conversation_new_id ();
  g_autofree char *secret = g_strconcat (first, second, NULL);
  g_autofree char *text = g_strconcat (secret, "\n", NULL);
  g_autoptr (GError) cause = NULL;

  if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 &cause)) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "%s: %s", path, cause->message);
    return NULL;
  }
  return g_steal_pointer (&secret);
}

static char *
load_text (const char  *path,
           gboolean     may_make,
           GError     **error)
{
  g_autoptr (GError) cause = NULL;
  char *text;

  if (g_file_get_contents (path, &text, NULL, &cause))
    return text;
  if (may_make && g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return make_secret (path, error);
  g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "%s", cause->message);
  return NULL;
}

static gboolean
is_long_enough (const char  *secret,
                const char  *path,
                GError     **error)
{
  if (strlen (secret) >= MIN_SECRET)
    return TRUE;
  g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "%s: a secret has at least %d characters", path, MIN_SECRET);
  return FALSE;
}

/**
 * baton_data_folder_load_secret:
 * @path: a file with a secret in its first line
 * @may_make: whether to make it, mode 0600, if it is not there
 * @error: return location for a #BatonError; its message names the file and never what is in it
 *
 * Returns: (transfer full): the secret, or %NULL with @error set
 */
char *
baton_data_folder_load_secret (const char  *path,
                               gboolean     may_make,
                               GError     **error)
{
  g_autofree char *text = load_text (path, may_make, error);

  if (text == NULL)
    return NULL;
  text[strcspn (text, "\r\n")] = '\0';
  g_strstrip (text);
  return is_long_enough (text, path, error) ? g_steal_pointer (&text) : NULL;
}

/**
 * baton_data_folder_load_secrets:
 * @path: a file with a secret in each line; empty ones do not count
 * @may_make: whether to make it, mode 0600 and with one secret, if it is not there
 * @error: return location for a #BatonError; its message names the file and never what is in it
 *
 * Two secrets are good at once, so that those who use the old one have time to change to the new one. A third is a
 * mistake: which one was meant to go?
 *
 * Returns: (transfer full): one or two secrets, or %NULL with @error set
 */
char **
baton_data_folder_load_secrets (const char  *path,
                                gboolean     may_make,
                                GError     **error)
{
  g_autofree char *text = load_text (path, may_make, error);
  g_auto (GStrv) lines = text != NULL ? g_strsplit_set (text, "\r\n", -1) : NULL;
  g_autoptr (GStrvBuilder) secrets = g_strv_builder_new ();
  guint n = 0;

  if (lines == NULL)
    return NULL;
  for (guint i = 0; lines[i] != NULL; i++) {
    if (*g_strstrip (lines[i]) == '\0')
      continue;
    if (!is_long_enough (lines[i], path, error))
      return NULL;
    g_strv_builder_add (secrets, lines[i]);
    n++;
  }

  if (n == 0 || n > MAX_SECRETS) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "%s: has to hold one secret or two, each in a line", path);
    return NULL;
  }
  return g_strv_builder_end (secrets);
}
