/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-place.h"

#include <glib/gi18n.h>

#include "baton-format.h"
#include "baton-time.h"

/* A pause that long within a run is worth another look at the clock. */
#define PAUSE (5 * 60 * G_USEC_PER_SEC)

/* The line "… has joined" and the claim are one step of the relay's; its text names the agent, its sender does not. */
#define SAME_STEP G_USEC_PER_SEC

/**
 * baton_place_get_time:
 * @item: a line
 *
 * Returns: when it was said: the relay's time, for a reply that is still on its way this machine's
 */
gint64
baton_place_get_time (BatonTranscriptItem *item)
{
  BatonActivity *activity = baton_transcript_item_get_activity (item);
  g_autofree char *local = NULL;

  if (activity == NULL || baton_activity_get_timestamp (activity) != BATON_TIME_UNKNOWN)
    return baton_transcript_item_get_time (item);

  local = baton_json_node_dup_member (baton_activity_get_root (activity), "localTimestamp");
  return baton_time_parse (local);
}

static gboolean
is_by_me (BatonActivity   *activity,
          const BatonCast *cast)
{
  return g_strcmp0 (baton_activity_get_from_id (activity), cast->agent_id) == 0;
}

static gboolean
is_my_claim (gint64           time,
             const BatonCast *cast)
{
  return cast->claimed_at != BATON_TIME_UNKNOWN && time != BATON_TIME_UNKNOWN
         && ABS (time - cast->claimed_at) <= SAME_STEP;
}

static BatonSpeaker
find_speaker (BatonTranscriptItem *item,
              const BatonCast     *cast)
{
  BatonActivity *activity = baton_transcript_item_get_activity (item);

  if (baton_transcript_item_get_delivery (item) != BATON_DELIVERY_NONE)
    return BATON_SPEAKER_ME;

  switch (baton_activity_get_party (activity)) {
  case BATON_PARTY_CUSTOMER:
    return BATON_SPEAKER_CUSTOMER;
  case BATON_PARTY_AGENT:
    return is_by_me (activity, cast) ? BATON_SPEAKER_ME : BATON_SPEAKER_COLLEAGUE;
  case BATON_PARTY_BOT:
  case BATON_PARTY_SYSTEM:
  case BATON_PARTY_UNKNOWN:
  default:
    return BATON_SPEAKER_BOT;
  }
}

static char *
dup_name (BatonTranscriptItem *item,
          BatonSpeaker         speaker,
          const BatonCast     *cast)
{
  g_autofree char *name = NULL;

  switch (speaker) {
  case BATON_SPEAKER_CUSTOMER:
    return g_strdup (cast->customer_name);
  case BATON_SPEAKER_ME:
    /* Translators: the agent who sits at this console, above what they wrote */
    return g_strdup (C_("speaker", "You"));
  case BATON_SPEAKER_COLLEAGUE:
    name = baton_format_clean (baton_activity_get_from_name (baton_transcript_item_get_activity (item)));
    return *name != '\0' ? g_steal_pointer (&name) : g_strdup (_("Agent"));
  case BATON_SPEAKER_BOT:
  default:
    return g_strdup (C_("speaker", "Bot"));
  }
}

static gboolean
is_same_day (gint64 a,
             gint64 b)
{
  g_autoptr (GDateTime) day_a = g_date_time_new_from_unix_local (a / G_USEC_PER_SEC);
  g_autoptr (GDateTime) day_b = g_date_time_new_from_unix_local (b / G_USEC_PER_SEC);

  return day_a == NULL || day_b == NULL
         || (g_date_time_get_day_of_year (day_a) == g_date_time_get_day_of_year (day_b)
             && g_date_time_get_year (day_a) == g_date_time_get_year (day_b));
}

static gboolean
is_new_day (BatonTranscriptItem *before,
            gint64               time)
{
  if (time == BATON_TIME_UNKNOWN)
    return FALSE;
  if (before == NULL)
    return TRUE;
  return baton_place_get_time (before) != BATON_TIME_UNKNOWN && !is_same_day (baton_place_get_time (before), time);
}

/* Whether @item goes on in the run of @before. */
static gboolean
is_continued (BatonTranscriptItem *before,
              BatonTranscriptItem *item,
              const BatonCast     *cast)
{
  BatonSpeaker speaker;
  gint64 time, then;

  if (before == NULL || item == NULL || baton_transcript_item_get_kind (before) != BATON_ITEM_MESSAGE
      || baton_transcript_item_get_kind (item) != BATON_ITEM_MESSAGE)
    return FALSE;

  speaker = find_speaker (item, cast);
  if (find_speaker (before, cast) != speaker)
    return FALSE;
  if (speaker == BATON_SPEAKER_COLLEAGUE
      && g_strcmp0 (baton_activity_get_from_id (baton_transcript_item_get_activity (before)),
                    baton_activity_get_from_id (baton_transcript_item_get_activity (item))) != 0)
    return FALSE;

  time = baton_place_get_time (item);
  then = baton_place_get_time (before);
  if (time == BATON_TIME_UNKNOWN || then == BATON_TIME_UNKNOWN)
    return TRUE;
  return time - then < PAUSE && !is_new_day (before, time);
}

/**
 * baton_place_init:
 * @self: what to fill in; clear it with baton_place_clear()
 * @transcript: (element-type BatonTranscriptItem): a transcript
 * @position: of a line in it
 * @cast: who is who
 */
void
baton_place_init (BatonPlace      *self,
                  GListModel      *transcript,
                  guint            position,
                  const BatonCast *cast)
{
  g_autoptr (BatonTranscriptItem) item = g_list_model_get_item (transcript, position);
  g_autoptr (BatonTranscriptItem) next = g_list_model_get_item (transcript, position + 1);
  g_autoptr (BatonTranscriptItem) before = position > 0 ? g_list_model_get_item (transcript, position - 1) : NULL;

  *self = (BatonPlace) {
    .activity = baton_transcript_item_get_activity (item),
    .delivery = baton_transcript_item_get_delivery (item),
    .time = baton_place_get_time (item),
  };
  self->starts_day = is_new_day (before, self->time);
  self->starts_run = !is_continued (before, item, cast);
  self->ends_run = !is_continued (item, next, cast);
  if (baton_transcript_item_get_kind (item) == BATON_ITEM_SYSTEM)
    self->speaker = is_my_claim (self->time, cast) ? BATON_SPEAKER_ME : BATON_SPEAKER_COLLEAGUE;
  if (baton_transcript_item_get_kind (item) != BATON_ITEM_MESSAGE)
    return;

  self->speaker = find_speaker (item, cast);
  self->name = dup_name (item, self->speaker, cast);
  if (next != NULL && baton_transcript_item_get_kind (next) == BATON_ITEM_MESSAGE
      && find_speaker (next, cast) == BATON_SPEAKER_CUSTOMER)
    self->answer = baton_activity_dup_shown_text (baton_transcript_item_get_activity (next));
}

void
baton_place_clear (BatonPlace *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->answer, g_free);
}

gboolean
baton_place_equal (const BatonPlace *a,
                   const BatonPlace *b)
{
  return a->activity == b->activity && a->delivery == b->delivery && a->time == b->time
         && a->speaker == b->speaker && a->starts_day == b->starts_day && a->starts_run == b->starts_run
         && a->ends_run == b->ends_run && g_strcmp0 (a->name, b->name) == 0 && g_strcmp0 (a->answer, b->answer) == 0;
}

/**
 * baton_place_dup_day:
 * @time: microseconds since 1970
 * @now: the present, alike
 *
 * Returns: (transfer full): the day of @time here, in words
 */
char *
baton_place_dup_day (gint64 time,
                     gint64 now)
{
  g_autoptr (GDateTime) day = g_date_time_new_from_unix_local (time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) today = g_date_time_new_from_unix_local (now / G_USEC_PER_SEC);
  g_autoptr (GDateTime) yesterday = today != NULL ? g_date_time_add_days (today, -1) : NULL;

  if (day == NULL || yesterday == NULL)
    return g_strdup ("");
  if (is_same_day (time, now))
    return g_strdup (_("Today"));
  if (is_same_day (time, g_date_time_to_unix (yesterday) * G_USEC_PER_SEC))
    return g_strdup (_("Yesterday"));
  if (g_date_time_get_year (day) == g_date_time_get_year (today))
    /* Translators: a day of this year for g_date_time_format(): “Monday, 3 March” */
    return g_date_time_format (day, _("%A, %-d %B"));
  /* Translators: a day of another year for g_date_time_format(): “3 March 2025” */
  return g_date_time_format (day, _("%-d %B %Y"));
}

/**
 * baton_place_dup_time:
 * @time: microseconds since 1970, or %BATON_TIME_UNKNOWN
 *
 * Returns: (transfer full): the time of day here: “14:02”; empty for an unknown one
 */
char *
baton_place_dup_time (gint64 time)
{
  g_autoptr (GDateTime) local = NULL;

  if (time != BATON_TIME_UNKNOWN)
    local = g_date_time_new_from_unix_local (time / G_USEC_PER_SEC);
  /* Translators: a time of day for g_date_time_format(): “14:02” */
  return local != NULL ? g_date_time_format (local, _("%H:%M")) : g_strdup ("");
}
