/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* A TCP proxy on loopback that does to connections what networks do: cuts them, holds them half open, slows them down,
 * hands over byte by byte. In this process and its main context. */

typedef struct _FaultProxy FaultProxy;

struct _FaultProxy {
  GSocketService *service;
  guint16         port;          /* ours */
  guint16         target;
  GQueue          links;

  /* how it behaves; may be changed at any time */
  gsize           bytes;         /* that go on in one piece */
  guint           delay_ms;      /* before each piece */
  gsize           least_life;    /* a connection is cut once so many bytes have come by ... */
  gsize           most_life;     /* ... or as late as this many; 0: never */

  /* what it saw */
  guint           accepted;      /* connections */
  guint           cut;
};

FaultProxy *fault_proxy_new        (guint16      target);
void        fault_proxy_free       (FaultProxy  *self);
void        fault_proxy_cut        (FaultProxy  *self);     /* every connection, now */
void        fault_proxy_set_frozen (FaultProxy  *self,
                                    gboolean     frozen);   /* nothing goes on in either direction, nothing ends */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultProxy, fault_proxy_free)
