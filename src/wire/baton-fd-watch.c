/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-fd-watch.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "baton-error.h"

#define BATCH 64

struct _BatonFdWatch {
  int               fd;
  BatonFdWatchFunc  func;
  gpointer          user_data;
};

/* One for the process, while anything is watched. */
static int set = -1;
static guint n_watched;
static guint source_id;
static struct epoll_event batch[BATCH];   /* what is being told now */
static int n_batch;

static gboolean
ready_cb (int          fd,
          GIOCondition condition,
          gpointer     user_data)
{
  /* Not from within itself. */
  if (n_batch > 0)
    return G_SOURCE_CONTINUE;

  n_batch = MAX (epoll_wait (fd, batch, BATCH, 0), 0);
  for (int i = 0; i < n_batch; i++) {
    BatonFdWatch *watch = batch[i].data.ptr;
    guint32 events = batch[i].events;

    if (watch != NULL)   /* else it went meanwhile */
      watch->func ((events & ~(guint32) EPOLLOUT) != 0, (events & EPOLLOUT) != 0, watch->user_data);
  }
  n_batch = 0;
  return G_SOURCE_CONTINUE;
}

static gboolean
start (GError **error)
{
  g_autoptr (GSource) source = NULL;

  set = epoll_create1 (EPOLL_CLOEXEC);
  if (set < 0) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "no epoll set (%d)", errno);
    return FALSE;
  }
  source = g_unix_fd_source_new (set, G_IO_IN);
  g_source_set_callback (source, G_SOURCE_FUNC (ready_cb), NULL, NULL);
  /* One that cannot is taken out of the poll set and put back each time it is dispatched, which wakes the loop once more. */
  g_source_set_can_recurse (source, TRUE);
  source_id = g_source_attach (source, NULL);
  return TRUE;
}

static void
stop (void)
{
  g_clear_handle_id (&source_id, g_source_remove);
  close (set);
  set = -1;
}

/**
 * baton_fd_watch_new:
 * @fd: what to watch; stays the caller's
 * @func: called when it is ready
 * @user_data: for @func
 * @error: return location for a [error@Error]
 *
 * Returns: (transfer full): a watch for reading, or %NULL with @error set
 */
BatonFdWatch *
baton_fd_watch_new (int                fd,
                    BatonFdWatchFunc   func,
                    gpointer           user_data,
                    GError           **error)
{
  BatonFdWatch *self;
  struct epoll_event event = { .events = EPOLLIN };

  if (n_watched == 0 && set < 0 && !start (error))
    return NULL;

  self = g_new0 (BatonFdWatch, 1);
  *self = (BatonFdWatch) { fd, func, user_data };
  event.data.ptr = self;
  if (epoll_ctl (set, EPOLL_CTL_ADD, fd, &event) < 0) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "cannot be watched (%d)", errno);
    g_free (self);
    if (n_watched == 0)
      stop ();
    return NULL;
  }
  n_watched++;
  return self;
}

void
baton_fd_watch_free (BatonFdWatch *self)
{
  if (epoll_ctl (set, EPOLL_CTL_DEL, self->fd, NULL) < 0)
    g_warning ("a descriptor was closed before its watch ended (%d)", errno);
  for (int i = 0; i < n_batch; i++) {
    if (batch[i].data.ptr == self)
      batch[i].data.ptr = NULL;
  }
  g_free (self);
  if (--n_watched == 0)
    stop ();
}

void
baton_fd_watch_set_writing (BatonFdWatch *self,
                            gboolean      writing)
{
  struct epoll_event event = { .events = EPOLLIN | (writing ? (guint32) EPOLLOUT : 0), .data.ptr = self };

  if (epoll_ctl (set, EPOLL_CTL_MOD, self->fd, &event) < 0)
    g_warning ("a descriptor was closed before its watch ended (%d)", errno);
}
