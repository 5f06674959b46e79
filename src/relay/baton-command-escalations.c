/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-command.h"
#include "baton-data-folder.h"
#include "baton-error.h"
#include "baton-sqlite-store.h"
#include "baton-time.h"

#define NAME "escalations"
#define MAX_LISTED 100000

/* --- rows as JSON: those of inspect, and what became of them --- */

static void
write_person (BatonJsonWriter *writer,
              const char      *role,
              const char      *id,
              const char      *name)
{
  baton_json_writer_name (writer, role);
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", id);
  baton_json_writer_add_string (writer, "name", name);
  baton_json_writer_end_object (writer);
}

static void
write_time (BatonJsonWriter *writer,
            const char      *name,
            gint64           at)
{
  if (at != BATON_TIME_UNKNOWN)
    baton_json_writer_add_time (writer, name, at);
  else
    baton_json_writer_add_string (writer, name, NULL);
}

static void
write_variables (BatonJsonWriter *writer,
                 BatonHandoff    *handoff)
{
  baton_json_writer_name (writer, "variables");
  baton_json_writer_begin_object (writer);
  for (guint i = 0; i < baton_handoff_get_n_variables (handoff); i++) {
    const BatonVariable *variable = baton_handoff_get_variable (handoff, i);

    baton_json_writer_add_node (writer, variable->name, variable->value);
  }
  baton_json_writer_end_object (writer);
}

static void
write_context (BatonJsonWriter *writer,
               BatonHandoff    *handoff)
{
  BatonTrigger trigger = baton_handoff_get_trigger (handoff);

  baton_json_writer_add_string (writer, "trigger",
                                trigger == BATON_TRIGGER_UNKNOWN ? NULL : baton_trigger_to_string (trigger));
  baton_json_writer_add_strv (writer, "topics", baton_handoff_get_topics (handoff));
  baton_json_writer_add_string (writer, "lastTopic", baton_handoff_get_last_topic (handoff));
  baton_json_writer_add_string (writer, "lastPhrase", baton_handoff_get_last_phrase (handoff));
  baton_json_writer_add_strv (writer, "phrases", baton_handoff_get_phrases (handoff));
  baton_json_writer_add_string (writer, "agentMessage",
                                baton_private_text_peek (baton_handoff_get_agent_message (handoff)));
  baton_json_writer_add_string (writer, "language", baton_handoff_get_language (handoff));
  baton_json_writer_add_string (writer, "skill", baton_handoff_get_skill (handoff));
  baton_json_writer_add_string (writer, "scope", baton_handoff_get_scope (handoff));
  write_variables (writer, handoff);
  baton_json_writer_add_int (writer, "transcriptCount", baton_handoff_get_transcript (handoff)->len);
  baton_json_writer_add_boolean (writer, "truncated", baton_handoff_get_truncated (handoff));
}

static void
write_row (BatonJsonWriter *writer,
           BatonEscalation *escalation)
{
  BatonHandoff *handoff = baton_escalation_get_handoff (escalation);

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", baton_escalation_get_id (escalation));
  baton_json_writer_add_string (writer, "outcome", "handoff");
  baton_json_writer_add_string (writer, "conversationId", baton_escalation_get_conversation_id (escalation));
  write_person (writer, "customer", baton_escalation_get_customer_id (escalation),
                baton_escalation_get_customer_name (escalation));
  write_person (writer, "bot", baton_handoff_get_bot_id (handoff), baton_handoff_get_bot_name (handoff));
  write_context (writer, handoff);
  baton_json_writer_add_string (writer, "error", NULL);
  baton_json_writer_add_string (writer, "state", baton_state_to_string (baton_escalation_get_state (escalation)));
  write_time (writer, "queuedAt", baton_escalation_get_queued_at (escalation));
  write_time (writer, "claimedAt", baton_escalation_get_claimed_at (escalation));
  write_time (writer, "closedAt", baton_escalation_get_closed_at (escalation));
  write_person (writer, "agent", baton_escalation_get_agent_id (escalation),
                baton_escalation_get_agent_name (escalation));
  baton_json_writer_end_object (writer);
}

static void
print_json (GPtrArray *escalations)
{
  g_autoptr (BatonJsonWriter) writer = baton_json_writer_new ();
  g_autofree char *text = NULL;

  baton_json_writer_begin_array (writer);
  for (guint i = 0; i < escalations->len; i++)
    write_row (writer, g_ptr_array_index (escalations, i));
  baton_json_writer_end_array (writer);
  text = baton_json_writer_finish_text (g_steal_pointer (&writer));
  g_print ("%s\n", text);
}

/* --- rows for people --- */

/* Foreign text on a terminal: no control characters. */
static char *
plain (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *at = text == NULL ? "–" : text; *at != '\0'; at = g_utf8_next_char (at))
    g_string_append_unichar (out, g_unichar_iscntrl (g_utf8_get_char (at)) ? ' ' : g_utf8_get_char (at));
  return g_string_free (out, FALSE);
}

static void
print_table (GPtrArray *escalations)
{
  for (guint i = 0; i < escalations->len; i++) {
    BatonEscalation *escalation = g_ptr_array_index (escalations, i);
    BatonHandoff *handoff = baton_escalation_get_handoff (escalation);
    g_autofree char *since = baton_time_format (baton_escalation_get_queued_at (escalation));
    g_autofree char *topic = plain (baton_handoff_get_last_topic (handoff));
    g_autofree char *language = plain (baton_handoff_get_language (handoff));
    g_autofree char *agent = plain (baton_escalation_get_agent_id (escalation));

    g_print ("%s  %-10s  %s  %-7s  %-12s  %s\n", baton_escalation_get_id (escalation),
             baton_state_to_string (baton_escalation_get_state (escalation)), since, language, agent, topic);
  }
}

/* --- reading --- */

static void
take_result_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
await (GAsyncResult **slot)
{
  while (*slot == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *slot;
}

/* Rows of a list leave out variables and transcript, so each is read whole. */
static GPtrArray *
read_all (BatonStore  *store,
          gboolean     open_only,
          GError     **error)
{
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GAsyncResult) listed = NULL;
  g_autoptr (GPtrArray) whole = g_ptr_array_new_with_free_func (g_object_unref);

  baton_store_list_escalations_async (store, open_only, MAX_LISTED, NULL, take_result_cb, &listed);
  rows = baton_store_list_escalations_finish (store, await (&listed), error);
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    g_autoptr (GAsyncResult) read = NULL;
    BatonEscalation *escalation;

    baton_store_get_escalation_async (store, baton_escalation_get_id (g_ptr_array_index (rows, i)), NULL, take_result_cb,
                                      &read);
    escalation = baton_store_get_escalation_finish (store, await (&read), error);
    if (escalation == NULL)
      return NULL;
    g_ptr_array_add (whole, escalation);
  }
  return rows == NULL ? NULL : g_steal_pointer (&whole);
}

static GPtrArray *
read_data (const char  *folder,
           gboolean     open_only,
           GError     **error)
{
  g_autofree char *path = g_build_filename (folder, BATON_DATA_DATABASE, NULL);
  g_autoptr (BatonStore) store = NULL;
  GPtrArray *escalations;

  /* Opening would make one. */
  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_GONE, "no relay has kept anything in %s", folder);
    return NULL;
  }
  store = baton_sqlite_store_open (path, error);
  if (store == NULL)
    return NULL;
  escalations = read_all (store, open_only, error);
  baton_store_close (store);
  return escalations;
}

/**
 * baton_command_escalations:
 *
 * `baton-relay escalations`: the queue, also while a relay serves.
 */
int
baton_command_escalations (GStrv arguments)
{
  g_auto (GStrv) rest = g_strdupv (arguments);
  g_autofree char *path = NULL, *data = NULL;
  gboolean as_json = FALSE, all = FALSE;
  g_autoptr (BatonConfig) config = NULL;
  g_autoptr (GPtrArray) escalations = NULL;
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "Read the configuration from FILE", "FILE" },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, "The relay's data folder", "DIR" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print everything that is known, as JSON", NULL },
    { "all", 0, 0, G_OPTION_ARG_NONE, &all, "Also those that are over", NULL },
    G_OPTION_ENTRY_NULL
  };
  int status;

  status = baton_command_parse (NAME, NULL, "List who waits for a person, and who is with one.", entries, &rest, 0, 0);
  if (status != BATON_COMMAND_GO_ON)
    return status;
  config = baton_command_load_config (NAME, path, data, &status);
  if (config == NULL)
    return status;

  escalations = read_data (config->data, !all, &error);
  if (escalations == NULL)
    return baton_command_failed (NAME, error->message);
  if (as_json)
    print_json (escalations);
  else
    print_table (escalations);
  return 0;
}
