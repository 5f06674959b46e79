/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-command.h"
#include "baton-data-folder.h"
#include "baton-json-writer.h"
#include "baton-token.h"

#define NAME "token"
#define MAX_MINUTES (60 * 24 * 365)

/* The answer that tokens/generate gives. */
static void
print_json (const BatonToken *claims,
            const char       *token)
{
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *text = NULL;

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "conversationId", claims->conversation_id);
  baton_json_writer_add_string (writer, "token", token);
  baton_json_writer_add_int (writer, "expires_in", claims->expires_at - claims->issued_at);
  baton_json_writer_end_object (writer);
  text = baton_json_writer_finish_text (writer);
  g_print ("%s\n", text);
}

/* Behind the #, which browsers keep to themselves: no server and no log between sees the token. */
static void
print_page (const BatonConfig *config,
            const char        *token)
{
  if (config->public_url != NULL)
    g_print ("Page:         %s/#token=%s\n", config->public_url, token);
  else if (!g_str_has_suffix (config->listen, ":0"))
    g_print ("Page:         http://%s/#token=%s\n", config->listen, token);
}

static void
print_text (const BatonConfig *config,
            const BatonToken  *claims,
            const char        *token)
{
  g_print ("Token:        %s\n", token);
  g_print ("Conversation: %s\n", claims->conversation_id);
  g_print ("Good for:     %" G_GINT64_FORMAT " minutes\n", (claims->expires_at - claims->issued_at) / 60);
  print_page (config, token);
}

static int
make (const BatonConfig *config,
      const char        *user,
      const char        *name,
      GStrv              origins,
      guint              seconds,
      gboolean           as_json)
{
  g_autofree char *path = g_build_filename (config->data, BATON_DATA_KEY, NULL);
  g_autoptr (BatonTokenKey) key = NULL;
  g_autoptr (BatonToken) claims = NULL;
  g_autofree char *token = NULL;
  g_autoptr (GError) error = NULL;

  claims = baton_token_reserve (user, name, seconds, &error);
  if (claims == NULL)
    return baton_command_misused (NAME, "--user %s: has to begin with dl_", user);
  if (origins != NULL && !baton_token_trust (claims, (const char *const *) origins, &error))
    return baton_command_misused (NAME, "--origin: has to be an address of pages, such as https://shop.example; at most 8 of them");
  if (!baton_data_folder_make (config->data, &error))
    return baton_command_failed (NAME, error->message);
  key = baton_token_key_load (path, &error);
  if (key == NULL)
    return baton_command_failed (NAME, error->message);

  token = baton_token_key_sign (key, claims);
  if (as_json)
    print_json (claims, token);
  else
    print_text (config, claims, token);
  return 0;
}

/**
 * baton_command_token:
 *
 * `baton-relay token`: what tokens/generate would answer, without a relay that runs and without its secret.
 */
int
baton_command_token (GStrv arguments)
{
  g_auto (GStrv) rest = g_strdupv (arguments);
  g_autofree char *path = NULL, *data = NULL, *user = NULL, *name = NULL;
  g_auto (GStrv) origins = NULL;
  gboolean as_json = FALSE;
  int minutes = 0;
  g_autoptr (BatonConfig) config = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "Read the configuration from FILE", "FILE" },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, "The relay's data folder", "DIR" },
    { "user", 0, 0, G_OPTION_ARG_STRING, &user, "Whom it is for: an id that begins with dl_", "ID" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &name, "What agents call the customer", "NAME" },
    { "origin", 0, 0, G_OPTION_ARG_STRING_ARRAY, &origins, "Only for pages of this address; may be given several times", "URL" },
    { "minutes", 0, 0, G_OPTION_ARG_INT, &minutes, "How long it is good; otherwise life-seconds of the configuration", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print what tokens/generate would answer", NULL },
    G_OPTION_ENTRY_NULL
  };
  int status;

  status = baton_command_parse (NAME, NULL, "Make a Direct Line token for one new conversation, for a page that holds a chat.",
                                entries, &rest, 0, 0);
  if (status != BATON_COMMAND_GO_ON)
    return status;
  if (minutes < 0 || minutes > MAX_MINUTES)
    return baton_command_misused (NAME, "--minutes %d: has to be from 1 to %d", minutes, MAX_MINUTES);
  config = baton_command_load_config (NAME, path, data, &status);
  if (config == NULL)
    return status;
  return make (config, user, name, origins, minutes > 0 ? (guint) minutes * 60 : config->token_seconds, as_json);
}
