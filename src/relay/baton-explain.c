/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-explain.h"

#include <string.h>

#include "baton-error.h"

#define STATUS_TOO_MANY_REQUESTS 429
#define REGIONS "such as https://europe.directline.botframework.com or https://india.directline.botframework.com"

static BatonExplanation *explain (char       *text,
                                  const char *format,
                                  ...) G_GNUC_PRINTF (2, 3);

/* @text: (transfer full) */
static BatonExplanation *
explain (char       *text,
         const char *format,
         ...)
{
  BatonExplanation *self = g_new0 (BatonExplanation, 1);
  va_list arguments;

  va_start (arguments, format);
  self->text = text;
  self->advice = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return self;
}

void
baton_explanation_free (BatonExplanation *self)
{
  g_free (self->text);
  g_free (self->advice);
  g_free (self);
}

/* --- no answer --- */

static BatonExplanation *
explain_silence (const BatonReply          *reply,
                 const BatonExplainContext *context)
{
  const GError *error = reply->error;
  const char *host = reply->host, *key = context->key;

  if (error->domain == BATON_ERROR)
    return explain (g_strdup_printf ("%s is no address of a server", host), "Correct %s", key);
  if (error->domain == G_RESOLVER_ERROR)
    return explain (g_strdup_printf ("the name %s is not known here", host),
                    "Look for a slip in %s, and whether this machine finds other names", key);
  if (error->domain == G_TLS_ERROR)
    return explain (g_strdup_printf ("no safe connection to %s: %s", host, error->message),
                    "Look at the clock of this machine and at its list of certificate authorities (ca-certificates)");
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return explain (g_strdup_printf ("%s refuses the connection", host), "Look for a slip in %s, and at the firewall between", key);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return explain (g_strdup_printf ("%s has not answered in time", host), "Try again; then look at the firewall between");
  return explain (g_strdup_printf ("%s has not answered: %s", host, error->message),
                  "Look for a slip in %s, and at the network of this machine", key);
}

/* --- an answer that refuses --- */

static BatonExplanation *
explain_region (const BatonReply          *reply,
                const BatonExplainContext *context)
{
  g_autofree char *what = g_strdup_printf ("%s does not serve this bot, which lives in another region (403 %s)", reply->host,
                                           reply->code != NULL ? reply->code : "Site missing");

  if (context->has_base)
    return explain (g_steal_pointer (&what), "Name the host of the bot's region in base-url, " REGIONS);
  return explain (g_steal_pointer (&what), "Name the host of the bot's region in base-url beside token-url, " REGIONS);
}

static BatonExplanation *
explain_refusal (const BatonReply          *reply,
                 const BatonExplainContext *context)
{
  const char *host = reply->host;

  if (g_strcmp0 (reply->code, "RegionNotAllowed") == 0 || (reply->text != NULL && strstr (reply->text, "Site missing") != NULL))
    return explain_region (reply, context);
  if (context->with_secret)
    return explain (g_strdup_printf ("%s does not accept the secret (%u)", host, reply->status),
                    "Copy one of the two secrets from the bot's settings (Security, Web channel security) into secret-file; a new "
                    "setting takes up to two hours");
  if (context->asked == BATON_ASKED_TOKEN)
    return explain (g_strdup_printf ("%s gives no token without a secret (%u)", host, reply->status),
                    "The bot requires secured access: put its secret into a file and name that in secret-file, or turn secured "
                    "access off");
  if (g_strcmp0 (reply->code, "TokenExpired") == 0)
    return explain (g_strdup_printf ("%s says that the token it has just got is too old (403 TokenExpired)", host),
                    "Compare the clocks, and take base-url out if it does not belong to token-url");
  if (context->asked == BATON_ASKED_START)
    return explain (g_strdup_printf ("%s does not accept the token of the token endpoint (%u)", host, reply->status),
                    context->has_base ? "Take base-url out: it seems to belong to another bot than token-url"
                                      : "Copy token-url again from the Channels page of the bot");
  return explain (g_strdup_printf ("%s refuses (%u)", host, reply->status), "Look at %s", context->key);
}

static BatonExplanation *
explain_absence (const BatonReply          *reply,
                 const BatonExplainContext *context)
{
  if (context->asked == BATON_ASKED_START)
    return explain (g_strdup_printf ("there is no Direct Line at %s (%u)", reply->host, reply->status),
                    "Correct %s; for a server of your own, with the path of its API", context->key);
  return explain (g_strdup_printf ("%s knows no such bot (%u)", reply->host, reply->status),
                  "Copy %s again from the Channels page of the bot, whole, and publish the bot", context->key);
}

static BatonExplanation *
explain_trouble (const BatonReply          *reply,
                 const BatonExplainContext *context)
{
  char *text = g_strdup_printf ("%s has trouble of its own (%u%s%s)", reply->host, reply->status, reply->code == NULL ? "" : " ",
                                reply->code == NULL ? "" : reply->code);

  if (reply->retry_after > 0)
    return explain (text, "Try again in %u s, as it asks", reply->retry_after);
  return explain (text, "Try again later, and see whether the bot answers on its own test page");
}

static BatonExplanation *
explain_status (const BatonReply          *reply,
                const BatonExplainContext *context)
{
  switch (reply->status) {
  case SOUP_STATUS_UNAUTHORIZED:
  case SOUP_STATUS_FORBIDDEN:
    return explain_refusal (reply, context);
  case SOUP_STATUS_NOT_FOUND:
  case SOUP_STATUS_GONE:
  case SOUP_STATUS_METHOD_NOT_ALLOWED:
    return explain_absence (reply, context);
  case STATUS_TOO_MANY_REQUESTS:
    return explain_trouble (reply, context);
  default:
    if (SOUP_STATUS_IS_REDIRECTION (reply->status))
      return explain (g_strdup_printf ("%s sends on to another address (%u)", reply->host, reply->status),
                      "Name the last address in %s: a secret is not carried on to wherever somebody points", context->key);
    if (reply->status >= 500)
      return explain_trouble (reply, context);
    return explain (g_strdup_printf ("%s does not understand the request (%u%s%s)", reply->host, reply->status,
                                     reply->code == NULL ? "" : " ", reply->code == NULL ? "" : reply->code),
                    "Look at %s: it may be the address of something else", context->key);
  }
}

/**
 * baton_explain:
 *
 * Knows what is reported of such servers: the wrong region (protocol 1.1), secured access (4.1), a page in place of an
 * answer. Repeats nothing of what was said but `error.code`.
 *
 * Returns: (transfer full) (nullable): what is wrong; %NULL where the answer is JSON and good
 */
BatonExplanation *
baton_explain (const BatonReply          *reply,
               const BatonExplainContext *context)
{
  if (reply->status == 0)
    return explain_silence (reply, context);
  if (!baton_reply_is_good (reply))
    return explain_status (reply, context);
  if (reply->json != NULL)
    return NULL;
  if (reply->is_page)
    return explain (g_strdup_printf ("%s answers with a web page, not with data", reply->host),
                    "Look at %s: it leads to a page for people, or a proxy wants somebody to sign in", context->key);
  return explain (g_strdup_printf ("%s answers with something that is not JSON", reply->host),
                  "Look at %s: it may be the address of something else", context->key);
}
