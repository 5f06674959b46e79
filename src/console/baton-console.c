/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-console.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "baton-console-resources.h"

/**
 * baton_console_init_words:
 *
 * Translations come from where they were installed, or, for a program run from the build folder, from the folder that
 * the environment variable `BATON_LOCALE_DIR` names.
 */
void
baton_console_init_words (void)
{
  const char *folder = g_getenv ("BATON_LOCALE_DIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_DOMAIN, folder != NULL ? folder : LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_DOMAIN, "UTF-8");
  textdomain (GETTEXT_DOMAIN);
}

static void
add_style (GdkDisplay *display,
           const char *name)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  g_autofree char *path = g_strconcat (BATON_CONSOLE_RESOURCES, name, NULL);

  gtk_css_provider_load_from_resource (provider, path);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

/**
 * baton_console_init:
 * @display: where the windows will be
 *
 * Makes resources, icons and the shared styles known. Those that depend on the style in use (dark, high contrast) are
 * #AdwApplication's to load, by their names.
 */
void
baton_console_init (GdkDisplay *display)
{
  /* also keeps the linker from dropping the resources, which nothing else names */
  g_assert (baton_console_get_resource () != NULL);

  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (display), BATON_CONSOLE_RESOURCES "icons");
  add_style (display, "conversation.css");
}
