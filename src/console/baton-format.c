/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-format.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>
#include <string.h>

#define SOON_AFTER (3 * 60 * G_USEC_PER_SEC)
#define LATE_AFTER (10 * 60 * G_USEC_PER_SEC)

/* A name longer than this is not a name; marks stacked higher than this only paint over other rows. */
#define CLEAN_LENGTH 200
#define CLEAN_MARKS 8

#define LEFT_TO_RIGHT_MARK "\342\200\216"        /* U+200E */
#define RIGHT_TO_LEFT_MARK "\342\200\217"        /* U+200F */
#define FIRST_STRONG_ISOLATE "\342\201\250"      /* U+2068 */
#define POP_DIRECTIONAL_ISOLATE "\342\201\251"   /* U+2069 */

/**
 * baton_format_waiting:
 * @usec: how long, in microseconds; less than nothing counts as nothing (the other side's clock may be ahead)
 *
 * Returns: (transfer full): a short clock: “2:10”, from an hour on “1 h 05”
 */
char *
baton_format_waiting (gint64 usec)
{
  gint64 seconds = MAX (usec, 0) / G_USEC_PER_SEC;
  int hours = (int) MIN (seconds / 3600, 9999);
  int minutes = (int) (seconds / 60 % 60);

  if (hours > 0)
    /* Translators: waiting time from an hour on, hours and minutes; the spaces do not break: “1 h 05” */
    return g_strdup_printf (_("%d\302\240h\302\240%02d"), hours, minutes);

  /* Translators: waiting time below an hour, minutes and seconds: “2:10” */
  return g_strdup_printf (_("%d:%02d"), minutes, (int) (seconds % 60));
}

BatonUrgency
baton_format_urgency (gint64 usec)
{
  if (usec >= LATE_AFTER)
    return BATON_URGENCY_LATE;
  return usec >= SOON_AFTER ? BATON_URGENCY_SOON : BATON_URGENCY_NONE;
}

const char *
baton_format_urgency_word (BatonUrgency urgency)
{
  switch (urgency) {
  case BATON_URGENCY_SOON:
    /* Translators: a customer has waited for some time; part of a list of words read aloud */
    return _("due soon");
  case BATON_URGENCY_LATE:
    /* Translators: a customer has waited too long; part of a list of words read aloud */
    return _("overdue");
  case BATON_URGENCY_NONE:
  default:
    return NULL;
  }
}

/* Controls that turn the direction of what follows: from outside they could make a row read as something else. */
static gboolean
is_bidi_control (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0x061c;
}

/**
 * baton_format_clean:
 * @foreign: (nullable): a name or other short text from outside
 *
 * Makes it safe to show as a label of its own: one line, no control characters, no direction controls, at most eight
 * combining marks on a letter, at most 200 characters.
 *
 * Returns: (transfer full): the text, empty for %NULL
 */
char *
baton_format_clean (const char *foreign)
{
  g_autofree char *valid = g_utf8_make_valid (foreign != NULL ? foreign : "", -1);
  GString *clean = g_string_new (NULL);
  guint length = 0;
  guint marks = 0;

  for (const char *p = valid; *p != '\0' && length < CLEAN_LENGTH; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (is_bidi_control (c))
      continue;
    marks = g_unichar_ismark (c) ? marks + 1 : 0;
    if (marks > CLEAN_MARKS)
      continue;
    if (g_unichar_isspace (c) || g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029)
      c = ' ';
    g_string_append_unichar (clean, c);
    length++;
  }
  return g_strstrip (g_string_free (clean, FALSE));
}

/**
 * baton_format_isolate:
 * @foreign: (nullable): a short text from outside
 *
 * Returns: (transfer full): the text cleaned and isolated, so that its direction does not leak into the words around it
 */
char *
baton_format_isolate (const char *foreign)
{
  g_autofree char *clean = baton_format_clean (foreign);

  return g_strconcat (FIRST_STRONG_ISOLATE, clean, POP_DIRECTIONAL_ISOLATE, NULL);
}

/**
 * baton_format_line:
 * @parts: short texts, the foreign ones isolated
 *
 * Returns: (transfer full): one line of them, in the direction of the interface: without the mark Pango would take that
 *   of the first letter, isolated or not
 */
char *
baton_format_line (const char *const *parts)
{
  gboolean is_rtl = gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL;
  g_autofree char *line = g_strjoinv (" · ", (char **) parts);

  return g_strconcat (is_rtl ? RIGHT_TO_LEFT_MARK : LEFT_TO_RIGHT_MARK, line, NULL);
}

/**
 * baton_format_quoted:
 * @foreign: somebody's words
 *
 * Returns: (transfer full): the words in quotes; those are of the interface, whatever the direction of the words
 */
char *
baton_format_quoted (const char *foreign)
{
  g_autofree char *isolated = baton_format_isolate (foreign);
  /* Translators: somebody's words, quoted: “do you repair old lamps” */
  g_autofree char *quoted = g_strdup_printf (_("“%s”"), isolated);

  return baton_format_line ((const char *[]) { quoted, NULL });
}

/**
 * baton_format_customer:
 * @escalation: whose customer
 *
 * Returns: (transfer full): the name as it may be shown, “Guest” where there is none
 */
char *
baton_format_customer (BatonEscalation *escalation)
{
  g_autofree char *name = baton_format_clean (baton_escalation_get_customer_name (escalation));

  if (*name == '\0')
    return g_strdup (_("Guest"));
  return g_steal_pointer (&name);
}

/* The topic that hands over is the way out of the bot, not what the customer came for. It is a system topic that bots
 * call “Escalate” in every language, unless their author renamed it. */
static gboolean
is_escalate (const char *topic)
{
  g_autofree char *folded = topic != NULL ? g_utf8_casefold (topic, -1) : NULL;

  return folded != NULL && strstr (folded, "escalat") != NULL;
}

static const char *
last_topic (BatonHandoff *handoff)
{
  const char *const *topics = baton_handoff_get_topics (handoff);
  const char *last = baton_handoff_get_last_topic (handoff);

  if (last == NULL && topics[0] != NULL)
    last = topics[g_strv_length ((char **) topics) - 1];
  return last;
}

/**
 * baton_format_topic:
 * @handoff: a hand-off
 *
 * Returns: (transfer full) (nullable): what the customer came for: the last topic that is not the way out of the bot
 */
char *
baton_format_topic (BatonHandoff *handoff)
{
  const char *const *topics = baton_handoff_get_topics (handoff);
  const char *last = last_topic (handoff);

  if (last != NULL && !is_escalate (last))
    return baton_format_clean (last);
  for (guint i = g_strv_length ((char **) topics); i > 0; i--) {
    if (!is_escalate (topics[i - 1]))
      return baton_format_clean (topics[i - 1]);
  }
  return NULL;
}

/**
 * baton_format_trigger:
 * @handoff: a hand-off
 *
 * There are two ways to a person; the implicit one has two names, by whether the customer asked for it or the bot ran
 * out of answers.
 *
 * Returns: what made the bot hand over, in two or three words
 */
const char *
baton_format_trigger (BatonHandoff *handoff)
{
  switch (baton_handoff_get_trigger (handoff)) {
  case BATON_TRIGGER_EXPLICIT:
    /* Translators: the bot's author placed a step that transfers to an agent */
    return _("Transfer step");
  case BATON_TRIGGER_IMPLICIT:
    /* Translators: why the bot handed over: the customer asked, or the bot did not understand */
    return is_escalate (last_topic (handoff)) ? _("Asked for an agent") : _("Not understood");
  case BATON_TRIGGER_ERROR:
    /* Translators: the bot did not answer, and the conversation was handed over in its place */
    return _("Bot failed");
  case BATON_TRIGGER_UNKNOWN:
  default:
    return _("Handed off");
  }
}

/**
 * baton_format_reason:
 * @handoff: a hand-off
 *
 * Returns: (transfer full): the bot’s topic and why it handed over, of a queue row: “Return item · Transfer step”
 */
char *
baton_format_reason (BatonHandoff *handoff)
{
  g_autofree char *topic = baton_format_topic (handoff);
  g_autofree char *isolated = baton_format_isolate (topic != NULL ? topic : _("No topic"));
  const char *parts[] = { isolated, baton_format_trigger (handoff), NULL };

  return baton_format_line (parts);
}
