/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-activity.h"

struct _BatonActivity {
  GObject        parent_instance;

  GBytes        *bytes;        /* its own text if it was stamped here; %NULL: where @root stands in @json */
  gsize          has_root;     /* once: @bytes were read */
  BatonJson     *json;         /* the document @root lies in: its own, or a whole ActivitySet or transcript */
  BatonJsonNode  root;

  /* Set once, so that threads may share the object; what a stamp leaves alone is shared with what was stamped. */
  GRefString    *kind;
  GRefString    *id;
  GRefString    *name;
  GRefString    *text;
  GRefString    *text_format;
  GRefString    *locale;
  GRefString    *from_id;
  GRefString    *from_name;
  GRefString    *client_id;
  GRefString    *upstream_id;
  GRefString    *system_kind;
  gint64         timestamp;
  BatonParty     party;
};

BatonParty baton_activity_party_from_role (BatonJsonNode role);
