/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <string.h>

#include "baton-config.h"
#include "baton-error.h"
#include "baton-test.h"

static BatonConfig *
load (const char  *text,
      GError     **error)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "relay.conf", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return baton_config_load (path, error);
}

static BatonConfig *
load_good (const char *text)
{
  g_autoptr (GError) error = NULL;
  BatonConfig *config = load (text, &error);

  g_assert_no_error (error);
  return config;
}

static void
test_config_defaults (void)
{
  g_autoptr (BatonConfig) config = baton_config_new ();
  const BatonTransportLimits *limits = &config->limits;
  BatonConfigBot *bot;

  g_assert_cmpstr (config->listen, ==, "127.0.0.1:8377");
  g_assert_null (config->public_url);
  g_assert_null (config->origins);
  g_assert_true (g_str_has_suffix (config->data, "/baton-relay"));
  g_assert_cmpmem (limits, sizeof *limits, &BATON_TRANSPORT_LIMITS_DEFAULT, sizeof *limits);
  g_assert_cmpuint (config->token_seconds, ==, 3600);
  g_assert_cmpuint (config->session_hours, ==, 12);
  g_assert_cmpuint (config->after_close, ==, 0);
  g_assert_false (config->handoff.ignore_case);
  g_assert_null (config->handoff.event_names);

  bot = baton_config_find_bot (config, config->bot);
  g_assert_cmpint (bot->kind, ==, BATON_CONFIG_EMBEDDED);
  g_assert_null (bot->topics);
}

static void
test_config_values (void)
{
  g_autoptr (BatonConfig) config = load_good (
    "[relay]\nlisten=[::1]:0\npublic-url=https://chat.example/\norigins=https://a.example; https://b.example ;\n"
    "data=kept\nbot=shop\n"
    "[limits]\nbody-size=1024\nposts-burst=7\n"
    "[desk]\nafter-close=ended\n"
    "[handoff]\nignore-case=true\nevent-names=transferToHuman;Handoff\n"
    "[bot mine]\ntopics=/srv/topics\n"
    "[bot shop]\nkind=directline\nbase-url=http://127.0.0.1:3000/\nsecret-file=s.txt\n"
    "[notices]\njoined=Hello\njoined[pt-BR]=Olá {agent}\n");
  BatonConfigBot *mine = baton_config_find_bot (config, "mine");
  BatonConfigBot *shop = baton_config_find_bot (config, "shop");
  BatonConfigNotice *notice;

  g_assert_cmpstr (config->public_url, ==, "https://chat.example");
  g_assert_cmpstr (config->origins[1], ==, "https://b.example");
  g_assert_null (config->origins[2]);
  g_assert_true (g_path_is_absolute (config->data));
  g_assert_true (g_str_has_suffix (config->data, "/kept"));
  g_assert_cmpuint (config->limits.body_size, ==, 1024);
  g_assert_cmpuint (config->posts_burst, ==, 7);
  g_assert_cmpuint (config->after_close, ==, 1);
  g_assert_true (config->handoff.ignore_case);
  g_assert_cmpstr (config->handoff.event_names[1], ==, "Handoff");

  g_assert_cmpstr (mine->topics, ==, "/srv/topics");
  g_assert_cmpint (shop->kind, ==, BATON_CONFIG_DIRECT_LINE);
  g_assert_cmpstr (shop->base_url, ==, "http://127.0.0.1:3000");
  g_assert_true (g_str_has_suffix (shop->secret_file, "/s.txt"));
  g_assert_cmpstr (config->bot, ==, "shop");

  g_assert_cmpuint (config->notices->len, ==, 2);
  notice = g_ptr_array_index (config->notices, 1);
  g_assert_cmpstr (notice->kind, ==, "joined");
  g_assert_cmpstr (notice->language, ==, "pt-BR");
}

/* As one says it from the folder of the file. */
static void
test_config_relative (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *before = g_get_current_dir ();
  g_autofree char *expected = g_build_filename (folder, "keys", "s.txt", NULL);
  g_autoptr (BatonConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_chdir (folder), ==, 0);
  g_file_set_contents ("relay.conf", "[relay]\nsecret-file=keys/s.txt\n", -1, NULL);
  config = baton_config_load ("relay.conf", &error);
  g_assert_cmpint (g_chdir (before), ==, 0);
  g_assert_no_error (error);
  g_assert_cmpstr (config->secret_file, ==, expected);
}

/* The first bot of the file answers, unless the file says who does. */
static void
test_config_first_bot (void)
{
  g_autoptr (BatonConfig) config = load_good ("[bot b]\n[bot a]\n");

  g_assert_cmpstr (config->bot, ==, "b");
}

/* What is only watched answers nobody; then it is the embedded one. */
static void
test_config_watched (void)
{
  g_autoptr (BatonConfig) alone = load_good ("[bot w]\nkind=watched\nbase-url=http://x\nsecret-file=s\n");
  g_autoptr (BatonConfig) first = load_good ("[bot w]\nkind=watched\nbase-url=http://x\nsecret-file=s\n"
                                             "handoff-status=true\nidle-minutes=5\n[bot a]\nafter-return=new\ncontext=A=1;B=2\n");

  g_assert_cmpstr (alone->bot, ==, "embedded");
  g_assert_cmpuint (alone->bots->len, ==, 2);
  g_assert_cmpuint (baton_config_find_bot (alone, "w")->idle_minutes, ==, 1440);
  g_assert_false (baton_config_find_bot (alone, "w")->handoff_status);
  g_assert_cmpstr (first->bot, ==, "a");
  g_assert_cmpuint (baton_config_find_bot (first, "a")->after_return, ==, 2);
  g_assert_cmpstr (baton_config_find_bot (first, "a")->context[1], ==, "B=2");
  g_assert_cmpuint (baton_config_find_bot (first, "w")->after_return, ==, 0);
  g_assert_cmpuint (baton_config_find_bot (first, "w")->idle_minutes, ==, 5);
  g_assert_true (baton_config_find_bot (first, "w")->handoff_status);
}

#define STRANGERS "[bot a] needs secret-file or app-id: it can do without only where its url, and [relay] listen and public-url," \
                  " are on the loopback interface"

static const struct {
  const char *text;
  const char *named;   /* at the end of the error, behind the file's name */
} bad_files[] = {
  { "[relais]\n", "[relais] there is no such group" },
  { "[relay]\nlisten2=x\n", "[relay] listen2: there is no such key" },
  { "[relay]\norigin=https://a.example\n", "[relay] origin: there is no such key, only origins" },
  { "[relay]\npublic_URL=https://a.example\n", "[relay] public_URL: there is no such key, only public-url" },
  { "[bot a]\ntoken_url=https://a.example\n", "[bot a] token_url: there is no such key, only token-url" },
  { "[relay]\ntopics=/srv\n", "[relay] topics: there is no such key; it belongs to [bot NAME]" },
  { "[Limit]\nx=1\n", "[Limit] there is no such group, only [limits]" },
  { "[bot]\nkind=embedded\n", "[bot] a bot needs a name, such as [bot shop]" },
  { "[limits]\nlisten=x\n", "[limits] listen: there is no such key; it belongs to [relay]" },
  { "[relay]\nlisten=\n", "[relay] listen: may not be empty" },
  { "[relay]\nlisten=here\n", "[relay] listen: has to be ADDRESS:PORT, such as 127.0.0.1:8377" },
  { "[relay]\nlisten=127.0.0.1:99999\n", "[relay] listen: has to be ADDRESS:PORT, such as 127.0.0.1:8377" },
  { "[relay]\npublic-url=ftp://x\n", "[relay] public-url: has to be a http or https address" },
  { "[relay]\npublic-url=https:chat.example\n", "[relay] public-url: has to be a http or https address" },
  { "[relay]\nbot=none\n", "[relay] bot: there is no group [bot none]" },
  { "[limits]\nbody-size=a lot\n", "[limits] body-size: has to be a number from 1024 to 67108864" },
  { "[limits]\nbody-size=-1\n", "[limits] body-size: has to be a number from 1024 to 67108864" },
  { "[limits]\nheader-seconds=0\n", "[limits] header-seconds: has to be a number from 1 to 600" },
  { "[limits]\nsilence-seconds=10\n", "[limits] silence-seconds: has to be longer than ping-seconds" },
  { "[tokens]\nlife-seconds=900\n", "[tokens] life-seconds: has to be a number from 1800 to 2592000" },
  { "[desk]\nafter-close=never\n", "[desk] after-close: has to be bot or ended" },
  { "[handoff]\ntags=yes\n", "[handoff] tags: has to be true or false" },
  { "[notices]\ngreeting=Hi\n", "[notices] greeting: there is no such line for customers" },
  { "[bot a]\nkind=telepathy\n", "[bot a] kind: has to be embedded, directline, watched or connector" },
  { "[bot a]\nkind=connector\n", "[bot a] a connector bot needs url" },
  { "[bot a]\nkind=connector\nurl=ftp://x/\n", "[bot a] url: has to be a http or https address" },
  { "[bot a]\nkind=connector\nurl=http://127.0.0.1/\nopenid-metadata=http://login.example/\napp-id=a\n",
    "[bot a] openid-metadata: has to be a https address" },
  { "[bot a]\nkind=connector\nurl=http://127.0.0.1/\nopenid-metadata=https://login.example/\n",
    "[bot a] openid-metadata: needs app-id beside it" },
  { "[bot a]\nkind=connector\nurl=http://127.0.0.1/\napp-id=a\n",
    "[bot a] app-id: needs openid-metadata or secret-file beside it, or nobody would know the bot" },
  /* [R] Strangers are let in from this machine alone. */
  { "[bot a]\nkind=connector\nurl=http://bot.example/api/messages\n", STRANGERS },
  { "[relay]\nlisten=0.0.0.0:80\n[bot a]\nkind=connector\nurl=http://127.0.0.1:3978/api/messages\n", STRANGERS },
  { "[relay]\npublic-url=https://chat.example\n[bot a]\nkind=connector\nurl=http://127.0.0.1:3978/api/messages\n", STRANGERS },
  { "[bot a]\nkind=directline\n", "[bot a] a directline bot needs base-url or token-url" },
  { "[bot a]\nkind=directline\nbase-url=http://x\n", "[bot a] base-url needs secret-file beside it" },
  { "[bot a]\nkind=watched\nbase-url=http://x\n", "[bot a] what is watched needs base-url and secret-file" },
  { "[bot a]\nkind=watched\ntoken-url=http://x\nsecret-file=s\n", "[bot a] what is watched needs base-url and secret-file" },
  { "[relay]\nbot=a\n[bot a]\nkind=watched\nbase-url=http://x\nsecret-file=s\n", "[relay] bot: [bot a] is only watched, and cannot answer new conversations" },
};

static void
test_config_bad_files (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_files); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", bad_files[i].text);
    g_assert_null (load (bad_files[i].text, &error));
    g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, "relay.conf: "));
    g_assert_null (strchr (error->message, '\n'));
    g_assert_cmpstr (strstr (error->message, "relay.conf: ") + strlen ("relay.conf: "), ==, bad_files[i].named);
  }
}

/* All of it, in the order of the file; what can be understood holds nevertheless. */
static void
test_config_all_problems (void)
{
  static const char *const expected[] = {
    "[relay] listen: has to be ADDRESS:PORT, such as 127.0.0.1:8377",
    "[relay] colour: there is no such key",
    "[limits] origins: there is no such key; it belongs to [relay]",
    "[limits] idle-seconds: has to be a number from 1 to 86400",
    "[bot a] kind: has to be ",
    "[bot b] a directline bot needs base-url or token-url",
    "[extras] there is no such group",
  };
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "relay.conf", NULL);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (BatonConfig) config = NULL;

  g_file_set_contents (path, "[relay]\ncolour=red\npublic-url=https://chat.example\n"
                       "[limits]\norigins=x\nidle-seconds=0\nposts-burst=7\n"
                       "[bot a]\nkind=telepathy\n[bot b]\nkind=directline\n[extras]\n"
                       "[relay]\nlisten=here\n", -1, NULL);
  config = baton_config_read (path, problems);
  g_assert_cmpstr (config->public_url, ==, "https://chat.example");
  g_assert_cmpuint (config->posts_burst, ==, 7);
  g_assert_cmpuint (config->limits.idle_seconds, ==, 60);

  g_assert_cmpuint (problems->len, ==, G_N_ELEMENTS (expected));
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++) {
    guint found = 0;

    for (guint j = 0; j < problems->len; j++)
      found += strstr (g_ptr_array_index (problems, j), expected[i]) != NULL;
    g_test_message ("%s", expected[i]);
    g_assert_cmpuint (found, ==, 1);
  }
}

static void
test_config_no_file (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (baton_config_load ("/nonexistent/relay.conf", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "/nonexistent/relay.conf"));

  g_clear_error (&error);
  g_assert_null (load ("key=without group\n", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
}

static const struct {
  const char *text;
  const char *address;   /* NULL: refused */
  guint16     port;
} listens[] = {
  { "127.0.0.1:0", "127.0.0.1", 0 },
  { "localhost:80", "127.0.0.1", 80 },
  { "[::1]:65535", "::1", 65535 },
  { "0.0.0.0:8377", "0.0.0.0", 8377 },
  { "127.0.0.1", NULL, 0 },
  { "127.0.0.1:", NULL, 0 },
  { "127.0.0.1:65536", NULL, 0 },
  { "127.0.0.1:-1", NULL, 0 },
  { ":80", NULL, 0 },
  { "[]:80", NULL, 0 },
  { "example.org:80", NULL, 0 },
  { "", NULL, 0 },
};

static void
test_config_listen (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (listens); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *address = NULL;
    guint16 port = 0;
    gboolean good = baton_config_parse_listen (listens[i].text, &address, &port, &error);

    g_test_message ("%s", listens[i].text);
    g_assert_true (good == (listens[i].address != NULL));
    g_assert_cmpstr (address, ==, listens[i].address);
    g_assert_cmpuint (port, ==, listens[i].port);
  }
}

/* Removes the # before keys and groups. */
static char *
uncomment (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    if (lines[i][0] == '#' && lines[i][1] != ' ' && lines[i][1] != '\0')
      memmove (lines[i], lines[i] + 1, strlen (lines[i]));
  return g_strjoinv ("\n", lines);
}

static char *
read_sample (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("BATON_SOURCE"), "data", "baton-relay.conf", NULL);
  g_autoptr (GBytes) bytes = baton_test_read (path);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* The sample names every key there is, and tells the truth about its default. */
static void
test_config_sample (void)
{
  g_autofree char *sample = read_sample ();
  g_autofree char *text = uncomment (sample);
  g_auto (GStrv) names = baton_config_list_keys ();
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (BatonConfig) as_is = load_good (sample);
  g_autoptr (BatonConfig) written = load_good (text);
  g_autoptr (BatonConfig) defaults = baton_config_new ();
  gsize head = G_STRUCT_OFFSET (BatonConfig, limits), tail = G_STRUCT_OFFSET (BatonConfig, handoff);

  g_key_file_load_from_data (file, text, -1, G_KEY_FILE_NONE, NULL);
  for (gsize i = 0; names[i] != NULL; i++) {
    g_auto (GStrv) parts = g_strsplit (names[i], "/", 2);

    g_test_message ("%s", names[i]);
    g_assert_true (g_key_file_has_key (file, g_str_equal (parts[0], "bot") ? "bot embedded" : parts[0], parts[1], NULL));
  }

  /* All numbers lie side by side; the texts have to be compared one by one. */
  g_assert_cmpmem ((char *) written + head, tail - head, (char *) defaults + head, tail - head);
  g_assert_cmpstr (written->listen, ==, defaults->listen);
  g_assert_cmpstr (written->data, ==, defaults->data);
  g_assert_cmpstr (written->bot, ==, defaults->bot);
  g_assert_null (written->public_url);
  g_assert_null (written->secret_file);
  g_assert_null (written->origins);
  g_assert_null (written->event_names);
  g_assert_false (written->handoff.ignore_case || written->handoff.legacy_type);
  g_assert_cmpuint (written->bots->len, ==, 1);
  g_assert_cmpstr (as_is->listen, ==, defaults->listen);
}

/* [R] Without a secret, or with tokens, wherever that is safe. */
static void
test_config_connector (void)
{
  static const char *const good[] = {
    "[bot a]\nkind=connector\nurl=http://127.0.0.1:3978/api/messages\n",
    "[bot a]\nkind=connector\nurl=http://localhost:3978/api/messages\n",
    "[bot a]\nkind=connector\nurl=http://[::1]:3978/api/messages\n[relay]\nlisten=[::1]:80\n",
    "[bot a]\nkind=connector\nurl=https://bot.example/api/messages\nsecret-file=s\n",
    "[relay]\nlisten=0.0.0.0:80\n[bot a]\nkind=connector\nurl=http://127.0.0.1/\nsecret-file=s\n",
    "[bot a]\nkind=connector\nurl=https://bot.example/\napp-id=a\nopenid-metadata=https://login.example/\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (BatonConfig) config = load_good (good[i]);

    g_assert_cmpint (baton_config_find_bot (config, "a")->kind, ==, BATON_CONFIG_CONNECTOR);
  }
  g_assert_false (baton_config_is_loopback ("http://127.0.0.1.example/"));
  g_assert_false (baton_config_is_loopback ("http://10.0.0.1/"));
  g_assert_true (baton_config_is_loopback ("http://127.9.9.9/"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/config/defaults", test_config_defaults);
  g_test_add_func ("/relay/config/values", test_config_values);
  g_test_add_func ("/relay/config/relative", test_config_relative);
  g_test_add_func ("/relay/config/first-bot", test_config_first_bot);
  g_test_add_func ("/relay/config/watched", test_config_watched);
  g_test_add_func ("/relay/config/bad-files", test_config_bad_files);
  g_test_add_func ("/relay/config/all-problems", test_config_all_problems);
  g_test_add_func ("/relay/config/no-file", test_config_no_file);
  g_test_add_func ("/relay/config/connector", test_config_connector);
  g_test_add_func ("/relay/config/listen", test_config_listen);
  g_test_add_func ("/relay/config/sample", test_config_sample);
  return g_test_run ();
}
