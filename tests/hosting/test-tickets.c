/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-tickets.h"

static const BatonTicket any = { .conversation_id = (char *) "c1", .reader = (char *) "r1", .token_expires = 9 };

static void
test_tickets_once (void)
{
  g_autoptr (BatonTickets) tickets = baton_tickets_new (60);
  g_autofree char *text = baton_tickets_issue (tickets, &any, 0);
  g_autoptr (BatonTicket) ticket = baton_tickets_take (tickets, text, 1);

  g_assert_cmpstr (ticket->conversation_id, ==, "c1");
  g_assert_cmpstr (ticket->reader, ==, "r1");
  g_assert_cmpint (ticket->token_expires, ==, 9);
  g_assert_null (baton_tickets_take (tickets, text, 1));
  g_assert_null (baton_tickets_take (tickets, "unknown", 1));
}

static void
test_tickets_in_time (void)
{
  g_autoptr (BatonTickets) tickets = baton_tickets_new (60);
  g_autofree char *first = baton_tickets_issue (tickets, &any, 0);
  g_autofree char *second = baton_tickets_issue (tickets, &any, G_TIME_SPAN_SECOND);
  g_autoptr (BatonTicket) ticket = NULL;

  g_assert_cmpstr (first, !=, second);
  g_assert_null (baton_tickets_take (tickets, first, G_TIME_SPAN_MINUTE));
  ticket = baton_tickets_take (tickets, second, G_TIME_SPAN_MINUTE);
  g_assert_nonnull (ticket);
}

static void
test_tickets_bounded (void)
{
  g_autoptr (BatonTickets) tickets = baton_tickets_new (60);
  g_autofree char *first = baton_tickets_issue (tickets, &any, 0);
  g_autofree char *last = NULL;
  g_autoptr (BatonTicket) ticket = NULL;

  for (guint i = 0; i < 65536; i++) {
    g_free (last);
    last = baton_tickets_issue (tickets, &any, 0);
  }
  g_assert_null (baton_tickets_take (tickets, first, 0));
  ticket = baton_tickets_take (tickets, last, 0);
  g_assert_nonnull (ticket);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dl/S27/tickets/once", test_tickets_once);
  g_test_add_func ("/dl/S27/tickets/in-time", test_tickets_in_time);
  g_test_add_func ("/dl/S27/tickets/bounded", test_tickets_bounded);

  return g_test_run ();
}
