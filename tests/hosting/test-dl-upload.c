/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>
#include <utime.h>

#include "baton-error.h"
#include "baton-test.h"
#include "dl-fixture.h"

#define HERE "http://127.0.0.1/v3/directline/"
#define RAW "Content-Type: image/png\r\nContent-Disposition: name=\"file\"; filename=\"a.png\"\r\n"
#define FORM "Content-Type: multipart/form-data; boundary=X\r\n"
#define ACTIVITY(json) \
  "--X\r\nContent-Disposition: form-data; name=\"activity\"; filename=\"blob\"\r\n" \
  "Content-Type: application/vnd.microsoft.activity\r\n\r\n" json "\r\n"
#define PART(name, type, text) \
  "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" name "\"\r\nContent-Type: " type "\r\n\r\n" text "\r\n"
#define END "--X--\r\n"
#define ONE_FILE FORM, PART ("a.png", "image/png", "1") END

typedef struct {
  DlFixture dl;
  DlChat    chat;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  dl_fixture_open (&fixture->dl, data);
  dl_start (&fixture->dl, DL_SECRET, NULL, &fixture->chat);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  dl_chat_clear (&fixture->chat);
  dl_fixture_close (&fixture->dl);
}

static DlAnswer *
upload_as (Fixture    *fixture,
           const char *bearer,
           const char *query,
           const char *headers,
           const char *body)
{
  g_autofree char *path = g_strdup_printf ("conversations/%s/upload%s", fixture->chat.id, query);

  return dl_call_full (&fixture->dl, "POST", path, bearer, headers, body, -1);
}

static DlAnswer *
upload (Fixture    *fixture,
        const char *headers,
        const char *body)
{
  return upload_as (fixture, fixture->chat.token, "?userId=u1", headers, body);
}

static guint
count_files (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->dl.folder, "files", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static BatonJsonNode
get_last (DlAnswer *all)
{
  BatonJsonNode activities = baton_json_node_get_member (dl_answer_root (all), "activities");

  return baton_json_node_get_element (activities, baton_json_node_get_size (activities) - 1);
}

/* What is found at the address of an attachment. */
static DlAnswer *
fetch (Fixture       *fixture,
       BatonJsonNode  activity,
       guint          position)
{
  BatonJsonNode attachments = baton_json_node_get_member (activity, "attachments");
  g_autofree char *url = baton_json_node_dup_member (baton_json_node_get_element (attachments, position), "contentUrl");

  g_assert_nonnull (url);
  g_assert_true (g_str_has_prefix (url, HERE));
  return dl_call (&fixture->dl, "GET", url + strlen (HERE), NULL, NULL);
}

static void
assert_attachment (Fixture       *fixture,
                   BatonJsonNode  activity,
                   guint          position,
                   const char    *name,
                   const char    *type,
                   const char    *text)
{
  BatonJsonNode attachment = baton_json_node_get_element (baton_json_node_get_member (activity, "attachments"), position);
  g_autoptr (DlAnswer) found = fetch (fixture, activity, position);
  g_autofree char *its_name = baton_json_node_dup_member (attachment, "name");
  g_autofree char *its_type = baton_json_node_dup_member (attachment, "contentType");

  g_assert_cmpstr (its_name, ==, name);
  g_assert_cmpstr (its_type, ==, type);
  g_assert_cmpuint (found->status, ==, 200);
  g_assert_cmpmem (found->body, found->length, text, strlen (text));
}

static guint
count_attachments (BatonJsonNode activity)
{
  return baton_json_node_get_size (baton_json_node_get_member (activity, "attachments"));
}

static void
assert_member (BatonJsonNode  node,
               const char    *parent,
               const char    *name,
               const char    *expected)
{
  g_autofree char *text = baton_json_node_dup_member (parent != NULL ? baton_json_node_get_member (node, parent) : node, name);

  g_assert_cmpstr (text, ==, expected);
}

/* S35: the echo and the record both have a working address. */
static void
test_upload_raw (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (RawClient) stream = dl_stream_open (&fixture->dl, fixture->chat.stream_url);
  g_autoptr (DlAnswer) posted = upload (fixture, RAW, "PNG\r\nbytes");
  g_autofree char *id = dl_answer_get (posted, "id");
  g_autoptr (BatonJson) set = dl_stream_next (stream);
  BatonJsonNode echo = baton_json_node_get_element (baton_json_node_get_member (baton_json_get_root (set), "activities"), 0);
  g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");

  g_assert_cmpuint (posted->status, ==, 200);
  assert_member (echo, NULL, "id", id);
  assert_member (echo, NULL, "type", "message");
  assert_member (echo, "from", "id", "u1");
  g_assert_cmpuint (count_attachments (echo), ==, 1);
  assert_attachment (fixture, echo, 0, "a.png", "image/png", "PNG\r\nbytes");
  assert_attachment (fixture, get_last (all), 0, "a.png", "image/png", "PNG\r\nbytes");
}

static void
test_upload_no_user (Fixture       *fixture,
                     gconstpointer  data)
{
  static const char *const queries[] = { "", "?userId", "?userId=", "?user=u1" };

  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++) {
    g_autoptr (DlAnswer) answer = upload_as (fixture, fixture->chat.token, queries[i], RAW, "PNG");

    dl_answer_assert_error (answer, 400, "MissingProperty");
    g_assert_nonnull (strstr (answer->body, "Missing user ID"));
  }
  g_assert_cmpuint (count_files (fixture), ==, 0);
}

/* S36: as stock clients send it. */
static void
test_upload_form (Fixture       *fixture,
                  gconstpointer  data)
{
  static const char channel_data[] = "\"clientActivityID\":\"c1\",\"attachmentSizes\":[3,1.50]";
  g_autoptr (DlAnswer) posted = upload (fixture, FORM,
    ACTIVITY ("{\"type\":\"message\",\"from\":{\"id\":\"u2\",\"name\":\"Ines\"},\"text\":\"two\",\"channelData\":{\"clientActivityID\":\"c1\","
              "\"attachmentSizes\":[3,1.50]},\"attachments\":[{\"contentType\":\"image/png\",\"name\":\"a.png\",\"thumbnailUrl\":\"data:x\"},"
              "{\"contentType\":\"text/plain\",\"name\":\"b.txt\"}]}")
    PART ("a.png", "image/png", "one") PART ("b.txt", "text/plain", "two") END);
  g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");

  g_assert_cmpuint (posted->status, ==, 200);
  g_assert_cmpuint (baton_json_node_get_size (baton_json_node_get_member (dl_answer_root (all), "activities")), ==, 1);
  g_assert_cmpuint (count_attachments (get_last (all)), ==, 2);
  assert_attachment (fixture, get_last (all), 0, "a.png", "image/png", "one");
  assert_attachment (fixture, get_last (all), 1, "b.txt", "text/plain", "two");
  assert_member (get_last (all), NULL, "text", "two");
  assert_member (get_last (all), "from", "id", "u2");
  assert_member (get_last (all), "from", "name", "Ines");
  g_assert_nonnull (strstr (all->body, channel_data));
  g_assert_nonnull (strstr (all->body, "\"thumbnailUrl\":\"data:x\""));
}

/* Files may come in another order than they are announced, some of one name, and beside cards that are no files. */
static void
test_upload_order (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (DlAnswer) posted = upload (fixture, FORM,
    PART ("b.txt", "text/plain", "2") PART ("a.png", "image/png", "1")
    ACTIVITY ("{\"type\":\"message\",\"attachments\":[{\"name\":\"a.png\"},{\"contentType\":\"card\",\"content\":{\"x\":1}},"
              "{\"name\":\"never came\"},{\"name\":\"b.txt\",\"contentUrl\":null},7]}")
    PART ("b.txt", "text/plain", "3") END);
  g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");

  g_assert_cmpuint (posted->status, ==, 200);
  g_assert_cmpuint (count_attachments (get_last (all)), ==, 4);
  assert_attachment (fixture, get_last (all), 0, "a.png", "image/png", "1");
  assert_attachment (fixture, get_last (all), 2, "b.txt", "text/plain", "2");
  assert_attachment (fixture, get_last (all), 3, "b (1).txt", "text/plain", "3");
  g_assert_nonnull (strstr (all->body, "{\"contentType\":\"card\",\"content\":{\"x\":1}}"));
  assert_member (get_last (all), "from", "id", "u1");
}

static void
test_upload_without_activity (Fixture       *fixture,
                              gconstpointer  data)
{
  g_autoptr (DlAnswer) posted = upload (fixture, ONE_FILE);
  g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");

  g_assert_cmpuint (posted->status, ==, 200);
  assert_member (get_last (all), NULL, "type", "message");
  assert_member (get_last (all), "from", "id", "u1");
  assert_attachment (fixture, get_last (all), 0, "a.png", "image/png", "1");
}

/* What the limits allow a message they allow one with files, whatever these add. */
static void
test_upload_deep (void)
{
  BatonDlServerConfig config = DL_CONFIG;
  Fixture fixture = { 0 };

  config.json.depth = 200;
  set_up (&fixture, &config);
  {
    g_autofree char *open = g_strnfill (190, '[');
    g_autofree char *close = g_strnfill (190, ']');
    g_autofree char *body = g_strconcat ("--X\r\nContent-Type: application/vnd.microsoft.activity\r\n\r\n{\"type\":\"message\",\"value\":",
                                         open, close, "}\r\n", PART ("a", "x/y", "1") END, NULL);
    g_autoptr (DlAnswer) posted = upload (&fixture, FORM, body);

    g_assert_cmpuint (posted->status, ==, 200);
  }
  tear_down (&fixture, NULL);
}

/* Who is bound to a name cannot take another one by way of a file. */
static void
test_upload_bound_user (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autofree char *token = baton_token_key_sign (fixture->dl.key, &(BatonToken) {
    .conversation_id = fixture->chat.id,
    .user_id = (char *) "dl_7",
    .expires_at = g_get_real_time () / G_TIME_SPAN_SECOND + 60,
  });
  g_autoptr (DlAnswer) posted = upload_as (fixture, token, "?userId=agent:anna", FORM,
    ACTIVITY ("{\"type\":\"message\",\"from\":{\"id\":\"agent:anna\",\"role\":\"bot\"}}") PART ("a", "x/y", "1") END);
  g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");

  g_assert_cmpuint (posted->status, ==, 200);
  assert_member (get_last (all), "from", "id", "dl_7");
  assert_member (get_last (all), "from", "role", "user");
}

static const struct {
  const char *part;
  const char *name;   /* as everybody sees it */
} hostile[] = {
  { PART ("../../x", "text/html", "<script>alert(1)</script>"), "x" },
  { PART ("..\\\\x.html", "text/html", "<script>alert(1)</script>"), "x.html" },
  { PART ("photo\u202egpj.exe", "image/png", "MZ"), "photogpj.exe" },
  { PART ("a.svg", "image/svg+xml", "<svg onload=\"alert(1)\"/>"), "a.svg" },
  { PART ("a.html", "image/png", "<script>alert(1)</script>"), "a.html" },
};

static void
test_upload_hostile (Fixture       *fixture,
                     gconstpointer  data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (hostile); i++) {
    g_autofree char *body = g_strconcat (hostile[i].part, END, NULL);
    g_autoptr (DlAnswer) posted = upload (fixture, FORM, body);
    g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");
    g_autoptr (DlAnswer) found = fetch (fixture, get_last (all), 0);
    BatonJsonNode attachment = baton_json_node_get_element (baton_json_node_get_member (get_last (all), "attachments"), 0);

    g_assert_cmpuint (posted->status, ==, 200);
    assert_member (attachment, NULL, "name", hostile[i].name);
    g_assert_nonnull (strstr (found->head, "\r\nContent-Disposition: attachment; "));
    g_assert_true (dl_answer_has_header (found, "Content-Type: application/octet-stream"));
    g_assert_true (dl_answer_has_header (found, "X-Content-Type-Options: nosniff"));
  }
}

/* S37: a NUL is no part of a name. */
static void
test_upload_nul (Fixture       *fixture,
                 gconstpointer  data)
{
  static const char body[] = PART ("a\0.png", "image/png", "1") END;
  g_autofree char *path = g_strdup_printf ("conversations/%s/upload?userId=u1", fixture->chat.id);
  g_autoptr (DlAnswer) posted = dl_call_full (&fixture->dl, "POST", path, fixture->chat.token, FORM, body, sizeof body - 1);
  g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");

  g_assert_cmpuint (posted->status, ==, 200);
  assert_attachment (fixture, get_last (all), 0, "a .png", "image/png", "1");
}

/* S39: the second try gets the first answer, and leaves no second file. */
static void
test_upload_repeated (Fixture       *fixture,
                      gconstpointer  data)
{
  static const char body[] = ACTIVITY ("{\"type\":\"message\",\"channelData\":{\"clientActivityID\":\"c1\"}}")
                             PART ("a.png", "image/png", "1") END;
  g_autoptr (DlAnswer) first = upload (fixture, FORM, body);
  g_autoptr (DlAnswer) second = upload (fixture, FORM, body);
  g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");

  g_assert_cmpuint (second->status, ==, 200);
  g_assert_cmpstr (first->body, ==, second->body);
  g_assert_cmpuint (baton_json_node_get_size (baton_json_node_get_member (dl_answer_root (all), "activities")), ==, 1);
  baton_test_wait (count_files (fixture) == 1);
  assert_attachment (fixture, get_last (all), 0, "a.png", "image/png", "1");
}

/* What is not accepted leaves nothing behind. */
static void
test_upload_refused (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *reader = baton_dl_server_make_token (fixture->dl.server, fixture->chat.id, "anna", "Anna", -1, NULL);
  g_autofree char *agent = baton_dl_server_make_token (fixture->dl.server, fixture->chat.id, "anna", "Anna", 1, NULL);
  g_autofree char *other = g_strdup_printf ("conversations/%s/upload?userId=u1", "cNobodyEverStarted");
  g_autoptr (DlAnswer) unsigned_ = upload_as (fixture, NULL, "?userId=u1", ONE_FILE);
  g_autoptr (DlAnswer) read_only = upload_as (fixture, reader, "?userId=u1", ONE_FILE);
  g_autoptr (DlAnswer) not_owner = upload_as (fixture, agent, "?userId=u1", ONE_FILE);
  g_autoptr (DlAnswer) not_his = dl_call_full (&fixture->dl, "POST", other, fixture->chat.token, ONE_FILE, -1);
  g_autoptr (DlAnswer) unknown = dl_call_full (&fixture->dl, "POST", other, DL_SECRET, ONE_FILE, -1);
  g_autoptr (DlAnswer) broken = upload (fixture, FORM, ACTIVITY ("{") PART ("a", "x/y", "1") END);
  g_autoptr (DlAnswer) empty = upload (fixture, "", NULL);
  g_autoptr (DlAnswer) end = dl_post (&fixture->dl, fixture->chat.id, fixture->chat.token, "{\"type\":\"endOfConversation\"}");
  g_autoptr (DlAnswer) ended = upload (fixture, ONE_FILE);

  dl_answer_assert_error (unsigned_, 401, "BadArgument");
  dl_answer_assert_error (read_only, 403, "BadArgument");
  dl_answer_assert_error (not_owner, 409, "NotOwner");
  dl_answer_assert_error (not_his, 403, "BadArgument");
  dl_answer_assert_error (unknown, 404, "BadArgument");
  dl_answer_assert_error (broken, 400, "BadArgument");
  dl_answer_assert_error (empty, 400, "BadArgument");
  g_assert_cmpuint (end->status, ==, 200);
  dl_answer_assert_error (ended, 404, "BadArgument");
  g_assert_nonnull (strstr (ended->body, "conversation ended"));
  baton_test_wait (count_files (fixture) == 0);
}

static void
test_upload_store_fails (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (DlAnswer) answer = NULL;

  baton_store_close (fixture->dl.store);
  answer = upload (fixture, ONE_FILE);
  g_assert_cmpuint (answer->status, >=, 500);
  baton_test_wait (count_files (fixture) == 0);
}

static void
test_upload_limits (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autofree char *large = g_strnfill (210 * 1024, 'x');
  g_autofree char *much = g_strnfill (199 * 1024, 'x');
  g_autoptr (DlAnswer) too_large = upload (fixture, RAW, large);
  g_autoptr (DlAnswer) too_many = upload (fixture, FORM, PART ("1", "x/y", "1") PART ("2", "x/y", "2") PART ("3", "x/y", "3")
                                                         PART ("4", "x/y", "4") END);
  guint status = 0;

  dl_answer_assert_error (too_large, 413, "MessageSizeTooBig");
  dl_answer_assert_error (too_many, 413, "MessageSizeTooBig");
  g_assert_cmpuint (count_files (fixture), ==, 0);

  /* And no more than the disk has room for. */
  for (guint i = 0; i < 21; i++) {
    g_autoptr (DlAnswer) answer = upload (fixture, RAW, much);

    status = answer->status;
    g_assert_cmpuint (status, ==, i < 20 ? 200 : 503);
  }
  g_assert_cmpuint (count_files (fixture), ==, 20);
}

static void
test_upload_rate (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (DlAnswer) first = upload (fixture, ONE_FILE);
  g_autoptr (DlAnswer) second = upload (fixture, ONE_FILE);

  g_assert_cmpuint (first->status, ==, 200);
  dl_answer_assert_error (second, 429, "ThrottledError");
  g_assert_nonnull (strstr (second->head, "\r\nRetry-After: "));
}

/* The owner's files reach the customer, under the owner's name. */
static void
test_upload_by_owner (Fixture       *fixture,
                      gconstpointer  data)
{
  gint64 epoch = dl_claim (&fixture->dl, fixture->chat.id, "anna");
  g_autofree char *agent = baton_dl_server_make_token (fixture->dl.server, fixture->chat.id, "anna", "Anna", epoch, NULL);
  g_autofree char *stale = baton_dl_server_make_token (fixture->dl.server, fixture->chat.id, "anna", "Anna", epoch - 1, NULL);
  g_autoptr (DlAnswer) posted = upload_as (fixture, agent, "?userId=x", ONE_FILE);
  g_autoptr (DlAnswer) too_late = upload_as (fixture, stale, "?userId=x", ONE_FILE);
  g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");

  g_assert_cmpuint (posted->status, ==, 200);
  dl_answer_assert_error (too_late, 409, "NotOwner");
  assert_member (get_last (all), "from", "id", "agent:anna");
  assert_member (get_last (all), "from", "name", "Anna");
  assert_attachment (fixture, get_last (all), 0, "a.png", "image/png", "1");
}

/* Customer and agent may reach us by different names; what they send each other is found by the public one. */
static void
test_upload_public_url (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (DlAnswer) posted = NULL;
  g_autoptr (DlAnswer) all = NULL;

  baton_transport_set_public_url (fixture->dl.transport, "https://chat.example");
  posted = upload (fixture, ONE_FILE);
  g_assert_cmpuint (posted->status, ==, 200);
  all = dl_get (&fixture->dl, &fixture->chat, "");
  g_assert_nonnull (strstr (all->body, "\"contentUrl\":\"https://chat.example/v3/directline/attachments/"));
}

/* Once their time has come they go, without anybody asking for them; the others stay. */
static void
test_upload_lapses (Fixture       *fixture,
                    gconstpointer  data)
{
  const time_t yesterday = time (NULL) - 25 * 3600;
  g_autoptr (DlAnswer) first = upload (fixture, ONE_FILE);
  g_autofree char *folder = g_build_filename (fixture->dl.folder, "files", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *old = g_build_filename (folder, g_dir_read_name (dir), NULL);
  g_autoptr (DlAnswer) second = upload (fixture, ONE_FILE);

  g_assert_cmpuint (second->status, ==, 200);
  g_assert_cmpuint (count_files (fixture), ==, 2);
  g_assert_cmpint (utime (old, &(struct utimbuf) { yesterday, yesterday }), ==, 0);
  baton_test_wait (count_files (fixture) == 1);
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
}

/* --- Large ones --- */

#define LARGE (1536 * 1024)

/* The head of an upload of LARGE bytes. */
static RawClient *
announce_to (Fixture    *fixture,
             const char *conversation_id,
             const char *bearer)
{
  RawClient *client = raw_client_new (fixture->dl.url);
  g_autofree char *head = NULL;

  head = g_strdup_printf ("POST /v3/directline/conversations/%s/upload?userId=u1 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                          "Authorization: Bearer %s\r\nContent-Type: image/png\r\nContent-Length: %d\r\n\r\n",
                          conversation_id, bearer, LARGE);
  g_assert_true (raw_client_send (client, head, -1));
  return client;
}

static RawClient *
announce (Fixture    *fixture,
          const char *bearer)
{
  return announce_to (fixture, fixture->chat.id, bearer);
}

/* More than the socket takes at once. */
static void
send_all (RawClient  *client,
          const char *data,
          gsize       length)
{
  while (length > 0) {
    gssize n = g_socket_send_with_blocking (client->socket, data, length, FALSE, NULL, NULL);

    if (n > 0) {
      data += n;
      length -= (gsize) n;
    } else {
      g_main_context_iteration (NULL, TRUE);
    }
  }
}

static void
test_upload_large (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *text = g_strnfill (LARGE, 'x');
  g_autoptr (RawClient) client = announce (fixture, fixture->chat.token);
  g_autoptr (DlAnswer) all = NULL;
  g_autoptr (DlAnswer) found = NULL;

  send_all (client, text, LARGE);
  raw_client_expect (client, "HTTP/1.1 200");
  raw_client_expect (client, "\"id\"");
  all = dl_get (&fixture->dl, &fixture->chat, "");
  found = fetch (fixture, get_last (all), 0);
  g_assert_cmpuint (found->length, ==, LARGE);
  g_assert_cmpstr (found->body, ==, text);
}

/* Nobody gets to send as much who may not post it. */
static void
test_upload_large_stranger (Fixture       *fixture,
                            gconstpointer  data)
{
  g_auto (DlChat) other = { 0 };
  const char *bearers[2];

  dl_start (&fixture->dl, DL_SECRET, NULL, &other);
  bearers[0] = "nobody";
  bearers[1] = other.token;
  for (gsize i = 0; i < G_N_ELEMENTS (bearers); i++) {
    g_autoptr (RawClient) client = announce (fixture, bearers[i]);

    raw_client_expect (client, "HTTP/1.1 413");
    raw_client_expect (client, "MessageSizeTooBig");
  }
}

/* Nor any number of them, to fill our memory. */
static void
test_upload_large_many (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autofree char *text = g_strnfill (LARGE, 'x');
  RawClient *clients[3];
  g_autoptr (RawClient) one_more = NULL;
  g_autoptr (DlAnswer) meanwhile = NULL;
  g_autoptr (DlAnswer) again = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (clients); i++)
    clients[i] = announce (fixture, fixture->chat.token);
  meanwhile = dl_get (&fixture->dl, &fixture->chat, "");
  one_more = announce (fixture, fixture->chat.token);
  raw_client_expect (one_more, "HTTP/1.1 413");
  for (gsize i = 0; i < G_N_ELEMENTS (clients); i++)
    raw_client_free (clients[i]);

  /* Those who left no longer count. */
  again = dl_get (&fixture->dl, &fixture->chat, "");
  clients[0] = announce (fixture, fixture->chat.token);
  send_all (clients[0], text, LARGE);
  raw_client_expect (clients[0], "HTTP/1.1 200");
  raw_client_free (clients[0]);
}

static void
test_upload_large_many_senders (Fixture       *fixture,
                                gconstpointer  data)
{
  RawClient *clients[16];
  g_auto (DlChat) last = { 0 };
  g_autoptr (RawClient) one_more = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (clients); i++) {
    g_auto (DlChat) chat = { 0 };

    dl_start (&fixture->dl, DL_SECRET, NULL, &chat);
    clients[i] = announce_to (fixture, chat.id, chat.token);
  }
  dl_start (&fixture->dl, DL_SECRET, NULL, &last);
  one_more = announce_to (fixture, last.id, last.token);
  raw_client_expect (one_more, "HTTP/1.1 413");
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    raw_client_free (clients[i]);
}

int
main (int   argc,
      char *argv[])
{
  BatonDlServerConfig slow = DL_CONFIG;
  BatonDlServerConfig large = DL_CONFIG;

  slow.rate = 1;
  slow.rate_burst = 1;
  large.upload_size = 2 * 1024 * 1024;
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/dl/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("S35/raw", test_upload_raw);
  ADD ("S35/no-user", test_upload_no_user);
  ADD ("S36/form", test_upload_form);
  ADD ("S36/order", test_upload_order);
  ADD ("S36/without-activity", test_upload_without_activity);
  ADD ("S4/S35/bound-user", test_upload_bound_user);
  ADD ("S37/hostile", test_upload_hostile);
  ADD ("S37/nul", test_upload_nul);
  ADD ("S39/S36/repeated", test_upload_repeated);
  ADD ("S36/refused", test_upload_refused);
  ADD ("S36/store-fails", test_upload_store_fails);
  ADD ("S36/limits", test_upload_limits);
  ADD ("S36/by-owner", test_upload_by_owner);
  ADD ("S36/lapses", test_upload_lapses);
  ADD ("S36/public-url", test_upload_public_url);
#undef ADD
  g_test_add_func ("/dl/S36/deep", test_upload_deep);
  g_test_add ("/dl/S38/upload-rate", Fixture, &slow, set_up, test_upload_rate, tear_down);

  g_test_add ("/dl/S36/large", Fixture, &large, set_up, test_upload_large, tear_down);
  g_test_add ("/dl/S22/S36/large-stranger", Fixture, &large, set_up, test_upload_large_stranger, tear_down);
  g_test_add ("/dl/S22/S36/large-many", Fixture, &large, set_up, test_upload_large_many, tear_down);
  g_test_add ("/dl/S22/S36/large-many-senders", Fixture, &large, set_up, test_upload_large_many_senders, tear_down);

  return g_test_run ();
}
