/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "load-customers.h"

#include <string.h>

#include "baton-json.h"

#define N_HELPERS 16   /* connections that set things up */

/* What is to be done to each conversation, some of them a number of times. */
typedef struct _Chore Chore;
typedef struct {
  Chore            *chore;
  LoadPeer         *peer;
  LoadConversation *conversation;
} Helper;

struct _Chore {
  LoadCustomers *customers;
  void         (*ask)    (Chore            *chore,
                          Helper           *helper);
  gboolean     (*answer) (Chore            *chore,      /* %FALSE: again, after the others */
                          LoadConversation *conversation,
                          guint             status,
                          const char       *body,
                          gsize             length);
  GQueue         todo;      /* of LoadConversation */
  guint          n_busy;
  const char    *text;
  const char    *needle;
  gsize          size;
  guint          n_done;
};

static char *
dup_member (const char *body,
            gsize       length,
            const char *name)
{
  g_autoptr (BatonJson) json = baton_json_parse_text (body, (gssize) length, &BATON_JSON_LIMITS_BOT, NULL);

  return json != NULL ? baton_json_node_dup_string (baton_json_node_find_member (baton_json_get_root (json), name)) : NULL;
}

static void
next (Helper *helper)
{
  Chore *chore = helper->chore;

  helper->conversation = g_queue_pop_head (&chore->todo);
  if (helper->conversation == NULL)
    return;
  chore->n_busy++;
  chore->ask (chore, helper);
}

static void
helped_cb (LoadPeer   *peer,
           guint       status,
           const char *body,
           gsize       length)
{
  Helper *helper = peer->owner;
  Chore *chore = helper->chore;

  chore->n_busy--;
  if (!chore->answer (chore, helper->conversation, status, body, length))
    g_queue_push_tail (&chore->todo, helper->conversation);
  next (helper);
}

static void
do_chore (Chore *chore)
{
  Helper helpers[N_HELPERS];

  for (gsize i = 0; i < N_HELPERS; i++) {
    helpers[i] = (Helper) { chore, load_peer_new (chore->customers->loop, helped_cb, NULL, &helpers[i]), NULL };
    next (&helpers[i]);
  }
  while (chore->n_busy > 0)
    load_loop_turn (chore->customers->loop, 1000);
  for (gsize i = 0; i < N_HELPERS; i++)
    load_peer_free (helpers[i].peer);
}

/* The first @n conversations, a number of times. */
static void
enqueue (Chore *chore,
         guint  n,
         guint  times)
{
  for (guint i = 0; i < times; i++)
    for (guint k = 0; k < n; k++)
      g_queue_push_tail (&chore->todo, g_ptr_array_index (chore->customers->conversations, k));
}

static void
conversation_free (LoadConversation *self)
{
  g_free (self->id);
  g_free (self->token);
  g_free (self->watermark);
  g_free (self);
}

static LoadConversation *
add_conversation (LoadCustomers *self)
{
  LoadConversation *conversation = g_new0 (LoadConversation, 1);

  if (self->conversations == NULL)
    self->conversations = g_ptr_array_new_with_free_func ((GDestroyNotify) conversation_free);
  g_ptr_array_add (self->conversations, conversation);
  return conversation;
}

static void
ask_start (Chore  *chore,
           Helper *helper)
{
  load_peer_request (helper->peer, "POST", "/conversations", chore->customers->secret, "{}", 2);
}

static gboolean
answer_start (Chore            *chore,
              LoadConversation *conversation,
              guint             status,
              const char       *body,
              gsize             length)
{
  if (status / 100 != 2)
    load_fail ("a conversation was not started: status %u", status);
  conversation->id = dup_member (body, length, "conversationId");
  conversation->token = dup_member (body, length, "token");
  if (conversation->id == NULL)
    load_fail ("a conversation was started without an id");
  return TRUE;
}

void
load_customers_start (LoadCustomers *self,
                      guint          n)
{
  Chore chore = { .customers = self, .ask = ask_start, .answer = answer_start };

  for (guint i = 0; i < n; i++)
    g_queue_push_tail (&chore.todo, add_conversation (self));
  do_chore (&chore);
}

static char *
make_path (const LoadConversation *conversation,
           const char             *tail)
{
  return g_strconcat ("/conversations/", conversation->id, tail, NULL);
}

static void
ask_hand_off (Chore  *chore,
              Helper *helper)
{
  g_autofree char *path = make_path (helper->conversation, "/activities");
  g_autofree char *body = g_strdup_printf ("{\"type\":\"message\",\"locale\":\"en-US\",\"from\":{\"id\":\"dl_bench\"},"
                                           "\"text\":\"%s\"}", chore->text);

  load_peer_request (helper->peer, "POST", path, helper->conversation->token, body, strlen (body));
}

static gboolean
answer_hand_off (Chore            *chore,
                 LoadConversation *conversation,
                 guint             status,
                 const char       *body,
                 gsize             length)
{
  if (status / 100 != 2)
    load_fail ("a hand-off was not taken: status %u", status);
  return TRUE;
}

static void
ask_history (Chore  *chore,
             Helper *helper)
{
  g_autofree char *path = make_path (helper->conversation, "/activities");

  load_peer_request (helper->peer, "GET", path, helper->conversation->token, NULL, 0);
}

static gboolean
answer_history (Chore            *chore,
                LoadConversation *conversation,
                guint             status,
                const char       *body,
                gsize             length)
{
  if (status / 100 != 2)
    load_fail ("a history was not given: status %u", status);
  g_free (conversation->watermark);
  conversation->watermark = dup_member (body, length, "watermark");
  return memmem (body, length, chore->needle, strlen (chore->needle)) != NULL;
}

/**
 * load_customers_hand_off:
 *
 * The first @n customers say @text; returns once each history shows that the conversation is not with the bot any more.
 */
void
load_customers_hand_off (LoadCustomers *self,
                         guint          n,
                         const char    *text,
                         const char    *needle)
{
  Chore saying = { .customers = self, .ask = ask_hand_off, .answer = answer_hand_off, .text = text };
  Chore looking = { .customers = self, .ask = ask_history, .answer = answer_history, .needle = needle };

  enqueue (&saying, n, 1);
  do_chore (&saying);
  enqueue (&looking, n, 1);
  do_chore (&looking);
}

/**
 * load_write_activity:
 * @place: has room for @size and 256 bytes more
 *
 * Returns: the length of a message of about @size bytes that says "bench:", @run and @number in eight digits each. They
 * make its id, too, for a server stores the same id once.
 */
gsize
load_write_activity (char    *place,
                     gsize    size,
                     guint32  run,
                     guint    number)
{
  static const char words[] = "please tell me when the store opens on friday ";
  gsize length = (gsize) g_snprintf (place, 256,
                                     "{\"type\":\"message\",\"locale\":\"en-US\",\"textFormat\":\"plain\","
                                     "\"from\":{\"id\":\"dl_bench\",\"name\":\"Bench\",\"role\":\"user\"},"
                                     "\"channelData\":{\"clientActivityID\":\"%08x%08x\"},\"text\":\"bench:%08x%08x ",
                                     run, number, run, number);

  for (gsize i = 0; length + 2 < size; i++)
    place[length++] = words[i % (sizeof words - 1)];
  memcpy (place + length, "\"}", 3);
  return length + 2;
}

/**
 * load_customers_note_id:
 * @answer: to a post; its `id` ends with the number that is the watermark
 */
void
load_customers_note_id (LoadConversation *conversation,
                        const char       *answer,
                        gsize             length)
{
  g_autofree char *id = dup_member (answer, length, "id");
  const char *number = id != NULL ? strrchr (id, '|') : NULL;

  if (number == NULL)
    return;
  g_free (conversation->watermark);
  conversation->watermark = g_strdup_printf ("%" G_GUINT64_FORMAT, g_ascii_strtoull (number + 1, NULL, 10));
}

static void
ask_fill (Chore  *chore,
          Helper *helper)
{
  g_autofree char *path = make_path (helper->conversation, "/activities");
  g_autofree char *body = g_malloc (chore->size + 256);
  gsize length = load_write_activity (body, chore->size, g_random_int (), chore->n_done++);

  load_peer_request (helper->peer, "POST", path, helper->conversation->token, body, length);
}

static gboolean
answer_fill (Chore            *chore,
             LoadConversation *conversation,
             guint             status,
             const char       *body,
             gsize             length)
{
  if (status / 100 != 2)
    load_fail ("a post of the history was not taken: status %u", status);
  load_customers_note_id (conversation, body, length);
  return TRUE;
}

/**
 * load_customers_fill:
 *
 * Gives every conversation a history of @n more messages of @size bytes.
 */
void
load_customers_fill (LoadCustomers *self,
                     guint          n,
                     gsize          size)
{
  Chore chore = { .customers = self, .ask = ask_fill, .answer = answer_fill, .size = size };

  enqueue (&chore, self->conversations->len, n);
  do_chore (&chore);
}

typedef struct {
  LoadCustomers     *customers;
  const LoadOpening *how;
  LoadOpened        *opened;
  guint              n_begun;
} Opening;

typedef struct {
  Opening          *opening;
  LoadConversation *conversation;
  gint64            since;
  gboolean          is_there;
} Visit;

static void begin_next (Opening *opening);

/* A client that comes back asks for the address of its stream, one that only visits for what is new; both with the
 * watermark they have. */
static void
ask (LoadPeer *peer)
{
  const Visit *visit = peer->owner;
  const char *what = visit->opening->how->as_visit ? "/activities" : "";
  const char *watermark = visit->conversation->watermark;
  g_autofree char *tail = g_strconcat (what, watermark != NULL ? "?watermark=" : "", watermark, NULL);
  g_autofree char *path = make_path (visit->conversation, tail);

  load_peer_request (peer, "GET", path, visit->conversation->token, NULL, 0);
}

/* Nothing that a load does is reason enough for a server to end a stream. */
static void
cut_off_cb (LoadPeer   *peer,
            guint       status,
            const char *body,
            gsize       length)
{
  load_fail ("a stream was cut off");
}

static void
visited_cb (LoadPeer   *peer,
            guint       status,
            const char *body,
            gsize       length)
{
  Visit *visit = peer->owner;
  Opening *opening = visit->opening;
  g_autofree char *url = status == 200 ? dup_member (body, length, "streamUrl") : NULL;

  if (visit->is_there) {
    cut_off_cb (peer, status, body, length);
  } else if (status == 101 || (status == 200 && !opening->how->as_stream)) {
    gint64 usec = g_get_monotonic_time () - visit->since;

    visit->is_there = TRUE;
    g_array_append_val (opening->opened->usec, usec);
    if (opening->how->as_visit)
      load_peer_close (peer);
    begin_next (opening);
  } else if (url != NULL) {
    load_peer_upgrade (peer, url, opening->how->offer_deflate);
  } else {
    opening->opened->n_retries++;
    load_peer_close (peer);
    ask (peer);
  }
}

static void
begin_next (Opening *opening)
{
  const LoadOpening *how = opening->how;
  Visit *visit;
  LoadPeer *peer;

  if (opening->n_begun == how->n)
    return;
  visit = g_new0 (Visit, 1);
  visit->opening = opening;
  visit->conversation = g_ptr_array_index (opening->customers->conversations,
                                           how->from + opening->n_begun++ % how->n_conversations);
  visit->since = g_get_monotonic_time ();
  peer = load_peer_new (opening->customers->loop, visited_cb, NULL, visit);
  g_ptr_array_add (opening->opened->peers, peer);
  ask (peer);
}

/**
 * load_customers_open:
 *
 * Returns: (transfer full): once all of them are there. They stay open as long as it lives.
 */
LoadOpened *
load_customers_open (LoadCustomers     *self,
                     const LoadOpening *how)
{
  LoadOpened *opened = g_new0 (LoadOpened, 1);
  Opening opening = { self, how, opened, 0 };
  gint64 since = g_get_monotonic_time ();

  opened->peers = g_ptr_array_new_with_free_func ((GDestroyNotify) load_peer_free);
  opened->usec = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < MIN (how->n, how->at_once); i++)
    begin_next (&opening);
  while (opened->usec->len < how->n)
    load_loop_turn (self->loop, 1000);
  opened->total_usec = g_get_monotonic_time () - since;

  for (guint i = 0; i < how->n; i++) {
    LoadPeer *peer = g_ptr_array_index (opened->peers, i);

    g_free (peer->owner);
    peer->owner = how->owner;
    peer->answer = cut_off_cb;
    peer->text = how->text;
  }
  return opened;
}

void
load_opened_free (LoadOpened *self)
{
  g_ptr_array_unref (self->peers);
  g_array_unref (self->usec);
  g_free (self);
}

/**
 * load_customers_save:
 *
 * Writes down the conversations, so that another run can go on with them after a restart of the server.
 */
gboolean
load_customers_save (LoadCustomers  *self,
                     const char     *path,
                     GError        **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->conversations->len; i++) {
    const LoadConversation *conversation = g_ptr_array_index (self->conversations, i);

    g_string_append_printf (text, "%s %s %s\n", conversation->id, conversation->token,
                            conversation->watermark != NULL ? conversation->watermark : "-");
  }
  return g_file_set_contents (path, text->str, (gssize) text->len, error);
}

gboolean
load_customers_load (LoadCustomers  *self,
                     const char     *path,
                     GError        **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], " ", 3);
    LoadConversation *conversation = add_conversation (self);

    if (g_strv_length (words) != 3)
      load_fail ("%s is no list of conversations", path);
    conversation->id = g_strdup (words[0]);
    conversation->token = g_strdup (words[1]);
    conversation->watermark = g_str_equal (words[2], "-") ? NULL : g_strdup (words[2]);
  }
  return TRUE;
}

void
load_customers_clear (LoadCustomers *self)
{
  g_clear_pointer (&self->conversations, g_ptr_array_unref);
}
