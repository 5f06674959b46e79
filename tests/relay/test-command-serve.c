/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "relay-house.h"
#include "relay-process.h"

static void
test_serve_files (void)
{
  static const char *const names[] = { "relay.db", "direct-line-secret", "token-key" };
  g_autofree char *parent = baton_test_make_folder ();
  g_autofree char *folder = g_build_filename (parent, "data", NULL);
  g_autoptr (RelayProcess) process = relay_process_new (folder, "0");
  gint64 before;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (folder, names[i], NULL);
    struct stat info;

    g_assert_cmpint (stat (path, &info), ==, 0);
    g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  }

  before = g_get_monotonic_time ();
  g_assert_cmpint (relay_process_stop (process, SIGTERM), ==, 0);
  g_assert_cmpint (g_get_monotonic_time () - before, <, 5 * G_USEC_PER_SEC);
}

/* With streams open, too. */
static void
test_serve_interrupt (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autoptr (RelayProcess) process = relay_process_new (folder, "0");
  g_autoptr (RelayHouse) house = relay_house_visit (process->url);
  g_autoptr (RelayCustomer) customer = relay_customer_new (house);
  gint64 before = g_get_monotonic_time ();

  g_assert_cmpint (relay_process_stop (process, SIGINT), ==, 0);
  g_assert_cmpint (g_get_monotonic_time () - before, <, 5 * G_USEC_PER_SEC);
  baton_test_wait (soup_websocket_connection_get_state (customer->socket) == SOUP_WEBSOCKET_STATE_CLOSED);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (customer->socket), ==, 1001);
}

static void
test_serve_once (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autoptr (RelayProcess) process = relay_process_new (folder, "0");
  g_autoptr (RelayOutcome) second = relay_run (NULL, "serve", "--data", folder, "--listen", "127.0.0.1:0", NULL);

  g_assert_cmpint (second->status, ==, 1);
  g_assert_cmpstr (second->out, ==, "");
  g_assert_nonnull (strstr (second->err, "another relay is already using"));
}

static char *
list_escalations (const char *folder,
                  guint      *count)
{
  g_autoptr (RelayOutcome) outcome = relay_run (NULL, "escalations", "--json", "--data", folder, NULL);
  g_autoptr (BatonJson) json = baton_json_parse_text (outcome->out, -1, &BATON_JSON_LIMITS_BOT, NULL);

  g_assert_cmpint (outcome->status, ==, 0);
  *count = baton_json_node_get_size (baton_json_get_root (json));
  return g_strdup (outcome->out);
}

static void
sign_ana_up (const char *folder)
{
  g_autoptr (RelayOutcome) outcome = relay_run ("ana’s password\n", "agent", "add", "ana", "--name", "Ana Sousa", "--data",
                                                folder, "--password-file", "-", NULL);

  g_assert_cmpint (outcome->status, ==, 0);
}

static void
hand_off (RelayCustomer *customer)
{
  g_assert_cmpuint (relay_customer_post (customer, "{\"type\":\"message\",\"text\":\"talk to an agent\",\"locale\":\"en\"}"),
                    ==, 200);
  baton_test_wait (relay_customer_saw (customer, "\"kind\":\"queued\""));
}

/* S40: SIGKILL between hand-off and claim. The escalation is still there, once; page and console go on as they were. */
static void
test_serve_killed (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autoptr (RelayProcess) first = relay_process_new (folder, "0");
  g_autoptr (RelayProcess) second = NULL;
  g_autoptr (RelayHouse) house = relay_house_visit (first->url);
  g_autoptr (RelayCustomer) customer = relay_customer_new (house);
  g_autofree char *token = NULL, *before = NULL, *after = NULL, *history = NULL, *list = NULL;
  g_autoptr (BatonJson) answer = NULL;
  guint n_before, n_after;

  sign_ana_up (folder);
  token = relay_house_sign_in (house);
  hand_off (customer);
  before = list_escalations (folder, &n_before);
  g_assert_cmpint (relay_process_stop (first, SIGKILL), ==, -1);

  second = relay_process_new (folder, first->port);
  after = list_escalations (folder, &n_after);
  g_assert_cmpuint (n_before, ==, 1);
  g_assert_cmpstr (before, ==, after);
  g_assert_nonnull (strstr (after, "\"state\":\"queued\""));
  g_assert_nonnull (strstr (after, "\"transcriptCount\":1,"));

  relay_customer_say (customer, "still here");
  history = relay_customer_reload (customer);
  g_assert_nonnull (strstr (history, "talk to an agent"));
  g_assert_nonnull (strstr (history, "still here"));
  g_assert_cmpuint (relay_house_call (house, "GET", "/hub/v1/escalations", token, NULL, &answer), ==, 200);
  list = relay_json_text (answer, "escalations");
  g_assert_nonnull (strstr (list, customer->conversation_id));
}

static const struct {
  const char *what;
  const char *path;      /* below the conversations; %s: the customer's own */
  const char *token;     /* "": the customer's own; NULL: none */
  const char *body;      /* NULL: see below */
  guint       status;
  const char *code;
} hostile[] = {
  { "not JSON", "%s/activities", "", "hello", 400, "BadArgument" },
  { "nothing", "%s/activities", "", "", 400, "BadArgument" },
  { "an array", "%s/activities", "", "[]", 400, "BadArgument" },
  { "no type", "%s/activities", "", "{\"text\":\"x\"}", 400, "BadArgument" },
  { "a type that is none", "%s/activities", "", "{\"type\":7}", 400, "BadArgument" },
  { "half a surrogate", "%s/activities", "", "{\"type\":\"message\",\"text\":\"\\ud800\"}", 400, "BadArgument" },
  { "a NUL", "%s/activities", "", "{\"type\":\"message\",\"text\":\"\\u0000\"}", 400, "BadArgument" },
  { "a number too large", "%s/activities", "", "{\"type\":\"message\",\"value\":1e999}", 400, "BadArgument" },
  { "160 KB of brackets", "%s/activities", "", "[", 400, "BadArgument" },
  { "2 MB", "%s/activities", "", " ", 413, "MessageSizeTooBig" },
  { "unknown conversation", "cUnknown/activities", "", "{\"type\":\"message\"}", 403, "BadArgument" },
  { "wrong token", "%s/activities", "bm9uc2Vuc2U.bm9uc2Vuc2U", "{\"type\":\"message\"}", 403, "BadArgument" },
  { "no token", "%s/activities", NULL, "{\"type\":\"message\"}", 401, "BadArgument" },
};

static char *
make_body (const char *body)
{
  if (g_str_equal (body, "["))
    return g_strnfill (160 * 1024, '[');
  if (g_str_equal (body, " "))
    return g_strnfill (2 * 1024 * 1024, ' ');
  return g_strdup (body);
}

static char *
make_path (const char *pattern,
           const char *conversation_id)
{
  g_auto (GStrv) parts = g_strsplit (pattern, "%s", 2);
  g_autofree char *tail = g_strjoinv (conversation_id, parts);

  return g_strconcat ("/v3/directline/conversations/", tail, NULL);
}

/* Protocol 1.14; and the relay lives on. */
static void
test_serve_hostile (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autoptr (RelayProcess) process = relay_process_new (folder, "0");
  g_autoptr (RelayHouse) house = relay_house_visit (process->url);
  g_autoptr (RelayCustomer) customer = relay_customer_new (house);

  for (gsize i = 0; i < G_N_ELEMENTS (hostile); i++) {
    g_autofree char *path = make_path (hostile[i].path, customer->conversation_id);
    g_autofree char *body = make_body (hostile[i].body);
    g_autoptr (BatonJson) answer = NULL;
    g_autofree char *code = NULL;
    guint status;

    g_test_message ("%s", hostile[i].what);
    status = relay_house_call (house, "POST", path, g_strcmp0 (hostile[i].token, "") == 0 ? customer->token
                                                                                          : hostile[i].token,
                               body, &answer);
    code = relay_json_text (answer, "error.code");
    g_assert_cmpuint (status, ==, hostile[i].status);
    g_assert_cmpstr (code, ==, hostile[i].code);
    g_assert_cmpuint (relay_house_call (house, "GET", "/healthz", NULL, NULL, NULL), ==, 200);
  }

  relay_customer_say (customer, "still alive?");
  baton_test_wait (relay_customer_saw (customer, "still alive?"));
  g_assert_cmpint (relay_process_stop (process, SIGTERM), ==, 0);
}

/* With the secret, which may look anywhere: a conversation nobody has. */
static void
test_serve_unknown (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autoptr (RelayProcess) process = relay_process_new (folder, "0");
  g_autoptr (RelayHouse) house = relay_house_visit (process->url);
  g_autofree char *path = g_build_filename (folder, "direct-line-secret", NULL);
  g_autofree char *secret = NULL;

  g_assert_true (g_file_get_contents (path, &secret, NULL, NULL));
  g_strstrip (secret);
  g_assert_cmpuint (relay_house_call (house, "POST", "/v3/directline/conversations/cUnknown/activities", secret,
                                      "{\"type\":\"message\"}", NULL), ==, 404);
}

static void
assert_not_logged (const RelayProcess *process,
                   const char         *what)
{
  g_autofree char *log = NULL;

  g_assert_true (g_file_get_contents (process->log, &log, NULL, NULL));
  g_assert_nonnull (strstr (log, "stream closed"));   /* it is on */
  g_assert_null (strstr (log, what));
}

static const char upload[] =
  "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n"
  "kept through a kill\r\n--X--\r\n";

/* S40: a file that was answered for is there after SIGKILL, and so is what names it. */
static void
test_serve_killed_after_upload (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autoptr (RelayProcess) first = relay_process_new (folder, "0");
  g_autoptr (RelayProcess) second = NULL;
  g_autoptr (RelayHouse) house = relay_house_visit (first->url);
  g_autoptr (RelayCustomer) customer = relay_customer_new (house);
  g_autofree char *url = g_strdup_printf ("%s/v3/directline/conversations/%s/upload?userId=me", first->url,
                                          customer->conversation_id);
  g_autofree char *bearer = g_strconcat ("Bearer ", customer->token, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("POST", url);
  g_autoptr (GBytes) body = g_bytes_new_static (upload, strlen (upload));
  g_autoptr (GAsyncResult) result = NULL, fetched = NULL;
  g_autoptr (GBytes) answer = NULL, found = NULL;
  g_autoptr (SoupMessage) fetch = NULL;
  g_autofree char *history = NULL, *path = NULL;
  const char *at;

  soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", bearer);
  soup_message_set_request_body_from_bytes (message, "multipart/form-data; boundary=X", body);
  soup_session_send_and_read_async (house->http, message, 0, NULL, baton_test_ready_cb, &result);
  answer = soup_session_send_and_read_finish (house->http, baton_test_await (&result), NULL);
  g_assert_nonnull (answer);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
  g_assert_cmpint (relay_process_stop (first, SIGKILL), ==, -1);

  second = relay_process_new (folder, first->port);
  history = relay_customer_reload (customer);
  at = strstr (history, "\"contentUrl\":\"");
  g_assert_nonnull (at);
  at += strlen ("\"contentUrl\":\"");
  path = g_strndup (at, strcspn (at, "\""));
  fetch = soup_message_new ("GET", path);
  soup_session_send_and_read_async (house->http, fetch, 0, NULL, baton_test_ready_cb, &fetched);
  found = soup_session_send_and_read_finish (house->http, baton_test_await (&fetched), NULL);
  g_assert_cmpuint (soup_message_get_status (fetch), ==, 200);
  g_assert_cmpmem (g_bytes_get_data (found, NULL), g_bytes_get_size (found), "kept through a kill", 19);
}

/* S46: with all debug messages on, still no secret, token, name or word of anybody. */
static void
test_serve_logs (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autoptr (RelayProcess) process = relay_process_new (folder, "0");
  g_autoptr (RelayHouse) house = relay_house_visit (process->url);
  g_autoptr (RelayCustomer) customer = relay_customer_new (house);
  g_autofree char *path = g_build_filename (folder, "direct-line-secret", NULL);
  g_autofree char *frame = g_strnfill (70 * 1024, 'F');
  g_autofree char *secret = NULL, *token = NULL;

  g_assert_true (g_file_get_contents (path, &secret, NULL, NULL));
  g_strstrip (secret);
  sign_ana_up (folder);
  token = relay_house_sign_in (house);
  relay_customer_say (customer, "my-planted-phrase");
  hand_off (customer);
  relay_house_call (house, "POST", "/v3/directline/conversations/cX/activities", secret, "{\"type\":\"message\"}", NULL);
  relay_house_call (house, "POST", "/hub/v1/session", NULL, "{\"agent\":\"ana\",\"password\":\"my-wrong-password\"}", NULL);
  relay_customer_post (customer, "{\"type\":\"message\",\"text\":my-broken-phrase");
  soup_websocket_connection_send_text (customer->socket, frame);
  baton_test_wait (soup_websocket_connection_get_state (customer->socket) == SOUP_WEBSOCKET_STATE_CLOSED);
  g_assert_cmpint (relay_process_stop (process, SIGTERM), ==, 0);

  assert_not_logged (process, secret);
  assert_not_logged (process, token);
  assert_not_logged (process, customer->token);
  assert_not_logged (process, "my-planted-phrase");
  assert_not_logged (process, "my-wrong-password");
  assert_not_logged (process, "my-broken-phrase");
  assert_not_logged (process, "password\"");
  assert_not_logged (process, "Ana Sousa");
  assert_not_logged (process, "FFFF");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/serve/files", test_serve_files);
  g_test_add_func ("/relay/serve/interrupt", test_serve_interrupt);
  g_test_add_func ("/relay/serve/once", test_serve_once);
  g_test_add_func ("/relay/serve/killed", test_serve_killed);
  g_test_add_func ("/relay/serve/S40/killed-after-upload", test_serve_killed_after_upload);
  g_test_add_func ("/relay/serve/hostile", test_serve_hostile);
  g_test_add_func ("/relay/serve/unknown", test_serve_unknown);
  g_test_add_func ("/relay/serve/logs", test_serve_logs);
  return g_test_run ();
}
