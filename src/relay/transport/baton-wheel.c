/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-wheel.h"

/* Slots go round once in 64 s. A deadline further off waits in the last slot before the hand and is put off again. */
#define SLOTS 256

struct _BatonWheel {
  BatonDeadline slots[SLOTS];   /* heads of rings */
  gint64     hand;           /* tick up to which, it included, all slots have been looked at */
  guint      n_timers;
};

/**
 * baton_wheel_new:
 *
 * Returns: (transfer full): a wheel without timers
 */
BatonWheel *
baton_wheel_new (void)
{
  BatonWheel *self = g_new0 (BatonWheel, 1);

  for (guint i = 0; i < SLOTS; i++)
    self->slots[i].previous = self->slots[i].next = &self->slots[i];
  return self;
}

void
baton_wheel_free (BatonWheel *self)
{
  g_assert (self->n_timers == 0);

  g_free (self);
}

static void
detach (BatonDeadline *timer)
{
  timer->previous->next = timer->next;
  timer->next->previous = timer->previous;
  timer->previous = timer->next = NULL;
}

static void
attach (BatonWheel    *self,
        BatonDeadline *timer)
{
  /* The end of the tick it falls into is the first moment at which it is due and looked at. */
  gint64 wanted = (timer->deadline + BATON_WHEEL_TICK_USEC - 1) / BATON_WHEEL_TICK_USEC;
  gint64 tick = CLAMP (wanted, self->hand + 1, self->hand + SLOTS - 1);
  BatonDeadline *head = &self->slots[tick % SLOTS];

  timer->looked_at = tick * BATON_WHEEL_TICK_USEC;
  timer->next = head;
  timer->previous = head->previous;
  head->previous->next = timer;
  head->previous = timer;
}

/**
 * baton_wheel_set:
 * @deadline: when baton_wheel_take_due() shall return it, at most a tick later
 *
 * Sets a timer, or sets it to another time.
 */
void
baton_wheel_set (BatonWheel    *self,
                 BatonDeadline *timer,
                 gint64         deadline,
                 gint64         now)
{
  timer->deadline = deadline;
  if (timer->previous != NULL) {
    if (deadline >= timer->looked_at)
      return;
    detach (timer);
  } else {
    if (self->n_timers == 0)
      self->hand = MAX (self->hand, now / BATON_WHEEL_TICK_USEC);
    self->n_timers++;
  }
  attach (self, timer);
}

/**
 * baton_wheel_stop:
 *
 * Harmless if it is not set.
 */
void
baton_wheel_stop (BatonWheel    *self,
                  BatonDeadline *timer)
{
  if (timer->previous == NULL)
    return;

  detach (timer);
  self->n_timers--;
}

/**
 * baton_wheel_take_due:
 *
 * Returns: (nullable): a timer whose deadline is over, stopped; %NULL if there is none (left). Call it until then; timers
 *   may be set and stopped meanwhile.
 */
BatonDeadline *
baton_wheel_take_due (BatonWheel *self,
                      gint64      now)
{
  gint64 tick = now / BATON_WHEEL_TICK_USEC;

  /* Who slept for longer than one round has every slot due once. */
  self->hand = MAX (self->hand, tick - SLOTS);
  while (self->n_timers > 0 && self->hand < tick) {
    BatonDeadline *head = &self->slots[(self->hand + 1) % SLOTS];
    BatonDeadline *timer = head->next;

    if (timer == head) {
      self->hand++;
    } else {
      detach (timer);
      if (timer->deadline <= now) {
        self->n_timers--;
        return timer;
      }
      attach (self, timer);
    }
  }
  return NULL;
}

/**
 * baton_wheel_get_next:
 *
 * Returns: when baton_wheel_take_due() shall be called next; -1: not at all
 */
gint64
baton_wheel_get_next (BatonWheel *self)
{
  if (self->n_timers == 0)
    return -1;

  for (gint64 tick = self->hand + 1; tick < self->hand + SLOTS; tick++)
    if (self->slots[tick % SLOTS].next != &self->slots[tick % SLOTS])
      return tick * BATON_WHEEL_TICK_USEC;
  g_assert_not_reached ();
}
