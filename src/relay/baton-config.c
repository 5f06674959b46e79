/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-config.h"

#include <string.h>

#include "baton-error.h"
#include "baton-http.h"
#include "baton-issuer.h"
#include "baton-notices.h"

#define BOT_GROUP "bot "

/* --- keys --- */

typedef enum {
  TEXT,     /* char *: empty is %NULL */
  URL,      /* char * */
  PATH,     /* char *: relative to the folder of the configuration */
  LIST,     /* GStrv: empty is %NULL */
  NUMBER,   /* guint */
  BYTES,    /* gsize */
  SWITCH,   /* gboolean */
  WORD,     /* guint: which of the words */
} Type;

typedef struct {
  const char *group;
  const char *name;
  Type        type;
  gsize       offset;
  const char *value;             /* the default, as it would be written */
  guint64     least, most;       /* of a number */
  const char *words[5];          /* of a word */
} Key;

#define AT(member) offsetof (BatonConfig, member)
#define AT_BOT(member) offsetof (BatonConfigBot, member)
#define MIB (1024 * 1024)

static const Key keys[] = {
  { "relay", "listen", TEXT, AT (listen), "127.0.0.1:8377" },
  { "relay", "public-url", URL, AT (public_url), "" },
  { "relay", "data", PATH, AT (data), "" },
  { "relay", "secret-file", PATH, AT (secret_file), "" },
  { "relay", "bot", TEXT, AT (bot), "embedded" },
  { "relay", "origins", LIST, AT (origins), "" },

  { "limits", "body-size", BYTES, AT (limits.body_size), "262144", 1024, 64 * MIB },
  { "limits", "frame-size", BYTES, AT (limits.frame_size), "65536", 1024, 16 * MIB },
  { "limits", "json-depth", NUMBER, AT (json_depth), "32", 4, 256 },
  { "limits", "json-values", NUMBER, AT (json_values), "20000", 100, 10000000 },
  { "limits", "header-seconds", NUMBER, AT (limits.header_seconds), "5", 1, 600 },
  { "limits", "body-seconds", NUMBER, AT (limits.body_seconds), "20", 1, 600 },
  { "limits", "idle-seconds", NUMBER, AT (limits.idle_seconds), "60", 1, 86400 },
  { "limits", "answer-seconds", NUMBER, AT (limits.answer_seconds), "15", 1, 600 },
  { "limits", "connections", NUMBER, AT (limits.connections), "4096", 1, 1000000 },
  { "limits", "connections-per-address", NUMBER, AT (limits.connections_per_address), "256", 1, 1000000 },
  { "limits", "backlog", BYTES, AT (limits.backlog), "262144", 131072, 64 * MIB },
  { "limits", "rate", BYTES, AT (limits.rate), "524288", 1024, G_MAXUINT32 },
  { "limits", "rate-burst", BYTES, AT (limits.rate_burst), "1048576", 1024, G_MAXUINT32 },
  { "limits", "least-rate", BYTES, AT (limits.least_rate), "16384", 16, G_MAXUINT32 },
  { "limits", "frame-rate", NUMBER, AT (limits.frame_rate), "20", 1, 1000000 },
  { "limits", "frame-burst", NUMBER, AT (limits.frame_burst), "100", 1, 1000000 },
  { "limits", "ping-seconds", NUMBER, AT (limits.ping_seconds), "20", 1, 3600 },
  { "limits", "silence-seconds", NUMBER, AT (limits.silence_seconds), "45", 1, 86400 },
  { "limits", "posts-per-second", NUMBER, AT (posts_rate), "20", 1, 1000000 },
  { "limits", "posts-burst", NUMBER, AT (posts_burst), "250", 1, 1000000 },
  { "limits", "requests-per-second", NUMBER, AT (calls_rate), "20", 1, 1000000 },
  { "limits", "requests-burst", NUMBER, AT (calls_burst), "250", 1, 1000000 },
  { "limits", "streams-per-token", NUMBER, AT (streams_per_token), "3", 1, 1000 },
  { "limits", "canvas-tokens-per-minute", NUMBER, AT (canvas_tokens), "60", 1, 1000000 },
  { "limits", "upload-size", BYTES, AT (upload_size), "10485760", 1024, 1024 * MIB },
  { "limits", "upload-files", NUMBER, AT (upload_files), "10", 1, 1000 },
  { "limits", "upload-hours", NUMBER, AT (upload_hours), "24", 1, 24 * 365 },
  { "limits", "upload-room", BYTES, AT (upload_room), "1073741824", 1024, G_MAXINT64 },

  /* A stock client refreshes every 15 minutes, whatever it was told: protocol 1.4. */
  { "tokens", "life-seconds", NUMBER, AT (token_seconds), "3600", 1800, 30 * 86400 },
  { "tokens", "stream-ticket-seconds", NUMBER, AT (ticket_seconds), "60", 1, 3600 },
  { "tokens", "session-hours", NUMBER, AT (session_hours), "12", 1, 24 * 365 },
  { "tokens", "session-idle-minutes", NUMBER, AT (session_idle_minutes), "30", 5, 60 * 24 * 365 },

  { "desk", "after-close", WORD, AT (after_close), "bot", .words = { "bot", "ended" } },
  { "desk", "max-behind", NUMBER, AT (max_behind), "5000", 1, 1000000 },
  { "desk", "offline-seconds", NUMBER, AT (offline_seconds), "30", 1, 86400 },
  { "desk", "recheck-seconds", NUMBER, AT (recheck_seconds), "5", 1, 60 },
  { "desk", "sign-in-tries-per-minute", NUMBER, AT (sign_in_tries), "5", 1, 1000 },

  { "gate", "turn-seconds", NUMBER, AT (turn_seconds), "60", 1, 600 },
  { "gate", "turn-tries", NUMBER, AT (turn_tries), "3", 1, 100 },
  { "gate", "retry-seconds", NUMBER, AT (retry_seconds), "2", 1, 600 },
  { "gate", "escalate-after", NUMBER, AT (escalate_after), "3", 0, 1000 },

  { "handoff", "ignore-case", SWITCH, AT (handoff.ignore_case), "false" },
  { "handoff", "legacy", SWITCH, AT (handoff.legacy_type), "false" },
  { "handoff", "tags", SWITCH, AT (handoff.tags), "false" },
  { "handoff", "action", SWITCH, AT (handoff.action), "false" },
  { "handoff", "event-names", LIST, AT (event_names), "" },
};

static const Key bot_keys[] = {
  { "bot", "kind", WORD, AT_BOT (kind), "embedded", .words = { "embedded", "directline", "watched", "connector" } },
  { "bot", "topics", PATH, AT_BOT (topics), "" },
  { "bot", "base-url", URL, AT_BOT (base_url), "" },
  { "bot", "secret-file", PATH, AT_BOT (secret_file), "" },
  { "bot", "token-url", URL, AT_BOT (token_url), "" },
  { "bot", "context", LIST, AT_BOT (context), "" },
  { "bot", "after-return", WORD, AT_BOT (after_return), "auto", .words = { "auto", "same", "new" } },
  { "bot", "handoff-status", SWITCH, AT_BOT (handoff_status), "false" },
  { "bot", "idle-minutes", NUMBER, AT_BOT (idle_minutes), "1440", 1, 60 * 24 * 30 },
  { "bot", "url", URL, AT_BOT (url), "" },
  { "bot", "service-url", URL, AT_BOT (service_url), "" },
  { "bot", "app-id", TEXT, AT_BOT (app_id), "" },
  { "bot", "openid-metadata", URL, AT_BOT (openid_metadata), "" },
};

/* --- values --- */

/* Where a value stands, for what is wrong with it; and what its paths are relative to. */
typedef struct {
  const char *file;
  const char *group;
  GPtrArray  *problems;   /* of char *: one line each */
} Place;

static gboolean fail (const Place *place,
                      const char  *name,
                      const char  *format,
                      ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail (const Place *place,
      const char  *name,
      const char  *format,
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
set_number (const Key   *key,
            gpointer     member,
            const char  *value,
            const Place *place)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, key->least, key->most, &number, NULL))
    return fail (place, key->name, "has to be a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT,
                 key->least, key->most);

  if (key->type == BYTES)
    *(gsize *) member = number;
  else
    *(guint *) member = (guint) number;
  return TRUE;
}

static gboolean
set_switch (const Key   *key,
            gpointer     member,
            const char  *value,
            const Place *place)
{
  gboolean is_on = g_str_equal (value, "true");

  if (!is_on && !g_str_equal (value, "false"))
    return fail (place, key->name, "has to be true or false");
  *(gboolean *) member = is_on;
  return TRUE;
}

/* Returns: (transfer full): "a, b or c" */
static char *
list_words (const Key *key)
{
  GString *list = g_string_new (key->words[0]);

  for (guint i = 1; key->words[i] != NULL; i++)
    g_string_append_printf (list, "%s%s", key->words[i + 1] == NULL ? " or " : ", ", key->words[i]);
  return g_string_free (list, FALSE);
}

static gboolean
set_word (const Key   *key,
          gpointer     member,
          const char  *value,
          const Place *place)
{
  g_autofree char *list = NULL;

  for (guint i = 0; key->words[i] != NULL; i++) {
    if (g_str_equal (value, key->words[i])) {
      *(guint *) member = i;
      return TRUE;
    }
  }
  list = list_words (key);
  return fail (place, key->name, "has to be %s", list);
}

static gboolean
set_url (const Key   *key,
         gpointer     member,
         const char  *value,
         const Place *place)
{
  g_autoptr (GUri) uri = *value == '\0' ? NULL : g_uri_parse (value, G_URI_FLAGS_NONE, NULL);
  const char *scheme = uri == NULL ? NULL : g_uri_get_scheme (uri);
  const char *host = uri == NULL ? NULL : g_uri_get_host (uri);
  gsize length = strlen (value);

  if (*value != '\0' && ((g_strcmp0 (scheme, "http") != 0 && g_strcmp0 (scheme, "https") != 0)
                         || host == NULL || *host == '\0'))
    return fail (place, key->name, "has to be a http or https address");

  while (length > 0 && value[length - 1] == '/')
    length--;
  g_free (*(char **) member);
  *(char **) member = length == 0 ? NULL : g_strndup (value, length);
  return TRUE;
}

static char *
resolve (const char  *value,
         const Place *place)
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

static gboolean
set_value (const Key   *key,
           gpointer     record,
           const char  *value,
           const Place *place)
{
  gpointer member = (char *) record + key->offset;

  switch (key->type) {
    case NUMBER:
    case BYTES:
      return set_number (key, member, value, place);
    case SWITCH:
      return set_switch (key, member, value, place);
    case WORD:
      return set_word (key, member, value, place);
    case URL:
      return set_url (key, member, value, place);
    case LIST:
      set_list (member, value);
      return TRUE;
    case PATH:
      g_free (*(char **) member);
      *(char **) member = resolve (value, place);
      return TRUE;
    case TEXT:
    default:
      g_free (*(char **) member);
      *(char **) member = *value == '\0' ? NULL : g_strdup (value);
      return TRUE;
  }
}

static void
set_defaults (const Key *table,
              gsize      n_keys,
              gpointer   record)
{
  const Place nowhere = { NULL, "default", NULL };

  for (gsize i = 0; i < n_keys; i++)
    if (!set_value (&table[i], record, table[i].value, &nowhere))
      g_assert_not_reached ();
}

static void
clear_values (const Key *table,
              gsize      n_keys,
              gpointer   record)
{
  for (gsize i = 0; i < n_keys; i++) {
    gpointer member = (char *) record + table[i].offset;

    if (table[i].type == TEXT || table[i].type == URL || table[i].type == PATH)
      g_clear_pointer ((char **) member, g_free);
    else if (table[i].type == LIST)
      g_clear_pointer ((GStrv *) member, g_strfreev);
  }
}

/* --- bots and notices --- */

static void
bot_free (gpointer data)
{
  BatonConfigBot *bot = data;

  clear_values (bot_keys, G_N_ELEMENTS (bot_keys), bot);
  g_free (bot->name);
  g_free (bot);
}

static BatonConfigBot *
add_bot (BatonConfig *self,
         const char  *name)
{
  BatonConfigBot *bot = g_new0 (BatonConfigBot, 1);

  set_defaults (bot_keys, G_N_ELEMENTS (bot_keys), bot);
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
add_notice (BatonConfig *self,
            const char  *name,
            const char  *text,
            const Place *place)
{
  const char *bracket = strchr (name, '[');
  g_autofree char *kind = bracket == NULL ? g_strdup (name) : g_strndup (name, (gsize) (bracket - name));
  BatonConfigNotice *notice;

  if (!baton_notices_is_kind (kind)) {
    fail (place, name, "there is no such line for customers");
    return;
  }

  notice = g_new0 (BatonConfigNotice, 1);
  notice->kind = g_steal_pointer (&kind);
  notice->language = bracket == NULL ? NULL : g_strndup (bracket + 1, strcspn (bracket + 1, "]"));
  notice->text = g_strdup (text);
  g_ptr_array_add (self->notices, notice);
}

/* --- the file --- */

static const Key *
find_key (const Key  *table,
          gsize       n_keys,
          const char *group,
          const char *name)
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

/* What people get wrong is mostly what is between the letters, or one s. */
static gboolean
is_similar (const char *a,
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

/* A slip in the name, or a key in the wrong group: told so that it can be put right at once. */
static void
refuse_key (const Place *place,
            const char  *name,
            gboolean     is_bot)
{
  const char *group = is_bot ? "bot" : place->group;

  for (gsize i = 0; i < G_N_ELEMENTS (keys) + G_N_ELEMENTS (bot_keys); i++) {
    const Key *key = i < G_N_ELEMENTS (keys) ? &keys[i] : &bot_keys[i - G_N_ELEMENTS (keys)];

    if (g_str_equal (key->group, group) && is_similar (key->name, name)) {
      fail (place, name, "there is no such key, only %s", key->name);
      return;
    }
    if (g_str_equal (key->name, name)) {
      fail (place, name, "there is no such key; it belongs to [%s]", i < G_N_ELEMENTS (keys) ? key->group : "bot NAME");
      return;
    }
  }
  fail (place, name, "there is no such key");
}

static void
refuse_group (const Place *place)
{
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    if (is_similar (keys[i].group, place->group)) {
      fail (place, "", "there is no such group, only [%s]", keys[i].group);
      return;
    }
  }
  if (g_str_equal (place->group, "bot"))
    fail (place, "", "a bot needs a name, such as [bot shop]");
  else
    fail (place, "", "there is no such group");
}

static void
read_key (BatonConfig    *self,
          BatonConfigBot *bot,
          const char     *name,
          const char     *value,
          const Place    *place)
{
  const Key *key;

  if (g_str_equal (place->group, "notices")) {
    add_notice (self, name, value, place);
    return;
  }

  key = bot != NULL ? find_key (bot_keys, G_N_ELEMENTS (bot_keys), "bot", name)
                    : find_key (keys, G_N_ELEMENTS (keys), place->group, name);
  if (key == NULL)
    refuse_key (place, name, bot != NULL);
  else
    set_value (key, bot != NULL ? (gpointer) bot : (gpointer) self, value, place);
}

/* What the keys of a bot have to be to one another. */
static void
check_connector (const BatonConfigBot *bot,
                 const Place          *place)
{
  if (bot->url == NULL)
    fail (place, "", "a connector bot needs url");
  if (bot->openid_metadata != NULL && !baton_issuer_is_safe_url (bot->openid_metadata))
    fail (place, "openid-metadata", "has to be a https address");
  if (bot->openid_metadata != NULL && bot->app_id == NULL)
    fail (place, "openid-metadata", "needs app-id beside it");
  if (bot->app_id != NULL && bot->openid_metadata == NULL && bot->secret_file == NULL)
    fail (place, "app-id", "needs openid-metadata or secret-file beside it, or nobody would know the bot");
}

static void
check_bot (const BatonConfigBot *bot,
           const Place          *place)
{
  if (bot->kind == BATON_CONFIG_EMBEDDED)
    return;
  if (bot->kind == BATON_CONFIG_CONNECTOR) {
    check_connector (bot, place);
    return;
  }
  if (bot->kind == BATON_CONFIG_WATCHED) {
    if (bot->base_url == NULL || bot->secret_file == NULL)
      fail (place, "", "what is watched needs base-url and secret-file");
    return;
  }
  if (bot->token_url == NULL && bot->base_url == NULL)
    fail (place, "", "a directline bot needs base-url or token-url");
  else if (bot->token_url == NULL && bot->secret_file == NULL)
    fail (place, "", "base-url needs secret-file beside it");
}

static void
read_group (BatonConfig *self,
            GKeyFile    *file,
            const Place *place)
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
      fail (place, names[i], "cannot be read");
    else
      read_key (self, bot, names[i], value, place);
  }

  /* A key that was refused would seem to be missing. */
  if (bot != NULL && place->problems->len == before)
    check_bot (bot, place);
}

/* What only the whole can tell. */
/* Whoever can post to a bot that asks nobody who he is speaks as any customer, and whoever can post to us as that bot. */
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
    const Place place = { path, group, problems };

    if (bot->kind == BATON_CONFIG_CONNECTOR && bot->url != NULL && bot->secret_file == NULL && bot->app_id == NULL
        && (is_open_to_others || !baton_config_is_loopback (bot->url)))
      fail (&place, "", "needs secret-file or app-id: it can do without only where its url, and [relay] listen and public-url,"
            " are on the loopback interface");
  }
}

static void
check_whole (BatonConfig *self,
             const char  *path,
             GPtrArray   *problems)
{
  const Place relay = { path, "relay", problems };
  const Place limits = { path, "limits", problems };
  const BatonConfigBot *bot = self->bot != NULL ? baton_config_find_bot (self, self->bot) : NULL;
  g_autoptr (GError) cause = NULL;

  if (self->listen == NULL || !baton_config_parse_listen (self->listen, NULL, NULL, &cause))
    fail (&relay, "listen", "%s", cause == NULL ? "may not be empty" : cause->message);
  if (bot == NULL)
    fail (&relay, "bot", "there is no group [bot %s]", self->bot == NULL ? "" : self->bot);
  else if (bot->kind == BATON_CONFIG_WATCHED)
    fail (&relay, "bot", "[bot %s] is only watched, and cannot answer new conversations", self->bot);
  if (self->limits.silence_seconds <= self->limits.ping_seconds)
    fail (&limits, "silence-seconds", "has to be longer than ping-seconds");
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
    const Place place = { path, groups[i], problems };

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
  set_defaults (keys, G_N_ELEMENTS (keys), self);
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
 * @error: return location for a #BatonError, whose message is one line that names file, group and key: the first of what
 *   baton_config_read() finds
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
  clear_values (keys, G_N_ELEMENTS (keys), self);
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
    const Key *key = i < G_N_ELEMENTS (keys) ? &keys[i] : &bot_keys[i - G_N_ELEMENTS (keys)];
    g_autofree char *name = g_strconcat (key->group, "/", key->name, NULL);

    g_strv_builder_add (list, name);
  }
  return g_strv_builder_end (list);
}
