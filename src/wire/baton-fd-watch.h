/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/**
 * BatonFdWatch:
 *
 * Watches one file descriptor in an epoll set that is shared by the process and is itself one source of the main context:
 * what is idle costs nothing, however much of it there is. To be used from the main thread.
 */
typedef struct _BatonFdWatch BatonFdWatch;

/**
 * BatonFdWatchFunc:
 * @writable: as asked for by baton_fd_watch_set_writing()
 *
 * There is something to read, or an error or end to be found by reading, or there is room to write. May free its own and
 * other watches.
 */
typedef void (*BatonFdWatchFunc) (gboolean readable,
                                  gboolean writable,
                                  gpointer user_data);

BatonFdWatch *baton_fd_watch_new         (int                fd,
                                          BatonFdWatchFunc   func,
                                          gpointer           user_data,
                                          GError           **error);
void          baton_fd_watch_free        (BatonFdWatch      *self);   /* before the descriptor is closed */
void          baton_fd_watch_set_writing (BatonFdWatch      *self,
                                          gboolean           writing);
