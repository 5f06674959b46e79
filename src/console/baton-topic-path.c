/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-topic-path.h"

#include <glib/gi18n.h>

#include "baton-a11y.h"
#include "baton-format.h"

struct _BatonTopicPath {
  AdwBin     parent_instance;

  GtkWidget *box;   /* the list */
};

G_DEFINE_FINAL_TYPE (BatonTopicPath, baton_topic_path, ADW_TYPE_BIN)

static GtkWidget *
new_icon (const char *name)
{
  return g_object_new (GTK_TYPE_IMAGE,
                       "icon-name", name,
                       "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                       NULL);
}

/* @icon leads to a person; the way there was @text. */
static void
add_topic (BatonTopicPath *self,
           const char     *text,
           gboolean        is_last,
           const char     *icon)
{
  GtkWidget *item = g_object_new (GTK_TYPE_BOX,
                                  "spacing", 4,
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_LIST_ITEM,
                                  NULL);
  GtkWidget *label = gtk_label_new (text);

  if (gtk_widget_get_first_child (self->box) != NULL)
    gtk_box_append (GTK_BOX (self->box), new_icon ("baton-chevron-symbolic"));
  if (icon != NULL)
    gtk_box_append (GTK_BOX (item), new_icon (icon));
  if (is_last)
    gtk_widget_add_css_class (item, "last-topic");
  else
    gtk_widget_add_css_class (item, "secondary");
  gtk_box_append (GTK_BOX (item), label);
  baton_a11y_set_label (item, text);
  gtk_box_append (GTK_BOX (self->box), item);
}

static void
baton_topic_path_class_init (BatonTopicPathClass *klass)
{
}

static void
baton_topic_path_init (BatonTopicPath *self)
{
  GtkWidget *scroller;

  self->box = g_object_new (GTK_TYPE_BOX,
                            "spacing", 6,
                            "accessible-role", GTK_ACCESSIBLE_ROLE_LIST,
                            NULL);
  gtk_widget_add_css_class (self->box, "topics");
  baton_a11y_set_label (self->box, _("Topic path"));

  /* Unless it cannot have the focus at all, a scrolled window without anything to focus swallows Tab. */
  scroller = g_object_new (GTK_TYPE_SCROLLED_WINDOW,
                           "child", self->box,
                           "can-focus", FALSE,
                           "hscrollbar-policy", GTK_POLICY_EXTERNAL,
                           "vscrollbar-policy", GTK_POLICY_NEVER,
                           NULL);
  adw_bin_set_child (ADW_BIN (self), scroller);
  gtk_widget_add_css_class (GTK_WIDGET (self), "topic-path");
}

GtkWidget *
baton_topic_path_new (void)
{
  return g_object_new (BATON_TYPE_TOPIC_PATH, NULL);
}

/**
 * baton_topic_path_set_handoff:
 * @self: a path
 * @handoff: (nullable): whose topics; %NULL for none
 */
void
baton_topic_path_set_handoff (BatonTopicPath *self,
                              BatonHandoff   *handoff)
{
  const char *const *topics = handoff != NULL ? baton_handoff_get_topics (handoff) : NULL;
  g_autofree char *topic = handoff != NULL ? baton_format_topic (handoff) : NULL;
  guint n = topics != NULL ? g_strv_length ((char **) topics) : 0;
  gboolean has_way_out = FALSE;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);

  for (guint i = 0; i < n; i++) {
    g_autofree char *text = baton_format_clean (topics[i]);
    gboolean is_topic = g_strcmp0 (text, topic) == 0;

    /* The topic the customer came for is never the one that leads out of the bot. */
    has_way_out = i == n - 1 && !is_topic;
    add_topic (self, text, is_topic, has_way_out ? "baton-handoff-symbolic" : NULL);
  }
  if (handoff != NULL && !has_way_out)
    /* Translators: the end of the bot's topic path: it handed over to an agent */
    add_topic (self, _("Escalate"), FALSE, "baton-handoff-symbolic");
}
