/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-transcript-private.h"

G_DEFINE_FINAL_TYPE (BatonTranscriptItem, baton_transcript_item, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (BatonDelivery, baton_delivery,
                    G_DEFINE_ENUM_VALUE (BATON_DELIVERY_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (BATON_DELIVERY_PENDING, "pending"),
                    G_DEFINE_ENUM_VALUE (BATON_DELIVERY_SENT, "sent"),
                    G_DEFINE_ENUM_VALUE (BATON_DELIVERY_FAILED, "failed"))

enum { PROP_0, PROP_ACTIVITY, PROP_DELIVERY, N_PROPS };
static GParamSpec *props[N_PROPS];

static void
baton_transcript_item_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  BatonTranscriptItem *self = BATON_TRANSCRIPT_ITEM (object);

  switch (prop_id) {
  case PROP_ACTIVITY:
    g_value_set_object (value, self->activity);
    break;
  case PROP_DELIVERY:
    g_value_set_enum (value, (int) self->delivery);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
baton_transcript_item_finalize (GObject *object)
{
  BatonTranscriptItem *self = BATON_TRANSCRIPT_ITEM (object);

  g_clear_object (&self->activity);
  g_clear_object (&self->handoff);
  g_clear_pointer (&self->client_id, g_free);

  G_OBJECT_CLASS (baton_transcript_item_parent_class)->finalize (object);
}

static void
baton_transcript_item_class_init (BatonTranscriptItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = baton_transcript_item_finalize;
  object_class->get_property = baton_transcript_item_get_property;

  props[PROP_ACTIVITY] = g_param_spec_object ("activity", NULL, NULL, BATON_TYPE_ACTIVITY, readable);
  props[PROP_DELIVERY] = g_param_spec_enum ("delivery", NULL, NULL, BATON_TYPE_DELIVERY, BATON_DELIVERY_NONE, readable);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
baton_transcript_item_init (BatonTranscriptItem *self)
{
}

/* @activity or @handoff, as @kind says; @time in microseconds UTC. */
BatonTranscriptItem *
baton_transcript_item_new (BatonItemKind  kind,
                           BatonActivity *activity,
                           BatonHandoff  *handoff,
                           gint64         time)
{
  BatonTranscriptItem *self = g_object_new (BATON_TYPE_TRANSCRIPT_ITEM, NULL);

  self->kind = kind;
  g_set_object (&self->activity, activity);
  g_set_object (&self->handoff, handoff);
  self->time = time;
  return self;
}

void
baton_transcript_item_set_activity (BatonTranscriptItem *self,
                                    BatonActivity       *activity)
{
  if (g_set_object (&self->activity, activity))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ACTIVITY]);
}

void
baton_transcript_item_set_delivery (BatonTranscriptItem *self,
                                    BatonDelivery        delivery)
{
  if (self->delivery == delivery)
    return;

  self->delivery = delivery;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DELIVERY]);
}

BatonItemKind
baton_transcript_item_get_kind (BatonTranscriptItem *self)
{
  g_return_val_if_fail (BATON_IS_TRANSCRIPT_ITEM (self), BATON_ITEM_MESSAGE);

  return self->kind;
}

BatonActivity *
baton_transcript_item_get_activity (BatonTranscriptItem *self)
{
  g_return_val_if_fail (BATON_IS_TRANSCRIPT_ITEM (self), NULL);

  return self->activity;
}

BatonHandoff *
baton_transcript_item_get_handoff (BatonTranscriptItem *self)
{
  g_return_val_if_fail (BATON_IS_TRANSCRIPT_ITEM (self), NULL);

  return self->handoff;
}

/**
 * baton_transcript_item_get_time:
 * @self: an item
 *
 * Returns: when it was said, microseconds UTC; where the activity does not tell, the time of the item before it
 */
gint64
baton_transcript_item_get_time (BatonTranscriptItem *self)
{
  g_return_val_if_fail (BATON_IS_TRANSCRIPT_ITEM (self), 0);

  return self->time;
}

BatonDelivery
baton_transcript_item_get_delivery (BatonTranscriptItem *self)
{
  g_return_val_if_fail (BATON_IS_TRANSCRIPT_ITEM (self), BATON_DELIVERY_NONE);

  return self->delivery;
}

const char *
baton_transcript_item_get_client_id (BatonTranscriptItem *self)
{
  g_return_val_if_fail (BATON_IS_TRANSCRIPT_ITEM (self), NULL);

  return self->client_id;
}
