/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-value.h"
#include "baton-yaml.h"

/**
 * BatonEntity:
 *
 * What kind of answer a question wants, and how to find it in what the customer wrote.
 */
typedef struct _BatonEntity BatonEntity;

BatonEntity *baton_entity_new         (BatonYaml    *yaml,
                                       const char   *set,
                                       GHashTable   *files);
void         baton_entity_free        (BatonEntity  *self);
gboolean     baton_entity_is_known    (BatonYaml    *yaml,
                                       GHashTable   *files);
gboolean     baton_entity_is_free     (BatonEntity  *self);
GPtrArray   *baton_entity_dup_labels  (BatonEntity  *self,
                                       const char   *locale);
gboolean     baton_entity_recognize   (BatonEntity  *self,
                                       const char   *answer,
                                       const char   *locale,
                                       BatonValue  **value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonEntity, baton_entity_free)
