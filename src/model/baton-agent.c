/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-agent.h"

#include <string.h>

#include "baton-error.h"

#define ID_MAX 32

struct _BatonAgent {
  GObject         parent_instance;

  char           *id;
  char           *name;
  char          **skills;      /* never NULL */
  char          **languages;   /* never NULL; as configured, compare normalised */
  BatonPresence   presence;
};

G_DEFINE_FINAL_TYPE (BatonAgent, baton_agent, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (BatonPresence, baton_presence,
                    G_DEFINE_ENUM_VALUE (BATON_PRESENCE_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (BATON_PRESENCE_AVAILABLE, "available"),
                    G_DEFINE_ENUM_VALUE (BATON_PRESENCE_BUSY, "busy"),
                    G_DEFINE_ENUM_VALUE (BATON_PRESENCE_AWAY, "away"))

enum { PROP_0, PROP_ID, PROP_NAME, PROP_PRESENCE, N_PROPS };
static GParamSpec *props[N_PROPS];

static const char *const presences[] = { "offline", "available", "busy", "away" };

/**
 * baton_presence_to_string:
 * @presence: a presence
 *
 * Returns: (transfer none): its word on the wire and in the store
 */
const char *
baton_presence_to_string (BatonPresence presence)
{
  return presences[presence];
}

/**
 * baton_presence_from_string:
 * @text: (nullable): a word
 * @presence: (out): the presence it names
 *
 * Returns: %FALSE, with @presence untouched, if it names none
 */
gboolean
baton_presence_from_string (const char    *text,
                            BatonPresence *presence)
{
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (presences); i++) {
    if (strcmp (presences[i], text) == 0) {
      *presence = (BatonPresence) i;
      return TRUE;
    }
  }
  return FALSE;
}

static void
baton_agent_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  BatonAgent *self = BATON_AGENT (object);

  switch (prop_id) {
  case PROP_ID:
    g_value_set_string (value, self->id);
    break;
  case PROP_NAME:
    g_value_set_string (value, self->name);
    break;
  case PROP_PRESENCE:
    g_value_set_enum (value, (int) self->presence);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
baton_agent_finalize (GObject *object)
{
  BatonAgent *self = BATON_AGENT (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->skills, g_strfreev);
  g_clear_pointer (&self->languages, g_strfreev);

  G_OBJECT_CLASS (baton_agent_parent_class)->finalize (object);
}

static void
baton_agent_class_init (BatonAgentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = baton_agent_finalize;
  object_class->get_property = baton_agent_get_property;

  props[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, readable);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, readable);
  props[PROP_PRESENCE] = g_param_spec_enum ("presence", NULL, NULL,
                                            BATON_TYPE_PRESENCE, BATON_PRESENCE_OFFLINE, readable);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
baton_agent_init (BatonAgent *self)
{
}

static char **
dup_list (const char *const *list)
{
  return list != NULL ? g_strdupv ((char **) list) : g_new0 (char *, 1);
}

/**
 * baton_agent_new:
 * @id: the agent's sign-in name
 * @name: what customers and colleagues see
 * @skills: (nullable): what the agent knows about
 * @languages: (nullable): BCP-47 tags of what the agent speaks
 *
 * Returns: (transfer full): an agent who is offline
 */
BatonAgent *
baton_agent_new (const char        *id,
                 const char        *name,
                 const char *const *skills,
                 const char *const *languages)
{
  BatonAgent *self;

  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  self = g_object_new (BATON_TYPE_AGENT, NULL);
  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->skills = dup_list (skills);
  self->languages = dup_list (languages);
  return self;
}

static char **
read_list (BatonJsonNode node)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
  BatonJsonNode value;
  BatonJsonIter iter;

  baton_json_iter_init (&iter, node);
  while (baton_json_iter_next (&iter, NULL, &value)) {
    g_autofree char *text = baton_json_node_dup_string (value);

    if (text != NULL)
      g_strv_builder_add (list, text);
  }
  return g_strv_builder_end (list);
}

/**
 * baton_agent_new_from_json:
 * @node: what baton_agent_write() wrote
 * @error: return location for a [error@Error]
 *
 * A presence this version does not know counts as offline: it promises nothing we could rely on.
 *
 * Returns: (transfer full): the agent, or %NULL with %BATON_ERROR_INVALID if there is no id
 */
BatonAgent *
baton_agent_new_from_json (BatonJsonNode   node,
                           GError        **error)
{
  g_autofree char *id = baton_json_node_dup_member (node, "id");
  g_autofree char *name = baton_json_node_dup_member (node, "name");
  g_autofree char *presence = baton_json_node_dup_member (node, "presence");
  BatonAgent *self;

  if (id == NULL || *id == '\0') {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "an agent without an id");
    return NULL;
  }

  self = g_object_new (BATON_TYPE_AGENT, NULL);
  self->name = name != NULL ? g_steal_pointer (&name) : g_strdup (id);
  self->id = g_steal_pointer (&id);
  self->skills = read_list (baton_json_node_get_member (node, "skills"));
  self->languages = read_list (baton_json_node_get_member (node, "languages"));
  baton_presence_from_string (presence, &self->presence);
  return self;
}

/**
 * baton_agent_write:
 * @self: an agent
 * @writer: where `{"id","name","presence","skills","languages"}` goes
 */
void
baton_agent_write (BatonAgent      *self,
                   BatonJsonWriter *writer)
{
  g_return_if_fail (BATON_IS_AGENT (self));

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", self->id);
  baton_json_writer_add_string (writer, "name", self->name);
  baton_json_writer_add_string (writer, "presence", baton_presence_to_string (self->presence));
  baton_json_writer_add_strv (writer, "skills", (const char *const *) self->skills);
  baton_json_writer_add_strv (writer, "languages", (const char *const *) self->languages);
  baton_json_writer_end_object (writer);
}

const char *
baton_agent_get_id (BatonAgent *self)
{
  g_return_val_if_fail (BATON_IS_AGENT (self), NULL);

  return self->id;
}

const char *
baton_agent_get_name (BatonAgent *self)
{
  g_return_val_if_fail (BATON_IS_AGENT (self), NULL);

  return self->name;
}

const char *const *
baton_agent_get_skills (BatonAgent *self)
{
  g_return_val_if_fail (BATON_IS_AGENT (self), NULL);

  return (const char *const *) self->skills;
}

const char *const *
baton_agent_get_languages (BatonAgent *self)
{
  g_return_val_if_fail (BATON_IS_AGENT (self), NULL);

  return (const char *const *) self->languages;
}

BatonPresence
baton_agent_get_presence (BatonAgent *self)
{
  g_return_val_if_fail (BATON_IS_AGENT (self), BATON_PRESENCE_OFFLINE);

  return self->presence;
}

void
baton_agent_set_presence (BatonAgent    *self,
                          BatonPresence  presence)
{
  g_return_if_fail (BATON_IS_AGENT (self));

  if (self->presence == presence)
    return;

  self->presence = presence;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PRESENCE]);
}

/**
 * baton_agent_id_is_valid:
 * @id: (nullable): what may be the id of an agent
 *
 * Returns: whether it is `[a-z0-9][a-z0-9._-]{0,31}`: safe in paths, logs and on a command line
 */
gboolean
baton_agent_id_is_valid (const char *id)
{
  gsize length;

  if (id == NULL || (length = strlen (id)) == 0 || length > ID_MAX)
    return FALSE;

  return strspn (id, "abcdefghijklmnopqrstuvwxyz0123456789._-") == length && g_ascii_isalnum (id[0]);
}
