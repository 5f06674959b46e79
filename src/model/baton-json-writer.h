/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-json.h"

/* Writes JSON text. Raw spans of checked documents can be put in as they are, which no tree-based generator can do
 * without changing numbers. Names and structure are the caller's; the writer sets commas and escapes strings. */

/**
 * BatonJsonWriter:
 *
 * Grows one text. Values written while an object is open need a baton_json_writer_name() before each.
 */
typedef struct _BatonJsonWriter BatonJsonWriter;

BatonJsonWriter *baton_json_writer_new          (void);
BatonJsonWriter *baton_json_writer_new_sized    (gsize            size);
void             baton_json_writer_free         (BatonJsonWriter *self);
GBytes          *baton_json_writer_finish       (BatonJsonWriter *self);
char            *baton_json_writer_finish_text  (BatonJsonWriter *self);

void             baton_json_writer_begin_object (BatonJsonWriter *self);
void             baton_json_writer_end_object   (BatonJsonWriter *self);
void             baton_json_writer_begin_array  (BatonJsonWriter *self);
void             baton_json_writer_end_array    (BatonJsonWriter *self);
void             baton_json_writer_name         (BatonJsonWriter *self,
                                                 const char      *name);
void             baton_json_writer_string       (BatonJsonWriter *self,
                                                 const char      *value);
void             baton_json_writer_int          (BatonJsonWriter *self,
                                                 gint64           value);
void             baton_json_writer_boolean      (BatonJsonWriter *self,
                                                 gboolean         value);
void             baton_json_writer_null         (BatonJsonWriter *self);
void             baton_json_writer_node         (BatonJsonWriter *self,
                                                 BatonJsonNode    node);
void             baton_json_writer_raw          (BatonJsonWriter *self,
                                                 const char      *json,
                                                 gssize           length);
void             baton_json_writer_strv         (BatonJsonWriter *self,
                                                 const char *const *values);

/* name + value in one call */
void             baton_json_writer_add_string   (BatonJsonWriter *self,
                                                 const char      *name,
                                                 const char      *value);
void             baton_json_writer_add_int      (BatonJsonWriter *self,
                                                 const char      *name,
                                                 gint64           value);
void             baton_json_writer_add_boolean  (BatonJsonWriter *self,
                                                 const char      *name,
                                                 gboolean         value);
void             baton_json_writer_add_time     (BatonJsonWriter *self,
                                                 const char      *name,
                                                 gint64           usec);
void             baton_json_writer_add_strv     (BatonJsonWriter *self,
                                                 const char      *name,
                                                 const char *const *values);
void             baton_json_writer_add_node     (BatonJsonWriter *self,
                                                 const char      *name,
                                                 BatonJsonNode    node);
void             baton_json_writer_add_members  (BatonJsonWriter *self,
                                                 BatonJsonNode    object,
                                                 const char *const *but);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonJsonWriter, baton_json_writer_free)
