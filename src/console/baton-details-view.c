/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-details-view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "baton-detail-row.h"
#include "baton-format.h"
#include "baton-language-name.h"
#include "baton-pane.h"

#define MOST_VARIABLES 100   /* protocol 3.3 */
#define SHORT_ID       16
#define CLOCK_SECONDS  10

/* The rows that are always there, in order; one without a value hides. */
enum {
  ROW_TRIGGER, ROW_LAST_TOPIC, ROW_LAST_WORDS, ROW_ALL_WORDS, ROW_SCOPE, ROW_BOT, ROW_CONVERSATION,
  ROW_LANGUAGE, ROW_CHANNEL, ROW_LOCAL_TIME, N_ROWS,
  FIRST_OF_CUSTOMER = ROW_LANGUAGE,
};

static const struct {
  const char *key;
  const char *raw_name;
} fixed[N_ROWS] = {
  /* Translators: the keys of the details pane are short: at most 16 characters */
  [ROW_TRIGGER] = { N_("Trigger"), NULL },
  [ROW_LAST_TOPIC] = { N_("Last topic"), "va_LastTopic" },
  [ROW_LAST_WORDS] = { N_("Last words"), "va_LastPhrase" },
  [ROW_ALL_WORDS] = { N_("All words"), "va_Phrases" },
  [ROW_SCOPE] = { N_("Scope"), "va_Scope" },
  [ROW_BOT] = { N_("Bot"), "va_BotName" },
  [ROW_CONVERSATION] = { N_("Conversation"), "va_ConversationId" },
  [ROW_LANGUAGE] = { N_("Language"), "va_Language" },
  [ROW_CHANNEL] = { N_("Channel"), NULL },
  [ROW_LOCAL_TIME] = { N_("Local time"), NULL },
};

struct _BatonDetailsView {
  AdwBin        parent_instance;

  GtkSizeGroup *keys;
  GtkWidget    *handoff;
  GtkWidget    *customer;
  GtkWidget    *variables;
  GtkWidget    *variables_group;
  GtkWidget    *more;

  GtkWidget    *rows[N_ROWS];
  BatonCase    *item;
  BatonHandoff *shown;      /* whose variables are listed */
  guint         clock_id;
};

G_DEFINE_FINAL_TYPE (BatonDetailsView, baton_details_view, ADW_TYPE_BIN)

static void
set_row (BatonDetailsView *self,
         guint             row,
         const char       *shown,
         const char       *whole)
{
  baton_detail_row_set_value (BATON_DETAIL_ROW (self->rows[row]), shown, whole);
}

static char *
describe_trigger (BatonHandoff *handoff)
{
  switch (baton_handoff_get_trigger (handoff)) {
  case BATON_TRIGGER_EXPLICIT:
    /* Translators: the bot's author placed a step that transfers to an agent */
    return g_strdup (_("Explicit: transfer step"));
  case BATON_TRIGGER_IMPLICIT:
    /* Translators: the bot handed over without a transfer step; %s says why */
    return g_strdup_printf (_("Implicit: %s"), baton_format_trigger (handoff));
  case BATON_TRIGGER_ERROR:
    return g_strdup (baton_format_trigger (handoff));
  case BATON_TRIGGER_UNKNOWN:
  default:
    return NULL;
  }
}

static char *
describe_scope (const char *scope)
{
  if (g_strcmp0 (scope, "bot") == 0 || g_strcmp0 (scope, "agent") == 0)
    return g_strdup (_("Whole bot"));
  return g_strdup (scope);
}

/* The ends of a long id are what people compare. */
static char *
shorten_id (const char *id)
{
  gsize length = id != NULL ? (gsize) g_utf8_strlen (id, -1) : 0;
  g_autofree char *head = NULL;

  if (length <= SHORT_ID)
    return g_strdup (id);
  head = g_utf8_substring (id, 0, 4);
  return g_strdup_printf ("%s…%s", head, g_utf8_offset_to_pointer (id, (glong) length - 4));
}

static char *
describe_channel (const char *channel)
{
  if (channel == NULL)
    return NULL;
  if (g_str_equal (channel, "directline") || g_str_equal (channel, "webchat"))
    return g_strdup (_("Web chat"));
  return g_strdup (channel);
}

/* Names of time zones become names of files in GLib: "Europe/Lisbon", and nothing that leads elsewhere. */
static GTimeZone *
find_zone (const char *name)
{
  if (name == NULL || !g_ascii_isalpha (*name) || strlen (name) > 64
      || name[strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_+-/")] != '\0')
    return NULL;
  return g_time_zone_new_identifier (name);
}

static void
show_local_time (BatonDetailsView *self)
{
  g_autoptr (GTimeZone) zone = find_zone (baton_case_get_timezone (self->item));
  g_autoptr (GDateTime) now = zone != NULL ? g_date_time_new_now (zone) : NULL;
  /* Translators: a time of day for g_date_time_format(): “14:02” */
  g_autofree char *time = now != NULL ? g_date_time_format (now, _("%H:%M")) : NULL;

  set_row (self, ROW_LOCAL_TIME, time, NULL);
}

static gboolean
clock_cb (gpointer user_data)
{
  show_local_time (user_data);
  return G_SOURCE_CONTINUE;
}

static void
update_clock (BatonDetailsView *self)
{
  gboolean runs = self->item != NULL && gtk_widget_get_mapped (GTK_WIDGET (self));

  if (runs && self->clock_id == 0)
    self->clock_id = g_timeout_add_seconds (CLOCK_SECONDS, clock_cb, self);
  else if (!runs)
    g_clear_handle_id (&self->clock_id, g_source_remove);
}

static void
add_variable (BatonDetailsView    *self,
              const BatonVariable *variable)
{
  GtkWidget *row = baton_detail_row_new (variable->name, variable->name, self->keys, TRUE);
  g_autofree char *value = NULL;

  if (baton_json_node_get_kind (variable->value) == BATON_JSON_STRING)
    value = baton_json_node_dup_string (variable->value);
  else
    value = baton_json_node_dup_text (variable->value);
  baton_detail_row_set_value (BATON_DETAIL_ROW (row), value != NULL ? value : "", NULL);
  gtk_list_box_append (GTK_LIST_BOX (self->variables), row);
}

static void
show_variables (BatonDetailsView *self,
                BatonHandoff     *handoff)
{
  guint n = baton_handoff_get_n_variables (handoff);
  g_autofree char *more = NULL;
  GtkWidget *row;

  if (handoff == self->shown)
    return;

  g_set_object (&self->shown, handoff);
  while ((row = gtk_widget_get_first_child (self->variables)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->variables), row);
  for (guint i = 0; i < MIN (n, MOST_VARIABLES); i++)
    add_variable (self, baton_handoff_get_variable (handoff, i));

  if (n > MOST_VARIABLES)
    more = g_strdup_printf (ngettext ("%u more variable is not shown", "%u more variables are not shown",
                                      n - MOST_VARIABLES), n - MOST_VARIABLES);
  gtk_label_set_text (GTK_LABEL (self->more), more != NULL ? more : "");
  gtk_widget_set_visible (self->more, more != NULL);
  gtk_widget_set_visible (self->variables_group, n > 0);
}

static void
show_handoff (BatonDetailsView *self,
              BatonHandoff     *handoff)
{
  const char *id = baton_handoff_get_conversation_id (handoff);
  g_autofree char *trigger = describe_trigger (handoff);
  g_autofree char *words = g_strjoinv (" · ", (char **) baton_handoff_get_phrases (handoff));
  g_autofree char *scope = describe_scope (baton_handoff_get_scope (handoff));
  g_autofree char *short_id = shorten_id (id);
  const char *bot = baton_handoff_get_bot_name (handoff);

  set_row (self, ROW_TRIGGER, trigger, NULL);
  set_row (self, ROW_LAST_TOPIC, baton_handoff_get_last_topic (handoff), NULL);
  set_row (self, ROW_LAST_WORDS, baton_handoff_get_last_phrase (handoff), NULL);
  set_row (self, ROW_ALL_WORDS, *words != '\0' ? words : NULL, NULL);
  set_row (self, ROW_SCOPE, scope, NULL);
  set_row (self, ROW_BOT, bot != NULL ? bot : baton_handoff_get_bot_id (handoff), NULL);
  set_row (self, ROW_CONVERSATION, short_id, id);
}

static void
update_cb (BatonDetailsView *self)
{
  BatonHandoff *handoff;
  g_autofree char *language = NULL;
  g_autofree char *channel = NULL;

  if (self->item == NULL)
    return;

  handoff = baton_case_get_handoff (self->item);
  language = baton_language_dup_name (baton_handoff_get_language (handoff));
  channel = describe_channel (baton_case_get_channel (self->item));
  show_handoff (self, handoff);
  show_variables (self, handoff);
  set_row (self, ROW_LANGUAGE, language, NULL);
  set_row (self, ROW_CHANNEL, channel, NULL);
  show_local_time (self);
}

static void
row_activated_cb (BatonDetailsView *self,
                  GtkWidget        *row)
{
  gtk_widget_activate_action (row, "detail.copy", NULL);
}

/* The lists read as one: at the end of one the arrows go on in the next. */
static gboolean
keynav_failed_cb (BatonDetailsView *self,
                  GtkDirectionType  direction,
                  GtkWidget        *list)
{
  GtkWidget *lists[] = { self->handoff, self->customer, self->variables };
  int step = direction == GTK_DIR_UP ? -1 : 1;
  int i = 0;

  if (direction != GTK_DIR_UP && direction != GTK_DIR_DOWN)
    return FALSE;
  while (i < (int) G_N_ELEMENTS (lists) && lists[i] != list)
    i++;
  for (i += step; i >= 0 && i < (int) G_N_ELEMENTS (lists); i += step) {
    if (gtk_widget_get_mapped (lists[i]))
      return gtk_widget_child_focus (lists[i], step > 0 ? GTK_DIR_TAB_FORWARD : GTK_DIR_TAB_BACKWARD);
  }
  return TRUE;
}

static void
baton_details_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (baton_details_view_parent_class)->map (widget);
  update_cb (BATON_DETAILS_VIEW (widget));
  update_clock (BATON_DETAILS_VIEW (widget));
}

static void
baton_details_view_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (baton_details_view_parent_class)->unmap (widget);
  update_clock (BATON_DETAILS_VIEW (widget));
}

static void
baton_details_view_dispose (GObject *object)
{
  BatonDetailsView *self = BATON_DETAILS_VIEW (object);

  baton_details_view_set_case (self, NULL);
  g_clear_object (&self->shown);

  G_OBJECT_CLASS (baton_details_view_parent_class)->dispose (object);
}

static void
baton_details_view_class_init (BatonDetailsViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_details_view_dispose;
  widget_class->map = baton_details_view_map;
  widget_class->unmap = baton_details_view_unmap;

  g_type_ensure (BATON_TYPE_PANE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batondesk/Baton/ui/details-view.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonDetailsView, keys);
  gtk_widget_class_bind_template_child (widget_class, BatonDetailsView, handoff);
  gtk_widget_class_bind_template_child (widget_class, BatonDetailsView, customer);
  gtk_widget_class_bind_template_child (widget_class, BatonDetailsView, variables);
  gtk_widget_class_bind_template_child (widget_class, BatonDetailsView, variables_group);
  gtk_widget_class_bind_template_child (widget_class, BatonDetailsView, more);
  gtk_widget_class_bind_template_callback (widget_class, keynav_failed_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
baton_details_view_init (BatonDetailsView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  for (guint i = 0; i < N_ROWS; i++) {
    GtkWidget *list = i < FIRST_OF_CUSTOMER ? self->handoff : self->customer;

    self->rows[i] = baton_detail_row_new (_(fixed[i].key), fixed[i].raw_name, self->keys, FALSE);
    gtk_list_box_append (GTK_LIST_BOX (list), self->rows[i]);
  }
}

GtkWidget *
baton_details_view_new (void)
{
  return g_object_new (BATON_TYPE_DETAILS_VIEW, NULL);
}

/**
 * baton_details_view_set_case:
 * @self: a view
 * @item: (nullable): what to show
 */
void
baton_details_view_set_case (BatonDetailsView *self,
                             BatonCase        *item)
{
  if (self->item == item)
    return;

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (item != NULL) {
    g_signal_connect_object (item, "changed", G_CALLBACK (update_cb), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (item, "notify::handoff", G_CALLBACK (update_cb), self, G_CONNECT_SWAPPED);
  }
  update_cb (self);
  update_clock (self);
}
