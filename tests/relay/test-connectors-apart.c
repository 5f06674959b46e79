/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-http.h"
#include "baton-jwt.h"
#include "baton-signing-key.h"
#include "baton-test.h"
#include "mock-bot.h"
#include "relay-house.h"

/* Who may speak as a bot, and where. */

#define MESSAGE "{\"type\":\"message\",\"text\":\"psst\"}"

static guint
post (MockBot    *bot,
      const char *conversation_id,
      char      **code)   /* (out) (optional): of the error */
{
  g_autofree char *path = g_strdup_printf ("/v3/conversations/%s/activities", conversation_id);
  g_autoptr (BatonJson) answer = NULL;
  guint status = mock_bot_call (bot, "POST", path, MESSAGE, &answer);

  if (code != NULL)
    *code = relay_json_text (answer, "error.code");
  return status;
}

static void
assert_post (MockBot    *bot,
             const char *conversation_id,
             guint       status,
             const char *expected)
{
  g_autofree char *code = NULL;

  g_assert_cmpuint (post (bot, conversation_id, &code), ==, status);
  g_assert_cmpstr (code, ==, expected);
}

static void
wait_for (RelayCustomer *customer,
          const char    *text)
{
  guint deadline = baton_test_start_deadline (text);

  while (!relay_customer_saw (customer, text))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

/* --- a shared secret --- */

static void
test_apart_secret (void)
{
  g_autoptr (MockBot) bot = mock_bot_new ();
  g_autofree char *groups = g_strdup_printf ("[bot shop]\nkind=connector\nurl=%s\nsecret-file=secret\n", bot->url);
  g_autoptr (RelayHouse) house = relay_house_new_with (groups);
  g_autoptr (RelayCustomer) customer = relay_customer_new (house);

  relay_customer_say (customer, MOCK_BOT_SILENT);
  baton_test_wait (bot->heard->len == 3);
  g_assert_cmpstr (g_ptr_array_index (bot->bearers, 2), ==, "Bearer " RELAY_HOUSE_SECRET);

  assert_post (bot, customer->conversation_id, 401, "BadArgument");
  bot->secret = "the secret of a site in the clouds";
  assert_post (bot, customer->conversation_id, 403, "BadArgument");
  bot->secret = RELAY_HOUSE_SECRET;
  bot->header = "Origin";
  bot->value = "http://127.0.0.1";
  assert_post (bot, customer->conversation_id, 403, "BadArgument");
  bot->header = NULL;
  assert_post (bot, customer->conversation_id, 200, NULL);
  wait_for (customer, "psst");
}

/* [R] Without a secret: from this machine, but from no page that a browser on it shows, and through no proxy on it. */
static void
test_apart_loopback (void)
{
  static const struct { const char *header, *value; } strange[] = {
    { "Origin", "https://evil.example" },
    { "Origin", "null" },
    { "X-Forwarded-For", "192.0.2.1" },
    { "Forwarded", "for=192.0.2.1" },
    { "Via", "1.1 proxy" },
  };
  g_autoptr (MockBot) bot = mock_bot_new ();
  g_autofree char *groups = g_strdup_printf ("[bot shop]\nkind=connector\nurl=%s\n", bot->url);
  g_autoptr (RelayHouse) house = relay_house_new_with (groups);
  g_autoptr (RelayCustomer) customer = relay_customer_new (house);

  relay_customer_say (customer, MOCK_BOT_SILENT);
  baton_test_wait (bot->heard->len == 3);
  for (gsize i = 0; i < G_N_ELEMENTS (strange); i++) {
    g_test_message ("%s", strange[i].header);
    bot->header = strange[i].header;
    bot->value = strange[i].value;
    assert_post (bot, customer->conversation_id, 403, "BadArgument");
  }
  bot->header = NULL;
  assert_post (bot, customer->conversation_id, 200, NULL);
}

/* --- signed tokens --- */

/* Who signs for bots. */
typedef struct {
  SoupServer      *server;
  char            *url;
  BatonSigningKey *key;
} Login;

static void
login_cb (SoupServer        *server,
          SoupServerMessage *message,
          const char        *path,
          GHashTable        *query,
          gpointer           user_data)
{
  Login *self = user_data;
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *keys = g_strconcat (self->url, "/keys", NULL);
  g_autofree char *body = NULL;

  if (g_str_equal (path, "/keys")) {
    baton_signing_key_write_set (self->key, writer);
  } else {
    baton_json_writer_begin_object (writer);
    baton_json_writer_add_string (writer, "issuer", "https://login.example/");
    baton_json_writer_add_string (writer, "jwks_uri", keys);
    baton_json_writer_end_object (writer);
  }
  body = baton_json_writer_finish_text (writer);
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, body, strlen (body));
}

static void
login_open (Login *self)
{
  g_autoslist (GUri) uris = NULL;
  g_autoptr (GError) error = NULL;

  self->key = baton_signing_key_new ();
  self->server = soup_server_new (NULL, NULL);
  baton_test_forgive_server ();
  soup_server_add_handler (self->server, NULL, login_cb, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
}

static void
login_clear (Login *self)
{
  g_object_unref (self->server);
  baton_signing_key_free (self->key);
  g_free (self->url);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Login, login_clear)

static char *
sign (Login      *self,
      const char *audience,
      int         seconds)
{
  g_autofree char *claims = g_strdup_printf ("{\"iss\":\"https://login.example/\",\"aud\":\"%s\",\"exp\":%" G_GINT64_FORMAT "}",
                                             audience, g_get_real_time () / G_USEC_PER_SEC + seconds);

  return baton_signing_key_sign (self->key, claims);
}

/* The token the relay shows is good under the keys that the relay gives away. */
static void
assert_shown (MockBot *bot)
{
  const char *bearer = g_ptr_array_index (bot->bearers, 0);
  g_autoptr (BatonJson) metadata = NULL, set = NULL, claims = NULL;
  g_autofree char *issuer = NULL, *keys_url = NULL;
  g_autoptr (BatonJwks) keys = NULL;
  g_autoptr (GError) error = NULL;
  BatonJwtRules rules = { .audience = "app-1" };

  g_assert_cmpuint (mock_bot_call (bot, "GET", "/.well-known/openidconfiguration", NULL, &metadata), ==, 200);
  g_assert_cmpuint (mock_bot_call (bot, "GET", "/.well-known/keys", NULL, &set), ==, 200);
  rules.issuer = issuer = relay_json_text (metadata, "issuer");
  keys_url = relay_json_text (metadata, "jwks_uri");
  g_assert_true (g_str_has_prefix (keys_url, issuer));
  keys = baton_jwks_new (baton_json_get_root (set), &error);
  g_assert_no_error (error);
  claims = baton_jwt_verify (bearer + strlen ("Bearer "), keys, &rules, g_get_real_time () / G_USEC_PER_SEC, &error);
  g_assert_no_error (error);
}

static void
test_apart_tokens (void)
{
  g_autoptr (MockBot) bot = mock_bot_new ();
  g_auto (Login) login = { NULL };
  g_autofree char *groups = NULL, *good = NULL, *foreign = NULL, *old = NULL;
  g_autoptr (RelayHouse) house = NULL;
  g_autoptr (RelayCustomer) customer = NULL;

  login_open (&login);
  groups = g_strdup_printf ("[bot shop]\nkind=connector\nurl=%s\napp-id=app-1\nopenid-metadata=%s/metadata\n", bot->url,
                            login.url);
  house = relay_house_new_with (groups);
  customer = relay_customer_new (house);
  relay_customer_say (customer, MOCK_BOT_SILENT);
  baton_test_wait (bot->heard->len == 3);
  assert_shown (bot);

  good = sign (&login, "app-1", 60);
  foreign = sign (&login, "app-2", 60);
  old = sign (&login, "app-1", -600);
  assert_post (bot, customer->conversation_id, 401, "BadArgument");
  bot->secret = "x.y.z";
  assert_post (bot, customer->conversation_id, 403, "BadArgument");
  bot->secret = foreign;
  assert_post (bot, customer->conversation_id, 403, "BadArgument");
  bot->secret = old;
  assert_post (bot, customer->conversation_id, 403, "TokenExpired");
  bot->secret = (const char *) g_ptr_array_index (bot->bearers, 0) + strlen ("Bearer ");   /* our own, sent back */
  assert_post (bot, customer->conversation_id, 403, "BadArgument");
  bot->secret = good;
  assert_post (bot, customer->conversation_id, 200, NULL);
  wait_for (customer, "psst");
}

/* --- several bots on one relay --- */

static void
set_address (MockBot    *bot,
             RelayHouse *house,
             const char *name)
{
  g_free (bot->service_url);
  bot->service_url = g_strdup_printf ("%s/connector/%s", house->url, name);
}

static char *
read_secret (RelayHouse *house)
{
  g_autofree char *path = g_build_filename (house->folder, "direct-line-secret", NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return g_strdup (g_strchomp (text));
}

static void
say_with_secret (RelayHouse *house,
                 const char *conversation_id,
                 const char *text)
{
  g_autofree char *secret = read_secret (house);
  g_autofree char *path = g_strdup_printf ("/v3/directline/conversations/%s/activities", conversation_id);
  g_autofree char *body = g_strdup_printf ("{\"type\":\"message\",\"from\":{\"id\":\"dl_mei\"},\"text\":\"%s\"}", text);

  g_assert_cmpuint (relay_house_call (house, "POST", path, secret, body, NULL), ==, 200);
}

static char *
read_with_secret (RelayHouse *house,
                  const char *conversation_id)
{
  g_autofree char *secret = read_secret (house);
  g_autofree char *path = g_strdup_printf ("/v3/directline/conversations/%s/activities", conversation_id);
  g_autoptr (BatonJson) answer = NULL;

  g_assert_cmpuint (relay_house_call (house, "GET", path, secret, NULL, &answer), ==, 200);
  return relay_json_text (answer, "activities");
}

static void
begin_with (RelayHouse *house,
            const char *id,
            const char *bot)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (BatonConversation) conversation = NULL;
  gboolean created;

  baton_store_start_conversation_async (baton_relay_get_store (house->relay), &(BatonConversation) {
    .id = (char *) id, .bot = (char *) bot, .user_id = (char *) "dl_mei",
  }, NULL, baton_test_ready_cb, &result);
  conversation = baton_store_start_conversation_finish (baton_relay_get_store (house->relay), baton_test_await (&result),
                                                        &created, NULL);
  g_assert_true (created);
}

static void
test_apart_bots (void)
{
  g_autoptr (MockBot) a = mock_bot_new ();
  g_autoptr (MockBot) b = mock_bot_new ();
  g_autofree char *groups = g_strdup_printf ("[bot a]\nkind=connector\nurl=%s\nsecret-file=secret\n"
                                             "[bot b]\nkind=connector\nurl=%s\n[bot embedded]\n", a->url, b->url);
  g_autoptr (RelayHouse) house = relay_house_new_with (groups);
  g_autoptr (RelayCustomer) customer = relay_customer_new (house);
  g_autofree char *heard_by_a = NULL, *heard_by_b = NULL, *embedded = NULL;

  a->secret = RELAY_HOUSE_SECRET;
  begin_with (house, "of-b", "b");
  begin_with (house, "of-embedded", "embedded");
  relay_customer_say (customer, "for a");
  say_with_secret (house, "of-b", "for b");
  say_with_secret (house, "of-embedded", "for the topics");
  wait_for (customer, "You said: for a");
  baton_test_wait (strstr (b->answers->str, "200 of-b|") != NULL);
  heard_by_a = mock_bot_list_heard (a);
  heard_by_b = mock_bot_list_heard (b);
  g_assert_cmpstr (heard_by_a, ==, "conversationUpdate conversationUpdate for a ");
  g_assert_cmpstr (heard_by_b, ==, "conversationUpdate conversationUpdate for b ");
  do {
    g_free (embedded);
    embedded = read_with_secret (house, "of-embedded");
  } while (strstr (embedded, "\"role\":\"bot\"") == NULL);

  /* Each at its own address, in its own conversations. */
  assert_post (a, "of-b", 404, "BadArgument");
  assert_post (a, "of-embedded", 404, "BadArgument");
  assert_post (b, customer->conversation_id, 404, "BadArgument");
  assert_post (b, "of-b", 200, NULL);
  set_address (b, house, "a");
  assert_post (b, customer->conversation_id, 401, "BadArgument");
  assert_post (b, "of-b", 401, "BadArgument");
  set_address (a, house, "b");
  assert_post (a, customer->conversation_id, 404, "BadArgument");
  set_address (a, house, "embedded");
  assert_post (a, "of-embedded", 404, "BadArgument");
  set_address (a, house, "none");
  assert_post (a, customer->conversation_id, 404, "BadArgument");
}

/* A bot begins a conversation by itself; the customer finds it with a token for it. */
static void
test_apart_begin (void)
{
  g_autoptr (MockBot) bot = mock_bot_new ();
  g_autofree char *groups = g_strdup_printf ("[bot shop]\nkind=connector\nurl=%s\n", bot->url);
  g_autoptr (RelayHouse) house = relay_house_new_with (groups);
  g_autoptr (BatonJson) begun = NULL, silent = NULL;
  g_autofree char *id = NULL, *activity_id = NULL, *expected = NULL, *service_url = NULL, *all = NULL;

  set_address (bot, house, "shop");
  g_assert_cmpuint (mock_bot_call (bot, "POST", "/v3/conversations",
                                   "{\"isGroup\":false,\"bot\":{\"id\":\"shop\"},\"members\":[{\"id\":\"dl_mei\",\"name\":\"Mei\"}],"
                                   "\"activity\":{\"type\":\"message\",\"text\":\"Your parcel is here\"}}", &begun), ==, 201);
  id = relay_json_text (begun, "id");
  activity_id = relay_json_text (begun, "activityId");
  service_url = relay_json_text (begun, "serviceUrl");
  expected = g_strconcat (id, "|0000000", NULL);
  g_assert_cmpstr (activity_id, ==, expected);
  g_assert_cmpstr (service_url, ==, bot->service_url);
  say_with_secret (house, id, "thanks");
  baton_test_wait (bot->answers->len > 0);
  all = read_with_secret (house, id);
  g_assert_nonnull (strstr (all, "Your parcel is here"));
  g_assert_nonnull (strstr (all, "You said: thanks"));

  g_assert_cmpuint (mock_bot_call (bot, "POST", "/v3/conversations", "{\"members\":[{\"id\":\"dl_mei\"}]}", &silent), ==, 201);
  g_assert_cmpuint (mock_bot_call (bot, "POST", "/v3/conversations", "{}", NULL), ==, 400);
  g_assert_cmpuint (mock_bot_call (bot, "POST", "/v3/conversations", "{\"members\":[{\"id\":\"agent:ana\"}]}", NULL), ==, 400);
  g_assert_cmpuint (mock_bot_call (bot, "POST", "/v3/conversations", "{\"members\":[{\"id\":\"a\"},{\"id\":\"b\"}]}", NULL), ==, 400);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/connectors-apart/secret", test_apart_secret);
  g_test_add_func ("/relay/connectors-apart/loopback", test_apart_loopback);
  g_test_add_func ("/relay/connectors-apart/tokens", test_apart_tokens);
  g_test_add_func ("/relay/connectors-apart/bots", test_apart_bots);
  g_test_add_func ("/relay/connectors-apart/begin", test_apart_begin);
  return g_test_run ();
}
