/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-tickets.h"

#include "baton-secret.h"

#define TICKET_SIZE 16

/* A bound for memory: beyond it the oldest is forgotten, whose owner gets a new one by reconnecting. */
#define MAX_TICKETS 65536

typedef struct {
  BatonTicket *ticket;
  char        *text;
  gint64       until;
} Entry;

struct _BatonTickets {
  gint64      life;      /* microseconds */
  GHashTable *by_text;   /* text → link in `entries` */
  GQueue      entries;   /* of Entry, oldest first */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  baton_ticket_free (entry->ticket);
  g_free (entry->text);
  g_free (entry);
}

void
baton_ticket_free (BatonTicket *self)
{
  if (self == NULL)
    return;

  g_free (self->conversation_id);
  g_free (self->reader);
  g_strfreev (self->origins);
  g_free (self);
}

BatonTickets *
baton_tickets_new (guint seconds)
{
  BatonTickets *self = g_new0 (BatonTickets, 1);

  self->life = seconds * G_TIME_SPAN_SECOND;
  self->by_text = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->entries);
  return self;
}

void
baton_tickets_free (BatonTickets *self)
{
  g_hash_table_unref (self->by_text);
  g_queue_clear_full (&self->entries, entry_free);
  g_free (self);
}

static void
forget (BatonTickets *self,
        GList        *link)
{
  Entry *entry = link->data;

  g_hash_table_remove (self->by_text, entry->text);
  g_queue_delete_link (&self->entries, link);
  entry_free (entry);
}

static void
forget_old (BatonTickets *self,
            gint64        now)
{
  GList *oldest;

  while ((oldest = self->entries.head) != NULL &&
         (((Entry *) oldest->data)->until <= now || self->entries.length > MAX_TICKETS))
    forget (self, oldest);
}

/**
 * baton_tickets_issue:
 * @now: monotonic, in microseconds; never goes back
 *
 * Returns: (transfer full): the ticket's text
 */
char *
baton_tickets_issue (BatonTickets      *self,
                     const BatonTicket *ticket,
                     gint64             now)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->ticket = g_new0 (BatonTicket, 1);
  entry->ticket->conversation_id = g_strdup (ticket->conversation_id);
  entry->ticket->reader = g_strdup (ticket->reader);
  entry->ticket->origins = g_strdupv (ticket->origins);
  entry->ticket->token_expires = ticket->token_expires;
  entry->text = baton_secret_new (TICKET_SIZE);
  entry->until = now + self->life;

  g_queue_push_tail (&self->entries, entry);
  g_hash_table_insert (self->by_text, entry->text, self->entries.tail);
  forget_old (self, now);
  return g_strdup (entry->text);
}

/**
 * baton_tickets_take:
 *
 * Returns: (transfer full) (nullable): what @text was given out for, the first time and in time; else %NULL
 */
BatonTicket *
baton_tickets_take (BatonTickets *self,
                    const char   *text,
                    gint64        now)
{
  BatonTicket *ticket;
  GList *link;

  forget_old (self, now);
  link = g_hash_table_lookup (self->by_text, text);
  if (link == NULL)
    return NULL;

  ticket = g_steal_pointer (&((Entry *) link->data)->ticket);
  forget (self, link);
  return ticket;
}
