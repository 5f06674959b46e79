/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-config.h"

/* What all sub-commands of baton-relay have in common. Each gets the arguments that follow its name and returns the exit
 * code: 0; 1 where it could not be done; 2 for bad usage. Either is told in one line on standard error. */

typedef int (*BatonCommand) (GStrv arguments);

#define BATON_COMMAND_GO_ON (-1)

int          baton_command_parse       (const char          *name,
                                        const char          *parameters,
                                        const char          *summary,
                                        const GOptionEntry  *entries,
                                        GStrv               *arguments,
                                        guint                least,
                                        guint                most);
int          baton_command_misused     (const char          *name,
                                        const char          *format,
                                        ...) G_GNUC_PRINTF (2, 3);
int          baton_command_failed      (const char          *name,
                                        const char          *message);
BatonConfig *baton_command_load_config (const char          *name,
                                        const char          *path,
                                        const char          *data,
                                        int                 *status);
void         baton_command_set_data    (BatonConfig         *config,
                                        const char          *data);
void         baton_command_print_version (void);

int          baton_command_serve       (GStrv                arguments);
int          baton_command_check       (GStrv                arguments);
int          baton_command_token       (GStrv                arguments);
int          baton_command_agent       (GStrv                arguments);
int          baton_command_inspect     (GStrv                arguments);
int          baton_command_escalations (GStrv                arguments);
