/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <string.h>

#include "baton-test.h"
#include "check-house.h"
#include "mock-bot.h"
#include "mock-platform.h"

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

static void
test_check_connector (void)
{
  g_autoptr (MockBot) mock = mock_bot_new ();
  g_autofree char *elsewhere = g_strndup (mock->url, strlen (mock->url) - strlen ("/api/messages"));
  BatonConfigBot bot = { .name = (char *) "own", .kind = BATON_CONFIG_CONNECTOR, .url = mock->url };
  g_autoptr (GPtrArray) good = baton_findings_new (), lost = baton_findings_new (), absent = baton_findings_new ();

  baton_check_bot (&bot, good);
  assert_finding (good, BATON_GRADE_OK, "bot own", "answers", NULL);
  assert_finding (good, BATON_GRADE_OK, "bot own", "s apart", NULL);
  g_assert_cmpuint (good->len, ==, 2);
  g_assert_cmpuint (mock->heard->len, ==, 0);   /* it was not talked to */

  bot.url = elsewhere;
  baton_check_bot (&bot, lost);
  assert_finding (lost, BATON_GRADE_WARNING, "bot own", "404", "/api/messages");

  bot.url = (char *) "http://127.0.0.1:1/api/messages";
  bot.openid_metadata = elsewhere;
  bot.app_id = (char *) "a";
  baton_check_bot (&bot, absent);
  assert_finding (absent, BATON_GRADE_PROBLEM, "bot own", "does not answer", "Start the bot");
  assert_finding (absent, BATON_GRADE_PROBLEM, "bot own", "does not tell who signs tokens", "openid-metadata");
}

#define ADD_BOT(name, func) g_test_add ("/relay/check/bot/" name, BotFixture, NULL, set_bot_up, func, tear_bot_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/check/S002-16/embedded", test_check_embedded);
  g_test_add_func ("/relay/check/connector", test_check_connector);
  ADD_BOT ("K22/good", test_check_bot_good);
  ADD_BOT ("K14/answers", test_check_bot_answers);
  ADD_BOT ("starts", test_check_bot_starts);
  ADD_BOT ("S46/secret", test_check_bot_secret);
  ADD_BOT ("watched", test_check_bot_watched);
  ADD_BOT ("warnings", test_check_bot_warnings);
  ADD_BOT ("unreachable", test_check_bot_unreachable);
  return g_test_run ();
}
