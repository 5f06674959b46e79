/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-check.h"

#include <string.h>

#include "baton-bots.h"
#include "baton-dl-access.h"
#include "baton-embedded-upstream.h"
#include "baton-explain.h"

#define ASK_SECONDS 10
#define TURN_SECONDS 20           /* Direct Line lets a bot take 15 s for its turn before it answers */
#define SKEW_SECONDS 60
#define MIN_TOKEN_SECONDS 1800    /* stock clients refresh every 15 minutes (protocol 1.4) */

/* What the conversation is begun with; the bot may greet, and nobody reads it. */
#define START "{\"user\":{}}"
#define GOODBYE "{\"type\":\"endOfConversation\",\"from\":{\"id\":\"baton-check\"},\"code\":\"completedSuccessfully\"}"

/* --- embedded --- */

static void
check_embedded (const BatonConfigBot *bot,
                const char           *subject,
                GPtrArray            *findings)
{
  g_autofree char *own = baton_bots_dup_data_path ("topics");
  const char *folder = bot->topics != NULL ? bot->topics : own;
  g_autoptr (GPtrArray) warnings = NULL;
  g_autoptr (BatonUpstream) upstream = NULL;
  g_autoptr (GError) error = NULL;

  upstream = baton_embedded_upstream_new (folder, &warnings, &error);
  if (upstream == NULL) {
    baton_findings_add (findings, BATON_GRADE_PROBLEM, subject, "Name the folder with settings.mcs.yml in topics", "%s",
                        error->message);
    return;
  }
  for (guint i = 0; i < warnings->len; i++)
    baton_findings_add (findings, BATON_GRADE_WARNING, subject, "Correct the topic", "%s",
                        (const char *) g_ptr_array_index (warnings, i));
  if (warnings->len == 0)
    baton_findings_add (findings, BATON_GRADE_OK, subject, NULL, "its topics in %s are understood", folder);
}

/* --- Direct Line --- */

/* The way a conversation goes: where, with what, and back. */
typedef struct {
  const BatonConfigBot *bot;
  const char           *subject;
  GPtrArray            *findings;
  char                 *secret;
  char                 *base;
  char                 *credential;        /* secret or token */
  char                 *conversation_id;
  char                 *farthest;          /* host whose clock is farthest from ours; %NULL: none has said */
  gint64                skew;
} Visit;

static void
visit_clear (Visit *self)
{
  g_free (self->secret);
  g_free (self->base);
  g_free (self->credential);
  g_free (self->conversation_id);
  g_free (self->farthest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Visit, visit_clear)

static void
note_clock (Visit            *self,
            const BatonReply *reply)
{
  if (!reply->has_date || (self->farthest != NULL && ABS (reply->skew) <= ABS (self->skew)))
    return;
  g_free (self->farthest);
  self->farthest = g_strdup (reply->host);
  self->skew = reply->skew;
}

/* Asks, and tells what is wrong with the answer. Returns a good one, or %NULL. */
static BatonReply *
ask (Visit                  *self,
     const BatonHttpRequest *request,
     BatonAsked              asked)
{
  const gboolean is_start = asked == BATON_ASKED_START;
  g_autoptr (BatonReply) reply = baton_ask (request, is_start ? TURN_SECONDS : ASK_SECONDS);
  g_autoptr (BatonExplanation) explanation = baton_explain (reply, &(BatonExplainContext) {
    .asked = asked,
    .key = is_start && self->bot->base_url != NULL ? "base-url" : "token-url",
    .with_secret = self->secret != NULL && request->bearer == self->secret,
    .has_base = self->bot->base_url != NULL,
  });

  note_clock (self, reply);
  if (explanation == NULL)
    return g_steal_pointer (&reply);
  baton_findings_add (self->findings, BATON_GRADE_PROBLEM, self->subject, explanation->advice, "%s", explanation->text);
  return NULL;
}

static gboolean
load_secret (Visit *self)
{
  if (self->bot->secret_file == NULL)
    return TRUE;
  self->secret = baton_check_secret (self->subject, "secret-file", self->bot->secret_file, self->findings);
  return self->secret != NULL;
}

/* K22: the base is what the regional settings say. */
static gboolean
find_base (Visit *self)
{
  g_autofree char *url = NULL;
  g_autoptr (BatonReply) reply = NULL;
  const BatonJsonNode absent = { NULL, 0 };

  self->base = baton_dl_access_dup_base (self->bot->base_url, self->bot->token_url);
  if (self->base != NULL)
    return TRUE;

  url = baton_dl_access_dup_region_url (self->bot->token_url);
  reply = ask (self, &(BatonHttpRequest) { .method = SOUP_METHOD_GET, .url = url }, BATON_ASKED_REGION);
  if (reply == NULL)
    return FALSE;

  self->base = baton_dl_access_read_region (reply->json != NULL ? baton_json_get_root (reply->json) : absent);
  if (self->base == NULL) {
    baton_findings_add (self->findings, BATON_GRADE_PROBLEM, self->subject,
                        "Copy token-url again from the Channels page, or name the host of the bot's region in base-url",
                        "the regional settings of %s name no Direct Line", reply->host);
    return FALSE;
  }
  baton_findings_add (self->findings, BATON_GRADE_OK, self->subject, NULL, "the regional settings of %s lead to %s", reply->host,
                      self->base);
  return TRUE;
}

static void
check_life (Visit            *self,
            const BatonReply *reply)
{
  gint64 seconds;

  if (!baton_json_node_get_int (baton_reply_get (reply, "expires_in"), &seconds))
    baton_findings_add (self->findings, BATON_GRADE_OK, self->subject, NULL, "%s gives tokens, and does not say for how long",
                        reply->host);
  else if (seconds < MIN_TOKEN_SECONDS)
    baton_findings_add (self->findings, BATON_GRADE_WARNING, self->subject,
                        "Let the bot's tokens live longer: a connection lost for half of that cannot be taken up again",
                        "tokens of %s last %" G_GINT64_FORMAT " s, less than the usual %d", reply->host, seconds, MIN_TOKEN_SECONDS);
  else
    baton_findings_add (self->findings, BATON_GRADE_OK, self->subject, NULL, "%s gives tokens that last %" G_GINT64_FORMAT " s",
                        reply->host, seconds);
}

static gboolean
get_token (Visit *self)
{
  g_autoptr (BatonReply) reply = NULL;

  if (self->bot->token_url == NULL) {
    self->credential = g_strdup (self->secret);
    return TRUE;
  }

  reply = ask (self, &(BatonHttpRequest) {
    .method = SOUP_METHOD_GET,
    .url = self->bot->token_url,
    .bearer = self->secret,
  }, BATON_ASKED_TOKEN);
  if (reply == NULL)
    return FALSE;

  self->credential = baton_json_node_dup_string (baton_reply_get (reply, "token"));
  if (self->credential == NULL || *self->credential == '\0') {
    baton_findings_add (self->findings, BATON_GRADE_PROBLEM, self->subject,
                        "Copy token-url again from the Channels page: it ends in directline/token?api-version=…",
                        "%s answers, but not with a token", reply->host);
    return FALSE;
  }
  check_life (self, reply);
  return TRUE;
}

/* A token that came with the conversation replaces the one it was begun with. */
static gboolean
start (Visit *self)
{
  g_autofree char *url = baton_http_build_url (self->base, "conversations", NULL);
  g_autoptr (GBytes) body = g_bytes_new_static (START, strlen (START));
  g_autofree char *stream = NULL, *token = NULL;
  g_autoptr (BatonReply) reply = ask (self, &(BatonHttpRequest) {
    .method = SOUP_METHOD_POST,
    .url = url,
    .bearer = self->bot->token_url == NULL ? self->secret : self->credential,
    .body = body,
  }, BATON_ASKED_START);

  if (reply == NULL)
    return FALSE;
  self->conversation_id = baton_json_node_dup_string (baton_reply_get (reply, "conversationId"));
  if (self->conversation_id == NULL || *self->conversation_id == '\0') {
    baton_findings_add (self->findings, BATON_GRADE_PROBLEM, self->subject, "Correct base-url",
                        "%s answers, but not as a Direct Line: the conversation has no id", reply->host);
    return FALSE;
  }

  if (self->bot->token_url == NULL)
    check_life (self, reply);
  stream = baton_json_node_dup_string (baton_reply_get (reply, "streamUrl"));
  if (stream == NULL || *stream == '\0')
    baton_findings_add (self->findings, BATON_GRADE_WARNING, self->subject, "Expect answers a second later",
                        "%s offers no stream, so the relay asks again and again for what is new", reply->host);
  token = baton_json_node_dup_string (baton_reply_get (reply, "token"));
  if (token != NULL && *token != '\0') {
    g_free (self->credential);
    self->credential = g_steal_pointer (&token);
  }
  return TRUE;
}

/* A token that nobody uses reserves a conversation, and disturbs no bot (protocol 1.4). */
static void
reserve (Visit *self)
{
  g_autofree char *url = baton_http_build_url (self->base, "tokens", "generate", NULL);
  g_autoptr (BatonReply) reply = ask (self, &(BatonHttpRequest) {
    .method = SOUP_METHOD_POST,
    .url = url,
    .bearer = self->secret,
  }, BATON_ASKED_START);

  if (reply != NULL)
    check_life (self, reply);
}

/* The answer waits for the bot's turn, so it also tells whether the bot is there at all. */
static void
end (Visit *self)
{
  g_autofree char *url = baton_http_build_url (self->base, "conversations", self->conversation_id, "activities", NULL);
  g_autoptr (GBytes) body = g_bytes_new_static (GOODBYE, strlen (GOODBYE));
  g_autoptr (BatonReply) reply = baton_ask (&(BatonHttpRequest) {
    .method = SOUP_METHOD_POST,
    .url = url,
    .bearer = self->credential,
    .body = body,
  }, TURN_SECONDS);

  note_clock (self, reply);
  if (baton_reply_is_good (reply))
    baton_findings_add (self->findings, BATON_GRADE_OK, self->subject, NULL, "a conversation was begun and ended at %s", reply->host);
  else if (reply->status == 0)
    baton_findings_add (self->findings, BATON_GRADE_WARNING, self->subject, "See whether the bot answers on its own test page",
                        "a conversation was begun at %s, but its end was not answered", reply->host);
  else
    baton_findings_add (self->findings, BATON_GRADE_WARNING, self->subject, "See whether the bot answers on its own test page",
                        "a conversation was begun at %s, but the bot did not take its end (%u%s%s)", reply->host, reply->status,
                        reply->code == NULL ? "" : " ", reply->code == NULL ? "" : reply->code);
}

/**
 * baton_check_skew:
 * @host: whose clock it is
 * @skew: seconds that our clock is ahead of it
 */
void
baton_check_skew (const char *subject,
                  const char *host,
                  gint64      skew,
                  GPtrArray  *findings)
{
  if (ABS (skew) > SKEW_SECONDS)
    baton_findings_add (findings, BATON_GRADE_WARNING, subject,
                        "Set the clock of this machine, and let it be kept right (NTP): tokens seem too old or too young otherwise",
                        "the clock of this machine is %" G_GINT64_FORMAT " s %s that of %s", ABS (skew),
                        skew > 0 ? "ahead of" : "behind", host);
  else
    baton_findings_add (findings, BATON_GRADE_OK, subject, NULL,
                        "its clock and that of this machine are at most %" G_GINT64_FORMAT " s apart", ABS (skew));
}

static void
tell_clock (Visit *self)
{
  if (self->farthest != NULL)
    baton_check_skew (self->subject, self->farthest, self->skew, self->findings);
}

static void
check_direct_line (const BatonConfigBot *bot,
                   const char           *subject,
                   GPtrArray            *findings)
{
  g_auto (Visit) visit = { .bot = bot, .subject = subject, .findings = findings };

  if (load_secret (&visit) && find_base (&visit) && get_token (&visit) && start (&visit))
    end (&visit);
  tell_clock (&visit);
}

/* Begins nothing: the conversations there are others'. */
static void
check_watched (const BatonConfigBot *bot,
               const char           *subject,
               GPtrArray            *findings)
{
  g_auto (Visit) visit = { .bot = bot, .subject = subject, .findings = findings };

  if (load_secret (&visit) && find_base (&visit))
    reserve (&visit);
  tell_clock (&visit);
}

/**
 * baton_check_bot:
 *
 * Reads the topics of an embedded bot; of any other asks what the relay asks: token, region, a conversation; where it
 * only watches, a token.
 */
void
baton_check_bot (const BatonConfigBot *bot,
                 GPtrArray            *findings)
{
  g_autofree char *subject = g_strconcat ("bot ", bot->name, NULL);

  switch (bot->kind) {
  case BATON_CONFIG_DIRECT_LINE:
    check_direct_line (bot, subject, findings);
    break;
  case BATON_CONFIG_WATCHED:
    check_watched (bot, subject, findings);
    break;
  case BATON_CONFIG_CONNECTOR:
    baton_check_connector (bot, subject, findings);
    break;
  case BATON_CONFIG_EMBEDDED:
  default:
    check_embedded (bot, subject, findings);
    break;
  }
}
