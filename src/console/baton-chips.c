/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-chips.h"

#define GAP 6

struct _BatonChips {
  GtkWidget parent_instance;

  gboolean  align_end;
};

G_DEFINE_FINAL_TYPE (BatonChips, baton_chips, GTK_TYPE_WIDGET)

/* A line of chips: from @first up to but not including @after. */
typedef struct {
  GtkWidget *first;
  GtkWidget *after;
  int        width;
  int        height;
} Line;

static Line
take_line (GtkWidget *first,
           int        available)
{
  Line line = { .first = first };
  GtkWidget *chip;

  for (chip = first; chip != NULL; chip = gtk_widget_get_next_sibling (chip)) {
    GtkRequisition size;
    int width;

    gtk_widget_get_preferred_size (chip, NULL, &size);
    width = line.width + (chip != first ? GAP : 0) + MIN (size.width, available);
    if (chip != first && width > available)
      break;
    line.width = width;
    line.height = MAX (line.height, size.height);
  }
  line.after = chip;
  return line;
}

static GtkSizeRequestMode
baton_chips_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure_width (GtkWidget *widget,
               int       *minimum,
               int       *natural)
{
  for (GtkWidget *chip = gtk_widget_get_first_child (widget); chip != NULL; chip = gtk_widget_get_next_sibling (chip)) {
    int least, most;

    gtk_widget_measure (chip, GTK_ORIENTATION_HORIZONTAL, -1, &least, &most, NULL, NULL);
    *minimum = MAX (*minimum, least);
    *natural += most + (*natural > 0 ? GAP : 0);
  }
}

static void
baton_chips_measure (GtkWidget      *widget,
                     GtkOrientation  orientation,
                     int             for_size,
                     int            *minimum,
                     int            *natural,
                     int            *minimum_baseline,
                     int            *natural_baseline)
{
  GtkWidget *first = gtk_widget_get_first_child (widget);
  int height = 0;

  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    measure_width (widget, minimum, natural);
    return;
  }

  while (first != NULL) {
    Line line = take_line (first, for_size >= 0 ? for_size : G_MAXINT);

    height += line.height + (height > 0 ? GAP : 0);
    first = line.after;
  }
  *minimum = *natural = height;
}

static void
place_line (BatonChips *self,
            const Line *line,
            int         width,
            int         y)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int x = self->align_end ? width - line->width : 0;

  for (GtkWidget *chip = line->first; chip != line->after; chip = gtk_widget_get_next_sibling (chip)) {
    GtkRequisition size;
    GtkAllocation place;

    gtk_widget_get_preferred_size (chip, NULL, &size);
    size.width = MIN (size.width, width);
    place = (GtkAllocation) { rtl ? width - x - size.width : x, y, size.width, line->height };
    gtk_widget_size_allocate (chip, &place, -1);
    x += size.width + GAP;
  }
}

static void
baton_chips_size_allocate (GtkWidget *widget,
                           int        width,
                           int        height,
                           int        baseline)
{
  GtkWidget *first = gtk_widget_get_first_child (widget);
  int y = 0;

  while (first != NULL) {
    Line line = take_line (first, width);

    place_line (BATON_CHIPS (widget), &line, width, y);
    y += line.height + GAP;
    first = line.after;
  }
}

static void
baton_chips_dispose (GObject *object)
{
  GtkWidget *chip;

  while ((chip = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (chip);

  G_OBJECT_CLASS (baton_chips_parent_class)->dispose (object);
}

static void
baton_chips_class_init (BatonChipsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_chips_dispose;
  widget_class->get_request_mode = baton_chips_get_request_mode;
  widget_class->measure = baton_chips_measure;
  widget_class->size_allocate = baton_chips_size_allocate;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
baton_chips_init (BatonChips *self)
{
}

GtkWidget *
baton_chips_new (gboolean align_end)
{
  BatonChips *self = g_object_new (BATON_TYPE_CHIPS, NULL);

  self->align_end = align_end;
  return GTK_WIDGET (self);
}

void
baton_chips_add (BatonChips *self,
                 GtkWidget  *chip)
{
  gtk_widget_set_parent (chip, GTK_WIDGET (self));
}
