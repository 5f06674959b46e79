/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "baton-json.h"
#include "baton-token.h"
#include "relay-house.h"
#include "relay-process.h"

static RelayOutcome *
run (RelayOutcome *outcome)
{
  g_assert_cmpstr (outcome->err, ==, "");
  g_assert_cmpint (outcome->status, ==, 0);
  return outcome;
}

static char *
take_member (BatonJson  *json,
             const char *name)
{
  char *text = relay_json_text (json, name);

  g_assert_nonnull (text);
  return text;
}

/* The claims as they are written, without what differs each time. */
static char *
list_claims (const char *token)
{
  g_autofree char *payload = g_strndup (token, strcspn (token, "."));
  g_autofree char *padded = g_strconcat (payload, "===", NULL);
  g_autofree guchar *claims = NULL;
  g_autoptr (BatonJson) json = NULL;
  GString *names = g_string_new (NULL);
  BatonJsonNode name, value;
  BatonJsonIter iter;
  gsize length;

  g_strdelimit (g_strdelimit (padded, "-", '+'), "_", '/');
  padded[(strlen (payload) + 3) / 4 * 4] = '\0';
  claims = g_base64_decode (padded, &length);
  json = baton_json_parse_text ((const char *) claims, (gssize) length, &BATON_JSON_LIMITS_CLIENT, NULL);
  g_assert_nonnull (json);
  baton_json_iter_init (&iter, baton_json_get_root (json));
  while (baton_json_iter_next (&iter, &name, &value)) {
    g_autofree char *text = baton_json_node_dup_string (name);
    g_autofree char *raw = baton_json_node_dup_raw (value);
    gboolean is_new = g_str_equal (text, "cid") || g_str_equal (text, "n") || g_str_equal (text, "iat") || g_str_equal (text, "exp");

    g_string_append_printf (names, "%s=%s ", text, is_new ? "" : raw);
  }
  return g_string_free (names, FALSE);
}

/* S1, S3: the same that tokens/generate answers, name by name and claim by claim; and it opens the conversation it names. */
static void
test_token_same (void)
{
  g_autoptr (RelayHouse) house = relay_house_new (FALSE);
  g_autofree char *path = g_build_filename (house->folder, "direct-line-secret", NULL);
  g_autofree char *secret = NULL, *made = NULL, *got = NULL, *id = NULL, *started_id = NULL, *made_claims = NULL, *got_claims = NULL;
  g_autofree char *life = NULL, *user = NULL, *posted = NULL;
  g_autoptr (BatonJson) generated = NULL, printed = NULL, started = NULL, activities = NULL;
  g_autoptr (RelayOutcome) outcome = NULL;

  g_assert_true (g_file_get_contents (path, &secret, NULL, NULL));
  g_strstrip (secret);
  g_assert_cmpuint (relay_house_call (house, "POST", "/v3/directline/tokens/generate", secret,
                                      "{\"user\":{\"id\":\"dl_7f3a\",\"name\":\"Ines\"},"
                                      "\"trustedOrigins\":[\"https://shop.example\",\"http://127.0.0.1:3000/\"]}", &generated), ==, 200);
  outcome = run (relay_run (NULL, "token", "--json", "--data", house->folder, "--user", "dl_7f3a", "--name", "Ines",
                            "--origin", "https://shop.example", "--origin", "http://127.0.0.1:3000", NULL));
  printed = baton_json_parse_text (outcome->out, -1, &BATON_JSON_LIMITS_CLIENT, NULL);

  g_assert_cmpuint (baton_json_node_get_size (baton_json_get_root (printed)), ==,
                    baton_json_node_get_size (baton_json_get_root (generated)));
  life = take_member (printed, "expires_in");
  g_assert_cmpstr (life, ==, "3600");
  got = take_member (generated, "token");
  made = take_member (printed, "token");
  got_claims = list_claims (got);
  made_claims = list_claims (made);
  g_assert_cmpstr (made_claims, ==, got_claims);
  g_assert_nonnull (strstr (made_claims, "origins=[\"https://shop.example\",\"http://127.0.0.1:3000\"]"));
  g_assert_nonnull (strstr (made_claims, "uid=\"dl_7f3a\""));

  id = take_member (printed, "conversationId");
  g_assert_cmpuint (relay_house_call (house, "POST", "/v3/directline/conversations", made, "{}", &started), ==, 201);
  started_id = take_member (started, "conversationId");
  g_assert_cmpstr (started_id, ==, id);
  posted = g_strdup_printf ("/v3/directline/conversations/%s/activities", id);
  g_assert_cmpuint (relay_house_call (house, "POST", posted, made, "{\"type\":\"message\",\"from\":{\"id\":\"x\"},\"text\":\"hi\"}",
                                      NULL), ==, 200);
  g_assert_cmpuint (relay_house_call (house, "GET", posted, made, NULL, &activities), ==, 200);
  user = baton_json_node_dup_raw (baton_json_get_root (activities));
  g_assert_nonnull (strstr (user, "\"id\":\"dl_7f3a\""));
}

/* Without a relay: the key is made where there is none, and the next one uses it. */
static void
test_token_offline (void)
{
  g_autofree char *parent = baton_test_make_folder ();
  g_autofree char *folder = g_build_filename (parent, "data", NULL);
  g_autofree char *path = g_build_filename (folder, "token-key", NULL);
  g_autofree char *config = g_build_filename (parent, "relay.conf", NULL);
  g_autoptr (RelayOutcome) first = NULL, second = NULL;
  g_autoptr (BatonTokenKey) key = NULL;
  g_autoptr (BatonToken) token = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  g_file_set_contents (config, "[relay]\npublic-url=https://chat.example\ndata=data\n", -1, NULL);
  first = run (relay_run (NULL, "token", "--config", config, "--minutes", "5", NULL));
  lines = g_strsplit (first->out, "\n", -1);
  g_assert_true (g_str_has_prefix (lines[0], "Token:        "));
  g_assert_cmpstr (lines[2], ==, "Good for:     5 minutes");
  g_assert_true (g_str_has_prefix (lines[3], "Page:         https://chat.example/#token="));
  g_assert_true (g_str_has_suffix (lines[3], lines[0] + strlen ("Token:        ")));

  key = baton_token_key_load (path, &error);
  g_assert_no_error (error);
  token = baton_token_key_verify (key, lines[0] + strlen ("Token:        "), now, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (token->conversation_id, ==, lines[1] + strlen ("Conversation: "));
  g_assert_cmpint (token->expires_at - token->issued_at, ==, 300);
  g_assert_null (token->user_id);
  g_assert_false (token->is_console);

  second = run (relay_run (NULL, "token", "--data", folder, NULL));
  g_assert_nonnull (strstr (second->out, "Page:         http://127.0.0.1:8377/#token="));
  g_assert_cmpstr (second->out, !=, first->out);
}

static void
test_token_misused (void)
{
  static const char *const options[][2] = {
    { "--user", "7f3a" }, { "--minutes", "-1" }, { "--minutes", "525601" }, { "--minutes", "x" }, { "--origin", "*" },
    { "--origin", "shop.example" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++) {
    g_autoptr (RelayOutcome) outcome = relay_run (NULL, "token", "--data", "/nonexistent/x", options[i][0], options[i][1], NULL);

    g_test_message ("%s %s: %s", options[i][0], options[i][1], outcome->err);
    g_assert_cmpint (outcome->status, ==, 2);
    g_assert_cmpstr (outcome->out, ==, "");
    g_assert_nonnull (strstr (outcome->err, options[i][0]));
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/token/S1/same", test_token_same);
  g_test_add_func ("/relay/token/offline", test_token_offline);
  g_test_add_func ("/relay/token/misused", test_token_misused);
  return g_test_run ();
}
