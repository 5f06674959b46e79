/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "baton-http.h"
#include "baton-pace.h"

/**
 * BatonDlOutbox:
 *
 * What is to be posted to one conversation: in order, one at a time, held while there is nowhere to post it to. A post is
 * pending until it returns: sent, with its id, or failed. One that was answered with 502, or not at all, may have
 * arrived; it waits at the head for its echo before it fails, and is never sent again from here (protocol 6.6). Its owner
 * has to outlive the tasks it is given, as the source object of a task does.
 */
typedef struct _BatonDlOutbox BatonDlOutbox;

/**
 * BatonDlPost:
 *
 * What to post; copied by baton_dl_outbox_push().
 */
typedef struct {
  GBytes            *body;
  const char        *content_type;   /* %NULL: JSON */
  const char        *disposition;    /* or %NULL */
  const char        *client_id;      /* by which its echo is known; %NULL: it has none */
  BatonHttpProgress  progress;       /* or %NULL */
  gpointer           progress_data;
} BatonDlPost;

/**
 * BatonDlOutboxFuncs:
 * @refused: the token was refused; the post waits at the head for baton_dl_outbox_set_target()
 * @look: the echo was waited for in vain: look whether the conversation has it, then baton_dl_outbox_give_up()
 */
typedef struct {
  void (*refused) (gpointer user_data);
  void (*look)    (gpointer user_data);
} BatonDlOutboxFuncs;

BatonDlOutbox *baton_dl_outbox_new            (SoupSession              *session,
                                               const BatonDlOutboxFuncs *funcs,
                                               gpointer                  user_data);
void           baton_dl_outbox_free           (BatonDlOutbox            *self);
void           baton_dl_outbox_set_patience   (BatonDlOutbox            *self,
                                               guint                     milliseconds);
void           baton_dl_outbox_set_repeatable (BatonDlOutbox            *self,
                                               gboolean                  repeatable);
void           baton_dl_outbox_set_target     (BatonDlOutbox            *self,
                                               const char               *url,      /* %NULL: hold */
                                               const char               *token);
void           baton_dl_outbox_set_hearing    (BatonDlOutbox            *self,
                                               gboolean                  hearing);   /* whether echoes come in now */
void           baton_dl_outbox_hear           (BatonDlOutbox            *self,
                                               const char               *client_id,
                                               const char               *id);
void           baton_dl_outbox_give_up        (BatonDlOutbox            *self);
void           baton_dl_outbox_push           (BatonDlOutbox            *self,
                                               GTask                    *task,
                                               const BatonDlPost        *content);
void           baton_dl_outbox_end            (BatonDlOutbox            *self,
                                               const GError             *why);
