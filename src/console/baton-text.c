/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-text.h"

#include <string.h>

#define MAX_CHARACTERS   4000
#define MAX_LINES        100
#define MAX_RUN          128   /* characters without a place to break; laying out longer ones takes seconds */
#define MAX_MARKS        8     /* combining marks on one base: more paint over the neighbours */
#define ZERO_WIDTH_SPACE 0x200B

/* Appends @c unless it is a mark too many; @marks counts those on the current base. */
static gboolean
append_bounded (GString  *out,
                gunichar  c,
                guint    *marks)
{
  *marks = g_unichar_ismark (c) ? *marks + 1 : 0;
  if (*marks > MAX_MARKS)
    return FALSE;

  g_string_append_unichar (out, c);
  return TRUE;
}

static char *
soften (const char *text,
        glong       max_characters,
        guint       max_lines,
        gboolean   *is_cut)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *out = g_string_sized_new (strlen (valid));
  const char *p;
  guint run = 0, marks = 0, lines = 1;
  glong n = 0;

  for (p = valid; *p != '\0' && n < max_characters; p = g_utf8_next_char (p), n++) {
    gunichar c = g_utf8_get_char (p);

    if (c == '\n' && ++lines > max_lines)
      break;
    if (!append_bounded (out, c, &marks))
      continue;
    run = g_unichar_isspace (c) || c == ZERO_WIDTH_SPACE ? 0 : run + 1;
    if (run == MAX_RUN) {
      g_string_append_unichar (out, ZERO_WIDTH_SPACE);
      run = 0;
    }
  }

  if (is_cut != NULL)
    *is_cut = *p != '\0';
  return g_string_free (out, FALSE);
}

/**
 * baton_text_for_bubble:
 * @text: words of a message
 * @is_cut: (out) (optional): whether there is more than what is returned
 *
 * The beginning of a long message, 4,000 characters or 100 lines, with places to break put into runs that have none.
 *
 * Returns: (transfer full): text to show
 */
char *
baton_text_for_bubble (const char *text,
                       gboolean   *is_cut)
{
  return soften (text, MAX_CHARACTERS, MAX_LINES, is_cut);
}

/**
 * baton_text_spell_out:
 * @text: words of a message
 *
 * Returns: (transfer full): all of it, with places to break put into runs that have none
 */
char *
baton_text_spell_out (const char *text)
{
  return soften (text, G_MAXLONG, G_MAXUINT, NULL);
}
