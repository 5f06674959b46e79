/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-check.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "baton-data-folder.h"
#include "baton-token.h"

/* --- files with secrets --- */

/* One person's group is a usual way to give a service its secrets; everybody is not. */
static void
check_mode (const char *subject,
            const char *path,
            mode_t      mode,
            GPtrArray  *findings)
{
  g_autofree char *advice = g_strdup_printf ("Say chmod 600 %s, and replace the secret if others use this machine", path);

  if ((mode & S_IRWXO) != 0)
    baton_findings_add (findings, BATON_GRADE_PROBLEM, subject, advice, "everybody on this machine can read %s", path);
  else if ((mode & S_IRWXG) != 0)
    baton_findings_add (findings, BATON_GRADE_WARNING, subject, advice, "the group of %s can read it", path);
}

/**
 * baton_check_secret:
 * @subject: what the secret is for
 * @key: the key of the configuration that names the file
 * @path: the file
 *
 * Returns: (transfer full) (nullable): the secret in it, which may still be one that others can read
 */
char *
baton_check_secret (const char *subject,
                    const char *key,
                    const char *path,
                    GPtrArray  *findings)
{
  g_autofree char *advice = g_strdup_printf ("Put the secret, and nothing else, into the first line of the file that %s names",
                                             key);
  g_autoptr (GError) error = NULL;
  char *secret = baton_data_folder_load_secret (path, FALSE, &error);
  GStatBuf info;

  if (secret == NULL)
    baton_findings_add (findings, BATON_GRADE_PROBLEM, subject, advice, "%s", error->message);
  else if (g_stat (path, &info) == 0)
    check_mode (subject, path, info.st_mode, findings);
  return secret;
}

static void
check_direct_line_secret (const BatonConfig *config,
                          GPtrArray         *findings)
{
  static const char subject[] = "secret of Direct Line";
  g_autofree char *own = g_build_filename (config->data, BATON_DATA_SECRET, NULL);
  const char *path = config->secret_file != NULL ? config->secret_file : own;
  guint before = findings->len;
  g_autofree char *secret = NULL;
  g_auto (GStrv) secrets = NULL;
  g_autoptr (GError) error = NULL;

  if (config->secret_file == NULL && !g_file_test (own, G_FILE_TEST_EXISTS)) {
    baton_findings_add (findings, BATON_GRADE_OK, subject, NULL, "the first start makes it, in %s", own);
    return;
  }
  secret = baton_check_secret (subject, "secret-file", path, findings);
  if (secret == NULL)
    return;

  secrets = baton_data_folder_load_secrets (path, FALSE, &error);
  if (secrets == NULL)
    baton_findings_add (findings, BATON_GRADE_PROBLEM, subject, "Leave the secret alone in the file, or the new and the old one",
                        "%s", error->message);
  else if (findings->len == before)
    baton_findings_add (findings, BATON_GRADE_OK, subject, NULL, "%s has it, for its owner alone", path);
}

/* --- the key that signs tokens --- */

static gboolean
try_key (BatonTokenKey  *key,
         guint           seconds,
         GError        **error)
{
  g_autoptr (BatonToken) claims = baton_token_reserve (NULL, NULL, seconds, error);
  g_autofree char *token = baton_token_key_sign (key, claims);
  g_autoptr (BatonToken) verified = baton_token_key_verify (key, token, claims->issued_at, error);

  return verified != NULL;
}

static void
check_key (const BatonConfig *config,
           GPtrArray         *findings)
{
  static const char subject[] = "token key";
  g_autofree char *path = g_build_filename (config->data, BATON_DATA_KEY, NULL);
  g_autofree char *advice = g_strdup_printf ("Say chmod 600 %s; if it is damaged remove it: the next start makes another, and "
                                             "tokens that are out end", path);
  g_autoptr (BatonTokenKey) key = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    baton_findings_add (findings, BATON_GRADE_OK, subject, NULL, "the first start makes it, in %s", path);
    return;
  }

  key = baton_token_key_load (path, &error);
  if (key == NULL || !try_key (key, config->token_seconds, &error))
    baton_findings_add (findings, BATON_GRADE_PROBLEM, subject, advice, "%s", error->message);
  else
    baton_findings_add (findings, BATON_GRADE_OK, subject, NULL, "a token signed just now is good for %u s",
                        config->token_seconds);
}

/**
 * baton_check_tokens:
 *
 * The secret that servers show to get tokens, and the key the tokens are signed with.
 */
void
baton_check_tokens (const BatonConfig *config,
                    GPtrArray         *findings)
{
  check_direct_line_secret (config, findings);
  check_key (config, findings);
}
