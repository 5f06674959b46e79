/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-store.h"

/* A back end that keeps nothing and writes down what was asked of it. get_conversation() does what the id says: "fail"
 * fails after announcing something, "block" waits for mock_store_unblock(), all else announces `moved` and succeeds. */
#define MOCK_TYPE_STORE (mock_store_get_type ())
G_DECLARE_FINAL_TYPE (MockStore, mock_store, MOCK, STORE, BatonStore)

typedef enum {
  MOCK_FAIL_NOTHING,
  MOCK_FAIL_BEGIN,
  MOCK_FAIL_SAVE,
  MOCK_FAIL_RELEASE,
  MOCK_FAIL_COMMIT,
} MockFail;

BatonStore *mock_store_new          (void);
void        mock_store_fail         (BatonStore *store,
                                     MockFail    what);   /* from now on */
void        mock_store_wait_blocked (BatonStore *store);   /* until "block" is under way */
void        mock_store_unblock      (BatonStore *store);
char       *mock_store_take_log     (BatonStore *store);  /* while nothing runs */
guint       mock_store_n_commits    (BatonStore *store);
