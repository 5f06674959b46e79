/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-summary.h"

#include "baton-time.h"

/* Whether an agent said it, or is about to: a reply that failed is no answer. */
static gboolean
is_answer (BatonTranscriptItem *item)
{
  BatonActivity *activity = baton_transcript_item_get_activity (item);
  BatonDelivery delivery = baton_transcript_item_get_delivery (item);

  return delivery == BATON_DELIVERY_PENDING || delivery == BATON_DELIVERY_SENT
         || (delivery == BATON_DELIVERY_NONE && baton_activity_get_party (activity) == BATON_PARTY_AGENT);
}

static gboolean
is_by_customer (BatonTranscriptItem *item)
{
  return baton_activity_get_party (baton_transcript_item_get_activity (item)) == BATON_PARTY_CUSTOMER;
}

/**
 * baton_summary_init:
 * @self: what to fill in; clear it with baton_summary_clear()
 * @transcript: a transcript
 * @queued_at: time of the hand-off; what was said before it was said to the bot
 * @read_until: time of the newest line the agent has seen, or %BATON_TIME_UNKNOWN
 *
 * Walks back from the end to the last answer or the hand-off, whichever is nearer: short, however long the transcript.
 */
void
baton_summary_init (BatonSummary    *self,
                    BatonTranscript *transcript,
                    gint64           queued_at,
                    gint64           read_until)
{
  GListModel *model = G_LIST_MODEL (transcript);

  *self = (BatonSummary) { .unanswered = BATON_TIME_UNKNOWN };
  for (guint i = g_list_model_get_n_items (model); i > 0 && !self->is_answered; i--) {
    g_autoptr (BatonTranscriptItem) item = g_list_model_get_item (model, i - 1);
    gint64 time = baton_transcript_item_get_time (item);

    if (baton_transcript_item_get_kind (item) != BATON_ITEM_MESSAGE)
      continue;
    if (self->last_text == NULL)
      self->last_text = baton_activity_dup_shown_text (baton_transcript_item_get_activity (item));
    if (is_answer (item)) {
      self->is_answered = TRUE;
    } else if (time < queued_at) {
      return;
    } else if (is_by_customer (item)) {
      self->unanswered = time;
      self->unread += time > read_until;
    }
  }
}

void
baton_summary_clear (BatonSummary *self)
{
  g_clear_pointer (&self->last_text, g_free);
}

/**
 * baton_summary_read_time:
 * @transcript: a transcript
 *
 * Returns: time of its newest line by the relay's clock, or %BATON_TIME_UNKNOWN
 */
gint64
baton_summary_read_time (BatonTranscript *transcript)
{
  GListModel *model = G_LIST_MODEL (transcript);

  /* Replies that are on their way stand last, and have no time of the relay's. */
  for (guint i = g_list_model_get_n_items (model); i > 0; i--) {
    g_autoptr (BatonTranscriptItem) item = g_list_model_get_item (model, i - 1);

    if (baton_transcript_item_get_delivery (item) == BATON_DELIVERY_NONE)
      return baton_transcript_item_get_time (item);
  }
  return BATON_TIME_UNKNOWN;
}
