/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

/* The JSON gate and reader. One strict pass over the bytes (RFC 8259, no recursion) checks size, depth, number of
 * values, UTF-8, grammar, whole surrogate pairs, no \u0000, no control characters, finite numbers and nothing after the
 * value, and remembers where each value stands. No tree is built; values are read out of the original bytes, which are
 * never changed: what we do not know we do not lose. */

/**
 * BatonJson:
 *
 * A checked, immutable JSON document: the original bytes and an index of its values. May be shared between threads.
 */
typedef struct _BatonJson BatonJson;

/**
 * BatonJsonLimits:
 * @size: most bytes
 * @depth: deepest nesting of arrays and objects
 * @values: most values in all (members and elements, containers included)
 */
typedef struct {
  gsize size;
  guint depth;
  guint values;
} BatonJsonLimits;

/* What a canvas or console may send: 256 KiB, depth 32, 20,000 values. */
extern const BatonJsonLimits BATON_JSON_LIMITS_CLIENT;
/* What an upstream bot (transcripts!) or our own relay may send: 16 MiB, depth 64, as many values as fit. */
extern const BatonJsonLimits BATON_JSON_LIMITS_BOT;

typedef enum {
  BATON_JSON_ABSENT,   /* not there at all */
  BATON_JSON_NULL,
  BATON_JSON_BOOLEAN,
  BATON_JSON_NUMBER,
  BATON_JSON_STRING,
  BATON_JSON_ARRAY,
  BATON_JSON_OBJECT,
} BatonJsonKind;

/**
 * BatonJsonNode:
 *
 * One value of a document; passed by value, valid as long as the document. All zero means absent; every function takes
 * an absent node and answers absent, %NULL or 0, so look-ups can be chained without a check in between.
 */
typedef struct {
  const BatonJson *json;
  guint            index;
} BatonJsonNode;

/**
 * BatonJsonIter:
 *
 * Walks the members of an object or the elements of an array, in the order of the text. Plain data; no cleanup.
 */
typedef struct {
  BatonJsonNode container;
  guint         next;
  guint         left;
} BatonJsonIter;

/* Most names that one call looks up. */
#define BATON_JSON_MAX_NAMES 16

BatonJson     *baton_json_parse           (GBytes                 *bytes,
                                           const BatonJsonLimits  *limits,
                                           GError                **error) G_GNUC_WARN_UNUSED_RESULT;
BatonJson     *baton_json_parse_text      (const char             *text,
                                           gssize                  length,
                                           const BatonJsonLimits  *limits,
                                           GError                **error) G_GNUC_WARN_UNUSED_RESULT;
BatonJson     *baton_json_ref             (BatonJson              *self);
void           baton_json_unref           (BatonJson              *self);
GBytes        *baton_json_get_bytes       (const BatonJson        *self);
BatonJsonNode  baton_json_get_root        (const BatonJson        *self);

BatonJsonKind  baton_json_node_get_kind   (BatonJsonNode           node);
guint          baton_json_node_get_size   (BatonJsonNode           node);
const char    *baton_json_node_get_raw    (BatonJsonNode           node,
                                           gsize                  *length);
char          *baton_json_node_dup_raw    (BatonJsonNode           node);
char          *baton_json_node_dup_string (BatonJsonNode           node);
char          *baton_json_node_dup_text   (BatonJsonNode           node);
gboolean       baton_json_node_is         (BatonJsonNode           node,
                                           const char             *text);
gboolean       baton_json_node_get_int    (BatonJsonNode           node,
                                           gint64                 *value);
gboolean       baton_json_node_get_double (BatonJsonNode           node,
                                           double                 *value);
gboolean       baton_json_node_is_true    (BatonJsonNode           node);

BatonJsonNode  baton_json_node_get_member (BatonJsonNode           node,
                                           const char             *name);
void           baton_json_node_get_members (BatonJsonNode          node,
                                           const char *const      *names,
                                           BatonJsonNode          *values,
                                           guint                   n_names);
BatonJsonNode  baton_json_node_find_member (BatonJsonNode          node,
                                           const char             *name_ignoring_case);
BatonJsonNode  baton_json_node_get_element (BatonJsonNode          node,
                                           guint                   position);
char          *baton_json_node_dup_member (BatonJsonNode           node,
                                           const char             *name);

void           baton_json_iter_init       (BatonJsonIter          *iter,
                                           BatonJsonNode           container);
gboolean       baton_json_iter_next       (BatonJsonIter          *iter,
                                           BatonJsonNode          *name,
                                           BatonJsonNode          *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonJson, baton_json_unref)
