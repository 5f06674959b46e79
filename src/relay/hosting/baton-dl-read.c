/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-server-private.h"

#include <string.h>

/* What a set needs besides its activities. */
#define SET_FRAME 128

#define MAX_DIGITS 18

/**
 * baton_dl_parse_watermark:
 * @text: (nullable): as a client sends it
 * @after: (out): index after which to go on; -1: from the beginning
 *
 * Absent, empty and "-" are alike (protocol 1.6); leading zeros do no harm, since some clients cut them out of ids
 * (protocol 1.10).
 *
 * Returns: %FALSE if it is none (S14)
 */
gboolean
baton_dl_parse_watermark (const char *text,
                          gint64     *after)
{
  *after = -1;
  if (text == NULL || *text == '\0' || strcmp (text, "-") == 0)
    return TRUE;
  if (text[strspn (text, G_CSET_DIGITS)] != '\0')
    return FALSE;

  text += strspn (text, "0");
  if (strlen (text) > MAX_DIGITS)
    return FALSE;
  *after = g_ascii_strtoll (text, NULL, 10);
  return TRUE;
}

/* How many activities from @from on fit into one set; at least one. */
static guint
count_fitting (GPtrArray *activities,
               guint      from)
{
  gsize size = SET_FRAME;
  guint n = 0;

  for (guint i = from; i < activities->len; i++, n++) {
    g_autoptr (GBytes) json = baton_activity_get_bytes (g_ptr_array_index (activities, i));

    size += g_bytes_get_size (json) + 1;
    if (size > BATON_DL_SET_SIZE && n > 0)
      break;
  }
  return n;
}

/**
 * baton_dl_format_set:
 * @page: of the store
 * @from: (inout): activity of the page to begin with; moved behind those that are in the set
 * @last: (out): index up to which a reader of the set has seen everything
 *
 * Returns: (transfer full): an ActivitySet that is no larger than it should be
 */
GBytes *
baton_dl_format_set (BatonPage *page,
                     guint     *from,
                     gint64    *last)
{
  g_autoptr (GPtrArray) activities = g_ptr_array_new ();
  g_autofree char *watermark = NULL;
  guint n = count_fitting (page->activities, *from);

  for (guint i = *from; i < *from + n; i++)
    g_ptr_array_add (activities, g_ptr_array_index (page->activities, i));
  *from += n;
  *last = *from == page->activities->len ? page->last_index
                                         : g_array_index (page->indexes, gint64, *from - 1);

  /* Nothing there yet, not even something hidden: no watermark to go on from. */
  watermark = *last >= 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, *last) : g_strdup ("");
  return baton_activity_set_format (activities, watermark);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (BatonDlRequest) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonPage) page = baton_store_list_activities_finish (BATON_STORE (source), result, &error);
  g_autoptr (GBytes) set = NULL;
  guint from = 0;
  gint64 last;

  if (page == NULL) {
    baton_dl_reply_store_error (request->exchange, error);
    return;
  }

  set = baton_dl_format_set (page, &from, &last);
  baton_exchange_reply_json (request->exchange, 200, set);
}

/**
 * baton_dl_read:
 *
 * `GET conversations/{id}/activities`: what comes after the watermark, as much as fits into a set; the client asks again
 * until a set is empty.
 */
void
baton_dl_read (BatonDlRequest *request)
{
  baton_store_list_activities_async (request->server->store, request->conversation_id, request->after, BATON_DL_PAGE,
                                     FALSE, baton_exchange_get_cancellable (request->exchange), listed_cb, request);
}
