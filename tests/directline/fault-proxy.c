/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fault-proxy.h"

#define MOST_BYTES (64 * 1024)

typedef struct _Link Link;

/* One direction of a connection. */
typedef struct {
  Link          *link;
  GInputStream  *in;
  GOutputStream *out;
  guint8         piece[MOST_BYTES];
  gsize          size;
  guint          delay_id;
  gboolean       is_held;           /* frozen, with or without a piece in hand */
} Pipe;

struct _Link {
  gatomicrefcount    refs;
  FaultProxy        *proxy;         /* %NULL once it is cut */
  GSocketConnection *client;
  GSocketConnection *server;        /* %NULL until reached */
  GCancellable      *cancellable;
  Pipe               up, down;
  gsize              left;          /* bytes, both ways, until it is cut; 0: as many as there are */
  GList              node;
};

static void pump (Pipe *pipe);

static Link *
link_ref (Link *link)
{
  g_atomic_ref_count_inc (&link->refs);
  return link;
}

static void
link_unref (Link *link)
{
  if (!g_atomic_ref_count_dec (&link->refs))
    return;
  g_object_unref (link->client);
  g_clear_object (&link->server);
  g_object_unref (link->cancellable);
  g_free (link);
}

static void
cut (Link *link)
{
  if (link->proxy == NULL)
    return;
  link->proxy->cut++;
  g_queue_unlink (&link->proxy->links, &link->node);
  link->proxy = NULL;
  g_clear_handle_id (&link->up.delay_id, g_source_remove);
  g_clear_handle_id (&link->down.delay_id, g_source_remove);
  g_cancellable_cancel (link->cancellable);
  g_io_stream_close (G_IO_STREAM (link->client), NULL, NULL);
  if (link->server != NULL)
    g_io_stream_close (G_IO_STREAM (link->server), NULL, NULL);
  link_unref (link);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Pipe *pipe = user_data;
  Link *link = pipe->link;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL) && link->proxy != NULL)
    pump (pipe);
  else
    cut (link);
  link_unref (link);
}

static void
pass_on (Pipe *pipe)
{
  if (pipe->link->proxy->bytes == 0) {
    pipe->is_held = TRUE;
    return;
  }
  g_output_stream_write_all_async (pipe->out, pipe->piece, pipe->size, G_PRIORITY_DEFAULT, pipe->link->cancellable,
                                   written_cb, pipe);
  link_ref (pipe->link);
}

static gboolean
delayed_cb (gpointer user_data)
{
  Pipe *pipe = user_data;

  pipe->delay_id = 0;
  pass_on (pipe);
  return G_SOURCE_REMOVE;
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Pipe *pipe = user_data;
  Link *link = pipe->link;
  gssize size = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (size <= 0 || link->proxy == NULL) {
    cut (link);
  } else {
    pipe->size = (gsize) size;
    if (link->left > 0) {
      pipe->size = MIN (pipe->size, link->left);
      link->left -= pipe->size;
      if (link->left == 0) {
        cut (link);   /* the last bytes do not arrive */
        link_unref (link);
        return;
      }
    }
    if (link->proxy->delay_ms > 0)
      pipe->delay_id = g_timeout_add (link->proxy->delay_ms, delayed_cb, pipe);
    else
      pass_on (pipe);
  }
  link_unref (link);
}

static void
pump (Pipe *pipe)
{
  Link *link = pipe->link;

  pipe->size = 0;
  if (link->proxy->bytes == 0) {
    pipe->is_held = TRUE;
    return;
  }
  link_ref (link);
  g_input_stream_read_async (pipe->in, pipe->piece, MIN (link->proxy->bytes, MOST_BYTES), G_PRIORITY_DEFAULT,
                             link->cancellable, read_cb, pipe);
}

static void
reached_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Link *link = user_data;

  link->server = g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (source), result, NULL);
  if (link->server == NULL || link->proxy == NULL) {
    cut (link);
  } else {
    link->up = (Pipe) { .link = link, .in = g_io_stream_get_input_stream (G_IO_STREAM (link->client)),
                        .out = g_io_stream_get_output_stream (G_IO_STREAM (link->server)) };
    link->down = (Pipe) { .link = link, .in = g_io_stream_get_input_stream (G_IO_STREAM (link->server)),
                          .out = g_io_stream_get_output_stream (G_IO_STREAM (link->client)) };
    pump (&link->up);
    pump (&link->down);
  }
  link_unref (link);
}

static gboolean
incoming_cb (FaultProxy        *self,
             GSocketConnection *connection)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  Link *link = g_new0 (Link, 1);

  self->accepted++;
  g_atomic_ref_count_init (&link->refs);
  link->proxy = self;
  link->client = g_object_ref (connection);
  link->cancellable = g_cancellable_new ();
  link->node.data = link;
  if (self->most_life > 0)
    link->left = (gsize) g_random_int_range ((gint32) self->least_life, (gint32) self->most_life);
  g_queue_push_tail_link (&self->links, &link->node);
  g_socket_client_connect_to_host_async (client, "127.0.0.1", self->target, link->cancellable, reached_cb,
                                         link_ref (link));
  return TRUE;
}

FaultProxy *
fault_proxy_new (guint16 target)
{
  FaultProxy *self = g_new0 (FaultProxy, 1);
  g_autoptr (GError) error = NULL;

  self->target = target;
  self->bytes = MOST_BYTES;
  g_queue_init (&self->links);
  self->service = g_socket_service_new ();
  self->port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect_swapped (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  return self;
}

void
fault_proxy_free (FaultProxy *self)
{
  fault_proxy_cut (self);
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_free (self);
}

void
fault_proxy_cut (FaultProxy *self)
{
  while (!g_queue_is_empty (&self->links))
    cut (g_queue_peek_head (&self->links));
}

static void
thaw (Pipe *pipe)
{
  if (!pipe->is_held)
    return;
  pipe->is_held = FALSE;
  if (pipe->size > 0)
    pass_on (pipe);
  else
    pump (pipe);
}

void
fault_proxy_set_frozen (FaultProxy *self,
                        gboolean    frozen)
{
  self->bytes = frozen ? 0 : MOST_BYTES;
  if (frozen)
    return;
  for (GList *l = self->links.head; l != NULL; l = l->next) {
    Link *link = l->data;

    thaw (&link->down);
    thaw (&link->up);
  }
}
