// SPDX-FileCopyrightText: 2026 The Baton authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The customer's side: a small Direct Line 3.0 client and the page around it. Text from the other side only ever goes
// into textContent; nothing is fetched because a message mentions it.

import { announce, showAttachments, upload } from "./files.js";
import { wordsFor } from "./words.js";

const base = "/v3/directline";
const locale = new URLSearchParams(location.search).get("locale") || navigator.language || "en";
const words = wordsFor(locale);
const page = Object.fromEntries(["messages", "typing", "typing-text", "actions", "composer", "text", "text-label", "send",
  "attach", "files", "status", "partner", "face", "notice"].map(id => [id, document.getElementById(id)]));

document.documentElement.lang = locale;
document.documentElement.dir = words.dir;
document.title = words.title;
page.text.placeholder = words.placeholder;
page["text-label"].textContent = words.placeholder;
page.send.textContent = words.send;
page.attach.ariaLabel = page.attach.title = words.attach;
page.notice.textContent = words.notice;
page.partner.textContent = words.assistant;

// A token made for a conversation of its own, behind the # where browsers keep it to themselves: taken once, and out of
// the address before somebody copies that.
const takeToken = () => {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token)
    history.replaceState(null, "", location.pathname + location.search);
  return token;
};
let givenToken = takeToken();

// What a reload of the page needs to go on with the same conversation.
const memory = {
  load() {
    try {
      return JSON.parse(sessionStorage.getItem("baton")) || {};
    } catch {
      return {};
    }
  },
  save() {
    sessionStorage.setItem("baton", JSON.stringify({ conversationId: chat.conversationId, token: chat.token, greeted: chat.greeted }));
  },
};

const chat = { watermark: "", seen: new Map(), sent: new Map(), socket: null, failures: 0, lastParty: "", ended: false, ...(givenToken ? {} : memory.load()) };

const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
const say = text => { page.status.textContent = text; };

async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: { ...(chat.token && { Authorization: `Bearer ${chat.token}` }), ...(body && { "Content-Type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok)
    throw Object.assign(new Error(`HTTP ${response.status}`), { status: response.status });
  return answer;
}

async function begin() {
  Object.assign(chat, { watermark: "", greeted: false, ended: false, token: undefined, conversationId: undefined });
  Object.assign(chat, givenToken ? { token: givenToken } : await call("POST", "/canvas/token", { locale }));
  memory.save();
  const answer = await call("POST", `${base}/conversations`, { locale });
  givenToken = null;
  return answer;
}

const resume = () => call("GET", `${base}/conversations/${chat.conversationId}?watermark=${encodeURIComponent(chat.watermark)}`);

// Connects until it holds, with growing random delays. An old conversation that is gone or a token that has run out
// starts a new one, and the page says so.
async function connect() {
  for (;;) {
    try {
      const answer = await (chat.conversationId ? resume() : begin());
      if (answer.token)
        chat.token = answer.token;
      chat.conversationId ??= answer.conversationId;
      memory.save();
      open(answer.streamUrl);
      return;
    } catch (error) {
      if (chat.conversationId && (error.status === 403 || error.status === 404)) {
        chat.conversationId = undefined;
        chat.seen.clear();
        line(words.restarted);
        continue;
      }
      if (error.status === 403)
        givenToken = null;
      say(words.reconnecting);
      await pause(Math.random() * Math.min(30000, 500 * 2 ** chat.failures++));
    }
  }
}

function open(url) {
  const socket = new WebSocket(url);
  let quiet;
  const watch = () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => socket.close(), 45000);
  };

  chat.socket = socket;
  socket.addEventListener("open", () => {
    chat.failures = 0;
    say(words.online);
    watch();
    greet();
    retry();
  });
  socket.addEventListener("message", event => {
    watch();
    if (event.data)
      take(JSON.parse(event.data));
  });
  socket.addEventListener("close", () => {
    clearTimeout(quiet);
    if (chat.socket !== socket)
      return;
    say(words.reconnecting);
    setTimeout(connect, Math.random() * Math.min(30000, 500 * 2 ** chat.failures++));
  });
}

// The bot greets when it is told that somebody came; once per conversation (protocol: startConversation).
function greet() {
  if (chat.greeted)
    return;
  chat.greeted = true;
  memory.save();
  post({ type: "event", name: "startConversation", locale }).catch(() => { chat.greeted = false; });
}

function post(activity) {
  activity.channelData ||= { clientActivityID: crypto.randomUUID?.() ?? `${Date.now()}.${Math.random()}` };
  return call("POST", `${base}/conversations/${chat.conversationId}/activities`, { from: {}, ...activity });
}

function take(set) {
  for (const activity of set.activities ?? [])
    show(activity);
  if (set.watermark)
    chat.watermark = String(set.watermark);
}

const partyOf = activity => activity.channelData?.baton?.party ?? (activity.from?.role === "bot" ? "bot" : "customer");

function show(activity) {
  if (activity.type === "typing") {
    if (partyOf(activity) !== "customer")
      showTyping(activity.from?.name);
    return;
  }
  if (activity.id && chat.seen.has(activity.id))
    return;
  const own = chat.sent.get(activity.channelData?.clientActivityID);
  if (activity.id)
    chat.seen.set(activity.id, true);
  if (own) {
    own.row.classList.remove("pending");
    own.done = true;
    if (own.files.length > 0)
      own.row.querySelector(".text").replaceChildren(...showAttachments(activity.attachments));
    return;
  }
  if (activity.type === "endOfConversation" || activity.channelData?.baton?.kind === "ended")
    chat.ended = true;
  if (activity.type === "message")
    showMessage(activity);
}

function showMessage(activity) {
  const party = partyOf(activity);
  // A card has no name; where there is a text it says the same.
  const attachments = showAttachments(activity.attachments?.filter(({ name }) => name || !activity.text));

  page.typing.hidden = true;
  if (activity.text)
    line(activity.text, party, activity.from?.name);
  if (attachments.length > 0)
    line(attachments, party, activity.from?.name);
  if (party === "agent")
    setPartner(activity.from?.name || words.agent);
  else if (party === "bot")
    setPartner(activity.from?.name || words.assistant);
  offer(party === "customer" ? [] : activity.suggestedActions?.actions ?? []);
}

function setPartner(name) {
  page.partner.textContent = name;
  page.face.textContent = [...name][0] ?? "";
}

// @content: text, or elements in its place
function line(content, party = "system", name = "") {
  const atEnd = page.messages.scrollHeight - page.messages.scrollTop - page.messages.clientHeight < 60;
  const row = document.createElement("li");
  const bubble = document.createElement("div");
  const speaker = `${party} ${name}`;

  row.className = party;
  if (chat.lastParty !== speaker) {
    row.classList.add("first");
    if ((party === "agent" || party === "bot") && name) {
      const who = document.createElement("div");
      who.className = "who";
      who.textContent = name;
      row.append(who);
    }
  }
  chat.lastParty = speaker;
  bubble.className = "text";
  bubble.dir = "auto";
  bubble.append(...(typeof content !== "string" ? content : party === "bot" ? emphasised(content) : [content]));
  row.append(bubble);
  page.messages.append(row);
  if (atEnd || party === "customer")
    page.messages.scrollTop = page.messages.scrollHeight;
  return row;
}

// Of a bot's Markdown the two forms that occur in nearly every answer; all else is shown as it was written.
function emphasised(text) {
  return text.replace(/^[-*] /gm, "• ").split(/\*\*(.+?)\*\*/).map((part, i) => {
    if (i % 2 === 0)
      return part;
    const strong = document.createElement("strong");
    strong.textContent = part;
    return strong;
  });
}

let typingEnds;
function showTyping(name) {
  page["typing-text"].textContent = words.typing.replace("{name}", name || words.assistant);
  page.typing.hidden = false;
  clearTimeout(typingEnds);
  typingEnds = setTimeout(() => { page.typing.hidden = true; }, 3000);
}

// Only actions that send something visible become buttons; links and the rest are the message's own text.
function offer(actions) {
  page.actions.replaceChildren(...actions.filter(a => a.type === "imBack" || a.type === "messageBack" || a.type === "postBack").map(action => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action.title || action.value;
    button.addEventListener("click", () => send(String(action.value ?? action.text ?? action.title)));
    return button;
  }));
}

function send(text, files = []) {
  if (chat.ended) {
    chat.conversationId = undefined;
    chat.socket?.close();
    line(words.restarted);
  }
  const id = crypto.randomUUID?.() ?? `${Date.now()}.${Math.random()}`;
  const attachments = announce(files);
  const own = {
    row: line(files.length > 0 ? showAttachments(attachments) : text, "customer"),
    done: false,
    files,
    activity: {
      type: "message", locale, channelData: { clientActivityID: id },
      ...(files.length > 0 ? { attachments } : { text }),
    },
  };

  own.row.classList.add("pending");
  chat.sent.set(id, own);
  offer([]);
  deliver(own);
}

async function deliverFiles(own) {
  const bar = document.createElement("progress");
  const path = `${base}/conversations/${chat.conversationId}/upload?userId=dl_${chat.conversationId}`;

  bar.max = 1;
  bar.ariaLabel = words.sending;
  own.row.append(bar);
  own.sending = true;
  try {
    await upload(path, chat.token, { from: {}, ...own.activity }, own.files, part => { bar.value = part; });
  } finally {
    own.sending = false;
    bar.remove();
  }
}

// The same clientActivityID each time: however often it is tried, it is said once.
async function deliver(own) {
  own.row.querySelector(".state")?.remove();
  try {
    await (own.files.length > 0 ? deliverFiles(own) : post(own.activity));
    own.done = true;
    own.row.classList.remove("pending");
  } catch (error) {
    if (chat.socket?.readyState !== WebSocket.OPEN)
      return;
    const state = document.createElement("div");
    const again = document.createElement("button");
    own.done = error.status === 413;   // it would be no smaller the next time
    state.className = "state";
    state.append(...(own.done ? [words.tooLarge] : [`${words.notSent} `, again]));
    again.type = "button";
    again.textContent = words.tryAgain;
    again.addEventListener("click", () => deliver(own));
    own.row.append(state);
  }
}

function retry() {
  for (const own of chat.sent.values()) {
    if (!own.done && !own.sending)
      deliver(own);
  }
}

let typedAt = 0;
page.text.addEventListener("input", () => {
  page.text.style.height = "auto";
  page.text.style.height = `${page.text.scrollHeight}px`;
  if (page.text.value && Date.now() - typedAt > 3000 && chat.socket?.readyState === WebSocket.OPEN) {
    typedAt = Date.now();
    call("POST", `${base}/conversations/${chat.conversationId}/activities`, { type: "typing", from: {} }).catch(() => {});
  }
});

page.text.addEventListener("keydown", event => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    page.composer.requestSubmit();
  }
});

page.composer.addEventListener("submit", event => {
  event.preventDefault();
  const text = page.text.value.trim();
  if (!text)
    return;
  page.text.value = "";
  page.text.style.height = "auto";
  send(text);
});

page.attach.addEventListener("click", () => page.files.click());

page.files.addEventListener("change", () => {
  if (page.files.files.length > 0)
    send("", [...page.files.files]);
  page.files.value = "";
  page.text.focus();
});

// Dropped and pasted ones as well; what holds no file is the browser's own matter.
function takeFiles(event, transfer) {
  if (!transfer?.types.includes("Files"))
    return;
  event.preventDefault();
  if (transfer.files.length > 0)
    send("", [...transfer.files]);
}

document.addEventListener("dragover", event => takeFiles(event, { types: event.dataTransfer?.types ?? [], files: [] }));
document.addEventListener("drop", event => takeFiles(event, event.dataTransfer));
page.text.addEventListener("paste", event => takeFiles(event, event.clipboardData));

say(words.connecting);
connect();
page.text.focus();
