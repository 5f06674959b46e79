/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What a check of the installation has found, in the order in which it looked. For people: never a secret or a token. */

typedef enum {
  BATON_GRADE_OK,
  BATON_GRADE_WARNING,   /* works, but somebody should know */
  BATON_GRADE_PROBLEM,   /* does not work */
} BatonGrade;

/**
 * BatonFinding:
 *
 * One line.
 */
typedef struct {
  BatonGrade  grade;
  char       *subject;   /* what was looked at: `listen`, `bot shop` */
  char       *text;      /* what is the case */
  char       *advice;    /* what to do next; %NULL where nothing is */
} BatonFinding;

GPtrArray  *baton_findings_new         (void);   /* of BatonFinding */
void        baton_findings_add         (GPtrArray   *self,
                                        BatonGrade   grade,
                                        const char  *subject,
                                        const char  *advice,
                                        const char  *format,
                                        ...) G_GNUC_PRINTF (5, 6);
guint       baton_findings_count       (GPtrArray   *self,
                                        BatonGrade   grade);
char       *baton_findings_format_text (GPtrArray   *self);
char       *baton_findings_format_json (GPtrArray   *self);
