/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-findings.h"

#include "baton-json-writer.h"

static const char *const grades[] = { "ok", "warning", "problem" };

static void
finding_free (gpointer data)
{
  BatonFinding *finding = data;

  g_free (finding->subject);
  g_free (finding->text);
  g_free (finding->advice);
  g_free (finding);
}

GPtrArray *
baton_findings_new (void)
{
  return g_ptr_array_new_with_free_func (finding_free);
}

/* A finding is one line, also where it quotes a file or another program. */
static char *
make_line (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *line = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    g_string_append_unichar (line, g_unichar_iscntrl (g_utf8_get_char (at)) ? ' ' : g_utf8_get_char (at));
  return g_string_free (line, FALSE);
}

/**
 * baton_findings_add:
 * @subject: what was looked at
 * @advice: (nullable): what to do next, a whole sentence without its full stop
 * @format: what is the case, likewise
 */
void
baton_findings_add (GPtrArray  *self,
                    BatonGrade  grade,
                    const char *subject,
                    const char *advice,
                    const char *format,
                    ...)
{
  BatonFinding *finding = g_new0 (BatonFinding, 1);
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  finding->grade = grade;
  finding->subject = make_line (subject);
  finding->text = make_line (text);
  finding->advice = advice == NULL ? NULL : make_line (advice);
  g_ptr_array_add (self, finding);
}

guint
baton_findings_count (GPtrArray  *self,
                      BatonGrade  grade)
{
  guint count = 0;

  for (guint i = 0; i < self->len; i++)
    count += ((BatonFinding *) g_ptr_array_index (self, i))->grade == grade;
  return count;
}

static void
append_count (GString    *text,
              guint       count,
              const char *one,
              const char *many)
{
  if (count > 0)
    g_string_append_printf (text, "%s%u %s", text->len > 0 ? ", " : "", count, count == 1 ? one : many);
}

static char *
summarise (GPtrArray *self)
{
  GString *text = g_string_new (NULL);

  append_count (text, baton_findings_count (self, BATON_GRADE_PROBLEM), "problem", "problems");
  append_count (text, baton_findings_count (self, BATON_GRADE_WARNING), "warning", "warnings");
  if (text->len == 0)
    g_string_append (text, "all is well");
  return g_string_free (text, FALSE);
}

/**
 * baton_findings_format_text:
 *
 * Returns: (transfer full): a line for each, and one that counts them
 */
char *
baton_findings_format_text (GPtrArray *self)
{
  g_autofree char *summary = summarise (self);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->len; i++) {
    const BatonFinding *finding = g_ptr_array_index (self, i);

    g_string_append_printf (text, "%-8s %s: %s.", grades[finding->grade], finding->subject, finding->text);
    if (finding->advice != NULL)
      g_string_append_printf (text, " %s.", finding->advice);
    g_string_append_c (text, '\n');
  }
  g_string_append_printf (text, "%s\n", summary);
  return g_string_free (text, FALSE);
}

static void
write_finding (BatonJsonWriter    *writer,
               const BatonFinding *finding)
{
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "grade", grades[finding->grade]);
  baton_json_writer_add_string (writer, "subject", finding->subject);
  baton_json_writer_add_string (writer, "text", finding->text);
  baton_json_writer_add_string (writer, "advice", finding->advice);
  baton_json_writer_end_object (writer);
}

/**
 * baton_findings_format_json:
 *
 * Returns: (transfer full): `{"problems":n,"warnings":n,"findings":[{"grade":…,"subject":…,"text":…,"advice":…}]}`
 */
char *
baton_findings_format_json (GPtrArray *self)
{
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_int (writer, "problems", baton_findings_count (self, BATON_GRADE_PROBLEM));
  baton_json_writer_add_int (writer, "warnings", baton_findings_count (self, BATON_GRADE_WARNING));
  baton_json_writer_name (writer, "findings");
  baton_json_writer_begin_array (writer);
  for (guint i = 0; i < self->len; i++)
    write_finding (writer, g_ptr_array_index (self, i));
  baton_json_writer_end_array (writer);
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish_text (writer);
}
