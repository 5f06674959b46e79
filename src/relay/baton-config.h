/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-handoff.h"
#include "baton-transport.h"

typedef enum {
  BATON_CONFIG_EMBEDDED,
  BATON_CONFIG_DIRECT_LINE,
  BATON_CONFIG_WATCHED,       /* its conversations live elsewhere: never the bot of a hosted one */
  BATON_CONFIG_CONNECTOR,
} BatonConfigBotKind;

/**
 * BatonConfigBot:
 *
 * A `[bot NAME]` group.
 */
typedef struct {
  char               *name;
  BatonConfigBotKind  kind;
  char               *topics;        /* folder; %NULL: the topics that come with the relay */
  char               *base_url;      /* %NULL where not given, like the rest */
  char               *secret_file;
  char               *token_url;
  GStrv               context;       /* "NAME=VALUE" each, or %NULL */
  guint               after_return;  /* 0: as usual for its kind, 1: in the same conversation over there, 2: in a new one */
  gboolean            handoff_status;
  guint               idle_minutes;
  char               *url;
  char               *service_url;
  char               *app_id;
  char               *openid_metadata;
} BatonConfigBot;

/**
 * BatonConfigNotice:
 *
 * A line for customers that the operator wrote, in `[notices]`.
 */
typedef struct {
  char *kind;
  char *language;   /* %NULL: for every language that has no line of its own here */
  char *text;
} BatonConfigNotice;

/**
 * BatonConfig:
 *
 * What the operator may decide, from a key file; every key has a default, so no file is needed. The members are named
 * after the keys; see `baton-relay.conf` for what they mean.
 */
typedef struct {
  /* [relay] */
  char                 *listen;          /* "127.0.0.1:8377" */
  char                 *public_url;      /* or %NULL */
  char                 *data;            /* folder */
  char                 *secret_file;     /* of the Direct Line secret; %NULL: in the data folder */
  char                 *bot;             /* which of `bots` new conversations get */
  GStrv                 origins;         /* or %NULL: any */

  BatonTransportLimits  limits;          /* [limits] */
  guint                 json_depth;      /* of what a client posts */
  guint                 json_values;
  guint                 posts_rate;
  guint                 posts_burst;
  guint                 calls_rate;
  guint                 calls_burst;
  guint                 streams_per_token;
  guint                 canvas_tokens;   /* a minute, for one address */
  gsize                 upload_size;
  guint                 upload_files;
  guint                 upload_hours;
  gsize                 upload_room;

  guint                 token_seconds;   /* [tokens] */
  guint                 ticket_seconds;
  guint                 session_hours;
  guint                 session_idle_minutes;

  guint                 after_close;     /* [desk]: 0: back to the bot, 1: ended */
  guint                 max_behind;
  guint                 offline_seconds;
  guint                 recheck_seconds;
  guint                 sign_in_tries;

  guint                 turn_seconds;    /* [gate] */
  guint                 turn_tries;
  guint                 retry_seconds;
  guint                 escalate_after;

  BatonHandoffRules     handoff;         /* [handoff] */
  GStrv                 event_names;

  GPtrArray            *bots;            /* of BatonConfigBot; at least one */
  GPtrArray            *notices;         /* of BatonConfigNotice */
} BatonConfig;

BatonConfig    *baton_config_new          (void);
BatonConfig    *baton_config_read         (const char         *path,
                                           GPtrArray          *problems);
BatonConfig    *baton_config_load         (const char         *path,
                                           GError            **error) G_GNUC_WARN_UNUSED_RESULT;
void            baton_config_free         (BatonConfig        *self);
gboolean        baton_config_is_loopback  (const char         *url);
BatonConfigBot *baton_config_find_bot     (const BatonConfig  *self,
                                           const char         *name);
gboolean        baton_config_parse_listen (const char         *listen,
                                           char              **address,
                                           guint16            *port,
                                           GError            **error);
GStrv           baton_config_list_keys    (void);                         /* "group/key" of every key there is; for tests of the sample */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonConfig, baton_config_free)
