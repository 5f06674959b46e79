// SPDX-FileCopyrightText: 2026 The Baton authors
// SPDX-License-Identifier: GPL-3.0-or-later

// botframework-directlinejs, unmodified, against the relay: it must not be able to tell it from the cloud's Direct
// Line. And on top of it what Web Chat takes for granted (protocol 1.15, 1.16).
//
// Usage: node test-directlinejs.mjs SOURCE-FOLDER BUILD-FOLDER

import assert from 'node:assert/strict';

import { Client, ORIGIN, Page, Status } from './browser.mjs';
import { Proxy } from './proxy.mjs';
import { Relay } from './relay.mjs';
import { runAll, test, until } from './tap.mjs';

const RAPID = 200;
const START_EVENT = { type: 'event', name: 'startConversation', from: { id: 'u1' } };
const AGENT_NAME = 'Dana Reyes';

const [source, build] = process.argv.slice(2);
const relay = new Relay(source, build);
const clients = [];

const open = (options, { url = relay.url, ...page } = {}) => {
  const client = new Client(url, options, page);
  clients.push(client);
  return client;
};

/** A customer who is online in a conversation of their own. */
const begin = async (options, page) => {
  const { token, conversationId } = await relay.generate();
  const client = open({ token, ...options }, page);
  await until(() => client.status === Status.Online, 'the client to be online');
  return Object.assign(client, { conversationId });
};

/** Somebody else's page on the same conversation, from the beginning. */
const join = async (conversationId, token, page) => {
  const conversation = await relay.directLine('GET', `conversations/${conversationId}?watermark=`, undefined, token);
  const client = open(conversation, page);
  await until(() => client.status === Status.Online, 'the second client to be online');
  return client;
};

const ids = activities => activities.map(({ id }) => id);

/** Nothing that was heard came twice, and all of it in the order in which it is kept. */
const assertInOrder = heard => {
  const stored = ids(heard.filter(({ type }) => type !== 'typing'));
  assert.deepEqual(stored, [...new Set(stored)].sort());
};

test('starts, is greeted by the bot and hears its own echo as Web Chat needs it (S8, S18, S19)', async () => {
  const client = await begin();
  assert.deepEqual(client.statuses, [Status.Uninitialized, Status.Connecting, Status.Online]);
  assert.equal(client.line.conversationId, client.conversationId);
  assert.match(client.line.streamUrl, /^ws:\/\//);

  await client.post(START_EVENT);
  await until(() => client.messages.length === 1, 'the greeting');
  const id = await client.say('What are your opening hours?', { more: { value: { deep: [1.50, null] } } });
  const [, echo, answer] = await until(() => client.messages.length >= 3 && client.messages, 'echo and answer');

  // A message is sent once its POST has succeeded and an echo with the same clientActivityID and an id is there.
  assert.match(id, /^[\w-]+\|\d{7}$/);
  assert.equal(echo.id, id);
  assert.equal(echo.channelData.clientActivityID, 'client-What are your opening hours?');
  assert.equal(echo.from.id, 'u1');
  assert.ok([undefined, 'user'].includes(echo.from.role));
  assert.deepEqual(echo.value, { deep: [1.50, null] });
  assert.equal(echo.localTimezone, 'Europe/Lisbon');

  assert.equal(answer.from.role, 'bot');
  assert.notEqual(answer.from.id, 'u1');
  assert.ok(!('replyToId' in answer) || ids(client.heard).includes(answer.replyToId));
  const times = client.heard.map(({ timestamp }) => Date.parse(timestamp));
  assert.ok(times.every((time, i) => Number.isInteger(time) && (i === 0 || time > times[i - 1])), `times ${times}`);
  assert.ok(client.heard.every(({ conversation }) => conversation.id === client.conversationId));
  assert.deepEqual(client.page.warnings, []);
});

/** Posts without waiting; another client listens. */
const postRapidly = async connections => {
  const client = await begin({}, { connections });
  const other = await join(client.conversationId);
  const said = Array.from({ length: RAPID }, (_, i) => `message ${i}`);
  const answers = await Promise.all(said.map(text => client.say(text)));
  const own = ({ messages }) => messages.filter(({ from }) => from.id === 'u1');

  for (const { name, line } of [{ name: 'the poster', line: client }, { name: 'the second client', line: other }])
    await until(() => own(line).length >= RAPID, `${RAPID} echoes at ${name}`, 30);
  const stored = (await relay.read(client.conversationId)).filter(({ from }) => from.id === 'u1');

  assert.equal(new Set(answers).size, RAPID);
  assert.deepEqual(ids(stored), [...answers].sort());
  for (const line of [client, other]) {
    assert.deepEqual(ids(own(line)), ids(stored));
    assertInOrder(line.heard);
  }
  // Each echo has the id with which its post was answered.
  for (const { id, text, channelData } of own(client)) {
    assert.equal(channelData.clientActivityID, `client-${text}`);
    assert.equal(id, answers[said.indexOf(text)]);
  }
  return { said, heard: own(client).map(({ text }) => text) };
};

test(`${RAPID} rapid posts over six connections: none lost, none twice, for all the same order`, async () => {
  const { said, heard } = await postRapidly(6);
  assert.deepEqual([...heard].sort(), [...said].sort());
});

test(`${RAPID} rapid posts over one connection: in the order in which they were said`, async () => {
  const { said, heard } = await postRapidly(1);
  assert.deepEqual(heard, said);
});

test('reconnects after a cut and misses nothing (S11)', async () => {
  const cable = await new Proxy(relay.url).listen();
  try {
    // The relay names its own address in stream URLs; this page comes through the proxy for the stream as well.
    const start = await relay.directLine('POST', 'conversations', {});
    const client = open({
      ...start, random: () => 0,   // of the 3 to 15 s it waits, the shortest
      streamUrl: start.streamUrl.replace(/^ws:\/\/[^/]+/, cable.url.replace('http', 'ws')),
    }, { url: cable.url });
    await until(() => client.status === Status.Online, 'the client to be online');
    await client.say('before the cut');
    await until(() => client.count('before the cut') === 1, 'the first echo');

    cable.cut();
    await relay.directLine('POST', `conversations/${start.conversationId}/activities`,
                           { type: 'message', from: { id: 'u2' }, text: 'during the cut' });
    assert.equal(client.count('during the cut'), 0);
    cable.mend();
    await until(() => client.count('during the cut') === 1, 'what was said during the cut', 40);
    await client.say('after the cut');
    await until(() => client.count('after the cut') === 1, 'the last echo');

    assert.deepEqual(['before the cut', 'during the cut', 'after the cut'].map(text => client.count(text)), [1, 1, 1]);
    assertInOrder(client.heard);
    assert.equal(client.status, Status.Online);
  } finally {
    cable.close();
  }
});

test('polls without a WebSocket', async () => {
  const client = await begin({ webSocket: false, pollingInterval: 200 });
  await client.post(START_EVENT);
  const id = await client.say('polled');
  await until(() => client.texts.includes('polled') && client.messages.length >= 3, 'greeting, echo and answer');
  await client.say('and again');
  await until(() => client.texts.includes('and again'), 'the second echo');
  assert.equal(client.messages.find(({ text }) => text === 'polled').id, id);
  assertInOrder(client.heard);
});

test('refreshes its token by itself, and the new one is good (S5)', async () => {
  const client = await begin({}, { hurry: 15 * 60 * 1000 / 500 });   // each half second instead of each 15 minutes
  const first = client.line.token;
  await until(() => client.line.token !== first, 'another token');
  const second = client.line.token;
  await until(() => client.line.token !== second, 'one more');
  await client.say('with a new token');
  await until(() => client.count('with a new token') === 1, 'the echo');
  // The old one lives on until it expires.
  await relay.directLine('GET', `conversations/${client.conversationId}`, undefined, first);
  assert.equal(client.status, Status.Online);
});

test('a refused token: told, then brought back by the server of the page (protocol 1.2, 6.1)', async () => {
  const client = await begin({ random: () => 0 });
  await client.say('before');
  client.line.token = 'no.token';
  assert.equal(await client.say('refused'), 'retry');
  await until(() => client.statuses.includes(Status.ExpiredToken), 'the client to know it');

  const stored = ids(await relay.read(client.conversationId));
  client.line.reconnect(await relay.directLine('GET', `conversations/${client.conversationId}?watermark=`));
  assert.equal(client.status, Status.Online);
  await client.say('after');
  await until(() => client.texts.includes('after'), 'the echo', 40);
  assert.deepEqual(ids(await relay.read(client.conversationId)).slice(0, stored.length), stored);
  assert.equal(client.count('refused'), 0);
});

test('a bad token from the start is final', async () => {
  const client = open({ token: 'no.token' });
  await until(() => client.status === Status.FailedToConnect, 'the client to give up');
  assert.equal(client.heard.length, 0);
});

test('a page of another origin cannot read an answer (S32)', async () => {
  const { token } = await relay.generate();
  const page = new Page({ origin: 'https://elsewhere.example' });
  const request = new page.window.XMLHttpRequest();
  try {
    const outcome = await new Promise(resolve => {
      request.onload = () => resolve('read');
      request.onerror = () => resolve('refused');
      request.open('POST', `${relay.url}/v3/directline/conversations`);
      request.setRequestHeader('Authorization', `Bearer ${token}`);
      request.send();
    });
    assert.equal(outcome, 'refused');
  } finally {
    page.close();
  }
});

test('after the end a post fails alone, the stream stays (S45)', async () => {
  const client = await begin();
  const other = await join(client.conversationId);
  await client.say('still here');
  await client.post({ type: 'endOfConversation', code: 'userCancelled', from: { id: 'u1' } });
  for (const line of [client, other])
    await until(() => line.heard.some(({ type }) => type === 'endOfConversation'), 'the end');

  await assert.rejects(client.say('too late'), ({ status }) => status === 404);
  assert.equal(client.status, Status.Online);
  assert.equal(client.error, null);
  assert.ok(!(await relay.read(client.conversationId)).some(({ text }) => text === 'too late'));
  const late = await join(client.conversationId);
  await until(() => late.texts.includes('still here'), 'what was said, for who comes later');
});

test('customer and agent hear each other, and see each other type (S23)', async () => {
  const customer = await begin();
  await customer.post(START_EVENT);
  await customer.say('talk to an agent');
  await until(() => customer.messages.some(({ channelData }) => channelData?.baton?.kind === 'queued'), 'the hand-off');
  const { directLine } = await relay.claim(customer.conversationId);
  const agent = await join(customer.conversationId, directLine.token);

  assert.equal(new URL(directLine.base).origin, relay.url);
  await until(() => agent.texts.includes('talk to an agent'), 'the transcript');
  await customer.say('is somebody there?');
  await until(() => agent.texts.includes('is somebody there?'), 'the customer at the agent');

  await agent.post({ type: 'typing', from: { id: 'whoever' } });
  const typing = await until(() => customer.heard.find(({ type }) => type === 'typing'), 'the agent typing');
  await agent.say('yes, I am', { id: 'whoever' });
  const answer = await until(() => customer.messages.find(({ text }) => text === 'yes, I am'), 'the agent’s answer');
  await until(() => agent.texts.includes('yes, I am'), 'the echo at the agent');
  await customer.post({ type: 'typing', from: { id: 'u1' } });
  await until(() => agent.heard.some(({ type, from }) => type === 'typing' && from.id === 'u1'), 'the customer typing');

  // Web Chat puts an agent on the bot's side, by name, and takes the indicator away by the id.
  assert.equal(answer.from.role, 'bot');
  assert.equal(answer.from.name, AGENT_NAME);
  assert.equal(answer.from.id, typing.from.id);
  for (const line of [customer, agent])
    assertInOrder(line.heard);
  assert.ok(!customer.heard.some(({ type, from }) => type === 'typing' && from.id === 'u1'), 'not one’s own typing');
  assert.ok(!customer.heard.some(({ name }) => name?.startsWith('handoff.')), 'no hand-off on a canvas');
});

test('uploads files with a text, for all to read (S36)', async () => {
  const client = await begin();
  const other = await join(client.conversationId);
  const { window } = client.page;
  const contents = [Uint8Array.from({ length: 300 }, (_, i) => i % 256), new TextEncoder().encode('olá')];
  const kinds = ['image/png', 'text/plain'];
  const attachments = contents.map((bytes, i) => ({
    contentType: kinds[i], name: 'a.png',
    contentUrl: `data:${kinds[i]};base64,${Buffer.from(bytes).toString('base64')}`,
  }));

  const id = await client.post({
    type: 'message', text: 'two files', from: { id: 'u1' },
    channelData: { clientActivityID: 'files', attachmentSizes: [300, 4] },
    attachments: window.JSON.parse(JSON.stringify(attachments)),
  });
  for (const line of [client, other]) {
    const echo = await until(() => line.messages.find(({ text }) => text === 'two files'), 'the echo with the files');
    assert.equal(echo.id, id);
    assert.equal(echo.channelData.clientActivityID, 'files');
    assert.deepEqual(echo.attachments.map(({ name, contentType }) => [name, contentType]),
                     [['a.png', 'image/png'], ['a (1).png', 'text/plain']]);
  }

  const { attachments: stored } = client.messages.find(({ text }) => text === 'two files');
  for (const [i, { contentUrl }] of stored.entries()) {
    const answer = await fetch(contentUrl, { headers: { Origin: ORIGIN } });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('Access-Control-Allow-Origin'), ORIGIN);   // it is fetched again when sent again
    assert.deepEqual(new Uint8Array(await answer.arrayBuffer()), contents[i]);
  }
});

test('session ids are given to a page that sends credentials (S34)', async () => {
  const client = await begin();
  const id = await new Promise((resolve, reject) => client.line.getSessionId().subscribe(resolve, reject));
  assert.equal(typeof id, 'string');
  assert.notEqual(id, '');
});

const main = async () => {
  await relay.start(`[relay]\norigins=${ORIGIN}\n`);
  let isGood = false;
  try {
    isGood = await runAll();
  } finally {
    clients.forEach(client => client.close());
    if (!isGood)
      console.log(relay.log().replace(/^/gm, '# '));
    const how = await relay.stop();
    if (how !== 0)
      throw new Error(`the relay ended with ${how}`);
  }
  process.exit(isGood ? 0 : 1);
};

await main();
