/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/**
 * BatonSignInPage:
 *
 * Asks for the relay, the agent and the password. Signal: `submitted` (char *url, char *agent_id, char *password), with
 * what was typed brought into shape.
 */
#define BATON_TYPE_SIGN_IN_PAGE (baton_sign_in_page_get_type ())
G_DECLARE_FINAL_TYPE (BatonSignInPage, baton_sign_in_page, BATON, SIGN_IN_PAGE, GtkWidget)

GtkWidget  *baton_sign_in_page_new         (void);
void        baton_sign_in_page_fill        (BatonSignInPage *self,
                                            const char      *url,
                                            const char      *agent_id,
                                            const char      *password);
void        baton_sign_in_page_set_busy    (BatonSignInPage *self,
                                            gboolean         busy);
void        baton_sign_in_page_set_problem (BatonSignInPage *self,
                                            const char      *sentence);
const char *baton_sign_in_page_explain     (const GError    *error);

/* Addresses of relays, as typed and as used */
char       *baton_relay_url_complete       (const char      *typed);   /* or %NULL: not an address */
gboolean    baton_relay_url_is_safe        (const char      *url);
