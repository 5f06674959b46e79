/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-conversation-view.h"

#include <glib/gi18n.h>

#include "baton-a11y.h"
#include "baton-claim-bar.h"
#include "baton-composer.h"
#include "baton-format.h"
#include "baton-language-name.h"
#include "baton-time.h"
#include "baton-topic-path.h"
#include "baton-transcript-view.h"

#define LINE_WIDTH 860   /* pixels at 100 %: longer lines are hard to read */

struct _BatonConversationView {
  AdwBin        parent_instance;

  AdwHeaderBar *header;
  GtkWidget    *title;
  GtkWidget    *subtitle;
  GtkWidget    *end;
  GtkWidget    *banner_place;
  GtkWidget    *path;
  GtkWidget    *pinned;
  GtkWidget    *pinned_text;
  GtkWidget    *transcript;
  GtkWidget    *reply;
  GtkWidget    *clamp;
  GtkWidget    *typing_dots;
  GtkWidget    *typing;
  GtkWidget    *composer;
  GtkWidget    *claim_bar;

  BatonCase    *item;
};

G_DEFINE_FINAL_TYPE (BatonConversationView, baton_conversation_view, ADW_TYPE_BIN)

static char *
describe_channel (BatonCase *item)
{
  const char *channel = baton_case_get_channel (item);

  if (channel == NULL || g_str_equal (channel, "directline") || g_str_equal (channel, "webchat"))
    return g_strdup (_("Web chat"));
  return baton_format_isolate (channel);
}

static void
update_title (BatonConversationView *self)
{
  BatonHandoff *handoff = baton_case_get_handoff (self->item);
  g_autofree char *name = baton_format_customer (baton_case_get_escalation (self->item));
  g_autofree char *topic = baton_format_topic (handoff);
  g_autofree char *isolated = baton_format_isolate (topic);
  g_autofree char *language = baton_language_dup_name (baton_handoff_get_language (handoff));
  g_autofree char *channel = describe_channel (self->item);
  const char *parts[4] = { NULL };
  g_autofree char *subtitle = NULL;
  guint n = 0;

  if (topic != NULL)
    parts[n++] = isolated;
  if (language != NULL)
    parts[n++] = language;
  parts[n++] = channel;
  subtitle = baton_format_line (parts);
  gtk_label_set_text (GTK_LABEL (self->title), name);
  gtk_label_set_text (GTK_LABEL (self->subtitle), subtitle);
}

static void
update_pinned_cb (BatonConversationView *self)
{
  BatonHandoff *handoff = self->item != NULL ? baton_case_get_handoff (self->item) : NULL;
  const BatonPrivateText *private = handoff != NULL ? baton_handoff_get_agent_message (handoff) : NULL;
  gboolean pinned = private != NULL
                    && baton_transcript_view_is_past_handoff (BATON_TRANSCRIPT_VIEW (self->transcript));
  g_autofree char *line = NULL;
  g_autofree char *name = NULL;

  if (pinned) {
    line = baton_format_clean (baton_private_text_peek (private));
    /* Translators: %s is the private message the bot's author wrote to agents */
    name = g_strdup_printf (_("Private message to agents: %s"), line);
    gtk_label_set_text (GTK_LABEL (self->pinned_text), line);
    baton_a11y_set_label (self->pinned, name);
  }
  gtk_widget_set_visible (self->pinned, pinned);
}

/* The line between transcript and composer keeps its height when it has nothing to say. */
static void
update_typing_cb (BatonConversationView *self)
{
  gboolean online = baton_case_is_online (self->item);
  gboolean typing = online && baton_case_is_typing (self->item);
  g_autofree char *name = baton_format_customer (baton_case_get_escalation (self->item));
  g_autofree char *isolated = baton_format_isolate (name);
  /* Translators: %s is the customer's name */
  g_autofree char *text = g_strdup_printf (_("%s is typing…"), isolated);

  gtk_widget_set_visible (self->typing_dots, typing);
  if (typing)
    gtk_label_set_text (GTK_LABEL (self->typing), text);
  else
    gtk_label_set_text (GTK_LABEL (self->typing),
                        online ? "" : _("Not connected. What is said appears when the connection is back."));
}

/* What can be done below the transcript. Focus that was in the part that goes moves to the part that comes: a hidden
 * composer would keep it, and a button that was pressed and turned insensitive has lost it already. */
static void
update_reply_cb (BatonConversationView *self)
{
  gboolean mine = baton_case_is_mine (self->item);
  GtkWidget *leaving = mine ? self->claim_bar : self->composer;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean swaps = gtk_widget_get_visible (leaving);
  gboolean had_focus = focus == NULL || focus == leaving || gtk_widget_is_ancestor (focus, leaving);

  gtk_widget_set_visible (self->composer, mine);
  gtk_widget_set_visible (self->claim_bar, !mine);
  gtk_widget_set_visible (self->end, mine);
  if (swaps && had_focus && gtk_widget_get_mapped (GTK_WIDGET (self)))
    baton_conversation_view_focus_composer (self);
}

static void
update_cb (BatonConversationView *self)
{
  BatonEscalation *escalation = baton_case_get_escalation (self->item);

  update_title (self);
  update_reply_cb (self);
  update_pinned_cb (self);
  baton_topic_path_set_handoff (BATON_TOPIC_PATH (self->path), baton_case_get_handoff (self->item));
  baton_transcript_view_set_claimed_at (BATON_TRANSCRIPT_VIEW (self->transcript),
                                        baton_case_is_mine (self->item) ? baton_escalation_get_claimed_at (escalation)
                                                                        : BATON_TIME_UNKNOWN);
}

static void
sent_cb (BatonConversationView *self)
{
  baton_transcript_view_go_to_end (BATON_TRANSCRIPT_VIEW (self->transcript));
}

static void
send_cb (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  baton_conversation_view_send (BATON_CONVERSATION_VIEW (widget));
}

static void
jump_cb (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  baton_conversation_view_jump_to_handoff (BATON_CONVERSATION_VIEW (widget));
}

static void
retry_cb (GtkWidget  *widget,
          const char *action,
          GVariant   *parameter)
{
  BatonConversationView *self = BATON_CONVERSATION_VIEW (widget);

  if (self->item != NULL)
    baton_case_retry (self->item, g_variant_get_string (parameter, NULL));
}

/* Lines keep their length in letters whatever the size of the text. */
static void
update_width_cb (BatonConversationView *self)
{
  int dpi = 0;
  int width;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-xft-dpi", &dpi, NULL);
  width = dpi > 0 ? (int) ((gint64) LINE_WIDTH * dpi / (96 * 1024)) : LINE_WIDTH;
  baton_transcript_view_set_width (BATON_TRANSCRIPT_VIEW (self->transcript), width);
  adw_clamp_set_maximum_size (ADW_CLAMP (self->clamp), width);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (self->clamp), width);
}

static void
baton_conversation_view_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (baton_conversation_view_parent_class)->root (widget);

  update_width_cb (BATON_CONVERSATION_VIEW (widget));
  g_signal_connect_object (gtk_widget_get_settings (widget), "notify::gtk-xft-dpi", G_CALLBACK (update_width_cb), widget,
                           G_CONNECT_SWAPPED);
}

static void
baton_conversation_view_unroot (GtkWidget *widget)
{
  g_signal_handlers_disconnect_by_func (gtk_widget_get_settings (widget), update_width_cb, widget);

  GTK_WIDGET_CLASS (baton_conversation_view_parent_class)->unroot (widget);
}

static void
baton_conversation_view_dispose (GObject *object)
{
  BatonConversationView *self = BATON_CONVERSATION_VIEW (object);

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (baton_conversation_view_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, BatonConversationView, header);
  gtk_widget_class_bind_template_child (widget_class, BatonConversationView, title);
  gtk_widget_class_bind_template_child (widget_class, BatonConversationView, subtitle);
  gtk_widget_class_bind_template_child (widget_class, BatonConversationView, end);
  gtk_widget_class_bind_template_child (widget_class, BatonConversationView, banner_place);
  gtk_widget_class_bind_template_child (widget_class, BatonConversationView, path);
  gtk_widget_class_bind_template_child (widget_class, BatonConversationView, pinned);
  gtk_widget_class_bind_template_child (widget_class, BatonConversationView, pinned_text);
  gtk_widget_class_bind_template_child (widget_class, BatonConversationView, transcript);
  gtk_widget_class_bind_template_child (widget_class, BatonConversationView, reply);
  gtk_widget_class_bind_template_child (widget_class, BatonConversationView, clamp);
  gtk_widget_class_bind_template_child (widget_class, BatonConversationView, typing_dots);
  gtk_widget_class_bind_template_child (widget_class, BatonConversationView, typing);
  gtk_widget_class_bind_template_child (widget_class, BatonConversationView, composer);
  gtk_widget_class_bind_template_child (widget_class, BatonConversationView, claim_bar);
  gtk_widget_class_bind_template_callback (widget_class, update_pinned_cb);
  gtk_widget_class_bind_template_callback (widget_class, sent_cb);
}

static void
baton_conversation_view_class_init (BatonConversationViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_conversation_view_dispose;
  widget_class->root = baton_conversation_view_root;
  widget_class->unroot = baton_conversation_view_unroot;

  g_type_ensure (BATON_TYPE_CLAIM_BAR);
  g_type_ensure (BATON_TYPE_COMPOSER);
  g_type_ensure (BATON_TYPE_TOPIC_PATH);
  g_type_ensure (BATON_TYPE_TRANSCRIPT_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batondesk/Baton/ui/conversation-view.ui");
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "conversation.send", NULL, send_cb);
  gtk_widget_class_install_action (widget_class, "conversation.jump-handoff", NULL, jump_cb);
  gtk_widget_class_install_action (widget_class, "conversation.retry", "s", retry_cb);
}

static void
baton_conversation_view_init (BatonConversationView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
baton_conversation_view_new (void)
{
  return g_object_new (BATON_TYPE_CONVERSATION_VIEW, NULL);
}

/**
 * baton_conversation_view_set_case:
 * @self: a view
 * @item: (nullable): the case to show
 */
void
baton_conversation_view_set_case (BatonConversationView *self,
                                  BatonCase             *item)
{
  BatonTranscriptView *transcript = BATON_TRANSCRIPT_VIEW (self->transcript);
  g_autofree char *name = NULL;

  if (self->item == item)
    return;

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  baton_composer_set_case (BATON_COMPOSER (self->composer), item);
  baton_claim_bar_set_case (BATON_CLAIM_BAR (self->claim_bar), item);
  if (item == NULL) {
    baton_transcript_view_set_transcript (transcript, NULL, NULL, NULL);
    return;
  }

  name = baton_format_customer (baton_case_get_escalation (item));
  baton_transcript_view_set_transcript (transcript, baton_case_get_transcript (item), baton_case_get_agent_id (item), name);
  g_signal_connect_object (item, "changed", G_CALLBACK (update_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::handoff", G_CALLBACK (update_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::mine", G_CALLBACK (update_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::online", G_CALLBACK (update_typing_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::typing", G_CALLBACK (update_typing_cb), self, G_CONNECT_SWAPPED);
  update_cb (self);
  update_typing_cb (self);
}

/**
 * baton_conversation_view_set_outermost:
 * @self: a view
 * @outermost: whether no pane is beyond it: then its header bar has the window's buttons
 */
void
baton_conversation_view_set_outermost (BatonConversationView *self,
                                       gboolean               outermost)
{
  adw_header_bar_set_show_end_title_buttons (self->header, outermost);
}

/**
 * baton_conversation_view_set_banner:
 * @self: a view
 * @banner: (nullable): what stands between the header bar and the topic path
 */
void
baton_conversation_view_set_banner (BatonConversationView *self,
                                    GtkWidget             *banner)
{
  adw_bin_set_child (ADW_BIN (self->banner_place), banner);
}

/**
 * baton_conversation_view_focus_composer:
 * @self: a view
 *
 * Puts the keyboard where the next thing is done: the composer, else the button that takes the conversation, else the
 * transcript.
 */
void
baton_conversation_view_focus_composer (BatonConversationView *self)
{
  if (self->item == NULL)
    return;
  if (baton_case_is_mine (self->item) && baton_composer_focus_text (BATON_COMPOSER (self->composer)))
    return;
  if (!baton_claim_bar_focus_button (BATON_CLAIM_BAR (self->claim_bar)))
    baton_conversation_view_focus_transcript (self);
}

void
baton_conversation_view_focus_transcript (BatonConversationView *self)
{
  baton_transcript_view_focus_last (BATON_TRANSCRIPT_VIEW (self->transcript));
}

/**
 * baton_conversation_view_send:
 * @self: a view
 *
 * Sends what is in the composer, if the conversation is ours.
 */
void
baton_conversation_view_send (BatonConversationView *self)
{
  baton_composer_send (BATON_COMPOSER (self->composer));
}

void
baton_conversation_view_jump_to_handoff (BatonConversationView *self)
{
  baton_transcript_view_go_to_handoff (BATON_TRANSCRIPT_VIEW (self->transcript));
}
