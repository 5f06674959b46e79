/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-keys.h"

#include <glib/gi18n.h>

/* Application accelerators act before the focused widget does: no single letters here, and nothing a text view, a list
 * or the GTK inspector (Ctrl+Shift+D, Ctrl+Shift+I) needs. Esc is no accelerator: popovers come first. */
const BatonKey baton_keys[] = {
  { BATON_KEYS_QUEUE, "win.take-next", N_("Take the next customer"), { "<Control>n" } },
  { BATON_KEYS_QUEUE, "win.claim", N_("Take the selected conversation, or send"),
    { "<Control>Return", "<Control>KP_Enter" } },
  { BATON_KEYS_QUEUE, "win.next", N_("Next conversation"), { "<Alt>Down" } },
  { BATON_KEYS_QUEUE, "win.prev", N_("Previous conversation"), { "<Alt>Up" } },
  { BATON_KEYS_QUEUE, "win.next-mine", N_("Next conversation of mine"), { "<Control>Tab" } },
  { BATON_KEYS_QUEUE, "win.prev-mine", N_("Previous conversation of mine"), { "<Control><Shift>Tab" } },
  { BATON_KEYS_QUEUE, "win.next-due", N_("Whoever has waited longest for my answer"), { "<Control>j" } },
  { BATON_KEYS_QUEUE, "win.find-queue", N_("Find a conversation"), { "<Control>k" } },
  { BATON_KEYS_QUEUE, "win.presence-menu", N_("Change my presence"), { "<Control><Shift>p" } },

  { BATON_KEYS_CONVERSATION, "win.jump-handoff", N_("Jump to the hand-off"), { "<Control>h" } },
  { BATON_KEYS_CONVERSATION, "win.end", N_("End the conversation"), { "<Control><Shift>e" } },

  { BATON_KEYS_WINDOW, "win.next-pane", N_("Next pane"), { "F6" } },
  { BATON_KEYS_WINDOW, "win.prev-pane", N_("Previous pane"), { "<Shift>F6" } },
  { BATON_KEYS_WINDOW, "win.pane-1", N_("Queue"), { "<Alt>1" } },
  { BATON_KEYS_WINDOW, "win.pane-2", N_("Transcript"), { "<Alt>2" } },
  { BATON_KEYS_WINDOW, "win.pane-3", N_("Reply"), { "<Alt>3" } },
  { BATON_KEYS_WINDOW, "win.pane-4", N_("Details"), { "<Alt>4" } },
  { BATON_KEYS_WINDOW, "win.details", N_("Show or hide the details pane"), { "F9" } },
  { BATON_KEYS_WINDOW, "win.menu", N_("Main menu"), { "F10" } },
  { BATON_KEYS_WINDOW, "win.fullscreen", N_("Full screen"), { "F11" } },
  { BATON_KEYS_WINDOW, "win.shortcuts", N_("Keyboard shortcuts"), { "<Control>question" } },
  { BATON_KEYS_WINDOW, "app.quit", N_("Quit"), { "<Control>q" } },
};
const guint baton_n_keys = G_N_ELEMENTS (baton_keys);

const char *
baton_keys_get_group_title (BatonKeyGroup group)
{
  switch (group) {
  case BATON_KEYS_QUEUE:
    return _("Queue");
  case BATON_KEYS_CONVERSATION:
    return _("Conversation");
  case BATON_KEYS_WINDOW:
  case BATON_KEYS_N_GROUPS:
  default:
    return _("Window");
  }
}

/**
 * baton_keys_install:
 * @application: whose windows have the actions
 */
void
baton_keys_install (GtkApplication *application)
{
  for (guint i = 0; i < baton_n_keys; i++)
    gtk_application_set_accels_for_action (application, baton_keys[i].action, (const char **) baton_keys[i].accels);
}
