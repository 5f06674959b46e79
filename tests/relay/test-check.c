/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <string.h>
#include <utime.h>

#include "baton-check.h"
#include "baton-json.h"
#include "mock-platform.h"
#include "relay-house.h"

static const BatonFinding *
find (GPtrArray  *findings,
      BatonGrade  grade,
      const char *subject,
      const char *text)
{
  for (guint i = 0; i < findings->len; i++) {
    const BatonFinding *finding = g_ptr_array_index (findings, i);

    if (finding->grade == grade && g_str_equal (finding->subject, subject) && strstr (finding->text, text) != NULL)
      return finding;
  }
  return NULL;
}

/* On failure the whole report is worth more than the line that is missing. */
static void
assert_finding (GPtrArray  *findings,
                BatonGrade  grade,
                const char *subject,
                const char *text,
                const char *advice)
{
  const BatonFinding *finding = find (findings, grade, subject, text);
  g_autofree char *report = baton_findings_format_text (findings);

  if (finding == NULL || (advice != NULL && (finding->advice == NULL || strstr (finding->advice, advice) == NULL)))
    g_error ("no “%s: %s … %s” in\n%s", subject, text, advice == NULL ? "" : advice, report);
}

/* --- the report --- */

static void
test_check_report (void)
{
  g_autoptr (GPtrArray) findings = baton_findings_new ();
  g_autofree char *nothing = baton_findings_format_text (findings);
  g_autofree char *text = NULL, *json = NULL;
  g_autoptr (BatonJson) parsed = NULL;
  BatonJsonNode root, first;

  g_assert_cmpstr (nothing, ==, "all is well\n");
  baton_findings_add (findings, BATON_GRADE_OK, "disk", NULL, "%d GB are free", 7);
  baton_findings_add (findings, BATON_GRADE_WARNING, "origins", "Name yours", "any page");
  baton_findings_add (findings, BATON_GRADE_PROBLEM, "bot \"x\"", "Look", "one\n\033[31mtwo\xff");
  baton_findings_add (findings, BATON_GRADE_PROBLEM, "y", "Look", "z");

  text = baton_findings_format_text (findings);
  g_assert_cmpstr (text, ==,
                   "ok       disk: 7 GB are free.\n"
                   "warning  origins: any page. Name yours.\n"
                   "problem  bot \"x\": one  [31mtwo\357\277\275. Look.\n"
                   "problem  y: z. Look.\n"
                   "2 problems, 1 warning\n");

  json = baton_findings_format_json (findings);
  parsed = baton_json_parse_text (json, -1, &BATON_JSON_LIMITS_CLIENT, NULL);
  root = baton_json_get_root (parsed);
  first = baton_json_node_get_element (baton_json_node_get_member (root, "findings"), 0);
  g_assert_true (g_str_has_prefix (json, "{\"problems\":2,\"warnings\":1,"));
  g_assert_true (baton_json_node_is (baton_json_node_get_member (first, "grade"), "ok"));
  g_assert_cmpint (baton_json_node_get_kind (baton_json_node_get_member (first, "advice")), ==, BATON_JSON_NULL);
}

/* --- the server --- */

static const struct {
  const char *origin;
  BatonGrade  grade;
  const char *text;
  const char *advice;
} origins[] = {
  { "https://shop.example", BATON_GRADE_OK, "pages of https://shop.example may hold a chat", NULL },
  { "https://shop.example:8443", BATON_GRADE_OK, "may hold a chat", NULL },
  { "http://localhost:3000", BATON_GRADE_OK, "may hold a chat", NULL },
  { "http://[::1]:3000", BATON_GRADE_OK, "may hold a chat", NULL },
  { "http://shop.example", BATON_GRADE_WARNING, "can change a page of http://shop.example", "https" },
  { "https://shop.example/", BATON_GRADE_PROBLEM, "lets no page in", "Write https://shop.example in" },
  { "https://shop.example/chat", BATON_GRADE_PROBLEM, "lets no page in", "Write https://shop.example in" },
  { "https://Shop.Example", BATON_GRADE_PROBLEM, "lets no page in", "Write https://shop.example in" },
  { "https://shop.example:443", BATON_GRADE_PROBLEM, "lets no page in", "Write https://shop.example in" },
  { "https://ines@shop.example", BATON_GRADE_PROBLEM, "lets no page in", "Write https://shop.example in" },
  { "https://münchen.example", BATON_GRADE_PROBLEM, "lets no page in", "Write https://xn--mnchen-3ya.example in" },
  { "shop.example", BATON_GRADE_PROBLEM, "“shop.example” is none", "https://shop.example" },
  { "https:shop.example", BATON_GRADE_PROBLEM, "is none", NULL },
  { "ftp://shop.example", BATON_GRADE_PROBLEM, "is none", NULL },
  { "null", BATON_GRADE_PROBLEM, "is none", NULL },
  { "*", BATON_GRADE_PROBLEM, "* lets no page in", "Leave origins empty" },
};

static BatonConfig *
new_config (void)
{
  BatonConfig *config = baton_config_new ();

  g_free (config->data);
  config->data = baton_test_make_folder ();
  g_free (config->listen);
  config->listen = g_strdup ("127.0.0.1:0");
  return config;
}

static void
test_check_origins (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (origins); i++) {
    g_autoptr (BatonConfig) config = new_config ();
    g_autoptr (GPtrArray) findings = baton_findings_new ();

    config->origins = g_new0 (char *, 2);
    config->origins[0] = g_strdup (origins[i].origin);
    g_test_message ("%s", origins[i].origin);
    baton_check_server (config, findings);
    assert_finding (findings, origins[i].grade, "origins", origins[i].text, origins[i].advice);
    g_assert_cmpuint (baton_findings_count (findings, BATON_GRADE_PROBLEM), ==, origins[i].grade == BATON_GRADE_PROBLEM);
  }
}

static void
test_check_no_origins (void)
{
  g_autoptr (BatonConfig) config = new_config ();
  g_autoptr (GPtrArray) findings = baton_findings_new ();

  baton_check_server (config, findings);
  assert_finding (findings, BATON_GRADE_OK, "origins", "any page may hold a chat", NULL);
  config->public_url = g_strdup ("https://chat.example");
  baton_check_server (config, findings);
  assert_finding (findings, BATON_GRADE_WARNING, "origins", "any page may hold a chat", "Name your pages");
  assert_finding (findings, BATON_GRADE_OK, "public-url", "not tried since no relay is running", NULL);
}

static const struct {
  const char *url;
  BatonGrade  grade;
  const char *text;
} urls[] = {
  { "http://chat.example", BATON_GRADE_WARNING, "unencrypted" },
  { "https://chat.example?a=b", BATON_GRADE_PROBLEM, "neither ? nor #" },
  { "https://chat.example/#top", BATON_GRADE_PROBLEM, "neither ? nor #" },
  { "https://ines@chat.example", BATON_GRADE_PROBLEM, "neither ? nor #" },
  { "https://example.org/chat", BATON_GRADE_OK, "https://example.org/chat" },
};

static void
test_check_public_url (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (urls); i++) {
    g_autoptr (BatonConfig) config = new_config ();
    g_autoptr (GPtrArray) findings = baton_findings_new ();

    config->public_url = g_strdup (urls[i].url);
    baton_check_server (config, findings);
    g_test_message ("%s", urls[i].url);
    assert_finding (findings, urls[i].grade, "public-url", urls[i].text, NULL);
  }
}

/* A port is free, another's, or our own relay's. */
static void
test_check_listen (void)
{
  g_autoptr (RelayHouse) house = relay_house_new (FALSE);
  g_autoptr (BatonConfig) config = new_config ();
  g_autoptr (GPtrArray) free = baton_findings_new (), taken = baton_findings_new (), ours = baton_findings_new ();
  g_autoptr (GPtrArray) foreign = baton_findings_new (), wide = baton_findings_new ();

  baton_check_server (config, free);
  assert_finding (free, BATON_GRADE_OK, "listen", "127.0.0.1:0 is free", NULL);

  g_free (config->listen);
  config->listen = g_strdup (house->url + strlen ("http://"));
  baton_check_server (config, taken);
  assert_finding (taken, BATON_GRADE_PROBLEM, "listen", "another program uses 127.0.0.1:", "another port");

  g_free (config->data);
  config->data = g_strdup (house->folder);
  config->public_url = g_strdup (house->url);
  baton_check_server (config, ours);
  assert_finding (ours, BATON_GRADE_OK, "listen", "the relay that is running answers", NULL);
  assert_finding (ours, BATON_GRADE_OK, "public-url", "leads to a relay", NULL);

  g_free (config->listen);
  config->listen = g_strdup ("192.0.2.1:8377");
  g_free (config->public_url);
  config->public_url = g_strdup ("http://127.0.0.1:9");
  baton_check_server (config, foreign);
  assert_finding (foreign, BATON_GRADE_PROBLEM, "listen", "nothing can be served on 192.0.2.1:8377", "127.0.0.1");
  assert_finding (foreign, BATON_GRADE_WARNING, "public-url", "does not lead to the relay", "proxy");

  g_free (config->listen);
  config->listen = g_strdup ("0.0.0.0:0");
  baton_check_server (config, wide);
  assert_finding (wide, BATON_GRADE_WARNING, "listen", "other machines reach", "proxy with TLS");
}

static void
test_check_machine (void)
{
  g_autoptr (BatonConfig) config = new_config ();
  g_autoptr (GPtrArray) usual = baton_findings_new (), many = baton_findings_new ();
  g_autofree char *path = g_build_filename (config->data, "relay.db", NULL);
  struct utimbuf times = { 0 };

  baton_check_server (config, usual);
  assert_finding (usual, BATON_GRADE_OK, "clock", "it says 2", NULL);
  assert_finding (usual, BATON_GRADE_OK, "connections", "within", NULL);

  g_file_set_contents (path, "", -1, NULL);
  times.actime = times.modtime = (time_t) (g_get_real_time () / G_USEC_PER_SEC) + 3600;
  g_assert_cmpint (g_utime (path, &times), ==, 0);
  config->limits.connections = G_MAXUINT;
  baton_check_server (config, many);
  assert_finding (many, BATON_GRADE_WARNING, "clock", " s after that", "NTP");
  assert_finding (many, BATON_GRADE_PROBLEM, "connections", "4294967295 connections need", "LimitNOFILE");
}

/* --- the data --- */

static void
test_check_data (void)
{
  g_autoptr (RelayHouse) house = relay_house_new (FALSE);
  g_autoptr (BatonConfig) config = new_config ();
  g_autoptr (GPtrArray) fresh = baton_findings_new (), running = baton_findings_new (), idle = baton_findings_new ();
  g_autofree char *absent = g_build_filename (config->data, "a", "b", NULL);

  g_free (config->data);
  config->data = g_strdup (absent);
  baton_check_data (config, fresh);
  assert_finding (fresh, BATON_GRADE_OK, "data folder", "the first start makes", NULL);
  assert_finding (fresh, BATON_GRADE_OK, "disk", "are free", NULL);
  config->upload_room = G_MAXSIZE;
  baton_check_data (config, fresh);
  assert_finding (fresh, BATON_GRADE_WARNING, "disk", "the files that are sent may take", "upload-room");
  g_assert_false (g_file_test (absent, G_FILE_TEST_EXISTS));

  g_free (config->data);
  config->data = g_strdup (house->folder);
  g_chmod (house->folder, 0700);
  baton_check_data (config, running);
  assert_finding (running, BATON_GRADE_OK, "data folder", "for its owner alone", NULL);
  assert_finding (running, BATON_GRADE_OK, "relay", "one is running", NULL);
  assert_finding (running, BATON_GRADE_OK, "database", "it is whole", NULL);
  assert_finding (running, BATON_GRADE_OK, "agents", "1 can sign in", NULL);
  assert_finding (running, BATON_GRADE_OK, "chat page", "it is in", NULL);
  g_assert_nonnull (find (running, BATON_GRADE_OK, "writing", " ms") != NULL ? running
                    : find (running, BATON_GRADE_WARNING, "writing", " ms") != NULL ? running : NULL);

  relay_house_close (house);
  baton_check_data (config, idle);
  assert_finding (idle, BATON_GRADE_OK, "relay", "none is running", NULL);
  assert_finding (idle, BATON_GRADE_OK, "database", "it is whole", NULL);
  relay_house_open (house);   /* as if nobody had looked */
}

static void
test_check_bad_data (void)
{
  g_autoptr (BatonConfig) config = new_config ();
  g_autoptr (GPtrArray) findings = baton_findings_new (), no_folder = baton_findings_new (), no_page = baton_findings_new ();
  g_autofree char *database = g_build_filename (config->data, "relay.db", NULL);
  g_autofree char *agents = g_build_filename (config->data, "agents.conf", NULL);
  g_autofree char *before = g_strdup (g_getenv ("BATON_DATA_DIR"));

  g_chmod (config->data, 0755);
  g_file_set_contents (database, "this is a letter to my aunt", -1, NULL);
  baton_check_data (config, findings);
  assert_finding (findings, BATON_GRADE_WARNING, "data folder", "others than its owner", "chmod 700");
  assert_finding (findings, BATON_GRADE_PROBLEM, "database", "relay.db: ", "backup");
  assert_finding (findings, BATON_GRADE_WARNING, "agents", "nobody can sign in", "baton-relay agent add");

  g_file_set_contents (agents, "no key file", -1, NULL);
  g_setenv ("BATON_DATA_DIR", "/nonexistent", TRUE);
  baton_check_data (config, no_page);
  assert_finding (no_page, BATON_GRADE_PROBLEM, "agents", "agents", NULL);
  assert_finding (no_page, BATON_GRADE_PROBLEM, "chat page", "/nonexistent/canvas/index.html", "BATON_DATA_DIR");
  if (before != NULL)
    g_setenv ("BATON_DATA_DIR", before, TRUE);

  g_free (config->data);
  config->data = g_strdup (agents);
  baton_check_data (config, no_folder);
  assert_finding (no_folder, BATON_GRADE_PROBLEM, "data folder", "is not a folder", "data");
}

/* --- secrets and tokens --- */

static void
test_check_tokens (void)
{
  g_autoptr (BatonConfig) config = new_config ();
  g_autoptr (GPtrArray) fresh = baton_findings_new (), open = baton_findings_new (), good = baton_findings_new ();
  g_autoptr (GPtrArray) bad = baton_findings_new ();
  g_autofree char *secret = g_build_filename (config->data, "direct-line-secret", NULL);
  g_autofree char *key = g_build_filename (config->data, "token-key", NULL);
  g_autofree char *report = NULL;

  baton_check_tokens (config, fresh);
  assert_finding (fresh, BATON_GRADE_OK, "secret of Direct Line", "the first start makes it", NULL);
  assert_finding (fresh, BATON_GRADE_OK, "token key", "the first start makes it", NULL);
  g_assert_false (g_file_test (key, G_FILE_TEST_EXISTS));

  g_file_set_contents (secret, "0123456789abcdef\n", -1, NULL);
  g_file_set_contents (key, "0123456789abcdef0123456789abcdef", -1, NULL);
  g_chmod (secret, 0644);
  g_chmod (key, 0644);
  baton_check_tokens (config, open);
  assert_finding (open, BATON_GRADE_PROBLEM, "secret of Direct Line", "everybody on this machine can read", "chmod 600");
  assert_finding (open, BATON_GRADE_PROBLEM, "token key", "can be read by others", "chmod 600");

  g_chmod (secret, 0640);
  baton_check_tokens (config, open);
  assert_finding (open, BATON_GRADE_WARNING, "secret of Direct Line", "the group of", "chmod 600");

  g_chmod (secret, 0600);
  g_chmod (key, 0600);
  baton_check_tokens (config, good);
  assert_finding (good, BATON_GRADE_OK, "secret of Direct Line", "for its owner alone", NULL);
  assert_finding (good, BATON_GRADE_OK, "token key", "is good for 3600 s", NULL);
  report = baton_findings_format_json (good);
  g_assert_null (strstr (report, "0123456789"));

  g_file_set_contents (secret, "short\n", -1, NULL);
  g_file_set_contents (key, "short", -1, NULL);
  g_chmod (key, 0600);
  baton_check_tokens (config, bad);
  assert_finding (bad, BATON_GRADE_PROBLEM, "secret of Direct Line", "at least 16", "secret-file");
  assert_finding (bad, BATON_GRADE_PROBLEM, "token key", "shorter than 32", NULL);
  config->secret_file = g_strdup ("/nonexistent/secret");
  baton_check_tokens (config, bad);
  assert_finding (bad, BATON_GRADE_PROBLEM, "secret of Direct Line", "/nonexistent/secret", "secret-file");
}

/* --- bots --- */

static void
test_check_embedded (void)
{
  g_autofree char *data = g_build_filename (g_getenv ("BATON_SOURCE"), "data", NULL);
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *topics = g_build_filename (folder, "topics", NULL);
  g_autofree char *settings = g_build_filename (folder, "settings.mcs.yml", NULL);
  g_autofree char *topic = g_build_filename (topics, "Help.mcs.yml", NULL);
  BatonConfigBot bot = { .name = (char *) "mine", .kind = BATON_CONFIG_EMBEDDED };
  g_autoptr (GPtrArray) own = baton_findings_new (), forgotten = baton_findings_new (), absent = baton_findings_new ();

  g_setenv ("BATON_DATA_DIR", data, TRUE);
  baton_check_bot (&bot, own);
  assert_finding (own, BATON_GRADE_OK, "bot mine", "are understood", NULL);
  g_assert_cmpuint (own->len, ==, 1);

  g_mkdir (topics, 0700);
  g_file_set_contents (settings, "schemaName: shop\ndisplayName: Shop\n", -1, NULL);
  g_file_set_contents (topic, "kind: AdaptiveDialog\nbeginDialog:\n  kind: OnRecognizedIntent\n  intent: {triggerQueries: [help]}\n"
                       "  actions:\n    - {kind: SendActivity, activity: 'Somebody is at [link].'}\n", -1, NULL);
  bot.topics = folder;
  baton_check_bot (&bot, forgotten);
  assert_finding (forgotten, BATON_GRADE_WARNING, "bot mine", "topics/Help.mcs.yml:6: activity: customers would read the "
                  "placeholder [link]", "Correct the topic");

  bot.topics = (char *) "/nonexistent";
  baton_check_bot (&bot, absent);
  assert_finding (absent, BATON_GRADE_PROBLEM, "bot mine", "/nonexistent", "settings.mcs.yml");
}

typedef struct {
  MockPlatform   *platform;
  BatonConfigBot  bot;
  GPtrArray      *findings;
} BotFixture;

static void
set_bot_up (BotFixture    *f,
            gconstpointer  data)
{
  f->platform = mock_platform_new ();
  f->findings = baton_findings_new ();
  f->bot.name = g_strdup ("shop");
  f->bot.kind = BATON_CONFIG_DIRECT_LINE;
  f->bot.token_url = g_strdup (f->platform->token_url);
}

static void
tear_bot_down (BotFixture    *f,
               gconstpointer  data)
{
  g_autofree char *report = baton_findings_format_json (f->findings);

  /* S46 */
  g_assert_null (strstr (report, MOCK_PLATFORM_SECRET));
  g_assert_null (strstr (report, "token-1"));
  g_ptr_array_unref (f->findings);
  g_free (f->bot.name);
  g_free (f->bot.token_url);
  g_free (f->bot.base_url);
  g_free (f->bot.secret_file);
  mock_platform_free (f->platform);
}

static void
check (BotFixture *f)
{
  g_ptr_array_set_size (f->findings, 0);
  baton_check_bot (&f->bot, f->findings);
}

static void
assert_problem (BotFixture *f,
                const char *text,
                const char *advice)
{
  check (f);
  assert_finding (f->findings, BATON_GRADE_PROBLEM, "bot shop", text, advice);
  g_assert_cmpuint (baton_findings_count (f->findings, BATON_GRADE_PROBLEM), ==, 1);
}

static void
use_secret (BotFixture *f,
            const char *secret)
{
  g_autofree char *folder = baton_test_make_folder ();

  g_clear_pointer (&f->bot.token_url, g_free);
  g_free (f->bot.base_url);
  g_free (f->bot.secret_file);
  f->bot.base_url = g_strdup (f->platform->line->base);
  f->bot.secret_file = g_build_filename (folder, "secret", NULL);
  g_file_set_contents_full (f->bot.secret_file, secret, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL);
}

static void
test_check_bot_good (BotFixture    *f,
                     gconstpointer  data)
{
  check (f);
  g_assert_cmpuint (f->findings->len, ==, baton_findings_count (f->findings, BATON_GRADE_OK));
  assert_finding (f->findings, BATON_GRADE_OK, "bot shop", "the regional settings of 127.0.0.1:", NULL);
  assert_finding (f->findings, BATON_GRADE_OK, "bot shop", "gives tokens that last 3600 s", NULL);
  assert_finding (f->findings, BATON_GRADE_OK, "bot shop", "a conversation was begun and ended", NULL);
  assert_finding (f->findings, BATON_GRADE_OK, "bot shop", "at most 0 s apart", NULL);
  g_assert_cmpuint (f->platform->line->calls[MOCK_START], ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (f->platform->line->posts, 0), "endOfConversation"));

  use_secret (f, MOCK_PLATFORM_SECRET "\n");
  check (f);
  g_assert_cmpuint (f->findings->len, ==, baton_findings_count (f->findings, BATON_GRADE_OK));
  assert_finding (f->findings, BATON_GRADE_OK, "bot shop", "a conversation was begun and ended", NULL);
}

#define JSON "application/json"
#define HTML "text/html; charset=utf-8"

static const struct {
  MockPlatformCall  call;
  guint             status;
  const char       *type;
  const char       *body;
  const char       *text;
  const char       *advice;
} bad_answers[] = {
  { MOCK_PLATFORM_TOKEN, 404, JSON, "{\"error\":{\"code\":\"NotFound\"}}", "knows no such bot (404)", "Channels page" },
  { MOCK_PLATFORM_TOKEN, 403, JSON, "{}", "gives no token without a secret (403)", "secured access" },
  { MOCK_PLATFORM_TOKEN, 200, HTML, "<html>Sign in</html>", "answers with a web page", "proxy" },
  { MOCK_PLATFORM_TOKEN, 200, JSON, "<!doctype html>", "answers with a web page", "token-url" },
  { MOCK_PLATFORM_TOKEN, 200, JSON, "{\"token\":", "is not JSON", "token-url" },
  { MOCK_PLATFORM_TOKEN, 200, JSON, "{\"value\":7}", "answers, but not with a token", "directline/token" },
  { MOCK_PLATFORM_TOKEN, 200, JSON, "{\"token\":7}", "answers, but not with a token", NULL },
  { MOCK_PLATFORM_TOKEN, 302, HTML, "", "sends on to another address (302)", "token-url" },
  { MOCK_PLATFORM_TOKEN, 429, JSON, "", "has trouble of its own (429)", "later" },
  { MOCK_PLATFORM_TOKEN, 503, HTML, "<h1>down</h1>", "has trouble of its own (503)", "later" },
  { MOCK_PLATFORM_TOKEN, 400, JSON, "{\"error\":{\"code\":\"BadArgument\"}}", "does not understand the request (400 BadArgument)",
    "token-url" },
  { MOCK_PLATFORM_REGION, 404, JSON, "{}", "knows no such bot (404)", "token-url" },
  { MOCK_PLATFORM_REGION, 401, JSON, "{}", "refuses (401)", "token-url" },
  { MOCK_PLATFORM_REGION, 200, JSON, "{\"channelUrlsById\":{}}", "name no Direct Line", "base-url" },
  { MOCK_PLATFORM_REGION, 200, JSON, "{\"channelUrlsById\":{\"directline\":\"http://127.0.0.1:9/\"}}",
    "127.0.0.1:9 refuses the connection", "firewall" },
  { MOCK_PLATFORM_REGION, 200, JSON, "{\"channelUrlsById\":{\"directline\":\"file:///etc/passwd\"}}", "is no address of a server",
    NULL },
};

static void
test_check_bot_answers (BotFixture    *f,
                        gconstpointer  data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_answers); i++) {
    MockPlatformCall call = bad_answers[i].call;

    g_test_message ("%u %s %s", bad_answers[i].status, bad_answers[i].type, bad_answers[i].body);
    f->platform->faults[call].status = bad_answers[i].status;
    f->platform->faults[call].type = bad_answers[i].type;
    f->platform->faults[call].body = bad_answers[i].body;
    assert_problem (f, bad_answers[i].text, bad_answers[i].advice);
    f->platform->faults[call].status = 0;
  }
}

static const struct {
  gboolean    with_secret;
  guint       status;
  const char *body;
  const char *text;
  const char *advice;
} bad_starts[] = {
  { TRUE, 403, "{\"error\":{\"code\":\"RegionNotAllowed\",\"message\":\"france, europe\"}}",
    "lives in another region (403 RegionNotAllowed)", "https://europe.directline.botframework.com" },
  { FALSE, 403, "{\"error\":{\"code\":\"RegionNotAllowed\"}}", "127.0.0.1:", "base-url beside token-url" },
  { FALSE, 403, "{\"error\":{\"code\":\"BadArgument\",\"message\":\"Site missing\"}}", "lives in another region", "base-url" },
  { FALSE, 403, "Site missing", "(403 Site missing)", "base-url" },
  { TRUE, 403, "{\"error\":{\"code\":\"BadArgument\"}}", "does not accept the secret (403)", "secret-file" },
  { TRUE, 401, "", "does not accept the secret (401)", "secret-file" },
  { FALSE, 403, "{\"error\":{\"code\":\"TokenExpired\"}}", "too old (403 TokenExpired)", "clocks" },
  { FALSE, 403, "{\"error\":{\"code\":\"BadArgument\"}}", "does not accept the token", "token-url again" },
  { TRUE, 404, "<html>", "there is no Direct Line at 127.0.0.1:", "base-url" },
  { TRUE, 500, "{\"error\":{\"code\":\"ServiceError\"}}", "trouble of its own (500 ServiceError)", "test page" },
  { TRUE, 201, "{}", "the conversation has no id", "base-url" },
};

static void
test_check_bot_starts (BotFixture    *f,
                       gconstpointer  data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_starts); i++) {
    g_test_message ("%u %s", bad_starts[i].status, bad_starts[i].body);
    if (bad_starts[i].with_secret) {
      use_secret (f, MOCK_PLATFORM_SECRET);
    } else {
      g_clear_pointer (&f->bot.base_url, g_free);
      g_clear_pointer (&f->bot.secret_file, g_free);
      g_free (f->bot.token_url);
      f->bot.token_url = g_strdup (f->platform->token_url);
    }
    mock_direct_line_fail_next (f->platform->line, MOCK_START, bad_starts[i].status, bad_starts[i].body, NULL, FALSE);
    assert_problem (f, bad_starts[i].text, bad_starts[i].advice);
  }
}

static void
test_check_bot_secret (BotFixture    *f,
                       gconstpointer  data)
{
  f->platform->is_secured = TRUE;
  assert_problem (f, "gives no token without a secret (401)", "secured access");

  use_secret (f, "another-secret-than-the-right-one");
  assert_problem (f, "does not accept the secret (403)", "two secrets");
  f->bot.token_url = g_strdup (f->platform->token_url);
  assert_problem (f, "does not accept the secret (401)", "two secrets");
  use_secret (f, "short");
  assert_problem (f, "at least 16", "secret-file");

  use_secret (f, MOCK_PLATFORM_SECRET);
  f->bot.token_url = g_strdup (f->platform->token_url);
  check (f);
  assert_finding (f->findings, BATON_GRADE_OK, "bot shop", "a conversation was begun and ended", NULL);
  g_assert_cmpuint (baton_findings_count (f->findings, BATON_GRADE_PROBLEM), ==, 0);
}

/* Conversations that are only watched: nothing is begun, and no bot is spoken to. */
static void
test_check_bot_watched (BotFixture    *f,
                        gconstpointer  data)
{
  f->bot.kind = BATON_CONFIG_WATCHED;
  use_secret (f, MOCK_PLATFORM_SECRET);
  check (f);
  g_assert_cmpuint (f->findings->len, ==, baton_findings_count (f->findings, BATON_GRADE_OK));
  assert_finding (f->findings, BATON_GRADE_OK, "bot shop", "gives tokens", NULL);
  g_assert_cmpuint (f->platform->line->calls[MOCK_START], ==, 0);
  g_assert_cmpuint (f->platform->line->posts->len, ==, 0);

  mock_direct_line_fail_next (f->platform->line, MOCK_REFRESH, 403, "{\"error\":{\"code\":\"RegionNotAllowed\"}}", NULL, FALSE);
  assert_problem (f, "lives in another region", "base-url");
  use_secret (f, "another-secret-than-the-right-one");
  assert_problem (f, "does not accept the secret (403)", "two secrets");
}

static void
test_check_bot_warnings (BotFixture    *f,
                         gconstpointer  data)
{
  f->platform->expires_in = 900;
  f->platform->line->without_stream_url = TRUE;
  f->platform->skew = 240;
  mock_direct_line_fail_next (f->platform->line, MOCK_POST, 502, "{\"error\":{\"code\":\"BotError\"}}", NULL, FALSE);
  check (f);
  g_assert_cmpuint (baton_findings_count (f->findings, BATON_GRADE_PROBLEM), ==, 0);
  assert_finding (f->findings, BATON_GRADE_WARNING, "bot shop", "last 900 s", "longer");
  assert_finding (f->findings, BATON_GRADE_WARNING, "bot shop", "offers no stream", "later");
  assert_finding (f->findings, BATON_GRADE_WARNING, "bot shop", "did not take its end (502 BotError)", "test page");
  assert_finding (f->findings, BATON_GRADE_WARNING, "bot shop", " s ahead of that of 127.0.0.1:", "NTP");

  f->platform->expires_in = 0;
  f->platform->skew = -61;
  check (f);
  assert_finding (f->findings, BATON_GRADE_OK, "bot shop", "does not say for how long", NULL);
  assert_finding (f->findings, BATON_GRADE_WARNING, "bot shop", "61 s behind that of", "NTP");
  f->platform->skew = 50;
  check (f);
  assert_finding (f->findings, BATON_GRADE_OK, "bot shop", "s apart", NULL);
}

/* Something else listens there. */
static gboolean
incoming_cb (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           user_data)
{
  static const char banner[] = "SSH-2.0-OpenSSH_9.2\r\n";

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), banner, strlen (banner), NULL, NULL, NULL);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return TRUE;
}

static void
use_other_service (BotFixture     *f,
                   GSocketService *service,
                   const char     *scheme)
{
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);

  g_free (f->bot.token_url);
  f->bot.token_url = g_strdup_printf ("%s://127.0.0.1:%u/directline/token", scheme, port);
}

static void
test_check_bot_unreachable (BotFixture    *f,
                            gconstpointer  data)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();

  g_free (f->bot.token_url);
  f->bot.token_url = g_strdup ("http://127.0.0.1:9/directline/token");
  assert_problem (f, "127.0.0.1:9 refuses the connection", "token-url");
  g_free (f->bot.token_url);
  f->bot.token_url = g_strdup ("https://nowhere.invalid/directline/token");
  assert_problem (f, "nowhere.invalid", "token-url");

  g_signal_connect (service, "incoming", G_CALLBACK (incoming_cb), NULL);
  use_other_service (f, service, "http");
  assert_problem (f, "127.0.0.1:", "token-url");
  use_other_service (f, service, "https");
  assert_problem (f, "127.0.0.1:", NULL);
  g_socket_service_stop (service);
}

#define ADD_BOT(name, func) g_test_add ("/relay/check/bot/" name, BotFixture, NULL, set_bot_up, func, tear_bot_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/check/report", test_check_report);
  g_test_add_func ("/relay/check/origins", test_check_origins);
  g_test_add_func ("/relay/check/no-origins", test_check_no_origins);
  g_test_add_func ("/relay/check/public-url", test_check_public_url);
  g_test_add_func ("/relay/check/listen", test_check_listen);
  g_test_add_func ("/relay/check/machine", test_check_machine);
  g_test_add_func ("/relay/check/data", test_check_data);
  g_test_add_func ("/relay/check/bad-data", test_check_bad_data);
  g_test_add_func ("/relay/check/tokens", test_check_tokens);
  g_test_add_func ("/relay/check/S002-16/embedded", test_check_embedded);
  ADD_BOT ("K22/good", test_check_bot_good);
  ADD_BOT ("K14/answers", test_check_bot_answers);
  ADD_BOT ("starts", test_check_bot_starts);
  ADD_BOT ("S46/secret", test_check_bot_secret);
  ADD_BOT ("watched", test_check_bot_watched);
  ADD_BOT ("warnings", test_check_bot_warnings);
  ADD_BOT ("unreachable", test_check_bot_unreachable);
  return g_test_run ();
}
