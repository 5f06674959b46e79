/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-config.h"

#include <string.h>

#include "baton-config-value.h"
#include "baton-error.h"
#include "baton-http.h"
#include "baton-issuer.h"
#include "baton-notices.h"

#define BOT_GROUP "bot "

/* --- keys --- */

#define AT(member) offsetof (BatonConfig, member)
#define AT_BOT(member) offsetof (BatonConfigBot, member)
#define MIB (1024 * 1024)

static const BatonConfigKey keys[] = {
  { "relay", "listen", BATON_CONFIG_TEXT, AT (listen), "127.0.0.1:8377" },
  { "relay", "public-url", BATON_CONFIG_URL, AT (public_url), "" },
  { "relay", "data", BATON_CONFIG_PATH, AT (data), "" },
  { "relay", "secret-file", BATON_CONFIG_PATH, AT (secret_file), "" },
  { "relay", "bot", BATON_CONFIG_TEXT, AT (bot), "embedded" },
  { "relay", "origins", BATON_CONFIG_LIST, AT (origins), "" },

  { "limits", "body-size", BATON_CONFIG_BYTES, AT (limits.body_size), "262144", 1024, 64 * MIB },
  { "limits", "frame-size", BATON_CONFIG_BYTES, AT (limits.frame_size), "65536", 1024, 16 * MIB },
  { "limits", "json-depth", BATON_CONFIG_NUMBER, AT (json_depth), "32", 4, 256 },
  { "limits", "json-values", BATON_CONFIG_NUMBER, AT (json_values), "20000", 100, 10000000 },
  { "limits", "header-seconds", BATON_CONFIG_NUMBER, AT (limits.header_seconds), "5", 1, 600 },
  { "limits", "body-seconds", BATON_CONFIG_NUMBER, AT (limits.body_seconds), "20", 1, 600 },
  { "limits", "idle-seconds", BATON_CONFIG_NUMBER, AT (limits.idle_seconds), "60", 1, 86400 },
  { "limits", "answer-seconds", BATON_CONFIG_NUMBER, AT (limits.answer_seconds), "15", 1, 600 },
  { "limits", "connections", BATON_CONFIG_NUMBER, AT (limits.connections), "4096", 1, 1000000 },
  { "limits", "connections-per-address", BATON_CONFIG_NUMBER, AT (limits.connections_per_address), "256", 1, 1000000 },
  { "limits", "backlog", BATON_CONFIG_BYTES, AT (limits.backlog), "262144", 131072, 64 * MIB },
  { "limits", "rate", BATON_CONFIG_BYTES, AT (limits.rate), "524288", 1024, G_MAXUINT32 },
  { "limits", "rate-burst", BATON_CONFIG_BYTES, AT (limits.rate_burst), "1048576", 1024, G_MAXUINT32 },
  { "limits", "least-rate", BATON_CONFIG_BYTES, AT (limits.least_rate), "16384", 16, G_MAXUINT32 },
  { "limits", "frame-rate", BATON_CONFIG_NUMBER, AT (limits.frame_rate), "20", 1, 1000000 },
  { "limits", "frame-burst", BATON_CONFIG_NUMBER, AT (limits.frame_burst), "100", 1, 1000000 },
  { "limits", "ping-seconds", BATON_CONFIG_NUMBER, AT (limits.ping_seconds), "20", 1, 3600 },
  { "limits", "silence-seconds", BATON_CONFIG_NUMBER, AT (limits.silence_seconds), "45", 1, 86400 },
  { "limits", "posts-per-second", BATON_CONFIG_NUMBER, AT (posts_rate), "20", 1, 1000000 },
  { "limits", "posts-burst", BATON_CONFIG_NUMBER, AT (posts_burst), "250", 1, 1000000 },
  { "limits", "requests-per-second", BATON_CONFIG_NUMBER, AT (calls_rate), "20", 1, 1000000 },
  { "limits", "requests-burst", BATON_CONFIG_NUMBER, AT (calls_burst), "250", 1, 1000000 },
  { "limits", "streams-per-token", BATON_CONFIG_NUMBER, AT (streams_per_token), "3", 1, 1000 },
  { "limits", "canvas-tokens-per-minute", BATON_CONFIG_NUMBER, AT (canvas_tokens), "60", 1, 1000000 },
  { "limits", "upload-size", BATON_CONFIG_BYTES, AT (upload_size), "10485760", 1024, 1024 * MIB },
  { "limits", "upload-files", BATON_CONFIG_NUMBER, AT (upload_files), "10", 1, 1000 },
  { "limits", "upload-hours", BATON_CONFIG_NUMBER, AT (upload_hours), "24", 1, 24 * 365 },
  { "limits", "upload-room", BATON_CONFIG_BYTES, AT (upload_room), "1073741824", 1024, G_MAXINT64 },

  /* A stock client refreshes every 15 minutes, whatever it was told: protocol 1.4. */
  { "tokens", "life-seconds", BATON_CONFIG_NUMBER, AT (token_seconds), "3600", 1800, 30 * 86400 },
  { "tokens", "stream-ticket-seconds", BATON_CONFIG_NUMBER, AT (ticket_seconds), "60", 1, 3600 },
  { "tokens", "session-hours", BATON_CONFIG_NUMBER, AT (session_hours), "12", 1, 24 * 365 },
  { "tokens", "session-idle-minutes", BATON_CONFIG_NUMBER, AT (session_idle_minutes), "30", 5, 60 * 24 * 365 },

  { "desk", "after-close", BATON_CONFIG_WORD, AT (after_close), "bot", .words = { "bot", "ended" } },
  { "desk", "max-behind", BATON_CONFIG_NUMBER, AT (max_behind), "5000", 1, 1000000 },
  { "desk", "offline-seconds", BATON_CONFIG_NUMBER, AT (offline_seconds), "30", 1, 86400 },
  { "desk", "recheck-seconds", BATON_CONFIG_NUMBER, AT (recheck_seconds), "5", 1, 60 },
  { "desk", "sign-in-tries-per-minute", BATON_CONFIG_NUMBER, AT (sign_in_tries), "5", 1, 1000 },

  { "gate", "turn-seconds", BATON_CONFIG_NUMBER, AT (turn_seconds), "60", 1, 600 },
  { "gate", "turn-tries", BATON_CONFIG_NUMBER, AT (turn_tries), "3", 1, 100 },
  { "gate", "retry-seconds", BATON_CONFIG_NUMBER, AT (retry_seconds), "2", 1, 600 },
  { "gate", "escalate-after", BATON_CONFIG_NUMBER, AT (escalate_after), "3", 0, 1000 },

  { "handoff", "ignore-case", BATON_CONFIG_SWITCH, AT (handoff.ignore_case), "false" },
  { "handoff", "legacy", BATON_CONFIG_SWITCH, AT (handoff.legacy_type), "false" },
  { "handoff", "tags", BATON_CONFIG_SWITCH, AT (handoff.tags), "false" },
  { "handoff", "action", BATON_CONFIG_SWITCH, AT (handoff.action), "false" },
  { "handoff", "event-names", BATON_CONFIG_LIST, AT (event_names), "" },
};

static const BatonConfigKey bot_keys[] = {
  { "bot", "kind", BATON_CONFIG_WORD, AT_BOT (kind), "embedded",
    .words = { "embedded", "directline", "watched", "connector" } },
  { "bot", "topics", BATON_CONFIG_PATH, AT_BOT (topics), "" },
  { "bot", "base-url", BATON_CONFIG_URL, AT_BOT (base_url), "" },
  { "bot", "secret-file", BATON_CONFIG_PATH, AT_BOT (secret_file), "" },
  { "bot", "token-url", BATON_CONFIG_URL, AT_BOT (token_url), "" },
  { "bot", "context", BATON_CONFIG_LIST, AT_BOT (context), "" },
  { "bot", "after-return", BATON_CONFIG_WORD, AT_BOT (after_return), "auto", .words = { "auto", "same", "new" } },
  { "bot", "handoff-status", BATON_CONFIG_SWITCH, AT_BOT (handoff_status), "false" },
  { "bot", "idle-minutes", BATON_CONFIG_NUMBER, AT_BOT (idle_minutes), "1440", 1, 60 * 24 * 30 },
  { "bot", "url", BATON_CONFIG_URL, AT_BOT (url), "" },
  { "bot", "service-url", BATON_CONFIG_URL, AT_BOT (service_url), "" },
  { "bot", "app-id", BATON_CONFIG_TEXT, AT_BOT (app_id), "" },
  { "bot", "openid-metadata", BATON_CONFIG_URL, AT_BOT (openid_metadata), "" },
};

/* --- bots and notices --- */

static void
bot_free (gpointer data)
{
  BatonConfigBot *bot = data;

  baton_config_keys_clear (bot_keys, G_N_ELEMENTS (bot_keys), bot);
  g_free (bot->name);
  g_free (bot);
}

static BatonConfigBot *
add_bot (BatonConfig *self,
         const char  *name)
{
  BatonConfigBot *bot = g_new0 (BatonConfigBot, 1);

  baton_config_keys_set_defaults (bot_keys, G_N_ELEMENTS (bot_keys), bot);
  bot->name = g_strdup (name);
  g_ptr_array_add (self->bots, bot);
  return bot;
}

static void
notice_free (gpointer data)
{
  BatonConfigNotice *notice = data;

  g_free (notice->kind);
  g_free (notice->language);
  g_free (notice->text);
  g_free (notice);
}

/* `joined` or `joined[pt]`. */
static void
add_notice (BatonConfig            *self,
            const char             *name,
            const char             *text,
            const BatonConfigPlace *place)
{
  const char *bracket = strchr (name, '[');
  g_autofree char *kind = bracket == NULL ? g_strdup (name) : g_strndup (name, (gsize) (bracket - name));
  BatonConfigNotice *notice;

  if (!baton_notices_is_kind (kind)) {
    baton_config_refuse (place, name, "there is no such line for customers");
    return;
  }

  notice = g_new0 (BatonConfigNotice, 1);
  notice->kind = g_steal_pointer (&kind);
  notice->language = bracket == NULL ? NULL : g_strndup (bracket + 1, strcspn (bracket + 1, "]"));
  notice->text = g_strdup (text);
  g_ptr_array_add (self->notices, notice);
}

/* --- the file --- */

static const BatonConfigKey *
find_key (const BatonConfigKey *table,
          gsize                 n_keys,
          const char           *group,
          const char           *name)
{
  for (gsize i = 0; i < n_keys; i++)
    if (g_str_equal (table[i].group, group) && g_str_equal (table[i].name, name))
      return &table[i];
  return NULL;
}

static gboolean
is_group (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].group, name))
      return TRUE;
  return g_str_equal (name, "notices") || g_str_has_prefix (name, BOT_GROUP);
}

/* A slip in the name, or a key in the wrong group: told so that it can be put right at once. */
static void
refuse_key (const BatonConfigPlace *place,
            const char             *name,
            gboolean                is_bot)
{
  const char *group = is_bot ? "bot" : place->group;

  for (gsize i = 0; i < G_N_ELEMENTS (keys) + G_N_ELEMENTS (bot_keys); i++) {
    const BatonConfigKey *key = i < G_N_ELEMENTS (keys) ? &keys[i] : &bot_keys[i - G_N_ELEMENTS (keys)];

    if (g_str_equal (key->group, group) && baton_config_is_similar (key->name, name)) {
      baton_config_refuse (place, name, "there is no such key, only %s", key->name);
      return;
    }
    if (g_str_equal (key->name, name)) {
      baton_config_refuse (place, name, "there is no such key; it belongs to [%s]",
                           i < G_N_ELEMENTS (keys) ? key->group : "bot NAME");
      return;
    }
  }
  baton_config_refuse (place, name, "there is no such key");
}

static void
refuse_group (const BatonConfigPlace *place)
{
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    if (baton_config_is_similar (keys[i].group, place->group)) {
      baton_config_refuse (place, "", "there is no such group, only [%s]", keys[i].group);
      return;
    }
  }
  if (g_str_equal (place->group, "bot"))
    baton_config_refuse (place, "", "a bot needs a name, such as [bot shop]");
  else
    baton_config_refuse (place, "", "there is no such group");
}

static void
read_key (BatonConfig            *self,
          BatonConfigBot         *bot,
          const char             *name,
          const char             *value,
          const BatonConfigPlace *place)
{
  const BatonConfigKey *key;

  if (g_str_equal (place->group, "notices")) {
    add_notice (self, name, value, place);
    return;
  }

  key = bot != NULL ? find_key (bot_keys, G_N_ELEMENTS (bot_keys), "bot", name)
                    : find_key (keys, G_N_ELEMENTS (keys), place->group, name);
  if (key == NULL)
    refuse_key (place, name, bot != NULL);
  else
    baton_config_key_set (key, bot != NULL ? (gpointer) bot : (gpointer) self, value, place);
}

/* What the keys of a bot have to be to one another. */
static void
check_connector (const BatonConfigBot   *bot,
                 const BatonConfigPlace *place)
{
  if (bot->url == NULL)
    baton_config_refuse (place, "", "a connector bot needs url");
  if (bot->openid_metadata != NULL && !baton_issuer_is_safe_url (bot->openid_metadata))
    baton_config_refuse (place, "openid-metadata", "has to be a https address");
  if (bot->openid_metadata != NULL && bot->app_id == NULL)
    baton_config_refuse (place, "openid-metadata", "needs app-id beside it");
  if (bot->app_id != NULL && bot->openid_metadata == NULL && bot->secret_file == NULL)
    baton_config_refuse (place, "app-id",
                         "needs openid-metadata or secret-file beside it, or nobody would know the bot");
}

static void
check_bot (const BatonConfigBot   *bot,
           const BatonConfigPlace *place)
{
  if (bot->kind == BATON_CONFIG_EMBEDDED)
    return;
  if (bot->kind == BATON_CONFIG_CONNECTOR) {
    check_connector (bot, place);
    return;
  }
  if (bot->kind == BATON_CONFIG_WATCHED) {
    if (bot->base_url == NULL || bot->secret_file == NULL)
      baton_config_refuse (place, "", "what is watched needs base-url and secret-file");
    return;
  }
  if (bot->token_url == NULL && bot->base_url == NULL)
    baton_config_refuse (place, "", "a directline bot needs base-url or token-url");
  else if (bot->token_url == NULL && bot->secret_file == NULL)
    baton_config_refuse (place, "", "base-url needs secret-file beside it");
}

static void
read_group (BatonConfig            *self,
            GKeyFile               *file,
            const BatonConfigPlace *place)
{
  g_auto (GStrv) names = g_key_file_get_keys (file, place->group, NULL, NULL);
  guint before = place->problems->len;
  BatonConfigBot *bot = NULL;

  if (!is_group (place->group)) {
    refuse_group (place);
    return;
  }
  if (g_str_has_prefix (place->group, BOT_GROUP))
    bot = add_bot (self, place->group + strlen (BOT_GROUP));

  for (gsize i = 0; names[i] != NULL; i++) {
    g_autofree char *value = g_key_file_get_string (file, place->group, names[i], NULL);

    if (value == NULL)
      baton_config_refuse (place, names[i], "cannot be read");
    else
      read_key (self, bot, names[i], value, place);
  }

  /* A key that was refused would seem to be missing. */
  if (bot != NULL && place->problems->len == before)
    check_bot (bot, place);
}

/* Whoever can post to a bot that asks nobody who he is speaks as any customer, and whoever can post to us as that
 * bot. */
static void
check_strangers (BatonConfig *self,
                 const char  *path,
                 GPtrArray   *problems)
{
  g_autofree char *address = NULL;
  gboolean is_open_to_others;

  if (self->listen == NULL || !baton_config_parse_listen (self->listen, &address, NULL, NULL))
    return;
  is_open_to_others = !baton_http_is_loopback (address)
                      || (self->public_url != NULL && !baton_config_is_loopback (self->public_url));
  for (guint i = 0; i < self->bots->len; i++) {
    const BatonConfigBot *bot = g_ptr_array_index (self->bots, i);
    g_autofree char *group = g_strconcat (BOT_GROUP, bot->name, NULL);
    const BatonConfigPlace place = { path, group, problems };

    if (bot->kind == BATON_CONFIG_CONNECTOR && bot->url != NULL && bot->secret_file == NULL && bot->app_id == NULL
        && (is_open_to_others || !baton_config_is_loopback (bot->url)))
      baton_config_refuse (&place, "", "needs secret-file or app-id: it can do without only where its url, and [relay] "
                           "listen and public-url, are on the loopback interface");
  }
}

/* What only the whole can tell. */
static void
check_whole (BatonConfig *self,
             const char  *path,
             GPtrArray   *problems)
{
  const BatonConfigPlace relay = { path, "relay", problems };
  const BatonConfigPlace limits = { path, "limits", problems };
  const BatonConfigBot *bot = self->bot != NULL ? baton_config_find_bot (self, self->bot) : NULL;
  g_autoptr (GError) cause = NULL;

  if (self->listen == NULL || !baton_config_parse_listen (self->listen, NULL, NULL, &cause))
    baton_config_refuse (&relay, "listen", "%s", cause == NULL ? "may not be empty" : cause->message);
  if (bot == NULL)
    baton_config_refuse (&relay, "bot", "there is no group [bot %s]", self->bot == NULL ? "" : self->bot);
  else if (bot->kind == BATON_CONFIG_WATCHED)
    baton_config_refuse (&relay, "bot", "[bot %s] is only watched, and cannot answer new conversations", self->bot);
  if (self->limits.silence_seconds <= self->limits.ping_seconds)
    baton_config_refuse (&limits, "silence-seconds", "has to be longer than ping-seconds");
  check_strangers (self, path, problems);
}

/* Returns: (nullable): the first bot that may have conversations here */
static const BatonConfigBot *
find_hosted (const BatonConfig *self)
{
  for (guint i = 0; i < self->bots->len; i++) {
    const BatonConfigBot *bot = g_ptr_array_index (self->bots, i);

    if (bot->kind != BATON_CONFIG_WATCHED)
      return bot;
  }
  return NULL;
}

static void
read_file (BatonConfig *self,
           GKeyFile    *file,
           const char  *path,
           GPtrArray   *problems)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  const BatonConfigBot *first;

  for (gsize i = 0; groups[i] != NULL; i++) {
    const BatonConfigPlace place = { path, groups[i], problems };

    read_group (self, file, &place);
  }

  /* The first bot of the file answers, unless the file says who does. */
  first = find_hosted (self);
  if (first != NULL && !g_key_file_has_key (file, "relay", "bot", NULL)) {
    g_free (self->bot);
    self->bot = g_strdup (first->name);
  }
}

static void
complete (BatonConfig *self)
{
  if (find_hosted (self) == NULL)
    add_bot (self, "embedded");
  if (self->data == NULL)
    self->data = g_build_filename (g_get_user_data_dir (), "baton-relay", NULL);
  self->handoff.event_names = (const char *const *) self->event_names;
}

static BatonConfig *
config_new (void)
{
  BatonConfig *self = g_new0 (BatonConfig, 1);

  self->bots = g_ptr_array_new_with_free_func (bot_free);
  self->notices = g_ptr_array_new_with_free_func (notice_free);
  baton_config_keys_set_defaults (keys, G_N_ELEMENTS (keys), self);
  return self;
}

/**
 * baton_config_new:
 *
 * Returns: (transfer full): what holds without a file
 */
BatonConfig *
baton_config_new (void)
{
  BatonConfig *self = config_new ();

  complete (self);
  return self;
}

/**
 * baton_config_read:
 * @problems: (element-type utf8): gets one line, with file, group and key, for everything that is wrong
 *
 * Reads as much of the file as can be understood; the rest keeps its default.
 *
 * Returns: (transfer full) (nullable): the configuration, or %NULL where the file is none
 */
BatonConfig *
baton_config_read (const char *path,
                   GPtrArray  *problems)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) cause = NULL;
  BatonConfig *self;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_TRANSLATIONS, &cause)) {
    g_ptr_array_add (problems, g_strdup_printf ("%s: %s", path, cause->message));
    return NULL;
  }
  self = config_new ();
  read_file (self, file, path, problems);
  complete (self);
  check_whole (self, path, problems);
  return self;
}

/**
 * baton_config_load:
 * @error: return location for a #BatonError, whose message is one line that names file, group and key: the first of
 *   what baton_config_read() finds
 *
 * Returns: (transfer full): the configuration in the file, or %NULL with @error set
 */
BatonConfig *
baton_config_load (const char  *path,
                   GError     **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (BatonConfig) self = baton_config_read (path, problems);

  if (problems->len > 0) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, g_ptr_array_index (problems, 0));
    return NULL;
  }
  return g_steal_pointer (&self);
}

void
baton_config_free (BatonConfig *self)
{
  baton_config_keys_clear (keys, G_N_ELEMENTS (keys), self);
  g_ptr_array_unref (self->bots);
  g_ptr_array_unref (self->notices);
  g_free (self);
}

/**
 * baton_config_is_loopback:
 *
 * Returns: whether that address is on this machine, and cannot be reached from another
 */
gboolean
baton_config_is_loopback (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  return uri != NULL && g_uri_get_host (uri) != NULL && baton_http_is_loopback (g_uri_get_host (uri));
}

/**
 * baton_config_find_bot:
 *
 * Returns: (transfer none) (nullable): the bot of that name
 */
BatonConfigBot *
baton_config_find_bot (const BatonConfig *self,
                       const char        *name)
{
  for (guint i = 0; i < self->bots->len; i++) {
    BatonConfigBot *bot = g_ptr_array_index (self->bots, i);

    if (g_str_equal (bot->name, name))
      return bot;
  }
  return NULL;
}

/**
 * baton_config_parse_listen:
 * @listen: `ADDRESS:PORT`, `[IPV6]:PORT`; port 0 is any
 * @address: (out) (optional) (transfer full): return location for the address
 * @port: (out) (optional): return location for the port
 * @error: return location for a #BatonError
 */
gboolean
baton_config_parse_listen (const char  *listen,
                           char       **address,
                           guint16     *port,
                           GError     **error)
{
  const char *colon = strrchr (listen, ':');
  g_autofree char *host = colon == NULL ? NULL : g_strndup (listen, (gsize) (colon - listen));
  gsize length = host == NULL ? 0 : strlen (host);
  guint64 number;

  if (length > 2 && host[0] == '[' && host[length - 1] == ']') {
    memmove (host, host + 1, length - 2);
    host[length - 2] = '\0';
  }
  if (host != NULL && g_str_equal (host, "localhost")) {
    g_free (host);
    host = g_strdup ("127.0.0.1");
  }

  if (host == NULL || !g_hostname_is_ip_address (host) ||
      !g_ascii_string_to_unsigned (colon + 1, 10, 0, G_MAXUINT16, &number, NULL)) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "has to be ADDRESS:PORT, such as 127.0.0.1:8377");
    return FALSE;
  }

  if (address != NULL)
    *address = g_steal_pointer (&host);
  if (port != NULL)
    *port = (guint16) number;
  return TRUE;
}

/**
 * baton_config_list_keys:
 *
 * Returns: (transfer full): `group/key` of all keys, `bot/…` for those of the `[bot NAME]` groups
 */
GStrv
baton_config_list_keys (void)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (keys) + G_N_ELEMENTS (bot_keys); i++) {
    const BatonConfigKey *key = i < G_N_ELEMENTS (keys) ? &keys[i] : &bot_keys[i - G_N_ELEMENTS (keys)];
    g_autofree char *name = g_strconcat (key->group, "/", key->name, NULL);

    g_strv_builder_add (list, name);
  }
  return g_strv_builder_end (list);
}
