/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/**
 * BatonYaml:
 *
 * A node of a YAML file: a mapping, a sequence or a scalar. Every scalar is text. Immutable and counted; every look
 * takes %NULL (nothing there) and answers %NULL or 0, so look-ups can be chained without a check in between.
 */
typedef struct _BatonYaml BatonYaml;

BatonYaml  *baton_yaml_parse        (const char       *text,
                                     gsize             length,
                                     GError          **error) G_GNUC_WARN_UNUSED_RESULT;
BatonYaml  *baton_yaml_overlay      (BatonYaml        *base,
                                     BatonYaml        *over);
BatonYaml  *baton_yaml_ref          (BatonYaml        *self);
void        baton_yaml_unref        (BatonYaml        *self);

gboolean    baton_yaml_is_mapping   (const BatonYaml  *self);
gboolean    baton_yaml_is_sequence  (const BatonYaml  *self);
gboolean    baton_yaml_is_plain     (const BatonYaml  *self);   /* a scalar without quotes */
guint       baton_yaml_get_line     (const BatonYaml  *self);   /* from 1 */
const char *baton_yaml_get_text     (const BatonYaml  *self);   /* of a scalar, else %NULL */
guint       baton_yaml_get_size     (const BatonYaml  *self);   /* members or elements */
BatonYaml  *baton_yaml_get_child    (const BatonYaml  *self,
                                     guint             position);
const char *baton_yaml_get_key      (const BatonYaml  *self,
                                     guint             position);
BatonYaml  *baton_yaml_get_member   (const BatonYaml  *self,
                                     const char       *key);
const char *baton_yaml_get_string   (const BatonYaml  *self,
                                     const char       *key);
gboolean    baton_yaml_is_true      (const BatonYaml  *self,
                                     const char       *key,
                                     gboolean          otherwise);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonYaml, baton_yaml_unref)
