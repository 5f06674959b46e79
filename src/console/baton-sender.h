/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-dl-client.h"
#include "baton-outbox.h"
#include "baton-transcript.h"

/**
 * BatonSender:
 *
 * Brings the replies of one conversation to the relay, one after the other, and shows in the transcript how far each
 * has come: pending until its echo or the answer to its post is here, failed when it was refused or nothing was heard
 * for 20 s. While the connection is lost nothing fails; it waits. Repeats carry the same `clientActivityID`, so the
 * relay keeps each reply once; to a server that is not known to do so nothing is repeated but by the agent. That the
 * agent is typing goes out beside them, and nobody waits for it.
 *
 * Signals: `expired` (): the token is no longer good; `refused` (): a post was refused, perhaps because somebody else
 * owns the conversation now.
 */
#define BATON_TYPE_SENDER (baton_sender_get_type ())
G_DECLARE_FINAL_TYPE (BatonSender, baton_sender, BATON, SENDER, GObject)

BatonSender *baton_sender_new          (BatonDlClient    *client,
                                        BatonTranscript  *transcript,
                                        BatonOutbox      *outbox);
void         baton_sender_set_user     (BatonSender      *self,
                                        const char       *id,
                                        const char       *name);
void         baton_sender_set_patience (BatonSender      *self,
                                        guint             milliseconds);
void         baton_sender_open         (BatonSender      *self,
                                        gint64            epoch);
void         baton_sender_close        (BatonSender      *self);
gboolean     baton_sender_send         (BatonSender      *self,
                                        const char       *text,
                                        GError          **error);
void         baton_sender_retry        (BatonSender      *self,
                                        const char       *client_id);
void         baton_sender_tell_typing  (BatonSender      *self);
void         baton_sender_hear         (BatonSender      *self,
                                        BatonActivity    *activity);
void         baton_sender_forget       (BatonSender      *self);
