/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "raw-client.h"

#include <string.h>

#include "baton-test.h"

static gboolean
readable_cb (GSocket      *socket,
             GIOCondition  condition,
             gpointer      user_data)
{
  RawClient *self = user_data;
  char buffer[65536];
  gssize n = g_socket_receive_with_blocking (socket, buffer, sizeof buffer, FALSE, NULL, NULL);

  if (n > 0) {
    g_string_append_len (self->received, buffer, n);
    return G_SOURCE_CONTINUE;
  }
  self->closed = TRUE;
  g_clear_pointer (&self->source, g_source_unref);
  return G_SOURCE_REMOVE;
}

RawClient *
raw_client_new (const char *url)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, &error);
  g_autoptr (GSocketAddress) address = NULL;
  RawClient *self = g_new0 (RawClient, 1);

  g_assert_no_error (error);
  address = g_inet_socket_address_new_from_string (g_uri_get_host (uri), (guint) g_uri_get_port (uri));
  self->socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_socket_connect (self->socket, address, NULL, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (self->socket, FALSE);

  self->received = g_string_new (NULL);
  raw_client_resume_reading (self);
  return self;
}

void
raw_client_stop_reading (RawClient *self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

void
raw_client_resume_reading (RawClient *self)
{
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_attach (self->source, NULL);
}

void
raw_client_free (RawClient *self)
{
  raw_client_stop_reading (self);
  g_socket_close (self->socket, NULL);
  g_object_unref (self->socket);
  g_string_free (self->received, TRUE);
  g_free (self);
}

gboolean
raw_client_send (RawClient  *self,
                 const char *data,
                 gssize      length)
{
  gsize left = length < 0 ? strlen (data) : (gsize) length;

  while (left > 0) {
    gssize n = g_socket_send_with_blocking (self->socket, data, left, FALSE, NULL, NULL);

    if (n <= 0)
      return FALSE;
    data += n;
    left -= (gsize) n;
  }
  return TRUE;
}

void
raw_client_send_frame (RawClient  *self,
                       guint8      first,
                       const char *payload,
                       gsize       length)
{
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  const guint8 mask[4] = { 0x12, 0x34, 0x56, 0x78 };
  guint8 head[10] = { first };
  guint size = 2;

  if (length < 126) {
    head[1] = 0x80 | (guint8) length;
  } else {
    head[1] = 0x80 | (length <= G_MAXUINT16 ? 126 : 127);
    size = length <= G_MAXUINT16 ? 4 : 10;
    for (guint i = 2; i < size; i++)
      head[i] = (guint8) ((guint64) length >> 8 * (size - 1 - i));
  }
  g_byte_array_append (frame, head, size);
  g_byte_array_append (frame, mask, sizeof mask);
  for (gsize i = 0; i < length; i++) {
    guint8 byte = (guint8) payload[i] ^ mask[i % 4];

    g_byte_array_append (frame, &byte, 1);
  }
  g_assert_true (raw_client_send (self, (const char *) frame->data, frame->len));
}

void
raw_client_upgrade (RawClient  *self,
                    const char *target,
                    const char *headers)
{
  g_autofree char *request = NULL;

  request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n",
                             target, headers);
  g_assert_true (raw_client_send (self, request, -1));
}

void
raw_client_expect (RawClient  *self,
                   const char *part)
{
  const char *found;
  guint deadline = baton_test_start_deadline (part);

  while ((found = memmem (self->received->str, self->received->len, part, strlen (part))) == NULL) {
    if (self->closed)
      g_error ("closed without “%s”", part);
    g_main_context_iteration (NULL, TRUE);
  }
  g_source_remove (deadline);
  g_string_erase (self->received, 0, (gssize) (found - self->received->str) + (gssize) strlen (part));
}

void
raw_client_expect_closed (RawClient *self)
{
  baton_test_wait (self->closed);
}
