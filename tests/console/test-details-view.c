/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-details-view.h"

#include "baton-detail-row.h"
#include "baton-test.h"
#include "mock-desk.h"
#include "scene.h"

typedef struct {
  MockDesk  *desk;
  BatonCase *item;
  GtkWidget *window;
  GtkWidget *view;
} Fixture;

static void
open_details (Fixture    *f,
              const char *handoff)
{
  GtkWidget *toasts = adw_toast_overlay_new ();

  f->desk = mock_desk_new (handoff, BATON_STATE_QUEUED, 3, NULL);
  mock_desk_answer (f->desk, 200, TRUE, BATON_STATE_QUEUED, 3, NULL);
  mock_desk_say (f->desk, "customer", "Hello", -1);
  f->item = baton_case_new (f->desk->client, f->desk->escalation);
  baton_test_wait (g_list_model_get_n_items (G_LIST_MODEL (baton_case_get_transcript (f->item))) == 2);
  f->view = baton_details_view_new ();
  baton_details_view_set_case (BATON_DETAILS_VIEW (f->view), f->item);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (toasts), f->view);
  f->window = scene_show (toasts, 320, 700);
}

static void
close_details (Fixture *f)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_clear_object (&f->item);
  mock_desk_free (f->desk);
}

/* Design 6: "Last topic: Return item". */
static void
test_details_view_rows (void)
{
  static const char *const names[] = {
    "Trigger: Explicit: transfer step", "Last topic: Return item", "Last words: Can I talk to a person?",
    "All words: Hi, when does the store in Bellevue open? · Can I return my item?", "Scope: Whole bot",
    "Bot: lamp-shop-7f3a", "Conversation: b1c4…9e02", "Language: English (US)", "Channel: Web chat",
    "StoreLocation: Bellevue", "OrderNumber: 48-1173", "OrderTotal: 129.00", "HasReceipt: false",
  };
  Fixture f = { 0 };

  open_details (&f, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_test_message ("%s", names[i]);
    g_assert_nonnull (scene_find (f.view, BATON_TYPE_DETAIL_ROW, names[i]));
  }
  g_assert_cmpuint (scene_count_unnamed (f.view), ==, 0);
  scene_settle (f.window);
  scene_save (f.window, "details");
  close_details (&f);
}

static int
value_start (GtkWidget *row,
             GtkWidget *view)
{
  GtkWidget *value = gtk_widget_get_last_child (gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (row)));
  graphene_rect_t bounds;
  int x;

  g_assert_true (gtk_widget_compute_bounds (value, view, &bounds));
  gtk_label_get_layout_offsets (GTK_LABEL (value), &x, NULL);
  return (int) bounds.origin.x + x;
}

/* The values are one column, however wide the pane is and whatever wraps in it. */
static void
test_details_view_column (void)
{
  static const char *const names[] = { "Scope: Whole bot", "Language: English (US)", "StoreLocation: Bellevue",
                                       "All words: Hi, when does the store in Bellevue open? · Can I return my item?" };
  Fixture f = { 0 };

  open_details (&f, NULL);
  for (int width = 300; width <= 420; width += 20) {
    int start;

    gtk_widget_set_size_request (f.view, width, -1);
    scene_settle (f.window);
    start = value_start (scene_find (f.view, BATON_TYPE_DETAIL_ROW, names[0]), f.view);
    for (gsize i = 1; i < G_N_ELEMENTS (names); i++)
      g_assert_cmpint (value_start (scene_find (f.view, BATON_TYPE_DETAIL_ROW, names[i]), f.view), ==, start);
  }
  close_details (&f);
}

/* Nothing known, nothing shown; strings as they are, the rest as compact JSON; hostile names and values are text. */
static void
test_details_view_values (void)
{
  Fixture f = { 0 };

  open_details (&f, "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"value\":{\"va_Language\":\"pt\",\"List\":[1,{\"a\":\"b\"}],"
                    "\"<b>\":\"<i>&</i>\",\"Empty\":\"\",\"Nothing\":null,\"Text\":\"7\"}}");
  g_assert_nonnull (scene_find (f.view, BATON_TYPE_DETAIL_ROW, "List: [1,{\"a\":\"b\"}]"));
  g_assert_nonnull (scene_find (f.view, BATON_TYPE_DETAIL_ROW, "<b>: <i>&</i>"));
  g_assert_nonnull (scene_find (f.view, BATON_TYPE_DETAIL_ROW, "Nothing: null"));
  g_assert_nonnull (scene_find (f.view, BATON_TYPE_DETAIL_ROW, "Text: 7"));
  g_assert_nonnull (scene_find (f.view, BATON_TYPE_DETAIL_ROW, "Empty: "));
  g_assert_null (scene_find (f.view, BATON_TYPE_DETAIL_ROW, "Last topic: "));
  g_assert_cmpuint (scene_count_unnamed (f.view), ==, 0);
  close_details (&f);
}

static void
copied_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  char **text = user_data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

/* Enter copies the whole value, with a toast. */
static void
test_details_view_copy (void)
{
  g_autofree char *text = NULL;
  Fixture f = { 0 };
  GtkWidget *row;

  open_details (&f, NULL);
  row = scene_find (f.view, BATON_TYPE_DETAIL_ROW, "Conversation: b1c4…9e02");
  g_signal_emit_by_name (gtk_widget_get_parent (row), "row-activated", row);
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (f.view), NULL, copied_cb, &text);
  baton_test_wait (text != NULL);
  g_assert_cmpstr (text, ==, "b1c41234-0000-4000-8000-000000009e02");
  scene_settle (f.window);
  g_assert_nonnull (scene_find (f.window, g_type_from_name ("AdwToastWidget"), NULL));
  close_details (&f);
}

static void
test_details_view_many (void)
{
  GString *json = g_string_new ("{\"type\":\"event\",\"name\":\"handoff.initiate\",\"value\":{");
  Fixture f = { 0 };
  guint n = 0;

  for (int i = 0; i < 130; i++)
    g_string_append_printf (json, "%s\"v%d\":%d", i > 0 ? "," : "", i, i);
  g_string_append (json, "}}");
  open_details (&f, json->str);
  g_assert_nonnull (scene_find (f.view, BATON_TYPE_DETAIL_ROW, "v99: 99"));
  g_assert_null (scene_find (f.view, BATON_TYPE_DETAIL_ROW, "v100: 100"));
  for (GtkWidget *row = scene_find (f.view, BATON_TYPE_DETAIL_ROW, "v0: 0"); row != NULL; row = gtk_widget_get_next_sibling (row))
    n++;
  g_assert_cmpuint (n, ==, 100);
  g_string_free (json, TRUE);
  close_details (&f);
}

/* Zones are names of files: nothing but a zone is opened. */
static void
test_details_view_zones (void)
{
  static const struct {
    const char *zone;
    gboolean    is_shown;
  } zones[] = {
    { "Asia/Tokyo", TRUE },
    { "/etc/localtime", FALSE },
    { "Asia/../../../../etc/passwd", FALSE },
    { "Nowhere/City", FALSE },
  };
  Fixture f = { 0 };

  open_details (&f, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (zones); i++) {
    g_autofree char *members = g_strdup_printf ("\"localTimezone\":\"%s\",\"text\":\"x\"", zones[i].zone);
    g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"from\":{\"id\":\"c\"},"
                                             "\"channelData\":{\"baton\":{\"party\":\"customer\"}},%s}", members);
    g_autofree char *id = mock_direct_line_say (f.desk->line, f.desk->conversation_id, json);
    GtkWidget *row = NULL;
    GtkWidget *list = gtk_widget_get_parent (scene_find (f.view, BATON_TYPE_DETAIL_ROW, "Channel: Web chat"));

    baton_test_wait (g_strcmp0 (baton_case_get_timezone (f.item), zones[i].zone) == 0);
    row = gtk_widget_get_last_child (list);
    g_assert_cmpstr (baton_detail_row_get_key (BATON_DETAIL_ROW (row)), ==, "Local time");
    g_assert_cmpint (gtk_widget_get_visible (row), ==, zones[i].is_shown);
  }
  close_details (&f);
}

static const char *
get_focused_key (Fixture *f)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (f->window));

  return BATON_IS_DETAIL_ROW (focus) ? baton_detail_row_get_key (BATON_DETAIL_ROW (focus)) : NULL;
}

/* One stop of the Tab key; the arrows walk through all lists. */
static void
test_details_view_keys (void)
{
  Fixture f = { 0 };
  gboolean handled = FALSE;
  GtkWidget *row;

  open_details (&f, NULL);
  gtk_window_set_focus (GTK_WINDOW (f.window), NULL);
  g_assert_true (gtk_widget_child_focus (f.view, GTK_DIR_TAB_FORWARD));
  g_assert_cmpstr (get_focused_key (&f), ==, "Trigger");
  g_assert_false (gtk_widget_child_focus (f.view, GTK_DIR_TAB_FORWARD));

  row = scene_find (f.view, BATON_TYPE_DETAIL_ROW, "Conversation: b1c4…9e02");
  gtk_widget_grab_focus (row);
  g_signal_emit_by_name (gtk_widget_get_parent (row), "keynav-failed", GTK_DIR_DOWN, &handled);
  g_assert_true (handled);
  g_assert_cmpstr (get_focused_key (&f), ==, "Language");
  g_signal_emit_by_name (gtk_widget_get_parent (gtk_window_get_focus (GTK_WINDOW (f.window))), "keynav-failed", GTK_DIR_UP,
                         &handled);
  g_assert_true (handled);
  g_assert_cmpstr (get_focused_key (&f), ==, "Conversation");
  close_details (&f);
}

int
main (int   argc,
      char *argv[])
{
  scene_init (&argc, &argv);
  g_test_add_func ("/console/details-view/rows", test_details_view_rows);
  g_test_add_func ("/console/details-view/column", test_details_view_column);
  g_test_add_func ("/console/details-view/values", test_details_view_values);
  g_test_add_func ("/console/details-view/copy", test_details_view_copy);
  g_test_add_func ("/console/details-view/many", test_details_view_many);
  g_test_add_func ("/console/details-view/zones", test_details_view_zones);
  g_test_add_func ("/console/details-view/keys", test_details_view_keys);
  return g_test_run ();
}
