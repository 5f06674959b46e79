// SPDX-FileCopyrightText: 2026 The Baton authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The relay's own page in a document: as it comes, and with a token that somebody made for it (baton-relay token).
//
// Usage: node test-page.mjs SOURCE-FOLDER BUILD-FOLDER

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

import { Relay } from './relay.mjs';
import { runAll, test, until } from './tap.mjs';

const { JSDOM } = createRequire(import.meta.url)('jsdom');

const [source, build] = process.argv.slice(2);
const relay = new Relay(source, build);
const windows = [];

const read = async path => (await fetch(relay.url + path)).text();

/** The page at that address of the relay. jsdom knows neither modules nor fetch(): the first are put together here. */
const visit = async address => {
  const window = new JSDOM(await read('/'), { url: relay.url + address, runScripts: 'outside-only', pretendToBeVisual: true }).window;
  const words = (await read('/words.js')).replaceAll(/^export /gm, '');
  const page = (await read('/canvas.js')).replaceAll(/^import .*$/gm, '');

  window.asked = [];
  window.fetch = (path, options) => {
    window.asked.push(`${options.method} ${path}`);
    return fetch(new URL(path, relay.url), options);
  };
  windows.push(window);
  window.eval(`(() => { ${words}\n${page} })();`);
  return window;
};

const shown = window => [...window.document.querySelectorAll('#messages .text')].map(({ textContent }) => textContent);
const kept = window => JSON.parse(window.sessionStorage.getItem('baton'));
const make = (...options) => JSON.parse(execFileSync(relay.program, ['token', '--json', '--data', relay.data, ...options],
                                                     { env: relay.environment }));

const say = (window, text) => {
  window.document.getElementById('text').value = text;
  window.document.getElementById('composer').requestSubmit();
};

test('begins a conversation of its own, is greeted, and shows what is said once', async () => {
  const window = await visit('/');
  await until(() => shown(window).length > 0, 'the greeting');
  assert.deepEqual(window.asked.slice(0, 2), ['POST /canvas/token', 'POST /v3/directline/conversations']);

  say(window, 'store hours');
  const { conversationId } = kept(window);
  await until(() => shown(window).includes('store hours') && shown(window).at(-1) !== 'store hours', 'an answer');
  assert.equal(shown(window).filter(text => text === 'store hours').length, 1);
  assert.ok((await relay.read(conversationId)).some(({ text }) => text === 'store hours'));
});

test('takes a token out of the address, and speaks as the one it is for', async () => {
  const { conversationId, token } = make('--user', 'dl_7f3a', '--name', 'Ines', '--minutes', '5');
  const window = await visit(`/?locale=en#token=${token}`);
  assert.equal(window.location.href, `${relay.url}/?locale=en`);
  await until(() => shown(window).length > 0, 'the greeting');
  assert.equal(kept(window).conversationId, conversationId);
  assert.ok(!window.asked.includes('POST /canvas/token'));

  say(window, 'hello');
  await until(async () => (await relay.read(conversationId)).some(({ text, from }) => text === 'hello' && from.id === 'dl_7f3a'),
              'what was said, from the one the token is for');
});

test('goes on without a token that is not good', async () => {
  const window = await visit('/#token=nonsense');
  await until(() => shown(window).length > 0, 'the greeting');
  assert.ok(window.asked.includes('POST /canvas/token'));
});

test('a token for pages of one address is refused to others', async () => {
  const { token, conversationId } = make('--origin', 'https://shop.example');
  const headers = { Authorization: `Bearer ${token}`, Origin: 'https://other.example' };
  const answer = await fetch(`${relay.url}/v3/directline/conversations`, { method: 'POST', headers });
  assert.equal(answer.status, 403);
  const started = await fetch(`${relay.url}/v3/directline/conversations`,
                              { method: 'POST', headers: { ...headers, Origin: 'https://shop.example' } });
  assert.equal((await started.json()).conversationId, conversationId);
});

await relay.start('');
const isGood = await runAll();
windows.forEach(window => window.close());
const how = await relay.stop();
if (how !== 0)
  console.log(`# the relay ended with ${how}`);
process.exit(isGood && how === 0 ? 0 : 1);
