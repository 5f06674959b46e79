/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-check.h"

#include "baton-ask.h"
#include "baton-findings.h"
#include "baton-issuer.h"

#define ASK_SECONDS 10

/* A bot takes only posts, and whatever it is posted it would answer to a customer: it is looked at, not talked to. */
static void
check_address (const BatonConfigBot *bot,
               const char           *subject,
               GPtrArray            *findings)
{
  g_autoptr (BatonReply) reply = baton_ask (&(BatonHttpRequest) { .method = "GET", .url = bot->url }, ASK_SECONDS);

  if (reply->status == 0)
    baton_findings_add (findings, BATON_GRADE_PROBLEM, subject, "Start the bot, or correct url", "%s does not answer",
                        reply->host);
  else if (reply->status == SOUP_STATUS_NOT_FOUND)
    baton_findings_add (findings, BATON_GRADE_WARNING, subject,
                        "See whether url ends as the bot wants it, often in /api/messages", "%s answers, but may have nothing at this address (404)", reply->host);
  else
    baton_findings_add (findings, BATON_GRADE_OK, subject, NULL, "%s answers", reply->host);
  if (reply->has_date)
    baton_check_skew (subject, reply->host, reply->skew, findings);
}

static void
check_issuer (const BatonConfigBot *bot,
              const char           *subject,
              GPtrArray            *findings)
{
  const BatonHttpRequest request = { .method = "GET", .url = bot->openid_metadata };
  g_autoptr (BatonReply) reply = baton_ask (&request, ASK_SECONDS);
  g_autofree char *keys_url = baton_json_node_dup_string (baton_reply_get (reply, "jwks_uri"));
  g_autofree char *issuer = baton_json_node_dup_string (baton_reply_get (reply, "issuer"));

  if (baton_reply_is_good (reply) && issuer != NULL && keys_url != NULL && baton_issuer_is_safe_url (keys_url))
    baton_findings_add (findings, BATON_GRADE_OK, subject, NULL, "%s tells who signs tokens", reply->host);
  else
    baton_findings_add (findings, BATON_GRADE_PROBLEM, subject,
                        "Correct openid-metadata; it mostly ends in openidconfiguration",
                        "%s does not tell who signs tokens, or where its keys are (%u)", reply->host, reply->status);
}

/**
 * baton_check_connector:
 *
 * Whether a Bot Framework bot can be reached, and known.
 */
void
baton_check_connector (const BatonConfigBot *bot,
                       const char           *subject,
                       GPtrArray            *findings)
{
  g_autofree char *secret = NULL;

  if (bot->secret_file != NULL)
    secret = baton_check_secret (subject, "secret-file", bot->secret_file, findings);
  check_address (bot, subject, findings);
  if (bot->openid_metadata != NULL)
    check_issuer (bot, subject, findings);
}
