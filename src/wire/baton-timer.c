/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-timer.h"

struct _BatonTimer {
  BatonTimerFunc  func;
  gpointer        user_data;
  gint64          due;       /* monotonic µs */
  GSequenceIter  *place;     /* in @running; %NULL: does not run */
};

/* One for the process, while any timer runs. */
static GSequence *running;   /* of BatonTimer, the next to be due first */
static GSource *source;

static int
compare (gconstpointer a,
         gconstpointer b,
         gpointer      unused)
{
  const BatonTimer *one = a, *other = b;

  if (one->due == other->due)
    return 0;
  return one->due < other->due ? -1 : 1;
}

static BatonTimer *
get_first (void)
{
  GSequenceIter *first = running ? g_sequence_get_begin_iter (running) : NULL;

  return first && !g_sequence_iter_is_end (first) ? g_sequence_get (first) : NULL;
}

static gboolean
dispatch (GSource     *self,
          GSourceFunc  unused,
          gpointer     user_data)
{
  gint64 now = g_source_get_time (self);
  BatonTimer *timer;

  while ((timer = get_first ()) != NULL && timer->due <= now) {
    baton_timer_stop (timer);
    timer->func (timer->user_data);
  }
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { .dispatch = dispatch };

static void
start_source (void)
{
  running = g_sequence_new (NULL);
  source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (source, "baton-timer");
  g_source_attach (source, NULL);
}

/* The one source wakes for the first of them; with the last it goes. */
static void
update_source (void)
{
  BatonTimer *first = get_first ();

  if (first != NULL) {
    g_source_set_ready_time (source, first->due);
    return;
  }
  g_source_destroy (source);
  g_clear_pointer (&source, g_source_unref);
  g_clear_pointer (&running, g_sequence_free);
}

/**
 * baton_timer_new:
 * @func: called when the time has come
 * @user_data: for @func
 *
 * Returns: (transfer full): a timer that does not run
 */
BatonTimer *
baton_timer_new (BatonTimerFunc func,
                 gpointer       user_data)
{
  BatonTimer *self = g_new0 (BatonTimer, 1);

  self->func = func;
  self->user_data = user_data;
  return self;
}

void
baton_timer_free (BatonTimer *self)
{
  baton_timer_stop (self);
  g_free (self);
}

/**
 * baton_timer_start:
 * @self: a timer; if it runs, it starts anew
 * @milliseconds: until it is due
 */
void
baton_timer_start (BatonTimer *self,
                   guint       milliseconds)
{
  if (running == NULL)
    start_source ();
  self->due = g_get_monotonic_time () + (gint64) milliseconds * 1000;
  if (self->place != NULL)
    g_sequence_sort_changed (self->place, compare, NULL);
  else
    self->place = g_sequence_insert_sorted (running, self, compare, NULL);
  update_source ();
}

void
baton_timer_stop (BatonTimer *self)
{
  if (self->place == NULL)
    return;
  g_sequence_remove (self->place);
  self->place = NULL;
  update_source ();
}

gboolean
baton_timer_is_running (BatonTimer *self)
{
  return self->place != NULL;
}
