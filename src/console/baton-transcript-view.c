/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-transcript-view.h"

#include <glib/gi18n.h>

#include "baton-a11y.h"
#include "baton-pane.h"
#include "baton-place.h"
#include "baton-time.h"
#include "baton-transcript-row.h"

#define NEAR_END  24    /* pixels that still count as being at the end */
#define FAR_UP    200   /* pixels after which there is a way back to the end */

struct _BatonTranscriptView {
  AdwBin           parent_instance;

  GtkWidget       *scroller;
  GtkWidget       *clamp;
  GtkWidget       *list;
  GtkWidget       *latest;
  GtkWidget       *latest_count;

  BatonTranscript *transcript;
  BatonCast        cast;
  GPtrArray       *bound;          /* GtkListItem, not owned: those that have a row at the moment */
  double           upper;          /* of the last layout, to tell scrolling from layout */
  double           page;
  gboolean         at_end;
  gboolean         past_handoff;
  gboolean         wants_focus;    /* for the last row, once it is there */
  guint            news;           /* lines added below while the reader looked back */
  guint            end_id;
  GdkFrameClock   *clock;          /* whose next frames are waited for, else NULL */
  guint            frames;         /* to wait for */
};

G_DEFINE_FINAL_TYPE (BatonTranscriptView, baton_transcript_view, ADW_TYPE_BIN)

enum { PROP_0, PROP_PAST_HANDOFF, N_PROPS };
static GParamSpec *props[N_PROPS];

static guint
n_items (BatonTranscriptView *self)
{
  return self->transcript != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->transcript)) : 0;
}

static GtkAdjustment *
get_adjustment (BatonTranscriptView *self)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
}

static void
scroll_to (BatonTranscriptView *self,
           guint                position)
{
  gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", position);
}

static GtkListItem *
find_bound (BatonTranscriptView *self,
            guint                position)
{
  for (guint i = 0; i < self->bound->len; i++) {
    if (gtk_list_item_get_position (self->bound->pdata[i]) == position)
      return self->bound->pdata[i];
  }
  return NULL;
}

static void
place_row (BatonTranscriptView *self,
           GtkListItem         *list_item)
{
  BatonPlace place;

  baton_place_init (&place, G_LIST_MODEL (self->transcript), gtk_list_item_get_position (list_item), &self->cast);
  baton_transcript_row_place (BATON_TRANSCRIPT_ROW (gtk_list_item_get_child (list_item)), &place);
}

static void
place_row_at (BatonTranscriptView *self,
              guint                position)
{
  GtkListItem *list_item = find_bound (self, position);

  if (list_item != NULL && position < n_items (self))
    place_row (self, list_item);
}

static void
item_changed_cb (BatonTranscriptView *self,
                 GParamSpec          *pspec,
                 BatonTranscriptItem *item)
{
  for (guint i = 0; i < self->bound->len; i++) {
    guint position = gtk_list_item_get_position (self->bound->pdata[i]);

    if (gtk_list_item_get_item (self->bound->pdata[i]) != item)
      continue;
    if (position > 0)
      place_row_at (self, position - 1);
    place_row_at (self, position);
    place_row_at (self, position + 1);
    return;
  }
}

static void
bind_cb (BatonTranscriptView *self,
         GtkListItem         *list_item)
{
  BatonTranscriptItem *item = gtk_list_item_get_item (list_item);

  gtk_list_item_set_child (list_item, baton_transcript_row_new (item));
  g_ptr_array_add (self->bound, list_item);
  g_signal_connect_object (item, "notify", G_CALLBACK (item_changed_cb), self, G_CONNECT_SWAPPED);
  place_row (self, list_item);
}

static void
unbind_cb (BatonTranscriptView *self,
           GtkListItem         *list_item)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (list_item), item_changed_cb, self);
  g_ptr_array_remove_fast (self->bound, list_item);
  gtk_list_item_set_child (list_item, NULL);
}

static void
activate_cb (BatonTranscriptView *self,
             guint                position)
{
  GtkListItem *list_item = find_bound (self, position);

  if (list_item == NULL)
    return;
  if (!baton_transcript_row_activate (BATON_TRANSCRIPT_ROW (gtk_list_item_get_child (list_item)), "message.retry"))
    baton_transcript_row_activate (BATON_TRANSCRIPT_ROW (gtk_list_item_get_child (list_item)), "message.show-all");
}

/* Neighbours decide how a row looks, so those of what came and went are placed again. */
static void
items_changed_cb (BatonTranscriptView *self,
                  guint                position,
                  guint                removed,
                  guint                added)
{
  if (position > 0)
    place_row_at (self, position - 1);
  place_row_at (self, position + added);

  if (!self->at_end && added > removed)
    self->news += added - removed;
}

/* A list has more rows than are in view; those beyond it are not drawn and stand where they stood last. */
static gboolean
is_drawn (GtkListItem *list_item)
{
  return gtk_widget_get_child_visible (gtk_widget_get_parent (gtk_list_item_get_child (list_item)));
}

static gboolean
is_above_view (BatonTranscriptView *self,
               GtkListItem         *list_item)
{
  graphene_rect_t bounds;

  return gtk_widget_compute_bounds (gtk_list_item_get_child (list_item), self->scroller, &bounds)
         && bounds.origin.y + bounds.size.height <= 0;
}

static gboolean
find_past_handoff (BatonTranscriptView *self)
{
  guint handoff = self->transcript != NULL ? baton_transcript_find_handoff (self->transcript) : G_MAXUINT;

  if (handoff == G_MAXUINT)
    return FALSE;
  for (guint i = 0; i < self->bound->len; i++) {
    GtkListItem *list_item = self->bound->pdata[i];
    guint position = gtk_list_item_get_position (list_item);

    if (is_drawn (list_item) && position <= handoff)
      return position == handoff && is_above_view (self, list_item);
  }
  /* Nothing up to the hand-off is in view: what is, comes after it. */
  return self->bound->len > 0;
}

static void
update_latest (BatonTranscriptView *self)
{
  GtkAdjustment *a = get_adjustment (self);
  double below = gtk_adjustment_get_upper (a) - gtk_adjustment_get_page_size (a) - gtk_adjustment_get_value (a);
  g_autofree char *count = g_strdup_printf ("%u", self->news);
  g_autofree char *name = NULL;

  if (self->at_end)
    self->news = 0;
  if (self->news > 0)
    name = g_strdup_printf (ngettext ("Latest message, %u new", "Latest message, %u new", self->news), self->news);
  baton_a11y_set_label (self->latest, name != NULL ? name : _("Latest message"));
  gtk_label_set_text (GTK_LABEL (self->latest_count), count);
  gtk_widget_set_visible (self->latest_count, self->news > 0);
  gtk_widget_set_visible (self->latest, !self->at_end && (below > FAR_UP || self->news > 0));
}

static void
focus_if_wanted (BatonTranscriptView *self)
{
  GtkListItem *last = n_items (self) > 0 ? find_bound (self, n_items (self) - 1) : NULL;

  if (self->wants_focus && last != NULL) {
    self->wants_focus = FALSE;
    gtk_widget_grab_focus (gtk_widget_get_parent (gtk_list_item_get_child (last)));
  }
}

static void
set_past_handoff (BatonTranscriptView *self,
                  gboolean             past)
{
  if (past == self->past_handoff)
    return;
  self->past_handoff = past;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PAST_HANDOFF]);
}

static void
settle (BatonTranscriptView *self)
{
  update_latest (self);
  focus_if_wanted (self);
  set_past_handoff (self, find_past_handoff (self));
}

static void
stop_settling (BatonTranscriptView *self)
{
  if (self->clock != NULL)
    g_signal_handlers_disconnect_by_data (self->clock, self);
  g_clear_object (&self->clock);
}

static void
painted_cb (BatonTranscriptView *self)
{
  if (--self->frames > 0)
    gdk_frame_clock_request_phase (self->clock, GDK_FRAME_CLOCK_PHASE_AFTER_PAINT);
  else
    stop_settling (self);
  settle (self);
}

/* Where rows are is known when they have been laid out; an idle may run before that. A change that is made during one
 * layout may need another, so two frames are looked at. */
static void
settle_later (BatonTranscriptView *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  self->frames = 2;
  if (self->clock != NULL || clock == NULL)
    return;

  self->clock = g_object_ref (clock);
  g_signal_connect_swapped (clock, "after-paint", G_CALLBACK (painted_cb), self);
  gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_AFTER_PAINT);
}

static gboolean
to_last_row_cb (gpointer user_data)
{
  BatonTranscriptView *self = user_data;

  self->end_id = 0;
  if (self->at_end && n_items (self) > 0)
    scroll_to (self, n_items (self) - 1);
  return G_SOURCE_REMOVE;
}

/* Rows or size changed. The heights of rows out of view are estimates: go by pixels now, so that nothing flashes, and
 * settle by row when the layout is done. */
static void
extent_changed_cb (BatonTranscriptView *self,
                   GtkAdjustment       *a)
{
  settle_later (self);
  if (!self->at_end)
    return;

  gtk_adjustment_set_value (a, gtk_adjustment_get_upper (a) - gtk_adjustment_get_page_size (a));
  if (self->end_id == 0)
    self->end_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, to_last_row_cb, self, NULL);
}

/* Only a value that moves while extent and page stay the same is a person scrolling; the rest is layout. */
static void
scrolled_cb (BatonTranscriptView *self,
             GtkAdjustment       *a)
{
  double upper = gtk_adjustment_get_upper (a);
  double page = gtk_adjustment_get_page_size (a);

  if (upper == self->upper && page == self->page)
    self->at_end = upper - page - gtk_adjustment_get_value (a) < NEAR_END;
  self->upper = upper;
  self->page = page;
  settle_later (self);
}

static void
copy_cb (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  BatonTranscriptView *self = BATON_TRANSCRIPT_VIEW (widget);
  GtkWidget *focus = gtk_widget_get_focus_child (self->list);
  GtkWidget *row = focus != NULL ? gtk_widget_get_first_child (focus) : NULL;

  if (BATON_IS_TRANSCRIPT_ROW (row))
    baton_transcript_row_activate (BATON_TRANSCRIPT_ROW (row), "message.copy");
}

static void
latest_cb (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  BatonTranscriptView *self = BATON_TRANSCRIPT_VIEW (widget);
  gboolean had_focus = gtk_widget_has_focus (self->latest);

  baton_transcript_view_go_to_end (self);
  if (had_focus)   /* the button is about to go */
    baton_transcript_view_focus_last (self);
}

static gboolean
baton_transcript_view_focus (GtkWidget        *widget,
                             GtkDirectionType  direction)
{
  BatonTranscriptView *self = BATON_TRANSCRIPT_VIEW (widget);
  gboolean tab = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;

  if (tab && gtk_widget_get_focus_child (widget) == NULL
      && (direction == GTK_DIR_TAB_FORWARD || !gtk_widget_get_visible (self->latest)))
    return baton_transcript_view_focus_last (self);

  return GTK_WIDGET_CLASS (baton_transcript_view_parent_class)->focus (widget, direction);
}

static void
baton_transcript_view_get_property (GObject    *object,
                                    guint       id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  switch (id) {
  case PROP_PAST_HANDOFF:
    g_value_set_boolean (value, BATON_TRANSCRIPT_VIEW (object)->past_handoff);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
baton_transcript_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (baton_transcript_view_parent_class)->map (widget);
  settle_later (BATON_TRANSCRIPT_VIEW (widget));
}

static void
baton_transcript_view_unrealize (GtkWidget *widget)
{
  stop_settling (BATON_TRANSCRIPT_VIEW (widget));
  GTK_WIDGET_CLASS (baton_transcript_view_parent_class)->unrealize (widget);
}

static void
baton_transcript_view_dispose (GObject *object)
{
  BatonTranscriptView *self = BATON_TRANSCRIPT_VIEW (object);

  baton_transcript_view_set_transcript (self, NULL, NULL, NULL);
  g_clear_handle_id (&self->end_id, g_source_remove);
  stop_settling (self);

  G_OBJECT_CLASS (baton_transcript_view_parent_class)->dispose (object);
}

static void
baton_transcript_view_finalize (GObject *object)
{
  g_clear_pointer (&BATON_TRANSCRIPT_VIEW (object)->bound, g_ptr_array_unref);
  G_OBJECT_CLASS (baton_transcript_view_parent_class)->finalize (object);
}

static void
baton_transcript_view_class_init (BatonTranscriptViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = baton_transcript_view_dispose;
  object_class->finalize = baton_transcript_view_finalize;
  object_class->get_property = baton_transcript_view_get_property;
  widget_class->focus = baton_transcript_view_focus;
  widget_class->map = baton_transcript_view_map;
  widget_class->unrealize = baton_transcript_view_unrealize;

  props[PROP_PAST_HANDOFF] = g_param_spec_boolean ("past-handoff", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (BATON_TYPE_PANE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batondesk/Baton/ui/transcript-view.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonTranscriptView, scroller);
  gtk_widget_class_bind_template_child (widget_class, BatonTranscriptView, clamp);
  gtk_widget_class_bind_template_child (widget_class, BatonTranscriptView, list);
  gtk_widget_class_bind_template_child (widget_class, BatonTranscriptView, latest);
  gtk_widget_class_bind_template_child (widget_class, BatonTranscriptView, latest_count);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_install_action (widget_class, "transcript.copy", NULL, copy_cb);
  gtk_widget_class_install_action (widget_class, "transcript.latest", NULL, latest_cb);
}

static void
baton_transcript_view_init (BatonTranscriptView *self)
{
  GtkAdjustment *adjustment;

  self->bound = g_ptr_array_new ();
  self->at_end = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));

  adjustment = get_adjustment (self);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (extent_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self, G_CONNECT_SWAPPED);
  update_latest (self);
}

GtkWidget *
baton_transcript_view_new (void)
{
  return g_object_new (BATON_TYPE_TRANSCRIPT_VIEW, NULL);
}

/**
 * baton_transcript_view_set_transcript:
 * @self: a view
 * @transcript: (nullable): what to show, from its end
 * @agent_id: (nullable): me
 * @customer_name: (nullable): as it may be shown
 */
void
baton_transcript_view_set_transcript (BatonTranscriptView *self,
                                      BatonTranscript     *transcript,
                                      const char          *agent_id,
                                      const char          *customer_name)
{
  GtkSelectionModel *selection = NULL;

  if (self->transcript != NULL)
    g_signal_handlers_disconnect_by_func (self->transcript, items_changed_cb, self);
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), NULL);

  g_set_object (&self->transcript, transcript);
  g_free (self->cast.agent_id);
  self->cast.agent_id = g_strdup (agent_id);
  g_free (self->cast.customer_name);
  self->cast.customer_name = g_strdup (customer_name);
  self->cast.claimed_at = BATON_TIME_UNKNOWN;
  self->at_end = TRUE;
  self->wants_focus = FALSE;
  self->news = 0;
  set_past_handoff (self, FALSE);
  if (transcript == NULL)
    return;

  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (g_object_ref (transcript))));
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), selection);
  g_object_unref (selection);
  /* After the list, so that the rows have moved when the neighbours are looked up. */
  g_signal_connect_object (transcript, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
}

/**
 * baton_transcript_view_set_claimed_at:
 * @self: a view
 * @time: when I took the conversation, microseconds since 1970, or %BATON_TIME_UNKNOWN: it is not mine
 */
void
baton_transcript_view_set_claimed_at (BatonTranscriptView *self,
                                      gint64               time)
{
  if (self->cast.claimed_at == time)
    return;

  self->cast.claimed_at = time;
  for (guint i = 0; i < self->bound->len; i++)
    place_row (self, self->bound->pdata[i]);
}

/**
 * baton_transcript_view_set_width:
 * @self: a view
 * @width: most pixels the lines take on a wide screen
 */
void
baton_transcript_view_set_width (BatonTranscriptView *self,
                                 int                  width)
{
  adw_clamp_scrollable_set_maximum_size (ADW_CLAMP_SCROLLABLE (self->clamp), width);
  adw_clamp_scrollable_set_tightening_threshold (ADW_CLAMP_SCROLLABLE (self->clamp), width);
}

/**
 * baton_transcript_view_go_to_end:
 * @self: a view
 *
 * Goes to the last line, and follows the end from now on.
 */
void
baton_transcript_view_go_to_end (BatonTranscriptView *self)
{
  self->at_end = TRUE;
  extent_changed_cb (self, get_adjustment (self));
}

/**
 * baton_transcript_view_go_to_handoff:
 * @self: a view
 *
 * Shows where the bot handed over last.
 */
void
baton_transcript_view_go_to_handoff (BatonTranscriptView *self)
{
  guint handoff = self->transcript != NULL ? baton_transcript_find_handoff (self->transcript) : G_MAXUINT;

  if (handoff == G_MAXUINT)
    return;

  self->at_end = FALSE;
  scroll_to (self, handoff);
  settle_later (self);
}

/**
 * baton_transcript_view_focus_last:
 * @self: a view
 *
 * Puts the keyboard on the last line, now or as soon as it is laid out.
 *
 * Returns: whether there is one
 */
gboolean
baton_transcript_view_focus_last (BatonTranscriptView *self)
{
  if (n_items (self) == 0)
    return FALSE;

  self->wants_focus = TRUE;
  baton_transcript_view_go_to_end (self);
  focus_if_wanted (self);
  return TRUE;
}

gboolean
baton_transcript_view_is_past_handoff (BatonTranscriptView *self)
{
  return self->past_handoff;
}

gboolean
baton_transcript_view_is_at_end (BatonTranscriptView *self)
{
  return self->at_end;
}
