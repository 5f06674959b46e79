/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-bot-run.h"

#include <string.h>

/* A variable as a node names it. */
typedef struct {
  gboolean    is_topic;     /* else it is a Global or a System one */
  const char *key;          /* Store; of System variables with the prefix */
} Reference;

static Reference
read_reference (const char *variable)
{
  if (g_str_has_prefix (variable, "init:"))
    variable += strlen ("init:");
  if (g_str_has_prefix (variable, "Topic."))
    return (Reference) { TRUE, variable + strlen ("Topic.") };
  if (g_str_has_prefix (variable, "Global."))
    return (Reference) { FALSE, variable + strlen ("Global.") };
  return (Reference) { FALSE, variable };
}

static BatonValue *
text_value (const char *text)
{
  return baton_value_new_text (text);
}

static BatonValue *
first_word (const char *text)
{
  g_autofree char *word = text != NULL ? g_strndup (text, strcspn (text, " ")) : NULL;

  return baton_value_new_text (word);
}

static BatonValue *
look_up_system (BatonBotRun *self,
                const char  *name)
{
  const BatonBotRequest *request = self->request;
  BatonActivity *activity = request->activity;
  const struct {
    const char *name;
    const char *text;
  } texts[] = {
    { "Activity.Text", self->text },
    { "LastMessage.Text", self->text },
    { "LastMessage.Id", baton_activity_get_id (activity) },
    { "Activity.Id", baton_activity_get_id (activity) },
    { "Activity.Type", baton_activity_get_kind (activity) },
    { "Activity.Name", baton_activity_get_name (activity) },
    { "Activity.Channel", "directline" },
    { "Activity.ChannelId", "directline" },
    { "Activity.From.Id", request->user_id },
    { "Activity.From.Name", request->user_name },
    { "Bot.Name", self->bot->name },
    { "Bot.SchemaName", self->bot->id },
    { "Conversation.Id", request->conversation_id },
    { "User.Id", request->user_id },
    { "User.DisplayName", request->user_name },
    { "User.Language", self->locale },
    { "Error.Code", self->error },
    { "Error.Message", self->error },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    if (strcmp (name, texts[i].name) == 0)
      return text_value (texts[i].text);
  }
  if (strcmp (name, "FallbackCount") == 0)
    return baton_value_new_number (self->state->unknown);
  if (strcmp (name, "User.FirstName") == 0)
    return first_word (request->user_name);
  if (strcmp (name, "Conversation.InTestMode") == 0)
    return baton_value_new_boolean (FALSE);
  return NULL;
}

/* System variables that a topic set win over those of the runtime. */
static BatonValue *
get_system (BatonBotRun       *self,
            const char *const *path)
{
  g_autofree char *name = g_strjoinv (".", (char **) path + 1);
  g_autofree char *key = g_strconcat ("System.", name, NULL);
  BatonValue *set = baton_slots_get (self->state->globals, key);

  return set != NULL ? baton_value_ref (set) : look_up_system (self, name);
}

static BatonValue *
look_up_cb (gpointer           data,
            const char *const *path)
{
  BatonBotRun *self = data;
  BatonFrame *frame = baton_bot_state_top (self->state);
  BatonValue *value = NULL;

  if (strcmp (path[0], "System") == 0)
    return path[1] != NULL ? get_system (self, path) : NULL;

  if (path[1] != NULL && strcmp (path[0], "Global") == 0)
    value = baton_slots_get (self->state->globals, path[1]);
  else if (path[1] != NULL && frame != NULL && strcmp (path[0], "Topic") == 0)
    value = baton_slots_get (frame->variables, path[1]);
  for (guint i = 2; value != NULL && path[1] != NULL && path[i] != NULL; i++)
    value = baton_value_get_member (value, path[i]);
  return baton_value_ref (value);
}

static BatonFormulaScope
scope_of (BatonBotRun *self)
{
  return (BatonFormulaScope) {
    .lookup = look_up_cb,
    .data = self,
    .now = baton_activity_get_timestamp (self->request->activity),
  };
}

/**
 * baton_bot_run_evaluate:
 * @formula: without the `=` in front
 *
 * A formula that cannot be read ends the topic with an error; one that cannot be computed is blank.
 *
 * Returns: (transfer full) (nullable): its value
 */
BatonValue *
baton_bot_run_evaluate (BatonBotRun *self,
                        const char  *formula)
{
  BatonFormulaScope scope = scope_of (self);
  g_autoptr (BatonFormula) parsed = baton_formula_parse (formula, strlen (formula), NULL);
  gboolean failed;
  BatonValue *value;

  if (parsed == NULL) {
    baton_bot_run_raise (self, "FormulaNotUnderstood");
    return NULL;
  }
  value = baton_formula_evaluate (parsed, &scope, &failed);
  if (failed)
    g_debug ("a formula of %zu bytes failed", strlen (formula));
  return value;
}

static BatonValue *
read_literal (const BatonYaml *scalar)
{
  const char *text = baton_yaml_get_text (scalar);
  g_autoptr (BatonValue) value = baton_value_new_text (text);
  double number;

  if (baton_yaml_is_plain (scalar) && (strcmp (text, "true") == 0 || strcmp (text, "false") == 0))
    return baton_value_new_boolean (*text == 't');
  if (baton_yaml_is_plain (scalar) && !g_ascii_isalpha (*text) && baton_value_get_number (value, &number))
    return baton_value_new_number (number);
  return g_steal_pointer (&value);
}

/**
 * baton_bot_run_compute:
 * @field: (nullable): a field of a node: a formula if it begins with `=`, else a text, number, truth, record or list
 *
 * Returns: (transfer full) (nullable): its value
 */
BatonValue *
baton_bot_run_compute (BatonBotRun     *self,
                       const BatonYaml *field)
{
  const char *text = baton_yaml_get_text (field);
  BatonValue *whole;

  if (field == NULL)
    return NULL;
  if (text != NULL)
    return *text == '=' ? baton_bot_run_evaluate (self, text + 1) : read_literal (field);

  whole = baton_yaml_is_mapping (field) ? baton_value_new_record () : baton_value_new_table ();
  for (guint i = 0; i < baton_yaml_get_size (field); i++) {
    g_autoptr (BatonValue) item = baton_bot_run_compute (self, baton_yaml_get_child (field, i));

    if (!baton_value_add (whole, baton_yaml_get_key (field, i), item))
      break;
  }
  return whole;
}

gboolean
baton_bot_run_is_true (BatonBotRun *self,
                       const char  *condition)
{
  g_autoptr (BatonValue) value = NULL;

  if (*condition != '=')
    return g_ascii_strcasecmp (condition, "true") == 0;

  value = baton_bot_run_evaluate (self, condition + 1);
  return baton_value_is_true (value);
}

/**
 * baton_bot_run_render:
 *
 * Returns: (transfer full): a text of a message with its formulas replaced; one that is a formula itself: its value
 */
char *
baton_bot_run_render (BatonBotRun *self,
                      const char  *text)
{
  BatonFormulaScope scope = scope_of (self);
  g_autoptr (BatonValue) value = NULL;

  if (*text != '=')
    return baton_template_render (text, &scope);

  value = baton_bot_run_evaluate (self, text + 1);
  return baton_value_dup_text (value);
}

/**
 * baton_bot_run_get:
 *
 * Returns: (transfer none) (nullable): the value of a variable of the topic or the conversation
 */
BatonValue *
baton_bot_run_get (BatonBotRun *self,
                   const char  *variable)
{
  Reference reference = read_reference (variable);
  BatonFrame *frame = baton_bot_state_top (self->state);

  if (reference.is_topic)
    return frame != NULL ? baton_slots_get (frame->variables, reference.key) : NULL;
  return baton_slots_get (self->state->globals, reference.key);
}

/**
 * baton_bot_run_set:
 * @variable: Topic.X, Global.X or System.X, with or without `init:`
 * @value: (nullable) (transfer none): the value
 *
 * Sets a variable. What topics set is gathered over the whole conversation: the latest of a name wins (S000-65).
 */
void
baton_bot_run_set (BatonBotRun *self,
                   const char  *variable,
                   BatonValue  *value)
{
  Reference reference = read_reference (variable);
  BatonFrame *frame = baton_bot_state_top (self->state);
  gint64 now = ++self->state->clock;

  if (!reference.is_topic) {
    baton_slots_set (self->state->globals, reference.key, value, now);
  } else if (frame != NULL) {
    baton_slots_set (frame->variables, reference.key, value, now);
    baton_slots_set (self->state->gathered, reference.key, value, now);
  }
}

/**
 * baton_bot_run_validates:
 * @value: what may become the value of @variable
 *
 * Returns: whether @condition holds with @value already in its place; the variable is as before afterwards
 */
gboolean
baton_bot_run_validates (BatonBotRun *self,
                         const char  *variable,
                         BatonValue  *value,
                         const char  *condition)
{
  Reference reference = read_reference (variable);
  BatonFrame *frame = baton_bot_state_top (self->state);
  GHashTable *slots = reference.is_topic ? frame->variables : self->state->globals;
  BatonSlot *slot = g_hash_table_lookup (slots, reference.key);
  g_autoptr (BatonValue) old = slot != NULL ? baton_value_ref (slot->value) : NULL;
  gint64 set_at = slot != NULL ? slot->set_at : 0;
  gboolean valid;

  baton_slots_set (slots, reference.key, value, set_at);
  valid = baton_bot_run_is_true (self, condition);
  baton_slots_set (slots, reference.key, old, set_at);
  return valid;
}

/**
 * baton_bot_run_clear:
 *
 * Gives every global variable its default again; those without one are blank.
 */
void
baton_bot_run_clear (BatonBotRun *self)
{
  GHashTableIter iter;
  gpointer name;
  gpointer value;

  g_hash_table_remove_all (self->state->globals);
  g_hash_table_iter_init (&iter, self->bot->globals);
  while (g_hash_table_iter_next (&iter, &name, &value))
    baton_slots_set (self->state->globals, name, value, 0);
}
