/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/**
 * RawClient:
 *
 * A TCP client that says exactly what it is told and remembers all that came back. For what no well-behaved HTTP library
 * would send.
 */
typedef struct {
  GSocket *socket;
  GSource *source;
  GString *received;
  gboolean closed;    /* by the server */
} RawClient;

RawClient *raw_client_new           (const char *url);
void       raw_client_free          (RawClient  *self);
gboolean   raw_client_send          (RawClient  *self,
                                     const char *data,
                                     gssize      length);   /* %FALSE: the connection is broken, or takes no more for now */
void       raw_client_send_frame    (RawClient  *self,
                                     guint8      first,     /* FIN, reserved bits and opcode */
                                     const char *payload,
                                     gsize       length);
void       raw_client_upgrade       (RawClient  *self,
                                     const char *target,
                                     const char *headers);  /* more lines, each with \r\n, or "" */
void       raw_client_expect        (RawClient  *self,
                                     const char *part);     /* waits until it has come, and drops all up to its end */
void       raw_client_expect_closed (RawClient  *self);
void       raw_client_stop_reading  (RawClient  *self);
void       raw_client_resume_reading (RawClient *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawClient, raw_client_free)
