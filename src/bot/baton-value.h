/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-json-writer.h"

/**
 * BatonValue:
 *
 * What a variable of a topic holds. %NULL is the blank value. Counted, and immutable once shared.
 */
typedef struct _BatonValue BatonValue;

typedef enum {
  BATON_VALUE_BLANK,
  BATON_VALUE_BOOLEAN,
  BATON_VALUE_NUMBER,
  BATON_VALUE_TEXT,
  BATON_VALUE_CHOICE,   /* one of a closed list: belongs to a set, has an id and a label */
  BATON_VALUE_RECORD,
  BATON_VALUE_TABLE,
} BatonValueKind;

/* Longer texts are cut: a topic can double a text in a loop. */
#define BATON_VALUE_MAX_TEXT (64 * 1024)

BatonValue     *baton_value_new_boolean   (gboolean           truth);
BatonValue     *baton_value_new_number    (double             number);
BatonValue     *baton_value_new_text      (const char        *text);
BatonValue     *baton_value_new_choice    (const char        *set,
                                           const char        *id,
                                           const char        *label);
BatonValue     *baton_value_new_record    (void);
BatonValue     *baton_value_new_table     (void);
gboolean        baton_value_add           (BatonValue        *self,
                                           const char        *name,
                                           BatonValue        *item);
BatonValue     *baton_value_ref           (BatonValue        *self);
void            baton_value_unref         (BatonValue        *self);

BatonValueKind  baton_value_get_kind      (const BatonValue  *self);
gboolean        baton_value_is_blank      (const BatonValue  *self);
gboolean        baton_value_is_true       (const BatonValue  *self);
gboolean        baton_value_get_number    (const BatonValue  *self,
                                           double            *number);
char           *baton_value_dup_text      (const BatonValue  *self);
const char     *baton_value_get_id        (const BatonValue  *self);   /* of a choice, else %NULL */
gboolean        baton_value_equal         (const BatonValue  *a,
                                           const BatonValue  *b);
guint           baton_value_get_size      (const BatonValue  *self);
BatonValue     *baton_value_get_item      (const BatonValue  *self,
                                           guint              position);
const char     *baton_value_get_name      (const BatonValue  *self,
                                           guint              position);
BatonValue     *baton_value_get_member    (const BatonValue  *self,
                                           const char        *name);

void            baton_value_write         (const BatonValue  *self,
                                           BatonJsonWriter   *writer);
void            baton_value_store         (const BatonValue  *self,
                                           BatonJsonWriter   *writer);
BatonValue     *baton_value_restore       (BatonJsonNode      node);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonValue, baton_value_unref)
