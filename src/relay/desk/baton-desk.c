/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-desk.h"

#include <string.h>

#include "baton-desk-private.h"
#include "baton-error.h"

#define PREFIX "/hub/v1"
#define MAX_TOKEN 128
#define MAX_REQUEST_ID 128

G_DEFINE_FINAL_TYPE (BatonDesk, baton_desk, G_TYPE_OBJECT)

/* --- answers --- */

static const struct {
  BatonError  code;
  guint       status;
  const char *name;
} errors[] = {
  { BATON_ERROR_INVALID,         400, "BadArgument" },
  { BATON_ERROR_TOO_BIG,         413, "MessageSizeTooBig" },
  { BATON_ERROR_UNAUTHENTICATED, 401, "Unauthenticated" },
  { BATON_ERROR_EXPIRED,         401, "Unauthenticated" },
  { BATON_ERROR_REFUSED,         403, "Refused" },
  { BATON_ERROR_GONE,            404, "NotFound" },
  { BATON_ERROR_CONFLICT,        409, "Conflict" },
  { BATON_ERROR_BUSY,            429, "Busy" },
  { BATON_ERROR_UNCERTAIN,       502, "UpstreamError" },
};

static GBytes *
format_error (const char *code,
              const char *message)
{
  g_autoptr (BatonJsonWriter) writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "error");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "code", code);
  baton_json_writer_add_string (writer, "message", message);
  baton_json_writer_end_object (writer);
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish (g_steal_pointer (&writer));
}

static void
refuse_exchange (BatonExchange *exchange,
                 guint          status,
                 const char    *code,
                 const char    *message)
{
  g_autoptr (GBytes) body = format_error (code, message);

  baton_exchange_reply_json (exchange, status, body);
}

/* What is wrong on our side is the log's business; the peer learns only that it may try again. */
static void
refuse_with_error (BatonExchange *exchange,
                   const GError  *error)
{
  for (gsize i = 0; error->domain == BATON_ERROR && i < G_N_ELEMENTS (errors); i++) {
    if (error->code != (int) errors[i].code)
      continue;
    if (errors[i].status == 401)
      baton_exchange_set_header (exchange, "WWW-Authenticate", "Bearer");
    if (errors[i].status == 429)
      baton_exchange_set_header (exchange, "Retry-After", "60");
    refuse_exchange (exchange, errors[i].status, errors[i].name, error->message);
    return;
  }

  g_debug ("a request failed: %s", error->message);
  refuse_exchange (exchange, 503, "ServiceError", "the relay could not do this just now");
}

void
baton_desk_request_free (BatonDeskRequest *self)
{
  g_clear_object (&self->desk);
  g_clear_object (&self->exchange);
  g_clear_pointer (&self->body, baton_json_unref);
  g_clear_object (&self->agent);
  g_free (self->session);
  g_free (self->id);
  g_free (self->verb);
  g_free (self);
}

/**
 * baton_desk_reply:
 * @writer: (transfer full): holds the whole body
 */
void
baton_desk_reply (BatonDeskRequest *request,
                  guint             status,
                  BatonJsonWriter  *writer)
{
  g_autoptr (GBytes) body = baton_json_writer_finish (writer);

  baton_exchange_reply_json (request->exchange, status, body);
}

void
baton_desk_refuse (BatonDeskRequest *request,
                   const GError     *error)
{
  refuse_with_error (request->exchange, error);
}

/**
 * baton_desk_dup_request_id:
 *
 * Returns: (transfer full): `requestId` of the body, or %NULL with @error set
 */
char *
baton_desk_dup_request_id (BatonDeskRequest  *request,
                           GError           **error)
{
  g_autofree char *id = baton_json_node_dup_member (baton_json_get_root (request->body), "requestId");

  if (id == NULL || *id == '\0' || strlen (id) > MAX_REQUEST_ID) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "requestId has to be a text of 1 to %d bytes", MAX_REQUEST_ID);
    return NULL;
  }
  return g_steal_pointer (&id);
}

/**
 * baton_desk_write_agent:
 *
 * Writes @agent with the presence everybody was told last.
 */
void
baton_desk_write_agent (BatonDesk       *self,
                        BatonAgent      *agent,
                        BatonJsonWriter *writer)
{
  baton_agent_set_presence (agent, baton_attendance_get (self->attendance, baton_agent_get_id (agent)));
  baton_agent_write (agent, writer);
}

/* --- presence --- */

static void
told_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!baton_store_set_presence_finish (BATON_STORE (source), result, &error))
    g_debug ("a presence was not stored: %s", error->message);
}

/**
 * baton_desk_tell_presence:
 *
 * Writes down what the attendance says of an agent; everybody hears of it as an event.
 */
void
baton_desk_tell_presence (BatonDesk  *self,
                          const char *agent_id)
{
  g_autoptr (BatonAgent) agent = baton_roster_find (self->roster, agent_id);
  g_autofree char *request_id = g_uuid_string_random ();

  /* Who was taken out of the file while signed in still has to be told offline. */
  if (agent == NULL)
    agent = baton_agent_new (agent_id, agent_id, NULL, NULL);

  baton_agent_set_presence (agent, baton_attendance_get (self->attendance, agent_id));
  baton_store_set_presence_async (self->store, agent, request_id, NULL, told_cb, NULL);
}

static void
presence_stored_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (BatonDeskRequest) request = user_data;
  g_autoptr (BatonJsonWriter) writer = baton_json_writer_new ();
  g_autoptr (GError) error = NULL;

  if (!baton_store_set_presence_finish (BATON_STORE (source), result, &error)) {
    baton_desk_refuse (request, error);
    return;
  }

  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "agent");
  baton_desk_write_agent (request->desk, request->agent, writer);
  baton_json_writer_end_object (writer);
  baton_desk_reply (request, 200, g_steal_pointer (&writer));
}

static void
put_presence (BatonDeskRequest *request)
{
  g_autoptr (BatonDeskRequest) owned = request;
  BatonDesk *self = request->desk;
  const char *agent_id = baton_agent_get_id (request->agent);
  g_autofree char *text = baton_json_node_dup_member (baton_json_get_root (request->body), "presence");
  g_autofree char *request_id = NULL;
  g_autoptr (GError) error = NULL;
  BatonPresence presence = BATON_PRESENCE_OFFLINE;

  request_id = baton_desk_dup_request_id (request, &error);
  if (request_id != NULL && (text == NULL || !baton_presence_from_string (text, &presence)))
    g_set_error_literal (&error, BATON_ERROR, BATON_ERROR_INVALID, "there is no such presence");
  if (error != NULL) {
    baton_desk_refuse (request, error);
    return;
  }

  baton_attendance_choose (self->attendance, agent_id, presence, g_get_monotonic_time ());
  baton_agent_set_presence (request->agent, presence);
  baton_store_set_presence_async (self->store, request->agent, request_id, NULL,
                                  presence_stored_cb, g_steal_pointer (&owned));
}

static void
list_agents (BatonDeskRequest *request)
{
  g_autoptr (BatonDeskRequest) owned = request;
  g_autoptr (GPtrArray) agents = baton_roster_list (request->desk->roster);
  g_autoptr (BatonJsonWriter) writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "agents");
  baton_json_writer_begin_array (writer);
  for (guint i = 0; i < agents->len; i++)
    baton_desk_write_agent (request->desk, g_ptr_array_index (agents, i), writer);
  baton_json_writer_end_array (writer);
  baton_json_writer_end_object (writer);
  baton_desk_reply (request, 200, g_steal_pointer (&writer));
}

/* --- signing in and out --- */

static void
session_begun_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (BatonDeskRequest) request = user_data;
  BatonDesk *self = request->desk;
  const char *agent_id = baton_agent_get_id (request->agent);
  g_autoptr (BatonJsonWriter) writer = baton_json_writer_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *token = NULL;

  token = baton_sessions_begin_finish (BATON_SESSIONS (source), result, &error);
  if (token == NULL) {
    baton_desk_refuse (request, error);
    return;
  }

  if (baton_attendance_sign_in (self->attendance, agent_id, g_get_monotonic_time ()))
    baton_desk_tell_presence (self, agent_id);

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "token", token);
  baton_json_writer_name (writer, "agent");
  baton_desk_write_agent (self, request->agent, writer);
  baton_json_writer_add_int (writer, "expiresIn", (gint64) self->config.session_hours * 3600);
  baton_json_writer_end_object (writer);
  baton_desk_reply (request, 201, g_steal_pointer (&writer));
}

static void
password_checked_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  BatonDeskRequest *request = user_data;
  g_autoptr (GError) error = NULL;

  request->agent = baton_roster_check_finish (BATON_ROSTER (source), result, &error);
  if (request->agent == NULL) {
    baton_desk_refuse (request, error);
    baton_desk_request_free (request);
    return;
  }
  baton_sessions_begin_async (request->desk->sessions, baton_agent_get_id (request->agent), NULL,
                              session_begun_cb, request);
}

static void
sign_in (BatonDeskRequest *request)
{
  g_autoptr (BatonDeskRequest) owned = request;
  BatonJsonNode root = baton_json_get_root (request->body);
  g_autofree char *agent_id = baton_json_node_dup_member (root, "agent");
  g_autofree char *password = baton_json_node_dup_member (root, "password");

  if (agent_id == NULL || password == NULL) {
    refuse_exchange (request->exchange, 400, "BadArgument", "agent and password have to be texts");
    return;
  }
  baton_roster_check_async (request->desk->roster, agent_id, password, baton_exchange_get_address (request->exchange),
                            NULL, password_checked_cb, g_steal_pointer (&owned));
}

static void
session_ended_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (BatonDeskRequest) request = user_data;
  BatonDesk *self = request->desk;
  const char *agent_id = baton_agent_get_id (request->agent);
  g_autoptr (GError) error = NULL;

  if (!baton_store_delete_session_finish (BATON_STORE (source), result, &error)) {
    baton_desk_refuse (request, error);
    return;
  }

  baton_desk_feed_end (self->feed, request->session);
  if (baton_attendance_sign_out (self->attendance, agent_id))
    baton_desk_tell_presence (self, agent_id);
  baton_exchange_reply (request->exchange, 204, NULL, NULL);
}

static void
sign_out (BatonDeskRequest *request)
{
  baton_store_delete_session_async (request->desk->store, request->session, NULL, session_ended_cb, request);
}

/* --- routes --- */

static const struct {
  const char  *method;
  const char  *path[4];   /* "*" is any one segment */
  gboolean     is_open;   /* also to who is not signed in; the handler asks what it has to */
  void       (*handle) (BatonDeskRequest *request);
} routes[] = {
  { "POST",   { "session" },               TRUE,  sign_in },
  { "DELETE", { "session" },               FALSE, sign_out },
  { "GET",    { "stream" },                FALSE, baton_desk_open_stream },
  { "GET",    { "escalations" },           FALSE, baton_desk_list_escalations },
  { "GET",    { "escalations", "*" },      FALSE, baton_desk_show_escalation },
  { "POST",   { "escalations", "*", "*" }, FALSE, baton_desk_step_escalation },
  { "GET",    { "agents" },                FALSE, list_agents },
  { "PUT",    { "me", "presence" },        FALSE, put_presence },
  { "POST",   { "watch" },                 TRUE,  baton_desk_begin_watch },
};

static gboolean
is_path (const char *const *path,
         const char *const *tail)
{
  gsize i;

  for (i = 0; path[i] != NULL && tail[i] != NULL; i++)
    if (!g_str_equal (path[i], "*") && !g_str_equal (path[i], tail[i]))
      return FALSE;
  return path[i] == NULL && tail[i] == NULL;
}

/* Returns the route, or -1; @allowed then names the methods this path has, if it exists at all. */
static int
find_route (const char        *method,
            const char *const *tail,
            GString           *allowed)
{
  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++) {
    if (!is_path (routes[i].path, tail))
      continue;
    if (g_str_equal (routes[i].method, method))
      return (int) i;
    g_string_append_printf (allowed, "%s%s", allowed->len == 0 ? "" : ", ", routes[i].method);
  }
  return -1;
}

static void
refuse_route (BatonExchange *exchange,
              const char    *allowed)
{
  if (*allowed == '\0') {
    refuse_exchange (exchange, 404, "NotFound", "there is nothing here");
    return;
  }
  baton_exchange_set_header (exchange, "Allow", allowed);
  refuse_exchange (exchange, 405, "BadArgument", "this cannot be done here");
}

/* A body has to be a JSON object; methods without one ignore what may be there. */
static BatonJson *
read_body (BatonExchange  *exchange,
           GError        **error)
{
  g_autoptr (BatonJson) json = baton_json_parse (baton_exchange_get_body (exchange), &BATON_JSON_LIMITS_CLIENT, error);

  if (json == NULL)
    return NULL;
  if (baton_json_node_get_kind (baton_json_get_root (json)) != BATON_JSON_OBJECT) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "the body has to be a JSON object");
    return NULL;
  }
  return g_steal_pointer (&json);
}

static void
handle_request (BatonDeskRequest *request,
                int               route)
{
  const char *method = routes[route].method;
  g_autoptr (GError) error = NULL;

  if (g_str_equal (method, "POST") || g_str_equal (method, "PUT"))
    request->body = read_body (request->exchange, &error);

  if (error == NULL) {
    routes[route].handle (request);
  } else {
    baton_desk_refuse (request, error);
    baton_desk_request_free (request);
  }
}

typedef struct {
  BatonDeskRequest *request;
  int               route;
} Knock;

static void
session_checked_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autofree Knock *knock = user_data;
  BatonDeskRequest *request = knock->request;
  g_autoptr (GError) error = NULL;

  request->agent = baton_sessions_check_finish (BATON_SESSIONS (source), result, &request->ends_at, &error);
  if (request->agent != NULL) {
    handle_request (request, knock->route);
  } else {
    baton_desk_refuse (request, error);
    baton_desk_request_free (request);
  }
}

static void
authenticate (BatonDeskRequest *request,
              int               route)
{
  const char *token = baton_exchange_get_bearer (request->exchange);
  Knock *knock;

  if (token == NULL || strlen (token) > MAX_TOKEN) {
    g_autoptr (GError) error = g_error_new_literal (BATON_ERROR, BATON_ERROR_UNAUTHENTICATED, "sign in first");

    baton_desk_refuse (request, error);
    baton_desk_request_free (request);
    return;
  }

  request->session = baton_sessions_hash (token);
  knock = g_new (Knock, 1);
  knock->request = request;
  knock->route = route;
  baton_sessions_check_async (request->desk->sessions, request->session, NULL, session_checked_cb, knock);
}

static BatonDeskRequest *
request_new (BatonDesk         *self,
             BatonExchange     *exchange,
             const char *const *tail)
{
  BatonDeskRequest *request = g_new0 (BatonDeskRequest, 1);

  request->desk = g_object_ref (self);
  request->exchange = g_object_ref (exchange);
  if (tail[1] != NULL) {
    request->id = g_strdup (tail[1]);
    request->verb = g_strdup (tail[2]);
  }
  return request;
}

static void
handle_exchange (BatonExchange     *exchange,
                 const char *const *tail,
                 gpointer           user_data)
{
  BatonDesk *self = BATON_DESK (user_data);
  g_autoptr (GString) allowed = g_string_new (NULL);
  BatonDeskRequest *request;
  int route;

  if (baton_exchange_get_header (exchange, "Origin") != NULL) {
    refuse_exchange (exchange, 403, "Refused", "no page of a browser has business here");
    return;
  }

  route = find_route (baton_exchange_get_method (exchange), tail, allowed);
  if (route < 0) {
    refuse_route (exchange, allowed->str);
    return;
  }

  request = request_new (self, exchange, tail);
  if (routes[route].is_open)
    handle_request (request, route);
  else
    authenticate (request, route);
}

/* --- life --- */

/* One timer for every stream and every agent. */
static gboolean
sweep_cb (gpointer user_data)
{
  BatonDesk *self = BATON_DESK (user_data);
  g_auto (GStrv) lost = NULL;

  baton_desk_feed_sweep (self->feed);

  lost = baton_attendance_take_lost (self->attendance, g_get_monotonic_time ());
  for (gsize i = 0; lost[i] != NULL; i++)
    baton_desk_tell_presence (self, lost[i]);
  return G_SOURCE_CONTINUE;
}

static void
baton_desk_dispose (GObject *object)
{
  BatonDesk *self = BATON_DESK (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->sweep, g_source_remove);
  g_clear_pointer (&self->feed, baton_desk_feed_free);

  G_OBJECT_CLASS (baton_desk_parent_class)->dispose (object);
}

static void
baton_desk_finalize (GObject *object)
{
  BatonDesk *self = BATON_DESK (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->store);
  g_clear_object (&self->roster);
  g_clear_object (&self->sessions);
  g_clear_pointer (&self->attendance, baton_attendance_free);

  G_OBJECT_CLASS (baton_desk_parent_class)->finalize (object);
}

static void
baton_desk_class_init (BatonDeskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = baton_desk_dispose;
  object_class->finalize = baton_desk_finalize;
}

static void
baton_desk_init (BatonDesk *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * baton_desk_new:
 * @config: copied
 * @transport: gets a handler for `/hub/v1`; the desk has to live as long as it
 *
 * Opens the desk: from here on agents can sign in.
 *
 * Returns: (transfer full):
 */
BatonDesk *
baton_desk_new (const BatonDeskConfig *config,
                BatonStore            *store,
                BatonTransport        *transport,
                BatonRoster           *roster)
{
  BatonDesk *self;

  g_return_val_if_fail (BATON_IS_STORE (store), NULL);
  g_return_val_if_fail (BATON_IS_TRANSPORT (transport), NULL);
  g_return_val_if_fail (BATON_IS_ROSTER (roster), NULL);

  self = g_object_new (BATON_TYPE_DESK, NULL);
  self->config = *config;
  self->store = g_object_ref (store);
  self->roster = g_object_ref (roster);
  self->sessions = baton_sessions_new (store, roster, config->session_hours * G_TIME_SPAN_HOUR,
                                       config->idle_minutes * G_TIME_SPAN_MINUTE);
  self->attendance = baton_attendance_new (config->offline_seconds * G_TIME_SPAN_SECOND);
  self->feed = baton_desk_feed_new (self);
  self->sweep = g_timeout_add_seconds (config->recheck_seconds, sweep_cb, self);
  baton_transport_add_handler (transport, PREFIX, handle_exchange, self);
  return self;
}
