/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "mock-platform.h"
#include "relay-house.h"
#include "relay-process.h"

/* Does what README.md says about a bot of one's own, with its own words: its configurations, its commands, its page. Only
 * the hosts are others, on loopback. */

#define PLATFORM "https://0123456789abcdef.1a.environment.api.powerplatform.com"
#define REGION   "https://europe.directline.botframework.com"
#define PUBLIC   "https://chat.example"

/* --- the page --- */

/* What stands in the @n-th fence of that language which begins with @start. */
static char *
read_fence (const char *language,
            const char *start,
            guint       n)
{
  g_autofree char *path = g_build_filename (g_getenv ("BATON_SOURCE"), "README.md", NULL);
  g_autofree char *fence = g_strdup_printf ("\n```%s\n", language);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  for (const char *at = strstr (text, fence); at != NULL; at = strstr (at + 1, fence)) {
    const char *body = at + strlen (fence), *end = strstr (body, "```");

    g_assert_nonnull (end);
    if (g_str_has_prefix (body, start) && n-- == 0)
      return g_strndup (body, (gsize) (end - body));
  }
  g_error ("README.md has no such ```%s that begins with “%s”", language, start);
  return NULL;
}

static char *
replace (const char *text,
         const char *old,
         const char *new)
{
  g_auto (GStrv) parts = g_strsplit (text, old, -1);

  return g_strjoinv (new, parts);
}

/* A command of the page. */
static char *
read_command (const char *name)
{
  g_autofree char *start = g_strconcat ("baton-relay ", name, NULL);

  return g_strchomp (read_fence ("sh", start, 0));
}

/* What the page's own script says between these. */
static char *
read_from_script (const char *before,
                  const char *after)
{
  g_autofree char *html = read_fence ("html", "", 0);
  const char *begin = strstr (html, before);

  g_assert_nonnull (begin);
  begin += strlen (before);
  return g_strndup (begin, (gsize) (strstr (begin, after) - begin));
}

/* --- the reader's machine --- */

typedef struct {
  MockPlatform *platform;
  char         *folder;   /* where relay.conf is */
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  g_autofree char *home = NULL, *folder = NULL;

  f->platform = mock_platform_new ();
  f->folder = baton_test_make_folder ();
  home = g_build_filename (f->folder, "share", NULL);
  folder = g_build_filename (home, "baton-relay", NULL);
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_free (f->folder);
  mock_platform_free (f->platform);
}

/* The n-th configuration of the page; the other hosts, and a port that nobody else on this machine wants. */
static void
write_config (Fixture *f,
              guint    n)
{
  g_autofree char *path = g_build_filename (f->folder, "relay.conf", NULL);
  g_autofree char *text = read_fence ("ini", "[bot shop]", n);
  g_autofree char *platform = g_strconcat ("http://", f->platform->host, NULL);
  g_autofree char *region = g_strndup (f->platform->line->base, strlen (f->platform->line->base) - strlen ("/v3/directline"));
  g_autofree char *first = replace (text, PLATFORM, platform);
  g_autofree char *second = replace (first, REGION, region);
  g_autofree char *whole = g_strconcat (second, "[relay]\nlisten=127.0.0.1:0\n", NULL);

  g_assert_true (g_file_set_contents (path, whole, -1, NULL));
}

static void
write_secret (Fixture    *f,
              const char *secret)
{
  g_autofree char *path = g_build_filename (f->folder, "shop.secret", NULL);

  g_assert_true (g_file_set_contents_full (path, secret, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void
assert_check (Fixture    *f,
              int         status,
              const char *text)
{
  g_autofree char *command = read_command ("check");
  g_autoptr (RelayOutcome) outcome = relay_run_line (f->folder, command);

  if (outcome->status != status || strstr (outcome->out, text) == NULL)
    g_error ("“%s” gave %d, not %d and “%s”:\n%s%s", command, outcome->status, status, text, outcome->out, outcome->err);
  g_assert_cmpstr (outcome->err, ==, "");
  g_assert_null (strstr (outcome->out, MOCK_PLATFORM_SECRET));
}

/* --- the steps --- */

static BatonJson *
get_token (Fixture      *f,
           RelayProcess *relay)
{
  g_autofree char *path = g_build_filename (f->folder, "share", "baton-relay", "direct-line-secret", NULL);
  g_autofree char *curl = read_fence ("sh", "curl ", 0);
  g_autofree char *here = replace (g_strchomp (curl), PUBLIC, relay->url);
  g_autofree char *quiet = replace (here, "curl ", "curl --silent --show-error ");
  g_autofree char *secret = NULL;
  g_autoptr (RelayOutcome) outcome = NULL;
  BatonJson *json;

  g_assert_true (g_file_get_contents (path, &secret, NULL, NULL));
  g_setenv ("SECRET", g_strchomp (secret), TRUE);
  outcome = relay_run_line (f->folder, quiet);
  g_unsetenv ("SECRET");
  g_assert_cmpint (outcome->status, ==, 0);
  json = baton_json_parse_text (outcome->out, -1, &BATON_JSON_LIMITS_CLIENT, NULL);
  g_assert_nonnull (json);
  return json;
}

static gboolean
sees (RelayHouse *house,
      const char *url,
      const char *token,
      const char *text)
{
  g_autoptr (BatonJson) answer = NULL;
  g_autofree char *list = NULL;

  g_assert_cmpuint (relay_house_call (house, "GET", url, token, NULL, &answer), ==, 200);
  list = baton_json_node_dup_raw (baton_json_get_root (answer));
  return strstr (list, text) != NULL;
}

/* What Web Chat does with what the script of the page gives it. */
static void
chat (RelayProcess *relay,
      BatonJson    *answer)
{
  g_autoptr (RelayHouse) house = relay_house_visit (relay->url);
  g_autofree char *public = read_from_script ("domain: \"", "\"");
  g_autofree char *domain = replace (public, PUBLIC, relay->url);
  g_autofree char *event = read_from_script ("payload: { name: \"", "\"");
  g_autofree char *greet = g_strdup_printf ("{\"type\":\"event\",\"name\":\"%s\",\"from\":{\"id\":\"u\"}}", event);
  g_autofree char *token = relay_json_text (answer, "token");
  g_autofree char *id = relay_json_text (answer, "conversationId");
  g_autofree char *conversations = g_strconcat (domain, "/conversations", NULL);
  g_autofree char *activities = g_strconcat (conversations, "/", id, "/activities", NULL);
  g_autofree char *stream = NULL;
  g_autoptr (BatonJson) started = NULL;

  g_assert_cmpuint (relay_house_call (house, "POST", conversations, token, "{\"user\":{}}", &started), ==, 201);
  stream = relay_json_text (started, "streamUrl");
  g_assert_true (g_str_has_prefix (stream, "ws://"));

  g_assert_cmpuint (relay_house_call (house, "POST", activities, token, greet, NULL), ==, 200);
  baton_test_wait (sees (house, activities, token, "Welcome to the shop."));
  g_assert_cmpuint (relay_house_call (house, "POST", activities, token, "{\"type\":\"message\",\"from\":{\"id\":\"u\"},"
                                      "\"text\":\"a person, please\"}", NULL), ==, 200);
  baton_test_wait (sees (house, activities, token, "One moment, please."));
  baton_test_wait (sees (house, activities, token, "\"queued\""));
}

static void
do_steps (Fixture *f,
          guint    n)
{
  g_autofree char *serve = read_command ("serve"), *escalations = read_command ("escalations"), *make = read_command ("token");
  g_autoptr (RelayProcess) relay = NULL;
  g_autoptr (RelayOutcome) none = NULL, queue = NULL, token = NULL;
  g_autoptr (BatonJson) answer = NULL;

  write_config (f, n);
  assert_check (f, 0, "ok       bot shop: a conversation was begun and ended at 127.0.0.1:");
  relay = relay_process_new_line (f->folder, serve);
  assert_check (f, 0, "ok       relay: one is running in the data folder.");
  none = relay_run_line (f->folder, escalations);
  g_assert_cmpstr (none->out, ==, "");
  g_assert_cmpint (none->status, ==, 0);

  answer = get_token (f, relay);
  chat (relay, answer);
  queue = relay_run_line (f->folder, escalations);
  g_assert_nonnull (strstr (queue->out, "queued"));
  g_assert_nonnull (strstr (queue->out, "Escalate"));

  token = relay_run_line (f->folder, make);
  g_assert_cmpint (token->status, ==, 0);
  g_assert_true (g_str_has_prefix (token->out, "Token: "));
  g_assert_cmpint (relay_process_stop (relay, SIGTERM), ==, 0);
}

/* Issue 3, item 4: a bot of Copilot Studio, without and with secured access, and one that has only its secret. */
static void
test_readme_token (Fixture       *f,
                   gconstpointer  data)
{
  do_steps (f, 0);
  g_assert_cmpuint (f->platform->calls[MOCK_PLATFORM_REGION], >, 0);
}

static void
test_readme_secured (Fixture       *f,
                     gconstpointer  data)
{
  f->platform->is_secured = TRUE;
  write_secret (f, MOCK_PLATFORM_SECRET "\n");
  do_steps (f, 1);
}

static void
test_readme_secret (Fixture       *f,
                    gconstpointer  data)
{
  write_secret (f, MOCK_PLATFORM_SECRET "\n");
  do_steps (f, 2);
  g_assert_cmpuint (f->platform->calls[MOCK_PLATFORM_TOKEN], ==, 0);
}

/* --- what may be wrong with a bot --- */

#define JSON "application/json"

static const struct {
  const char       *what;
  guint             config;    /* which of the page */
  const char       *secret;
  MockPlatformCall  call;
  guint             status;    /* 0: as usual */
  const char       *type;
  const char       *body;
  gint64            skew;
  int               exit;
  const char       *text;
} wrongs[] = {
  { "nothing", 0, NULL, 0, 0, NULL, NULL, 0, 0, "a conversation was begun and ended" },
  { "404", 0, NULL, MOCK_PLATFORM_TOKEN, 404, JSON, "{}", 0, 1,
    " knows no such bot (404). Copy token-url again from the Channels page of the bot, whole, and publish the bot.\n" },
  { "HTML", 0, NULL, MOCK_PLATFORM_TOKEN, 200, "text/html", "<html>Sign in to go on</html>", 0, 1,
    " answers with a web page, not with data. Look at token-url: it leads to a page for people, or a proxy wants somebody to sign "
    "in.\n" },
  { "no secret", 0, NULL, MOCK_PLATFORM_TOKEN, 401, JSON, "{}", 0, 1, " gives no token without a secret (401). The bot requires "
    "secured access: put its secret into a file and name that in secret-file, or turn secured access off.\n" },
  { "bad secret", 2, "another-secret-of-another-bot\n", 0, 0, NULL, NULL, 0, 1,
    " does not accept the secret (403). Copy one of the two secrets from the bot's settings" },
  { "no secret file", 2, NULL, 0, 0, NULL, NULL, 0, 1, "shop.secret" },
  { "clock ahead", 0, NULL, 0, 0, NULL, NULL, 200, 0, " s ahead of that of 127.0.0.1:" },
  { "clock behind", 0, NULL, 0, 0, NULL, NULL, -3600, 0, "warning  bot shop: the clock of this machine is " },
};

static void
test_readme_wrongs (Fixture       *f,
                    gconstpointer  data)
{
  g_autofree char *secret = g_build_filename (f->folder, "shop.secret", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (wrongs); i++) {
    g_test_message ("%s", wrongs[i].what);
    write_config (f, wrongs[i].config);
    if (wrongs[i].secret != NULL)
      write_secret (f, wrongs[i].secret);
    f->platform->skew = wrongs[i].skew;
    f->platform->faults[wrongs[i].call].status = wrongs[i].status;
    f->platform->faults[wrongs[i].call].type = wrongs[i].type;
    f->platform->faults[wrongs[i].call].body = wrongs[i].body;
    assert_check (f, wrongs[i].exit, wrongs[i].text);
    f->platform->faults[wrongs[i].call].status = 0;
    g_unlink (secret);
  }

  /* Protocol 1.1. */
  write_config (f, 2);
  write_secret (f, MOCK_PLATFORM_SECRET);
  f->platform->skew = 0;
  mock_direct_line_fail_next (f->platform->line, MOCK_START, 403, "{\"error\":{\"code\":\"RegionNotAllowed\",\"message\":\"x\"}}", NULL,
                              FALSE);
  assert_check (f, 1, " does not serve this bot, which lives in another region (403 RegionNotAllowed). Name the host of the bot's "
                "region in base-url, such as https://europe.directline.botframework.com");
}

/* Everything in the file at once, and nothing else guessed at. */
static void
test_readme_config (Fixture       *f,
                    gconstpointer  data)
{
  g_autofree char *path = g_build_filename (f->folder, "relay.conf", NULL);

  g_file_set_contents (path, "[relay]\norigin=https://shop.example\n[bot shop]\nkind=directline\ntoken_url=https://x\n[desks]\n", -1, NULL);
  assert_check (f, 1, "relay.conf: [relay] origin: there is no such key, only origins. ");
  assert_check (f, 1, "relay.conf: [bot shop] token_url: there is no such key, only token-url. ");
  assert_check (f, 1, "relay.conf: [desks] there is no such group, only [desk]. ");
  assert_check (f, 1, "warning  all else: it was not looked at.");
  assert_check (f, 1, "\n3 problems, 1 warning\n");
}

#define ADD(name, func) g_test_add ("/relay/readme/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("K20/token", test_readme_token);
  ADD ("secured", test_readme_secured);
  ADD ("secret", test_readme_secret);
  ADD ("wrongs", test_readme_wrongs);
  ADD ("config", test_readme_config);
  return g_test_run ();
}
