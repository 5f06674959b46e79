/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-store.h"
#include "baton-transport.h"

/**
 * BatonDeskPicture:
 *
 * A snapshot as the frames in which it is sent; shared by all streams that need one at the same time.
 */
typedef struct {
  gint64     seq;
  GPtrArray *frames;   /* of GBytes */
} BatonDeskPicture;

BatonDeskPicture *baton_desk_picture_new (const BatonSnapshot *snapshot,
                                          GPtrArray           *agents);
void              baton_desk_picture_unref (BatonDeskPicture   *self);   /* a g_rc_box */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonDeskPicture, baton_desk_picture_unref)

/* {"events":[…]} in as many frames as the size of frames asks for. */
GPtrArray        *baton_desk_frame_events  (GPtrArray          *events);

/**
 * BatonDeskStream:
 *
 * One console's stream of events. It sends from the store's log until it has caught up, then what comes live; a reader
 * that cannot keep up costs a number here and no memory: it falls back to the log.
 */
#define BATON_TYPE_DESK_STREAM (baton_desk_stream_get_type ())
G_DECLARE_FINAL_TYPE (BatonDeskStream, baton_desk_stream, BATON, DESK_STREAM, GObject)

/* Emits `closed` once, like the #BatonStream it holds. */
BatonDeskStream  *baton_desk_stream_new         (BatonStore          *store,
                                                 BatonStream         *stream,
                                                 const char          *agent_id,
                                                 const char          *session,
                                                 gint64               ends_at,
                                                 gint64               after);
const char       *baton_desk_stream_get_agent   (BatonDeskStream     *self);
const char       *baton_desk_stream_get_session (BatonDeskStream     *self);
gint64            baton_desk_stream_get_ends_at (BatonDeskStream     *self);
gint64            baton_desk_stream_get_after   (BatonDeskStream     *self);
gboolean          baton_desk_stream_is_due      (BatonDeskStream     *self,
                                                 gint64               every);
void              baton_desk_stream_greet       (BatonDeskStream     *self,
                                                 GBytes              *hello);
void              baton_desk_stream_begin       (BatonDeskStream     *self,
                                                 BatonDeskPicture    *picture,
                                                 gint64               head);
void              baton_desk_stream_tell        (BatonDeskStream     *self,
                                                 gint64               seq,
                                                 GBytes              *frame);
void              baton_desk_stream_end         (BatonDeskStream     *self,
                                                 guint                code,
                                                 const char          *reason);
