/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-conversation-view.h"
#include "baton-details-view.h"
#include "baton-presence-button.h"
#include "baton-queue-view.h"
#include "baton-sign-in-page.h"
#include "baton-squeeze.h"
#include "baton-status-line.h"
#include "baton-window.h"

struct _BatonWindow {
  AdwApplicationWindow   parent_instance;

  GSettings             *settings;
  BatonSession          *session;
  BatonCase             *shown;            /* the one on screen, or %NULL */
  gboolean               loaded;           /* the queue is known */
  gboolean               focus_reply;      /* once the shown case is mine */
  guint                  countdown;        /* to the next try to connect, once a second while on screen */

  /* layout */
  int                    queue_width;      /* as the person left it; a narrow window may have no room for it */
  gboolean               docked;
  gboolean               details_visible;  /* what was asked for, where there is something to show */

  AdwToastOverlay       *toasts;
  BatonSqueeze          *squeeze;
  GtkStack              *whole;            /* "work", "sign-in" */
  BatonSignInPage       *sign_in;
  GtkPaned              *outer;
  GtkPaned              *inner;
  GtkWidget             *queue_pane;
  BatonPresenceButton   *presence;
  GtkToggleButton       *find;
  GtkMenuButton         *menu;
  BatonQueueView        *queue;
  BatonStatusLine       *status;
  GtkWidget             *middle;
  GtkStack              *stack;            /* "status", "conversation" */
  GtkStack              *pages;            /* "connecting", "lost", "ready" */
  AdwStatusPage         *connecting;
  GtkSpinner            *spinner;
  AdwStatusPage         *lost;
  BatonConversationView *conversation;
  GtkRevealer           *banner;
  GtkWidget             *details;          /* moves between dock and drawer */
  AdwHeaderBar          *details_header;
  BatonDetailsView      *details_view;
  GtkRevealer           *drawer;
  AdwBin                *drawer_place;
  AdwBin                *dock;
};

/* baton-window.c */
void     baton_window_show_state          (BatonWindow     *self,
                                           BatonHubState    state,
                                           gboolean         signing_in);
void     baton_window_show_escalation     (BatonWindow     *self,
                                           BatonEscalation *escalation);
void     baton_window_say                 (BatonWindow     *self,
                                           const char      *sentence);

/* baton-window-layout.c */
void     baton_window_load_layout         (BatonWindow     *self);
void     baton_window_save_layout         (BatonWindow     *self);
void     baton_window_update_details      (BatonWindow     *self);
void     baton_window_set_details_visible (BatonWindow     *self,
                                           gboolean         visible);
void     baton_window_install_layout      (GtkWidgetClass  *widget_class);

/* baton-window-actions.c */
void     baton_window_install_actions     (GtkWidgetClass  *widget_class);
void     baton_window_update_actions      (BatonWindow     *self);
