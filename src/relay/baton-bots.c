/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-bots.h"

#include "baton-data-folder.h"
#include "baton-dl-upstream.h"
#include "baton-embedded-upstream.h"
#include "baton-watch-upstream.h"

/**
 * baton_bots_dup_data_path:
 * @name: `canvas` or `topics`
 *
 * Returns: (transfer full): where that part of what comes with the relay is
 */
char *
baton_bots_dup_data_path (const char *name)
{
  const char *folder = g_getenv ("BATON_DATA_DIR");

  return g_build_filename (folder != NULL && *folder != '\0' ? folder : PACKAGE_DATA_DIR, name, NULL);
}

static BatonUpstream *
open_embedded (const BatonConfigBot  *config,
               GError               **error)
{
  g_autofree char *own = baton_bots_dup_data_path ("topics");
  g_autoptr (GPtrArray) warnings = NULL;
  BatonUpstream *bot;

  bot = baton_embedded_upstream_new (config->topics != NULL ? config->topics : own, &warnings, error);
  for (guint i = 0; bot != NULL && warnings != NULL && i < warnings->len; i++)
    g_message ("topics of [bot %s]: %s", config->name, (const char *) g_ptr_array_index (warnings, i));
  return bot;
}

static BatonUpstream *
open_watched (const BatonConfigBot     *config,
              const BatonHandoffRules  *rules,
              GError                  **error)
{
  g_autofree char *secret = baton_data_folder_load_secret (config->secret_file, FALSE, error);
  BatonPace pace = BATON_PACE_DEFAULT;
  BatonUpstream *site;

  if (secret == NULL)
    return NULL;
  pace.idle = config->idle_minutes * 60 * 1000;
  site = baton_watch_upstream_new (config->name, config->base_url, secret, rules);
  baton_watch_upstream_set_pace (BATON_WATCH_UPSTREAM (site), &pace);
  return site;
}

static BatonUpstream *
open_direct_line (const BatonConfigBot     *config,
                  const BatonHandoffRules  *rules,
                  GError                  **error)
{
  g_autofree char *secret = NULL;
  BatonUpstream *bot;

  if (config->secret_file != NULL) {
    secret = baton_data_folder_load_secret (config->secret_file, FALSE, error);
    if (secret == NULL)
      return NULL;
  }
  bot = baton_dl_upstream_new (config->name, config->base_url, secret, config->token_url, rules);
  if (config->context != NULL)
    baton_dl_upstream_set_context (BATON_DL_UPSTREAM (bot), (const char *const *) config->context);
  if (config->after_return != 0)
    baton_dl_upstream_set_new_after_return (BATON_DL_UPSTREAM (bot), config->after_return == 2);
  return bot;
}

/**
 * baton_bots_open:
 * @rules: what counts as a hand-off; has to outlive the bot
 * @error: return location for an error, whose message is one line for the operator
 *
 * Returns: (transfer full): the bot of a `[bot NAME]` group, or %NULL with @error set
 */
BatonUpstream *
baton_bots_open (const BatonConfigBot     *config,
                 const BatonHandoffRules  *rules,
                 GError                  **error)
{
  if (config->kind == BATON_CONFIG_DIRECT_LINE)
    return open_direct_line (config, rules, error);
  if (config->kind == BATON_CONFIG_WATCHED)
    return open_watched (config, rules, error);
  return open_embedded (config, error);
}
