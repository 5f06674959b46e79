/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-http.h"

#include <string.h>

#include "baton-error.h"

#define CHUNK_SIZE (64 * 1024)
#define TIMEOUT_SECONDS 20        /* without a byte; Direct Line gives a bot 15 s and answers only then */
#define IDLE_SECONDS 50           /* below the 60 s after which servers drop a quiet connection */
#define BIG_BODY (512 * 1024)     /* is not sent before the server has said that it wants it */
#define CONNECTIONS 256
#define CONNECTIONS_PER_HOST 64   /* each post to a bot may wait 15 s for its turn */
#define STATUS_TOO_MANY_REQUESTS 429
#define STATUS_INVALID_TOKEN 498
#define RETRY_AFTER_LIMIT 3600

/**
 * baton_http_dup_session:
 *
 * All clients of a process share one session, and with it its kept connections. To be used from the main thread.
 *
 * Returns: (transfer full): the session; it ends with its last user
 */
SoupSession *
baton_http_dup_session (void)
{
  static SoupSession *shared;

  if (shared != NULL)
    return g_object_ref (shared);

  shared = soup_session_new_with_options ("timeout", TIMEOUT_SECONDS,
                                          "idle-timeout", IDLE_SECONDS,
                                          "max-conns", CONNECTIONS,
                                          "max-conns-per-host", CONNECTIONS_PER_HOST,
                                          "user-agent", "Baton/" PACKAGE_VERSION,
                                          NULL);
  /* Tokens are ours to set; nobody is to be asked for a password in between. */
  soup_session_remove_feature_by_type (shared, SOUP_TYPE_AUTH_MANAGER);
  g_object_add_weak_pointer (G_OBJECT (shared), (gpointer *) &shared);
  return shared;
}

/**
 * baton_http_build_url:
 * @base: where the path starts, with or without a slash at its end
 * @...: %NULL-terminated path segments; escaped here, so that an id cannot leave its place
 *
 * Returns: (transfer full): the address
 */
char *
baton_http_build_url (const char *base,
                      ...)
{
  GString *url = g_string_new (base);
  const char *segment;
  va_list segments;

  if (g_str_has_suffix (base, "/"))
    g_string_truncate (url, url->len - 1);

  va_start (segments, base);
  while ((segment = va_arg (segments, const char *)) != NULL) {
    g_string_append_c (url, '/');
    g_string_append_uri_escaped (url, segment, NULL, FALSE);
  }
  va_end (segments);
  return g_string_free (url, FALSE);
}

/**
 * baton_http_is_loopback:
 * @host: of an address, without brackets
 *
 * Returns: whether it is this machine and cannot be another: an address of the loopback interface, or `localhost`
 */
gboolean
baton_http_is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0;
}

/**
 * baton_http_parse_retry_after:
 * @value: (nullable): a `Retry-After` header: seconds, or a date
 *
 * Returns: seconds, at most an hour; 0 where nothing sensible was said
 */
guint
baton_http_parse_retry_after (const char *value)
{
  g_autoptr (GDateTime) date = NULL;
  g_autoptr (GDateTime) now = NULL;
  guint64 seconds;

  if (value == NULL)
    return 0;
  if (g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT64, &seconds, NULL))
    return (guint) MIN (seconds, RETRY_AFTER_LIMIT);

  date = soup_date_time_new_from_http_string (value);
  if (date == NULL)
    return 0;
  now = g_date_time_new_now_utc ();
  return (guint) CLAMP (g_date_time_difference (date, now) / G_TIME_SPAN_SECOND, 0, RETRY_AFTER_LIMIT);
}

/**
 * baton_http_map_error:
 * @error: what GIO or libsoup said
 * @sent: whether the request had begun to go out
 *
 * The edge of the wire: what was never sent did not happen (%BATON_ERROR_BUSY: try again), what was sent may have. The
 * other's message may hold names and addresses; only its domain and code are kept.
 *
 * Returns: (transfer full): the same as a [error@Error]; %G_IO_ERROR_CANCELLED stays what it is
 */
GError *
baton_http_map_error (const GError *error,
                      gboolean      sent)
{
  const char *domain = g_quark_to_string (error->domain);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || error->domain == BATON_ERROR)
    return g_error_copy (error);
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    return g_error_new (BATON_ERROR, BATON_ERROR_REFUSED, "the server's certificate is not trusted");
  if (!sent)
    return g_error_new (BATON_ERROR, BATON_ERROR_BUSY, "not reached (%s %d)", domain, error->code);
  return g_error_new (BATON_ERROR, BATON_ERROR_UNCERTAIN, "no answer (%s %d)", domain, error->code);
}

/**
 * baton_http_new_message:
 * @method: GET, POST, ...
 * @url: http, https, ws or wss
 * @bearer: (nullable): for `Authorization`
 * @error: return location for a [error@Error]
 *
 * Returns: (transfer full): the message, not sent yet, or %NULL for an address that is none
 */
SoupMessage *
baton_http_new_message (const char  *method,
                        const char  *url,
                        const char  *bearer,
                        GError     **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  const char *scheme = uri ? g_uri_get_scheme (uri) : NULL;
  const char *const schemes[] = { "http", "https", "ws", "wss", NULL };
  g_autofree char *authorization = NULL;
  SoupMessage *message;

  if (scheme == NULL || !g_strv_contains (schemes, scheme)
      || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0') {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "not an address of a server");
    return NULL;
  }

  message = soup_message_new_from_uri (method, uri);
  /* Followed blindly, a redirect would carry the token to wherever it points. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (bearer != NULL) {
    authorization = g_strconcat ("Bearer ", bearer, NULL);
    soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", authorization);
  }
  return message;
}

/* ---- sending ---- */

typedef struct {
  SoupMessage       *message;
  GInputStream      *stream;
  GByteArray        *body;         /* of the answer */
  GCancellable      *cancellable;  /* follows that of the caller */
  GCancellable      *caller;       /* or %NULL */
  gulong             caller_id;
  gboolean           repeatable;
  gboolean           sent;
  gboolean           cut_off;      /* the connection ended without an answer, and we kept it from going out again */

  BatonHttpProgress  progress;
  gpointer           progress_data;
  gsize              written;
  gsize              total;
} Call;

static void
call_free (Call *call)
{
  g_signal_handlers_disconnect_by_data (call->message, call);
  g_cancellable_disconnect (call->caller, call->caller_id);
  g_clear_object (&call->caller);
  g_clear_object (&call->cancellable);
  g_clear_object (&call->message);
  g_clear_object (&call->stream);
  g_byte_array_unref (call->body);
  g_free (call);
}

static void
return_mapped (GTask        *task,
               const GError *error)
{
  Call *call = g_task_get_task_data (task);
  gboolean is_whole = call->sent && call->written == call->total;   /* else nobody can have acted on it */

  if (call->cut_off)
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_UNCERTAIN, "no answer before the connection ended");
  else
    g_task_return_error (task, baton_http_map_error (error, is_whole));
}

static BatonHttpAnswer *
make_answer (Call *call)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (call->message);
  BatonHttpAnswer *answer = g_new0 (BatonHttpAnswer, 1);
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (g_steal_pointer (&call->body));
  g_autoptr (GError) error = NULL;

  call->body = g_byte_array_new ();
  answer->status = soup_message_get_status (call->message);
  answer->retry_after = baton_http_parse_retry_after (soup_message_headers_get_one (headers, "Retry-After"));
  if (g_bytes_get_size (bytes) > 0)
    answer->json = baton_json_parse (bytes, &BATON_JSON_LIMITS_BOT, &error);
  if (error != NULL)
    g_debug ("answer %u with %" G_GSIZE_FORMAT " bytes is no JSON", answer->status, g_bytes_get_size (bytes));
  return answer;
}

static void
chunk_read_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  GInputStream *stream = G_INPUT_STREAM (source);
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk = g_input_stream_read_bytes_finish (stream, result, &error);
  Call *call = g_task_get_task_data (task);

  if (chunk == NULL) {
    return_mapped (task, error);
  } else if (g_bytes_get_size (chunk) == 0) {
    g_task_return_pointer (task, make_answer (call), (GDestroyNotify) baton_http_answer_free);
  } else if (call->body->len + g_bytes_get_size (chunk) > BATON_JSON_LIMITS_BOT.size) {
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_TOO_BIG, "the answer is too long");
  } else {
    g_byte_array_append (call->body, g_bytes_get_data (chunk, NULL), (guint) g_bytes_get_size (chunk));
    g_input_stream_read_bytes_async (stream, CHUNK_SIZE, G_PRIORITY_DEFAULT, call->cancellable, chunk_read_cb,
                                     g_object_ref (task));
  }
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Call *call = g_task_get_task_data (task);

  call->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (call->stream == NULL) {
    return_mapped (task, error);
    return;
  }
  g_input_stream_read_bytes_async (call->stream, CHUNK_SIZE, G_PRIORITY_DEFAULT, call->cancellable, chunk_read_cb,
                                   g_object_ref (task));
}

static void
starting_cb (SoupMessage *message,
             gpointer     user_data)
{
  Call *call = user_data;

  call->sent = TRUE;
}

/* A kept connection has turned out to be dead, and libsoup is about to send the request over another one. Whether the
 * server had it already nobody knows. */
static void
restarted_cb (SoupMessage *message,
              gpointer     user_data)
{
  Call *call = user_data;

  call->written = 0;
  if (call->repeatable || !call->sent)
    return;
  call->cut_off = TRUE;
  g_cancellable_cancel (call->cancellable);
}

static void
wrote_cb (SoupMessage *message,
          guint        size,
          gpointer     user_data)
{
  Call *call = user_data;

  if (g_cancellable_is_cancelled (call->cancellable))
    return;
  call->written = MIN (call->written + size, call->total);
  if (call->progress != NULL)
    call->progress (call->written, call->total, call->progress_data);
}

static void
cancelled_cb (GCancellable *caller,
              gpointer      user_data)
{
  g_cancellable_cancel (user_data);
}

static void
set_body (SoupMessage            *message,
          const BatonHttpRequest *request)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  if (request->body == NULL)
    return;
  soup_message_set_request_body_from_bytes (message, request->content_type ? request->content_type : "application/json",
                                            request->body);
  if (request->disposition != NULL)
    soup_message_headers_replace (headers, "Content-Disposition", request->disposition);
  /* Who is refused halfway only sees the connection end. */
  if (g_bytes_get_size (request->body) >= BIG_BODY)
    soup_message_headers_set_expectations (headers, SOUP_EXPECTATION_CONTINUE);
}

static Call *
call_new (SoupMessage            *message,
          const BatonHttpRequest *request,
          GCancellable           *caller)
{
  Call *call = g_new0 (Call, 1);

  call->message = g_object_ref (message);
  call->body = g_byte_array_new ();
  call->cancellable = g_cancellable_new ();
  if (caller != NULL) {
    call->caller = g_object_ref (caller);
    call->caller_id = g_cancellable_connect (caller, G_CALLBACK (cancelled_cb), g_object_ref (call->cancellable),
                                             g_object_unref);
  }
  call->repeatable = request->repeatable;
  call->progress = request->progress;
  call->progress_data = request->progress_data;
  call->total = request->body ? g_bytes_get_size (request->body) : 0;
  return call;
}

/**
 * baton_http_send_async:
 * @session: (transfer none): see baton_http_dup_session()
 * @request: (transfer none): what to ask
 * @cancellable: (nullable): a cancelled request may still arrive
 * @callback: called in the main context
 * @user_data: for @callback
 *
 * Sends one request and reads the whole answer, up to 16 MiB. It goes over a kept connection where there is one; should
 * that end before it is answered, only a repeatable request is sent again.
 */
void
baton_http_send_async (SoupSession            *session,
                       const BatonHttpRequest *request,
                       GCancellable           *cancellable,
                       GAsyncReadyCallback     callback,
                       gpointer                user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  Call *call;

  g_return_if_fail (SOUP_IS_SESSION (session));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (session, cancellable, callback, user_data);
  g_task_set_source_tag (task, baton_http_send_async);
  message = baton_http_new_message (request->method, request->url, request->bearer, &error);
  if (message == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  soup_message_headers_replace (soup_message_get_request_headers (message), "Accept", "application/json");
  set_body (message, request);
  /* To libsoup it means that a kept connection will do; see restarted_cb() for what else it may mean. */
  soup_message_add_flags (message, SOUP_MESSAGE_IDEMPOTENT);

  call = call_new (message, request, cancellable);
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  g_signal_connect (message, "starting", G_CALLBACK (starting_cb), call);
  g_signal_connect (message, "restarted", G_CALLBACK (restarted_cb), call);
  g_signal_connect (message, "wrote-body-data", G_CALLBACK (wrote_cb), call);
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, call->cancellable, answered_cb,
                           g_steal_pointer (&task));
}

/**
 * baton_http_send_finish:
 * @session: the session
 * @result: the result
 * @error: return location for a [error@Error]: %BATON_ERROR_BUSY never went out, %BATON_ERROR_UNCERTAIN may have
 *   arrived, %BATON_ERROR_TOO_BIG was answered with too much, %BATON_ERROR_INVALID has no address
 *
 * Returns: (transfer full): the answer, whatever its status, or %NULL with @error set
 */
BatonHttpAnswer *
baton_http_send_finish (SoupSession   *session,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- the answer ---- */

void
baton_http_answer_free (BatonHttpAnswer *self)
{
  g_clear_pointer (&self->json, baton_json_unref);
  g_free (self);
}

BatonJsonNode
baton_http_answer_get_root (const BatonHttpAnswer *self)
{
  const BatonJsonNode absent = { NULL, 0 };

  return self->json ? baton_json_get_root (self->json) : absent;
}

static int
code_from_status (guint       status,
                  const char *code)
{
  switch (status) {
  case SOUP_STATUS_UNAUTHORIZED:
    return BATON_ERROR_UNAUTHENTICATED;
  case SOUP_STATUS_FORBIDDEN:
    return g_strcmp0 (code, "TokenExpired") == 0 ? BATON_ERROR_EXPIRED : BATON_ERROR_REFUSED;
  case STATUS_INVALID_TOKEN:
    return BATON_ERROR_EXPIRED;
  case SOUP_STATUS_NOT_FOUND:
  case SOUP_STATUS_GONE:
    return BATON_ERROR_GONE;
  case SOUP_STATUS_CONFLICT:
    return BATON_ERROR_CONFLICT;
  case SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE:
    return BATON_ERROR_TOO_BIG;
  case STATUS_TOO_MANY_REQUESTS:
  case SOUP_STATUS_SERVICE_UNAVAILABLE:
    return BATON_ERROR_BUSY;
  case SOUP_STATUS_REQUEST_TIMEOUT:
    return BATON_ERROR_UNCERTAIN;
  default:
    return status >= 500 ? BATON_ERROR_UNCERTAIN : BATON_ERROR_INVALID;
  }
}

/* `error.code` is a word of the protocol; what does not look like one stays out of messages. */
static gboolean
is_word (const char *code)
{
  return code != NULL && *code != '\0' && strlen (code) <= 40
         && strspn (code, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == strlen (code);
}

/**
 * baton_http_answer_check:
 * @self: an answer
 * @error: return location for a [error@Error] that says what its status means; of the body only `error.code` is looked
 *   at, so one that is empty, HTML or broken does no harm
 *
 * Returns: %TRUE for a status from 200 to 299
 */
gboolean
baton_http_answer_check (const BatonHttpAnswer  *self,
                         GError                **error)
{
  BatonJsonNode details = baton_json_node_get_member (baton_http_answer_get_root (self), "error");
  g_autofree char *code = baton_json_node_dup_member (details, "code");

  if (SOUP_STATUS_IS_SUCCESSFUL (self->status))
    return TRUE;

  g_set_error (error, BATON_ERROR, code_from_status (self->status, code), "answered %u%s%s",
               self->status, is_word (code) ? " " : "", is_word (code) ? code : "");
  return FALSE;
}
