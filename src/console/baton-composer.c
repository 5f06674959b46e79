/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-composer.h"

#include <glib/gi18n.h>

#include "baton-a11y.h"
#include "baton-format.h"
#include "baton-language-name.h"

#define MAX_LINES 6

struct _BatonComposer {
  AdwBin         parent_instance;

  GtkWidget     *scroller;
  GtkWidget     *view;
  GtkTextBuffer *buffer;
  GtkWidget     *placeholder;
  GtkWidget     *language;
  GtkWidget     *send;

  BatonCase     *item;
  gboolean       composing;   /* an input method has words that are not in the buffer yet */
};

G_DEFINE_FINAL_TYPE (BatonComposer, baton_composer, ADW_TYPE_BIN)

enum { SIGNAL_SENT, N_SIGNALS };
static guint signals[N_SIGNALS];

static char *
dup_text (BatonComposer *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

static gboolean
is_blank (BatonComposer *self)
{
  GtkTextIter iter;

  gtk_text_buffer_get_start_iter (self->buffer, &iter);
  while (!gtk_text_iter_is_end (&iter)) {
    if (!g_unichar_isspace (gtk_text_iter_get_char (&iter)))
      return FALSE;
    gtk_text_iter_forward_char (&iter);
  }
  return TRUE;
}

static void
update_cb (BatonComposer *self)
{
  gboolean writable = self->item != NULL && baton_case_is_writable (self->item);

  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->view), writable);
  gtk_widget_set_sensitive (self->view, writable);
  gtk_widget_set_visible (self->placeholder, gtk_text_buffer_get_char_count (self->buffer) == 0 && !self->composing);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.send", writable && !is_blank (self));
}

/* A draft that comes back to its case is not typed: @item is not set yet when it does. */
static void
text_changed_cb (BatonComposer *self)
{
  update_cb (self);
  if (self->item != NULL && !is_blank (self))
    baton_case_tell_typing (self->item);
}

static void
preedit_changed_cb (BatonComposer *self,
                    const char    *preedit)
{
  self->composing = preedit != NULL && *preedit != '\0';
  update_cb (self);
}

static gboolean
key_pressed_cb (BatonComposer   *self,
                guint            key,
                guint            code,
                GdkModifierType  state)
{
  gboolean is_enter = key == GDK_KEY_Return || key == GDK_KEY_KP_Enter || key == GDK_KEY_ISO_Enter;

  /* While the input method composes, Enter belongs to it: it ends the word, not the message. */
  if (!is_enter || self->composing || (state & (GDK_SHIFT_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;

  baton_composer_send (self);
  return GDK_EVENT_STOP;
}

static void
send_cb (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  baton_composer_send (BATON_COMPOSER (widget));
}

/* Six lines at the size of the text; the margins are the view's. */
static void
update_height (BatonComposer *self)
{
  PangoContext *context = gtk_widget_get_pango_context (self->view);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int line = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics));
  int margins = gtk_text_view_get_top_margin (GTK_TEXT_VIEW (self->view))
                + gtk_text_view_get_bottom_margin (GTK_TEXT_VIEW (self->view));

  pango_font_metrics_unref (metrics);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), MAX_LINES * line + margins);
}

static void
describe_customer (BatonComposer *self)
{
  BatonHandoff *handoff = baton_case_get_handoff (self->item);
  g_autofree char *name = baton_format_customer (baton_case_get_escalation (self->item));
  g_autofree char *isolated = baton_format_isolate (name);
  g_autofree char *placeholder = g_strdup_printf (_("Reply to %s"), isolated);
  g_autofree char *language = baton_language_dup_name (baton_handoff_get_language (handoff));
  g_autofree char *hint = language != NULL ? g_strdup_printf (_("Customer writes in %s"), language) : NULL;

  gtk_label_set_text (GTK_LABEL (self->placeholder), placeholder);
  gtk_label_set_text (GTK_LABEL (self->language), hint != NULL ? hint : "");
  baton_a11y_set_description (self->view, hint != NULL ? hint : placeholder);
}

static void
case_changed_cb (BatonComposer *self)
{
  describe_customer (self);
  update_cb (self);
}

static void
leave_case (BatonComposer *self)
{
  g_autofree char *draft = NULL;

  if (self->item == NULL)
    return;

  draft = dup_text (self);
  baton_case_set_draft (self->item, draft);
  g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);
}

static void
baton_composer_css_changed (GtkWidget         *widget,
                            GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (baton_composer_parent_class)->css_changed (widget, change);
  update_height (BATON_COMPOSER (widget));
}

static void
baton_composer_dispose (GObject *object)
{
  leave_case (BATON_COMPOSER (object));
  G_OBJECT_CLASS (baton_composer_parent_class)->dispose (object);
}

static void
baton_composer_class_init (BatonComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_composer_dispose;
  widget_class->css_changed = baton_composer_css_changed;

  signals[SIGNAL_SENT] = g_signal_new ("sent", BATON_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batondesk/Baton/ui/composer.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonComposer, scroller);
  gtk_widget_class_bind_template_child (widget_class, BatonComposer, view);
  gtk_widget_class_bind_template_child (widget_class, BatonComposer, buffer);
  gtk_widget_class_bind_template_child (widget_class, BatonComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, BatonComposer, language);
  gtk_widget_class_bind_template_child (widget_class, BatonComposer, send);
  gtk_widget_class_bind_template_callback (widget_class, text_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, preedit_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
  gtk_widget_class_install_action (widget_class, "composer.send", NULL, send_cb);
}

static void
baton_composer_init (BatonComposer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update_height (self);
  update_cb (self);
}

GtkWidget *
baton_composer_new (void)
{
  return g_object_new (BATON_TYPE_COMPOSER, NULL);
}

/**
 * baton_composer_set_case:
 * @self: a composer
 * @item: (nullable): whom to answer; the draft of the case before stays with that
 */
void
baton_composer_set_case (BatonComposer *self,
                         BatonCase     *item)
{
  const char *draft;

  if (self->item == item)
    return;

  leave_case (self);
  draft = item != NULL ? baton_case_get_draft (item) : NULL;
  gtk_text_buffer_set_text (self->buffer, draft != NULL ? draft : "", -1);
  if (item != NULL) {
    self->item = g_object_ref (item);
    g_signal_connect_object (item, "changed", G_CALLBACK (case_changed_cb), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (item, "notify::writable", G_CALLBACK (update_cb), self, G_CONNECT_SWAPPED);
    describe_customer (self);
  }
  update_cb (self);
}

/**
 * baton_composer_send:
 * @self: a composer
 *
 * Sends what is written. Text that could not be kept stays where it is.
 */
void
baton_composer_send (BatonComposer *self)
{
  g_autofree char *text = dup_text (self);

  if (self->item == NULL || !baton_case_send (self->item, text))
    return;

  gtk_text_buffer_set_text (self->buffer, "", -1);
  g_signal_emit (self, signals[SIGNAL_SENT], 0);
}

gboolean
baton_composer_focus_text (BatonComposer *self)
{
  return gtk_widget_grab_focus (self->view);
}
