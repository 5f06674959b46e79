/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-queue-row.h"

/**
 * BatonQueueHeading:
 *
 * Stands above the first row of a section: its name, how many there are, and above those who wait a way to take the
 * next one.
 */
#define BATON_TYPE_QUEUE_HEADING (baton_queue_heading_get_type ())
G_DECLARE_FINAL_TYPE (BatonQueueHeading, baton_queue_heading, BATON, QUEUE_HEADING, GtkWidget)

GtkWidget    *baton_queue_heading_new         (BatonSection       section);
BatonSection  baton_queue_heading_get_section (BatonQueueHeading *self);
void          baton_queue_heading_set_count   (BatonQueueHeading *self,
                                               guint              count);
