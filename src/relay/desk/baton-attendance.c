/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-attendance.h"

struct _BatonAttendance {
  gint64      patience;
  GHashTable *places;   /* agent's id → Place */
};

typedef struct {
  BatonPresence chosen;
  BatonPresence told;        /* to everybody */
  guint         streams;
  gint64        alone_since; /* without a stream; while there is none */
} Place;

/**
 * baton_attendance_new:
 * @patience: microseconds an agent may be without a stream before being told offline
 */
BatonAttendance *
baton_attendance_new (gint64 patience)
{
  BatonAttendance *self = g_new0 (BatonAttendance, 1);

  self->patience = patience;
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
baton_attendance_free (BatonAttendance *self)
{
  g_hash_table_unref (self->places);
  g_free (self);
}

static Place *
place_of (BatonAttendance *self,
          const char      *agent_id)
{
  Place *place = g_hash_table_lookup (self->places, agent_id);

  if (place == NULL) {
    place = g_new0 (Place, 1);
    place->chosen = BATON_PRESENCE_AVAILABLE;
    place->told = BATON_PRESENCE_OFFLINE;
    g_hash_table_insert (self->places, g_strdup (agent_id), place);
  }
  return place;
}

static gboolean
tell (Place         *place,
      BatonPresence  presence)
{
  gboolean is_news = place->told != presence;

  place->told = presence;
  return is_news;
}

/**
 * baton_attendance_get:
 *
 * Returns: what everybody was told last
 */
BatonPresence
baton_attendance_get (BatonAttendance *self,
                      const char      *agent_id)
{
  Place *place = g_hash_table_lookup (self->places, agent_id);

  return place == NULL ? BATON_PRESENCE_OFFLINE : place->told;
}

/**
 * baton_attendance_learn:
 *
 * Takes over what the store remembers from before a restart. The agent gets the usual patience to come back.
 */
void
baton_attendance_learn (BatonAttendance *self,
                        const char      *agent_id,
                        BatonPresence    presence,
                        gint64           now)
{
  Place *place = place_of (self, agent_id);

  place->told = presence;
  if (presence != BATON_PRESENCE_OFFLINE)
    place->chosen = presence;
  place->alone_since = now;
}

/**
 * baton_attendance_choose:
 *
 * Returns: whether @presence, the agent's own choice, is news
 */
gboolean
baton_attendance_choose (BatonAttendance *self,
                         const char      *agent_id,
                         BatonPresence    presence,
                         gint64           now)
{
  Place *place = place_of (self, agent_id);

  place->chosen = presence;
  if (place->streams == 0)
    place->alone_since = now;
  return tell (place, presence);
}

/**
 * baton_attendance_sign_in:
 *
 * Who signs in is available, except who was away: signing in again must not undo that.
 *
 * Returns: whether the presence changed
 */
gboolean
baton_attendance_sign_in (BatonAttendance *self,
                          const char      *agent_id,
                          gint64           now)
{
  Place *place = place_of (self, agent_id);

  return baton_attendance_choose (self, agent_id,
                                  place->chosen == BATON_PRESENCE_AWAY ? BATON_PRESENCE_AWAY : BATON_PRESENCE_AVAILABLE,
                                  now);
}

/**
 * baton_attendance_sign_out:
 *
 * Returns: whether the agent is offline now and was not; not so while another console of theirs holds a stream
 */
gboolean
baton_attendance_sign_out (BatonAttendance *self,
                           const char      *agent_id)
{
  Place *place = place_of (self, agent_id);

  return place->streams == 0 && tell (place, BATON_PRESENCE_OFFLINE);
}

/**
 * baton_attendance_add_stream:
 *
 * Returns: whether the agent is back, as what they chose
 */
gboolean
baton_attendance_add_stream (BatonAttendance *self,
                             const char      *agent_id)
{
  Place *place = place_of (self, agent_id);

  place->streams++;
  return tell (place, place->chosen);
}

void
baton_attendance_remove_stream (BatonAttendance *self,
                                const char      *agent_id,
                                gint64           now)
{
  Place *place = place_of (self, agent_id);

  g_return_if_fail (place->streams > 0);

  place->streams--;
  place->alone_since = now;
}

/**
 * baton_attendance_take_lost:
 *
 * Returns: (transfer full): ids of the agents who are offline from now on, since they have been without a stream for too
 *   long; each is given once
 */
GStrv
baton_attendance_take_lost (BatonAttendance *self,
                            gint64           now)
{
  GPtrArray *lost = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer id, value;

  g_hash_table_iter_init (&iter, self->places);
  while (g_hash_table_iter_next (&iter, &id, &value)) {
    Place *place = value;

    if (place->streams == 0 && now - place->alone_since >= self->patience && tell (place, BATON_PRESENCE_OFFLINE))
      g_ptr_array_add (lost, g_strdup (id));
  }
  g_ptr_array_add (lost, NULL);
  return (GStrv) g_ptr_array_free (lost, FALSE);
}
