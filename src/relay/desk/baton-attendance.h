/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-agent.h"

/* Who is at their desk: what each agent chose to be, how many streams they hold, and what everybody was told last.
 * Decides, and does nothing: each call answers whether a presence has to be told now. Points in time are given by the
 * caller, monotonic microseconds. */

typedef struct _BatonAttendance BatonAttendance;

BatonAttendance *baton_attendance_new           (gint64            patience);
void             baton_attendance_free          (BatonAttendance  *self);
BatonPresence    baton_attendance_get           (BatonAttendance  *self,
                                                 const char       *agent_id);
void             baton_attendance_learn         (BatonAttendance  *self,
                                                 const char       *agent_id,
                                                 BatonPresence     presence,
                                                 gint64            now);
gboolean         baton_attendance_choose        (BatonAttendance  *self,
                                                 const char       *agent_id,
                                                 BatonPresence     presence,
                                                 gint64            now);
gboolean         baton_attendance_sign_in       (BatonAttendance  *self,
                                                 const char       *agent_id,
                                                 gint64            now);
gboolean         baton_attendance_sign_out      (BatonAttendance  *self,
                                                 const char       *agent_id);
gboolean         baton_attendance_add_stream    (BatonAttendance  *self,
                                                 const char       *agent_id);
void             baton_attendance_remove_stream (BatonAttendance  *self,
                                                 const char       *agent_id,
                                                 gint64            now);
GStrv            baton_attendance_take_lost     (BatonAttendance  *self,
                                                 gint64            now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonAttendance, baton_attendance_free)
