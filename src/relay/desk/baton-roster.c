/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-roster.h"

#include <crypt.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "baton-error.h"
#include "baton-throttle.h"

/* Enough for yescrypt's memory (16 MiB a hash) to stay small; 13 ms a hash, so the queue is under half a second. */
#define HASHING_THREADS 2
#define MAX_WAITING 64
#define TRIES_PER_MINUTE 5

typedef struct {
  BatonAgent *agent;
  char       *hash;   /* crypt(5), or %NULL: cannot sign in */
} Entry;

struct _BatonRoster {
  GObject        parent_instance;

  char          *path;
  struct stat    seen;       /* of the file when it was last read; all zero: no file */
  GHashTable    *entries;    /* id → Entry */
  BatonThrottle *throttle;
  GThreadPool   *hashers;    /* of GTask */
  char          *nobody;     /* a setting no password belongs to: an unknown id costs as much as a known one */
};

G_DEFINE_FINAL_TYPE (BatonRoster, baton_roster, G_TYPE_OBJECT)

enum { REJECTED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->agent);
  g_free (entry->hash);
  g_free (entry);
}

/* --- passwords --- */

typedef struct {
  char       *key;        /* of the throttle */
  char       *password;
  char       *hash;
  BatonAgent *agent;      /* %NULL: unknown, or without a password */
} Check;

static void
wipe (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

static void
check_free (gpointer data)
{
  Check *check = data;

  g_free (check->key);
  wipe (check->password);
  g_free (check->hash);
  g_clear_object (&check->agent);
  g_free (check);
}

/* crypt(3) with a working area of its own: 32 KiB, too much for some threads' stacks. */
static char *
hash_password (const char *password,
               const char *setting)
{
  struct crypt_data *area = g_new0 (struct crypt_data, 1);
  const char *hash = crypt_rn (password, setting, area, sizeof *area);
  char *copy = g_strdup (hash);

  explicit_bzero (area, sizeof *area);
  g_free (area);
  return copy;
}

static char *
new_setting (GError **error)
{
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];

  if (crypt_gensalt_rn ("$y$", 0, NULL, 0, setting, sizeof setting) == NULL) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "no salt for a password: %s", g_strerror (errno));
    return NULL;
  }
  return g_strdup (setting);
}

/* Takes as long wherever two hashes of the same length differ. */
static gboolean
is_same (const char *a,
         const char *b)
{
  gsize length = strlen (a);
  guint difference = 0;

  if (length != strlen (b))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    difference |= (guint) (a[i] ^ b[i]);
  return difference == 0;
}

/* On a hashing thread; owns the task. */
static void
check_password (gpointer data,
                gpointer user_data)
{
  g_autoptr (GTask) task = data;
  Check *check = g_task_get_task_data (task);
  g_autofree char *hash = hash_password (check->password, check->hash);

  if (check->agent != NULL && hash != NULL && is_same (hash, check->hash))
    g_task_return_pointer (task, g_object_ref (check->agent), g_object_unref);
  else
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED, "unknown agent or wrong password");
}

/* --- the file --- */

static gboolean
read_agent (BatonRoster  *self,
            GKeyFile     *file,
            const char   *id,
            GHashTable   *entries,
            GError      **error)
{
  g_autofree char *name = g_key_file_get_string (file, id, "Name", NULL);
  g_auto (GStrv) skills = g_key_file_get_string_list (file, id, "Skills", NULL, NULL);
  g_auto (GStrv) languages = g_key_file_get_string_list (file, id, "Languages", NULL, NULL);
  Entry *entry;

  if (!baton_agent_id_is_valid (id)) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "%s: [%s] is not an agent’s id", self->path, id);
    return FALSE;
  }
  if (name == NULL || *name == '\0') {
    g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "%s: [%s] has no Name", self->path, id);
    return FALSE;
  }

  entry = g_new0 (Entry, 1);
  entry->agent = baton_agent_new (id, name, (const char *const *) skills, (const char *const *) languages);
  entry->hash = g_key_file_get_string (file, id, "Password", NULL);
  g_hash_table_insert (entries, g_strdup (id), entry);
  return TRUE;
}

static GHashTable *
read_entries (BatonRoster  *self,
              GKeyFile     *file,
              GError      **error)
{
  g_autoptr (GHashTable) entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (gsize i = 0; groups[i] != NULL; i++)
    if (!read_agent (self, file, groups[i], entries, error))
      return NULL;
  return g_steal_pointer (&entries);
}

static gboolean
load_file (BatonRoster  *self,
           GKeyFile     *file,
           GError      **error)
{
  g_autoptr (GError) cause = NULL;

  if (g_key_file_load_from_file (file, self->path, G_KEY_FILE_KEEP_COMMENTS, &cause) ||
      g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return TRUE;

  g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "%s: %s", self->path, cause->message);
  return FALSE;
}

static gboolean
read_file (BatonRoster  *self,
           GError      **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GHashTable) entries = NULL;

  if (!load_file (self, file, error))
    return FALSE;

  entries = read_entries (self, file, error);
  if (entries == NULL)
    return FALSE;

  g_hash_table_unref (self->entries);
  self->entries = g_steal_pointer (&entries);
  return TRUE;
}

static gboolean
has_changed (const struct stat *a,
             const struct stat *b)
{
  return a->st_mtim.tv_sec != b->st_mtim.tv_sec || a->st_mtim.tv_nsec != b->st_mtim.tv_nsec ||
         a->st_size != b->st_size || a->st_ino != b->st_ino;
}

/* Looks (one stat) before each question, so an agent who was taken out of the file is out at once. */
static void
look_again (BatonRoster *self)
{
  g_autoptr (GError) error = NULL;
  struct stat now = { 0 };

  if (stat (self->path, &now) != 0)
    memset (&now, 0, sizeof now);
  if (!has_changed (&now, &self->seen))
    return;

  self->seen = now;
  if (!read_file (self, &error))
    g_signal_emit (self, signals[REJECTED], 0, error->message);
}

static Entry *
find_entry (BatonRoster *self,
            const char  *id)
{
  look_again (self);
  return g_hash_table_lookup (self->entries, id);
}

/* A copy: presence is set on an agent by whoever asked, and the roster's own must not change. */
static BatonAgent *
copy_agent (BatonAgent *agent)
{
  return baton_agent_new (baton_agent_get_id (agent), baton_agent_get_name (agent),
                          baton_agent_get_skills (agent), baton_agent_get_languages (agent));
}

static void
baton_roster_finalize (GObject *object)
{
  BatonRoster *self = BATON_ROSTER (object);

  /* Each waiting check holds a reference to us, so there is none; and we may be on a hashing thread ourselves. */
  g_thread_pool_free (self->hashers, FALSE, FALSE);
  baton_throttle_free (self->throttle);
  g_hash_table_unref (self->entries);
  g_free (self->nobody);
  g_free (self->path);

  G_OBJECT_CLASS (baton_roster_parent_class)->finalize (object);
}

static void
baton_roster_class_init (BatonRosterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_roster_finalize;

  signals[REJECTED] = g_signal_new ("rejected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
baton_roster_init (BatonRoster *self)
{
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
  self->throttle = baton_throttle_new (TRIES_PER_MINUTE, 60 * G_USEC_PER_SEC);
  self->hashers = g_thread_pool_new (check_password, NULL, HASHING_THREADS, FALSE, NULL);
}

/**
 * baton_roster_open:
 * @path: of `agents.conf`; need not exist
 * @error: return location for a #BatonError
 *
 * Returns: (transfer full): the roster, or %NULL with @error set where the file cannot be understood
 */
BatonRoster *
baton_roster_open (const char  *path,
                   GError     **error)
{
  g_autoptr (BatonRoster) self = g_object_new (BATON_TYPE_ROSTER, NULL);

  self->path = g_strdup (path);
  self->nobody = new_setting (error);
  if (self->nobody == NULL)
    return NULL;

  if (stat (path, &self->seen) != 0)
    memset (&self->seen, 0, sizeof self->seen);
  if (!read_file (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * baton_roster_set_tries:
 * @tries_per_minute: to sign in, for one agent from one address
 */
void
baton_roster_set_tries (BatonRoster *self,
                        guint        tries_per_minute)
{
  g_return_if_fail (BATON_IS_ROSTER (self));

  baton_throttle_free (self->throttle);
  self->throttle = baton_throttle_new (tries_per_minute, 60 * G_USEC_PER_SEC);
}

static void
set_list (GKeyFile          *file,
          const char        *id,
          const char        *key,
          const char *const *values)
{
  gsize length = values == NULL ? 0 : g_strv_length ((char **) values);

  if (length > 0)
    g_key_file_set_string_list (file, id, key, values, length);
}

static gboolean
write_file (BatonRoster  *self,
            GKeyFile     *file,
            GError      **error)
{
  g_autoptr (GError) cause = NULL;
  gsize length;
  g_autofree char *text = g_key_file_to_data (file, &length, NULL);

  if (g_file_set_contents_full (self->path, text, (gssize) length,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &cause))
    return TRUE;

  g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "%s: %s", self->path, cause->message);
  return FALSE;
}

/**
 * baton_roster_add:
 * @password: what the agent signs in with; only its hash is kept
 * @error: return location for a #BatonError
 *
 * Adds an agent, or replaces the one of that id, in the file; comments and the other agents stay. Blocks: hashes and
 * writes.
 */
gboolean
baton_roster_add (BatonRoster  *self,
                  BatonAgent   *agent,
                  const char   *password,
                  GError      **error)
{
  const char *id = baton_agent_get_id (agent);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *setting = NULL;
  g_autofree char *hash = NULL;

  g_return_val_if_fail (BATON_IS_ROSTER (self), FALSE);
  g_return_val_if_fail (baton_agent_id_is_valid (id), FALSE);

  setting = new_setting (error);
  if (setting == NULL || !load_file (self, file, error))
    return FALSE;
  hash = hash_password (password, setting);
  if (hash == NULL) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "this password cannot be hashed: it is too long");
    return FALSE;
  }

  g_key_file_remove_group (file, id, NULL);
  g_key_file_set_string (file, id, "Name", baton_agent_get_name (agent));
  set_list (file, id, "Skills", baton_agent_get_skills (agent));
  set_list (file, id, "Languages", baton_agent_get_languages (agent));
  g_key_file_set_string (file, id, "Password", hash);
  return write_file (self, file, error);
}

/**
 * baton_roster_find:
 *
 * Returns: (transfer full) (nullable): a copy of the agent's record, its presence unset
 */
BatonAgent *
baton_roster_find (BatonRoster *self,
                   const char  *id)
{
  Entry *entry;

  g_return_val_if_fail (BATON_IS_ROSTER (self), NULL);

  entry = find_entry (self, id);
  return entry == NULL ? NULL : copy_agent (entry->agent);
}

static int
compare_ids (gconstpointer a,
             gconstpointer b)
{
  return strcmp (baton_agent_get_id (*(BatonAgent **) a), baton_agent_get_id (*(BatonAgent **) b));
}

/**
 * baton_roster_list:
 *
 * Returns: (transfer full): copies of all #BatonAgent, by id
 */
GPtrArray *
baton_roster_list (BatonRoster *self)
{
  GPtrArray *agents = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer entry;

  g_return_val_if_fail (BATON_IS_ROSTER (self), agents);

  look_again (self);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    g_ptr_array_add (agents, copy_agent (((Entry *) entry)->agent));
  g_ptr_array_sort (agents, compare_ids);
  return agents;
}

static Check *
new_check (BatonRoster *self,
           const char  *id,
           const char  *password,
           const char  *address)
{
  Entry *entry = find_entry (self, id);
  Check *check = g_new0 (Check, 1);

  /* Length-limited: the id is a stranger's, and the key is kept for a minute. */
  check->key = g_strdup_printf ("%.64s %s", id, address);
  check->password = g_strdup (password);
  if (entry != NULL && entry->hash != NULL) {
    check->agent = copy_agent (entry->agent);
    check->hash = g_strdup (entry->hash);
  } else {
    check->hash = g_strdup (self->nobody);
  }
  return check;
}

/**
 * baton_roster_check_async:
 * @id: as the peer wrote it; need not be anybody's
 * @address: where it comes from
 *
 * Finds out whether somebody is who they say. Hashes on a thread of its own and takes equally long for an unknown id.
 */
void
baton_roster_check_async (BatonRoster         *self,
                          const char          *id,
                          const char          *password,
                          const char          *address,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Check *check;
  guint wait;

  g_return_if_fail (BATON_IS_ROSTER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, baton_roster_check_async);
  check = new_check (self, id, password, address);
  g_task_set_task_data (task, check, check_free);

  wait = baton_throttle_take (self->throttle, check->key, g_get_monotonic_time ());
  if (wait > 0)
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_BUSY, "too many tries; wait %u s", wait);
  else if (g_thread_pool_unprocessed (self->hashers) >= MAX_WAITING)
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_BUSY, "too many people are signing in just now");
  else
    g_thread_pool_push (self->hashers, g_steal_pointer (&task), NULL);
}

/**
 * baton_roster_check_finish:
 *
 * Returns: (transfer full): who it is, or %NULL with @error set: %BATON_ERROR_UNAUTHENTICATED or %BATON_ERROR_BUSY
 */
BatonAgent *
baton_roster_check_finish (BatonRoster   *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  Check *check;
  BatonAgent *agent;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  check = g_task_get_task_data (G_TASK (result));
  agent = g_task_propagate_pointer (G_TASK (result), error);
  if (agent != NULL)
    baton_throttle_forget (self->throttle, check->key);
  return agent;
}
