/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-bucket.h"

static void
test_bucket_burst_and_rate (void)
{
  BatonBucket bucket;

  baton_bucket_init (&bucket, 10, 3, 1000);
  g_assert_true (baton_bucket_take (&bucket, 3, 1000));
  g_assert_false (baton_bucket_take (&bucket, 1, 1000));
  g_assert_cmpint (baton_bucket_wait (&bucket, 1), >=, G_TIME_SPAN_SECOND / 10);
  g_assert_false (baton_bucket_take (&bucket, 1, 1000 + G_TIME_SPAN_SECOND / 20));
  g_assert_true (baton_bucket_take (&bucket, 1, 1000 + G_TIME_SPAN_SECOND / 10 + 1));
}

static void
test_bucket_never_over_burst (void)
{
  BatonBucket bucket;

  baton_bucket_init (&bucket, 10, 3, 0);
  g_assert_cmpfloat (baton_bucket_fill (&bucket, 3600 * G_TIME_SPAN_SECOND), ==, 3);
  g_assert_cmpint (baton_bucket_wait (&bucket, 3), ==, 0);
}

static void
test_bucket_clock_stands_still (void)
{
  BatonBucket bucket;

  baton_bucket_init (&bucket, 10, 3, 5000);
  g_assert_true (baton_bucket_take (&bucket, 3, 5000));
  g_assert_cmpfloat (baton_bucket_fill (&bucket, 4000), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/bucket/burst-and-rate", test_bucket_burst_and_rate);
  g_test_add_func ("/transport/bucket/never-over-burst", test_bucket_never_over_burst);
  g_test_add_func ("/transport/bucket/clock-stands-still", test_bucket_clock_stands_still);

  return g_test_run ();
}
