/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-notices.h"

#include <string.h>

#define PLACE "{agent}"
#define MAX_NAME 64   /* characters of a name that are shown */

enum { QUEUED, REQUEUED, JOINED, LEFT, ENDED, FAILED, N_KINDS };

static const char *const kinds[N_KINDS] = { "queued", "requeued", "joined", "left", "ended", "failed" };

/* English first: it also serves who speaks none of the others. */
static const struct {
  const char *language;
  const char *lines[N_KINDS];
} languages[] = {
  { "en", {
    "I’m handing you over to a colleague. Please stay here; somebody will be with you shortly.",
    "{agent} had to leave. You keep your place; a colleague will be with you shortly.",
    "{agent} has joined the conversation.",
    "{agent} has left. You are talking to the virtual assistant again.",
    "{agent} has ended the conversation. Thank you for contacting us.",
    "Sorry, the virtual assistant does not answer at the moment. Please try again in a little while.",
  } },
  { "de", {
    "Ich übergebe Sie an eine Kollegin oder einen Kollegen. Bitte bleiben Sie hier, es ist gleich jemand für Sie da.",
    "{agent} musste die Unterhaltung verlassen. Ihr Platz bleibt Ihnen; es ist gleich wieder jemand für Sie da.",
    "{agent} ist jetzt für Sie da.",
    "{agent} hat die Unterhaltung verlassen. Sie sprechen wieder mit der virtuellen Assistenz.",
    "{agent} hat die Unterhaltung beendet. Danke, dass Sie sich an uns gewandt haben.",
    "Die virtuelle Assistenz antwortet gerade leider nicht. Bitte versuchen Sie es in Kürze noch einmal.",
  } },
  { "fr", {
    "Je vous mets en relation avec une personne de notre équipe. Restez ici, quelqu’un va vous répondre.",
    "{agent} a dû partir. Vous gardez votre place ; quelqu’un va bientôt vous répondre.",
    "{agent} a rejoint la conversation.",
    "{agent} a quitté la conversation. Vous parlez de nouveau avec l’assistant virtuel.",
    "{agent} a mis fin à la conversation. Merci de nous avoir contactés.",
    "Désolé, l’assistant virtuel ne répond pas pour le moment. Veuillez réessayer dans quelques instants.",
  } },
  { "es", {
    "Le paso con una persona de nuestro equipo. Quédese aquí, enseguida le atenderán.",
    "{agent} ha tenido que irse. Conserva su turno; enseguida le atenderá otra persona.",
    "{agent} se ha unido a la conversación.",
    "{agent} ha salido de la conversación. Vuelve a hablar con el asistente virtual.",
    "{agent} ha finalizado la conversación. Gracias por contactar con nosotros.",
    "Lo sentimos, el asistente virtual no responde en este momento. Inténtelo de nuevo en unos minutos.",
  } },
  { "pt", {
    "Vou passar a conversa a uma pessoa da nossa equipa. Fique por aqui, alguém responde já a seguir.",
    "{agent} teve de sair. O seu lugar na fila mantém-se; alguém responde já a seguir.",
    "{agent} entrou na conversa.",
    "{agent} saiu da conversa. Está de novo a falar com o assistente virtual.",
    "{agent} terminou a conversa. Obrigado pelo seu contacto.",
    "Lamentamos, o assistente virtual não está a responder neste momento. Tente novamente daqui a pouco.",
  } },
  { "it", {
    "La metto in contatto con una persona del nostro team. Resti qui, qualcuno le risponderà a breve.",
    "{agent} ha dovuto lasciare la conversazione. Il suo posto in coda resta; qualcuno le risponderà a breve.",
    "{agent} è entrato nella conversazione.",
    "{agent} ha lasciato la conversazione. Sta parlando di nuovo con l’assistente virtuale.",
    "{agent} ha chiuso la conversazione. Grazie per averci contattato.",
    "Spiacenti, l’assistente virtuale al momento non risponde. Riprovi tra poco.",
  } },
  { "nl", {
    "Ik verbind u door met een collega. Blijf hier, er komt zo iemand bij u.",
    "{agent} moest weg. U houdt uw plaats; er komt zo iemand anders bij u.",
    "{agent} neemt nu deel aan het gesprek.",
    "{agent} heeft het gesprek verlaten. U praat weer met de virtuele assistent.",
    "{agent} heeft het gesprek beëindigd. Bedankt dat u contact met ons hebt opgenomen.",
    "Sorry, de virtuele assistent antwoordt op dit moment niet. Probeer het over een ogenblik opnieuw.",
  } },
  { "ar", {
    "سأحوّلك إلى أحد زملائي. يُرجى البقاء هنا، وسيردّ عليك أحدهم بعد قليل.",
    "اضطر {agent} إلى المغادرة. ما زلت تحتفظ بدورك، وسيردّ عليك زميل آخر بعد قليل.",
    "انضم {agent} إلى المحادثة.",
    "غادر {agent} المحادثة. أنت تتحدث الآن مع المساعد الافتراضي من جديد.",
    "أنهى {agent} المحادثة. شكرًا لتواصلك معنا.",
    "عذرًا، المساعد الافتراضي لا يستجيب في الوقت الحالي. يُرجى المحاولة مرة أخرى بعد قليل.",
  } },
};

struct _BatonNotices {
  GHashTable *overrides;   /* "kind" or "kind language" → text */
};

static int
find_kind (const char *kind)
{
  for (int i = 0; i < N_KINDS; i++)
    if (g_str_equal (kinds[i], kind))
      return i;
  return -1;
}

gboolean
baton_notices_is_kind (const char *kind)
{
  return find_kind (kind) >= 0;
}

BatonNotices *
baton_notices_new (void)
{
  BatonNotices *self = g_new0 (BatonNotices, 1);

  self->overrides = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
baton_notices_free (BatonNotices *self)
{
  g_hash_table_unref (self->overrides);
  g_free (self);
}

/* "pt-BR", "pt_BR" → "pt" */
static char *
primary_subtag (const char *locale)
{
  g_autofree char *subtag = g_strndup (locale, strcspn (locale, "-_"));

  return g_ascii_strdown (subtag, -1);
}

static char *
override_key (const char *kind,
              const char *language)
{
  return language == NULL ? g_strdup (kind) : g_strconcat (kind, " ", language, NULL);
}

/**
 * baton_notices_override:
 * @kind: one there is
 * @language: (nullable): a language's primary subtag; %NULL for all that have no line of their own among the overrides
 * @text: the operator's words, `{agent}` where the agent's name belongs; an empty text says nothing at all
 */
void
baton_notices_override (BatonNotices *self,
                        const char   *kind,
                        const char   *language,
                        const char   *text)
{
  g_autofree char *subtag = language == NULL ? NULL : primary_subtag (language);

  g_return_if_fail (baton_notices_is_kind (kind));

  g_hash_table_replace (self->overrides, override_key (kind, subtag), g_strdup (text));
}

static const char *
find_line (const BatonNotices *self,
           const char         *kind,
           const char         *language)
{
  g_autofree char *exact = override_key (kind, language);
  const char *line = g_hash_table_lookup (self->overrides, exact);
  gsize found = 0;

  if (line == NULL)
    line = g_hash_table_lookup (self->overrides, kind);
  if (line != NULL)
    return line;

  for (gsize i = 1; i < G_N_ELEMENTS (languages); i++)
    if (g_str_equal (languages[i].language, language))
      found = i;
  return languages[found].lines[find_kind (kind)];
}

static gboolean
is_harmless (gunichar c)
{
  return !g_unichar_iscntrl (c) && !(c >= 0x202A && c <= 0x202E) && !(c >= 0x2066 && c <= 0x2069) &&
         c != 0x2028 && c != 0x2029;
}

/* A name as it may stand inside a sentence: one line, and isolated (U+2068 … U+2069), so that a name written the other
 * way round cannot turn the sentence about. */
static char *
format_name (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  GString *text = g_string_new ("\xe2\x81\xa8");
  glong n_shown = 0;

  for (const char *at = valid; *at != '\0' && n_shown < MAX_NAME; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);

    if (!is_harmless (c))
      continue;
    g_string_append_unichar (text, c);
    n_shown++;
  }
  g_string_append (text, "\xe2\x81\xa9");
  return g_string_free (text, FALSE);
}

/**
 * baton_notices_format:
 * @kind: one there is
 * @locale: (nullable): the customer's, such as `pt-BR`
 * @agent_name: (nullable): public name of the agent it is about
 *
 * Returns: (transfer full) (nullable): the line, or %NULL where the operator wants none
 */
char *
baton_notices_format (const BatonNotices *self,
                      const char         *kind,
                      const char         *locale,
                      const char         *agent_name)
{
  g_autofree char *language = primary_subtag (locale == NULL ? "en" : locale);
  g_autofree char *name = format_name (agent_name == NULL ? "" : agent_name);
  const char *line, *place;
  GString *text;

  g_return_val_if_fail (baton_notices_is_kind (kind), NULL);

  line = find_line (self, kind, language);
  if (*line == '\0')
    return NULL;

  /* Not g_string_replace(): a name that contains the placeholder must not be filled in again. */
  text = g_string_new (NULL);
  while ((place = strstr (line, PLACE)) != NULL) {
    g_string_append_len (text, line, place - line);
    g_string_append (text, name);
    line = place + strlen (PLACE);
  }
  g_string_append (text, line);
  return g_string_free (text, FALSE);
}
