// SPDX-FileCopyrightText: 2026 The Baton authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The canvas's own few words. What bot, agent and relay say comes over the wire in the customer's language.

const languages = {
  en: {
    title: "Chat", assistant: "Assistant", agent: "Agent", placeholder: "Write a message…", send: "Send", online: "Online",
    connecting: "Connecting…", reconnecting: "Connection lost, reconnecting…", restarted: "A new conversation begins here.",
    typing: "{name} is writing…", notSent: "Not sent.", tryAgain: "Try again",
    attach: "Attach a file", sending: "Sending…", tooLarge: "Too large to be sent.",
    notice: "Not for emergencies or medical advice: call your local emergency number.",
  },
  de: {
    title: "Chat", assistant: "Assistent", agent: "Mitarbeiter", placeholder: "Nachricht schreiben …", send: "Senden", online: "Online",
    connecting: "Verbindung wird hergestellt …", reconnecting: "Verbindung verloren, neuer Versuch …", restarted: "Hier beginnt ein neues Gespräch.",
    typing: "{name} schreibt …", notSent: "Nicht gesendet.", tryAgain: "Erneut versuchen",
    attach: "Datei anhängen", sending: "Wird gesendet …", tooLarge: "Zu groß zum Senden.",
    notice: "Nicht für Notfälle oder medizinischen Rat: Wählen Sie die Notrufnummer.",
  },
  fr: {
    title: "Discussion", assistant: "Assistant", agent: "Conseiller", placeholder: "Écrire un message…", send: "Envoyer", online: "En ligne",
    connecting: "Connexion…", reconnecting: "Connexion perdue, nouvelle tentative…", restarted: "Une nouvelle conversation commence ici.",
    typing: "{name} écrit…", notSent: "Non envoyé.", tryAgain: "Réessayer",
    attach: "Joindre un fichier", sending: "Envoi…", tooLarge: "Trop volumineux pour être envoyé.",
    notice: "Ne convient ni aux urgences ni aux conseils médicaux : appelez le numéro d’urgence.",
  },
  es: {
    title: "Chat", assistant: "Asistente", agent: "Agente", placeholder: "Escriba un mensaje…", send: "Enviar", online: "En línea",
    connecting: "Conectando…", reconnecting: "Conexión perdida, reconectando…", restarted: "Aquí empieza una nueva conversación.",
    typing: "{name} está escribiendo…", notSent: "No enviado.", tryAgain: "Reintentar",
    attach: "Adjuntar un archivo", sending: "Enviando…", tooLarge: "Demasiado grande para enviarlo.",
    notice: "No es para emergencias ni consejos médicos: llame al número de emergencias.",
  },
  pt: {
    title: "Conversa", assistant: "Assistente", agent: "Agente", placeholder: "Escreva uma mensagem…", send: "Enviar", online: "Online",
    connecting: "A ligar…", reconnecting: "Ligação perdida, a ligar de novo…", restarted: "Começa aqui uma nova conversa.",
    typing: "{name} está a escrever…", notSent: "Não enviada.", tryAgain: "Tentar de novo",
    attach: "Anexar um ficheiro", sending: "A enviar…", tooLarge: "Demasiado grande para enviar.",
    notice: "Não serve para emergências nem conselhos médicos: ligue para o número de emergência.",
  },
  ar: {
    title: "محادثة", assistant: "المساعد", agent: "الموظف", placeholder: "اكتب رسالة…", send: "إرسال", online: "متصل",
    connecting: "جارٍ الاتصال…", reconnecting: "انقطع الاتصال، تجري إعادة المحاولة…", restarted: "تبدأ هنا محادثة جديدة.",
    typing: "{name} يكتب…", notSent: "لم تُرسل.", tryAgain: "أعد المحاولة",
    attach: "إرفاق ملف", sending: "جارٍ الإرسال…", tooLarge: "أكبر من أن يُرسل.",
    notice: "ليست لحالات الطوارئ أو الاستشارات الطبية: اتصل برقم الطوارئ المحلي.",
  },
};

export function wordsFor(locale) {
  const language = locale.toLowerCase().split(/[-_]/)[0];

  return { ...languages.en, ...languages[language], dir: language === "ar" ? "rtl" : "ltr" };
}
