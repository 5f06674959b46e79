/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-queue-view.h"

#include <string.h>

#include "baton-a11y.h"
#include "baton-pane.h"
#include "baton-queue-heading.h"

struct _BatonQueueView {
  GtkWidget     parent_instance;

  BatonQueue   *queue;
  GPtrArray    *mirror;      /* of BatonEscalation, as the queue stood when we looked last */
  GHashTable   *rows;        /* escalation id → BatonQueueRow, owned by the list */
  GHashTable   *cases;       /* escalation id → BatonCase: those that are open, with or before their rows */
  char         *me;
  char         *needle;      /* what is searched for, folded; NULL: nothing */
  guint         counts[BATON_N_SECTIONS];
  gboolean      loaded;
  guint         tick;        /* runs once a second while on screen */

  GtkSearchBar *search_bar;
  GtkEditable  *search_entry;
  GtkStack     *stack;
  GtkListBox   *list;
};

G_DEFINE_FINAL_TYPE (BatonQueueView, baton_queue_view, GTK_TYPE_WIDGET)

enum { SELECTED, OPENED, COUNTS_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* In the order shown; that of the widget's children is another one. */
static BatonQueueRow *
row_at (BatonQueueView *self,
        int             position)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, position);

  return row != NULL ? BATON_QUEUE_ROW (row) : NULL;
}

/* Sections */

static void
show_counts (BatonQueueView *self)
{
  BatonQueueRow *row;

  for (int i = 0; (row = row_at (self, i)) != NULL; i++) {
    GtkWidget *heading = gtk_list_box_row_get_header (GTK_LIST_BOX_ROW (row));

    if (heading != NULL)
      baton_queue_heading_set_count (BATON_QUEUE_HEADING (heading),
                                     self->counts[baton_queue_heading_get_section (BATON_QUEUE_HEADING (heading))]);
  }
}

static void
count_sections (BatonQueueView *self)
{
  BatonQueueRow *row;

  memset (self->counts, 0, sizeof self->counts);
  for (int i = 0; (row = row_at (self, i)) != NULL; i++)
    self->counts[baton_queue_row_get_section (row)]++;

  show_counts (self);
  g_signal_emit (self, signals[COUNTS_CHANGED], 0);
}

static void
update_header_cb (GtkListBoxRow *row,
                  GtkListBoxRow *before,
                  gpointer       user_data)
{
  BatonQueueView *self = user_data;
  BatonSection section = baton_queue_row_get_section (BATON_QUEUE_ROW (row));
  GtkWidget *heading = gtk_list_box_row_get_header (row);

  if (before != NULL && baton_queue_row_get_section (BATON_QUEUE_ROW (before)) == section) {
    gtk_list_box_row_set_header (row, NULL);
    return;
  }
  if (heading != NULL && baton_queue_heading_get_section (BATON_QUEUE_HEADING (heading)) == section)
    return;

  heading = baton_queue_heading_new (section);
  baton_queue_heading_set_count (BATON_QUEUE_HEADING (heading), self->counts[section]);
  gtk_list_box_row_set_header (row, heading);
}

static int
compare_cb (GtkListBoxRow *one,
            GtkListBoxRow *other,
            gpointer       user_data)
{
  return baton_queue_row_compare (BATON_QUEUE_ROW (one), BATON_QUEUE_ROW (other));
}

static gboolean
filter_cb (GtkListBoxRow *row,
           gpointer       user_data)
{
  return baton_queue_row_matches (BATON_QUEUE_ROW (row), BATON_QUEUE_VIEW (user_data)->needle);
}

/* Following the queue. Rows are kept by the escalation's id and moved, never made anew for a change: focus and
 * selection stay with them. */

static void
show_page (BatonQueueView *self)
{
  const char *page = "blank";

  if (self->mirror->len > 0)
    page = "list";
  else if (self->loaded)
    page = "empty";
  gtk_stack_set_visible_child_name (self->stack, page);
}

static void
put_row (BatonQueueView  *self,
         BatonEscalation *escalation)
{
  const char *id = baton_escalation_get_id (escalation);
  BatonQueueRow *row = g_hash_table_lookup (self->rows, id);

  if (row != NULL) {
    baton_queue_row_set_escalation (row, escalation);
    return;
  }
  row = BATON_QUEUE_ROW (baton_queue_row_new (escalation, self->me));
  baton_queue_row_set_case (row, g_hash_table_lookup (self->cases, id));
  g_hash_table_insert (self->rows, g_strdup (id), row);
  gtk_list_box_append (self->list, GTK_WIDGET (row));
}

static void
drop_row (BatonQueueView *self,
          const char     *id)
{
  BatonQueueRow *row = g_hash_table_lookup (self->rows, id);

  if (row == NULL)
    return;
  g_hash_table_remove (self->rows, id);
  gtk_list_box_remove (self->list, GTK_WIDGET (row));
}

static void
queue_changed_cb (GListModel     *queue,
                  guint           position,
                  guint           removed,
                  guint           added,
                  BatonQueueView *self)
{
  g_autoptr (GHashTable) gone = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer id;

  for (guint i = 0; i < removed; i++)
    g_hash_table_add (gone, g_strdup (baton_escalation_get_id (g_ptr_array_index (self->mirror, position + i))));
  if (removed > 0)
    g_ptr_array_remove_range (self->mirror, position, removed);

  for (guint i = 0; i < added; i++) {
    BatonEscalation *escalation = g_list_model_get_item (queue, position + i);

    g_ptr_array_insert (self->mirror, (int) (position + i), escalation);
    g_hash_table_remove (gone, baton_escalation_get_id (escalation));
    put_row (self, escalation);
  }
  g_hash_table_iter_init (&iter, gone);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    drop_row (self, id);

  show_page (self);
  count_sections (self);
}

static void
tick_all (BatonQueueView *self)
{
  gint64 now = g_get_real_time ();
  BatonQueueRow *row;

  for (int i = 0; (row = row_at (self, i)) != NULL; i++)
    baton_queue_row_tick (row, now);
}

static gboolean
tick_cb (gpointer user_data)
{
  tick_all (user_data);
  return G_SOURCE_CONTINUE;
}

/* What a person does */

static void
row_selected_cb (BatonQueueView *self,
                 GtkListBoxRow  *row)
{
  if (row != NULL)
    g_signal_emit (self, signals[SELECTED], 0, baton_queue_row_get_escalation (BATON_QUEUE_ROW (row)));
}

static void
row_activated_cb (BatonQueueView *self)
{
  g_signal_emit (self, signals[OPENED], 0);
}

static void
search_changed_cb (BatonQueueView *self)
{
  const char *text = gtk_editable_get_text (self->search_entry);

  g_clear_pointer (&self->needle, g_free);
  if (*text != '\0')
    self->needle = g_utf8_casefold (text, -1);
  gtk_list_box_invalidate_filter (self->list);
}

static void
search_activated_cb (BatonQueueView *self)
{
  BatonQueueRow *row;

  search_changed_cb (self);   /* the entry waits a moment before it tells of a change */
  for (int i = 0; (row = row_at (self, i)) != NULL; i++) {
    if (baton_queue_row_matches (row, self->needle)) {
      gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (row));
      gtk_widget_grab_focus (GTK_WIDGET (row));
      return;
    }
  }
}

static void
search_stopped_cb (BatonQueueView *self)
{
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  baton_queue_view_focus (self);
}

/* Widget */

static gboolean
baton_queue_view_grab_focus (GtkWidget *widget)
{
  baton_queue_view_focus (BATON_QUEUE_VIEW (widget));
  return TRUE;
}

static void
baton_queue_view_map (GtkWidget *widget)
{
  BatonQueueView *self = BATON_QUEUE_VIEW (widget);

  GTK_WIDGET_CLASS (baton_queue_view_parent_class)->map (widget);
  tick_all (self);
  self->tick = g_timeout_add_seconds (1, tick_cb, self);
}

static void
baton_queue_view_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&BATON_QUEUE_VIEW (widget)->tick, g_source_remove);
  GTK_WIDGET_CLASS (baton_queue_view_parent_class)->unmap (widget);
}

static void
baton_queue_view_dispose (GObject *object)
{
  BatonQueueView *self = BATON_QUEUE_VIEW (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  if (self->queue != NULL)
    g_signal_handlers_disconnect_by_data (self->queue, self);
  g_clear_object (&self->queue);
  g_hash_table_remove_all (self->cases);
  if (child != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (baton_queue_view_parent_class)->dispose (object);
}

static void
baton_queue_view_finalize (GObject *object)
{
  BatonQueueView *self = BATON_QUEUE_VIEW (object);

  g_clear_pointer (&self->mirror, g_ptr_array_unref);
  g_clear_pointer (&self->rows, g_hash_table_unref);
  g_clear_pointer (&self->cases, g_hash_table_unref);
  g_clear_pointer (&self->me, g_free);
  g_clear_pointer (&self->needle, g_free);
  G_OBJECT_CLASS (baton_queue_view_parent_class)->finalize (object);
}

static void
install_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batondesk/Baton/ui/queue-view.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonQueueView, search_bar);
  gtk_widget_class_bind_template_child (widget_class, BatonQueueView, search_entry);
  gtk_widget_class_bind_template_child (widget_class, BatonQueueView, stack);
  gtk_widget_class_bind_template_child (widget_class, BatonQueueView, list);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped_cb);
}

static void
baton_queue_view_class_init (BatonQueueViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_queue_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = baton_queue_view_finalize;
  widget_class->grab_focus = baton_queue_view_grab_focus;
  widget_class->map = baton_queue_view_map;
  widget_class->unmap = baton_queue_view_unmap;

  signals[SELECTED] = g_signal_new ("selected", BATON_TYPE_QUEUE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, BATON_TYPE_ESCALATION);
  signals[OPENED] = g_signal_new ("opened", BATON_TYPE_QUEUE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  signals[COUNTS_CHANGED] = g_signal_new ("counts-changed", BATON_TYPE_QUEUE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 0);

  g_type_ensure (BATON_TYPE_PANE);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  install_template (widget_class);
}

static void
baton_queue_view_init (BatonQueueView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->mirror = g_ptr_array_new_with_free_func (g_object_unref);
  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->cases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);

  gtk_search_bar_connect_entry (self->search_bar, self->search_entry);
  gtk_list_box_set_header_func (self->list, update_header_cb, self, NULL);
  gtk_list_box_set_sort_func (self->list, compare_cb, self, NULL);
  gtk_list_box_set_filter_func (self->list, filter_cb, self, NULL);
  baton_a11y_follow_stack (self->stack);
}

GtkWidget *
baton_queue_view_new (void)
{
  return g_object_new (BATON_TYPE_QUEUE_VIEW, NULL);
}

/**
 * baton_queue_view_set_queue:
 * @self: a view
 * @queue: (nullable): what it shows
 * @me: (nullable): id of the agent whose console this is
 */
void
baton_queue_view_set_queue (BatonQueueView *self,
                            BatonQueue     *queue,
                            const char     *me)
{
  g_return_if_fail (BATON_IS_QUEUE_VIEW (self));
  g_return_if_fail (queue == NULL || BATON_IS_QUEUE (queue));

  if (self->queue != NULL) {
    g_signal_handlers_disconnect_by_data (self->queue, self);
    queue_changed_cb (G_LIST_MODEL (self->queue), 0, self->mirror->len, 0, self);
  }
  g_set_object (&self->queue, queue);
  g_free (self->me);
  self->me = g_strdup (me);
  if (queue == NULL)
    return;

  g_signal_connect (queue, "items-changed", G_CALLBACK (queue_changed_cb), self);
  queue_changed_cb (G_LIST_MODEL (queue), 0, 0, g_list_model_get_n_items (G_LIST_MODEL (queue)), self);
}

/**
 * baton_queue_view_set_loaded:
 * @self: a view
 * @loaded: whether the queue is known; until then an empty one is blank and nobody is told that no one waits
 */
void
baton_queue_view_set_loaded (BatonQueueView *self,
                             gboolean        loaded)
{
  g_return_if_fail (BATON_IS_QUEUE_VIEW (self));

  self->loaded = loaded;
  show_page (self);
}

/**
 * baton_queue_view_set_case:
 * @self: a view
 * @escalation_id: which row; may come later
 * @opened: (nullable): its case, %NULL once that is closed
 */
void
baton_queue_view_set_case (BatonQueueView *self,
                           const char     *escalation_id,
                           BatonCase      *opened)
{
  BatonQueueRow *row;

  g_return_if_fail (BATON_IS_QUEUE_VIEW (self));

  if (opened != NULL)
    g_hash_table_replace (self->cases, g_strdup (escalation_id), g_object_ref (opened));
  else
    g_hash_table_remove (self->cases, escalation_id);
  row = g_hash_table_lookup (self->rows, escalation_id);
  if (row != NULL)
    baton_queue_row_set_case (row, opened);
}

GtkSearchBar *
baton_queue_view_get_search_bar (BatonQueueView *self)
{
  return self->search_bar;
}

guint
baton_queue_view_get_count (BatonQueueView *self,
                            BatonSection    section)
{
  g_return_val_if_fail (section < BATON_N_SECTIONS, 0);
  return self->counts[section];
}

/**
 * baton_queue_view_get_first:
 * @self: a view
 * @section: where to look
 *
 * Returns: (transfer none) (nullable): the one that has waited longest; a search does not matter
 */
BatonEscalation *
baton_queue_view_get_first (BatonQueueView *self,
                            BatonSection    section)
{
  BatonQueueRow *row;

  for (int i = 0; (row = row_at (self, i)) != NULL; i++) {
    if (baton_queue_row_get_section (row) == section)
      return baton_queue_row_get_escalation (row);
  }
  return NULL;
}

BatonEscalation *
baton_queue_view_get_selected (BatonQueueView *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  return row != NULL ? baton_queue_row_get_escalation (BATON_QUEUE_ROW (row)) : NULL;
}

/**
 * baton_queue_view_select:
 * @self: a view
 * @escalation_id: which one
 *
 * Returns: whether it is in the queue
 */
gboolean
baton_queue_view_select (BatonQueueView *self,
                         const char     *escalation_id)
{
  BatonQueueRow *row;

  g_return_val_if_fail (BATON_IS_QUEUE_VIEW (self), FALSE);

  row = g_hash_table_lookup (self->rows, escalation_id);
  if (row != NULL)
    gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (row));
  return row != NULL;
}

/* With the focus in the list it goes along, so that the arrow keys go on from there. */
static void
select_row (BatonQueueView *self,
            BatonQueueRow  *row)
{
  gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (row));
  if (gtk_widget_get_focus_child (GTK_WIDGET (self->list)) != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (row));
}

/**
 * baton_queue_view_move:
 * @self: a view
 * @step: 1 for the next one, -1 for the previous one, going round at the ends
 * @mine_only: whether to skip those that are not mine
 *
 * Returns: whether there was one to go to
 */
gboolean
baton_queue_view_move (BatonQueueView *self,
                       int             step,
                       gboolean        mine_only)
{
  GtkListBoxRow *selected = gtk_list_box_get_selected_row (self->list);
  int length = (int) g_hash_table_size (self->rows);
  int position = selected != NULL ? gtk_list_box_row_get_index (selected) : (step > 0 ? -1 : length);

  for (int i = 0; i < length; i++) {
    BatonQueueRow *row;

    position = (position + step + length) % length;
    row = row_at (self, position);
    if (mine_only && baton_queue_row_get_section (row) != BATON_SECTION_MINE)
      continue;
    if (!baton_queue_row_matches (row, self->needle))
      continue;
    select_row (self, row);
    return TRUE;
  }
  return FALSE;
}

void
baton_queue_view_find (BatonQueueView *self)
{
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

/**
 * baton_queue_view_stop_finding:
 * @self: a view
 *
 * Returns: whether a search was open and is closed now
 */
gboolean
baton_queue_view_stop_finding (BatonQueueView *self)
{
  gboolean open = gtk_search_bar_get_search_mode (self->search_bar);

  if (open)
    gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  return open;
}

/**
 * baton_queue_view_focus:
 * @self: a view
 *
 * Moves the keyboard focus to the selected row, or else to the first one.
 */
void
baton_queue_view_focus (BatonQueueView *self)
{
  GtkListBoxRow *selected = gtk_list_box_get_selected_row (self->list);
  BatonQueueRow *first = row_at (self, 0);

  if (selected != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (selected));
  else if (first != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (first));
}
