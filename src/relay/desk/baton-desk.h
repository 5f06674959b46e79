/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-roster.h"
#include "baton-store.h"
#include "baton-transport.h"

/**
 * BatonDeskGrant:
 * @epoch: of the owner who may post with it, or -1: may only read
 *
 * Makes the Direct Line access that goes with an escalation. The relay fills this in, so the desk knows no tokens; it may
 * have to ask elsewhere. #BatonDeskGranted finishes it.
 */
typedef void  (*BatonDeskGrant)   (BatonEscalation      *escalation,
                                   BatonAgent           *agent,
                                   gint64                epoch,
                                   BatonExchange        *exchange,
                                   GAsyncReadyCallback   callback,
                                   gpointer              callback_data,
                                   gpointer              user_data);

/**
 * BatonDeskGranted:
 *
 * Returns: (transfer full): a JSON object `{"base":…,"conversationId":…,"token":…,"expires_in":…}`, with
 *   `"user":{"id":…,"name":…}` where the agent has to say who posts, or with `"record":true` if it is only the record of
 *   a conversation that lives elsewhere; %NULL with @error set if there is none just now
 */
typedef char *(*BatonDeskGranted) (GAsyncResult         *result,
                                   GError              **error);

/**
 * BatonDeskLine:
 * @kind: "joined" (claimed), "queued" (released: back in the queue), "left" (back to the bot) or "ended"
 *
 * The line the customer is told with a step, in the customer's language; %NULL: none.
 */
typedef char *(*BatonDeskLine)    (const char              *kind,
                                   const BatonConversation *conversation,
                                   BatonAgent              *agent,
                                   gpointer                 user_data);

/**
 * BatonDeskWatch:
 *
 * A conversation on another Direct Line that is to be watched, as a server of the operator's asks for it; %NULL where it
 * did not say.
 */
typedef struct {
  char *bot;               /* name of the site in the configuration */
  char *conversation_id;   /* over there; may stand in addresses */
  char *watermark;
  char *user_id;
  char *user_name;
  char *locale;
} BatonDeskWatch;

/**
 * BatonDeskBegin:
 *
 * Begins to watch. #BatonDeskBegun finishes it.
 */
typedef void               (*BatonDeskBegin) (const BatonDeskWatch *wanted,
                                              GAsyncReadyCallback   callback,
                                              gpointer              callback_data,
                                              gpointer              user_data);

/**
 * BatonDeskBegun:
 * @created: (out): %FALSE if it is watched already, or was
 *
 * Returns: (transfer full): ours that records it, or %NULL with @error set: %BATON_ERROR_GONE if there is none over there,
 *   %BATON_ERROR_INVALID if there is no such site, %BATON_ERROR_UNCERTAIN if the site could not be asked
 */
typedef BatonConversation *(*BatonDeskBegun) (GAsyncResult         *result,
                                              gboolean             *created,
                                              GError              **error);

/**
 * BatonDesk:
 *
 * The hub API as a server, under `/hub/v1`:
 *
 * - `POST session` {agent, password} → 201 {token, agent, expiresIn}; `DELETE session` → 204
 * - `GET stream?after=SEQ` (WebSocket; bearer token in `Authorization`): frames `{"hello":{"seq":n,"agent":{…}}}`, then
 *   `{"snapshot":{"seq":n,"escalations":[row…],"agents":[…]}}` if there is no `after` or it is too old, then
 *   `{"events":[{event}…]}`, and an empty frame at least every 20 s. No frame is over 64 KiB: a snapshot that would be
 *   comes in several such frames of the same `seq`, all but the last with `"more":true` in it
 * - `GET escalations` → {"escalations":[row…]}; `GET escalations/{id}` → {"escalation":{detail},"directLine":{…}}:
 *   may only read, unless the asking agent owns the conversation
 * - `POST escalations/{id}/claim|release|return|close` {requestId, epoch} → 200 {"escalation":{row},"directLine":{…}};
 *   409 {"error":{…},"escalation":{row}} when somebody else owns it. `close` takes `"after":"bot"|"ended"`, else the
 *   configured default. `directLine` is absent where it cannot be had just now: the claim holds, ask for it again
 * - `PUT me/presence` {requestId, presence} → 200 {"agent":{…}}; `GET agents` → {"agents":[…]}
 * - `POST watch` {bot, conversationId, watermark?, locale?, user?:{id, name}}, for servers, with the relay's Direct Line
 *   secret: a conversation on another Direct Line is to be watched → 201, or 200 if it is already,
 *   {conversationId, bot, state}; 404 if it is not there, 502 if that Direct Line cannot be asked
 *
 * Errors have the body `{"error":{"code":"…","message":"…"}}`. Any request with an `Origin` header is refused: no browser
 * page has business here.
 */
#define BATON_TYPE_DESK (baton_desk_get_type ())
G_DECLARE_FINAL_TYPE (BatonDesk, baton_desk, BATON, DESK, GObject)

typedef struct {
  guint             session_hours;      /* life of a session: 12 */
  guint             idle_minutes;       /* without any request or open stream: 30 */
  guint             max_behind;         /* events a resuming client may lack before it gets a snapshot: 5000 */
  guint             offline_seconds;    /* after the last stream of an agent is gone, until all are told `offline`: 30 */
  guint             recheck_seconds;    /* between two looks at who may keep a stream: 5 */
  gboolean          after_close_ended;  /* `close` without `after`: %TRUE ends the conversation, %FALSE gives it to the bot */
  BatonDeskGrant    grant;
  BatonDeskGranted  granted;
  BatonDeskLine     line;
  BatonDeskBegin    begin;
  BatonDeskBegun    begun;
  gboolean        (*knows_secret) (const char *bearer, gpointer user_data);
  gpointer          user_data;
} BatonDeskConfig;

BatonDesk *baton_desk_new (const BatonDeskConfig *config,
                           BatonStore            *store,
                           BatonTransport        *transport,
                           BatonRoster           *roster);
