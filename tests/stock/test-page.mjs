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

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=', 'base64');
const UPLOAD_SIZE = 4096;

const [source, build] = process.argv.slice(2);
const relay = new Relay(source, build);
const windows = [];

const read = async path => (await fetch(relay.url + path)).text();

/** The page at that address of the relay. jsdom knows neither modules nor fetch(): the first are put together here. */
const visit = async address => {
  const window = new JSDOM(await read('/'), { url: relay.url + address, runScripts: 'outside-only', pretendToBeVisual: true }).window;
  const modules = await Promise.all(['/words.js', '/files.js', '/canvas.js'].map(read));
  const page = modules.join('\n').replaceAll(/^(export |import .*$)/gm, '');

  window.asked = [];
  window.fetch = (path, options) => {
    window.asked.push(`${options.method} ${path}`);
    return fetch(new URL(path, relay.url), options);
  };
  windows.push(window);
  window.eval(`(() => { ${page} })();`);
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

const rows = (window, party) => [...window.document.querySelectorAll(`#messages .${party}`)];

const choose = (window, ...files) => {
  const input = window.document.getElementById('files');
  Object.defineProperty(input, 'files', { value: files, configurable: true });
  input.dispatchEvent(new window.Event('change'));
};

const drop = (window, ...files) => {
  const event = new window.Event('drop', { bubbles: true, cancelable: true });
  event.dataTransfer = { types: ['Files'], files };
  window.document.dispatchEvent(event);
  assert.ok(event.defaultPrevented);
};

test('sends files, says how far it is, and shows them where they lie (S36)', async () => {
  const window = await visit('/?locale=en');
  await until(() => shown(window).length > 0, 'the greeting');
  assert.equal(window.document.getElementById('attach').title, 'Attach a file');

  choose(window, new window.File([PNG], 'a.png', { type: 'image/png' }), new window.File(['<script>'], '../ü.html'));
  const [row] = rows(window, 'customer');
  assert.ok(row.querySelector('progress'));
  assert.ok(row.classList.contains('pending'));
  await until(() => !row.classList.contains('pending') && row.querySelectorAll('a').length === 2, 'the echo');
  assert.equal(row.querySelector('progress'), null);

  const [picture, page] = row.querySelectorAll('a');
  assert.match(picture.getAttribute('href'), /^\/v3\/directline\/attachments\/[0-9a-f]{32}\/a\.png$/);
  assert.equal(picture.querySelector('img').alt, 'a.png');
  assert.equal(page.textContent, 'ü.html');
  assert.equal(page.download, 'ü.html');
  const found = await fetch(picture.href);
  assert.deepEqual(Buffer.from(await found.arrayBuffer()), PNG);

  drop(window, new window.File(['dropped'], 'b.txt'));
  await until(() => rows(window, 'customer')[1].querySelector('a')?.textContent === 'b.txt', 'what was dropped');
  const stored = (await relay.read(kept(window).conversationId)).filter(({ attachments }) => attachments);
  assert.deepEqual(stored.map(({ attachments }) => attachments.length), [2, 1]);

  choose(window, new window.File([Buffer.alloc(UPLOAD_SIZE + 1)], 'big.bin'));
  await until(() => rows(window, 'customer')[2].querySelector('.state')?.textContent === 'Too large to be sent.', 'the refusal');
});

test('asks nobody but the relay for a file, whatever a message names', async () => {
  const window = await visit('/');
  await until(() => shown(window).length > 0, 'the greeting');
  const key = '0'.repeat(32);
  const attachments = [
    { contentUrl: 'https://evil.example/x.png', name: 'evil' },
    { contentUrl: 'javascript:alert(1)', name: 'script' },
    { contentUrl: `${relay.url}/v3/directline/conversations`, name: 'no file' },
    { contentUrl: `https://evil.example/v3/directline/attachments/${key}/x.png`, name: 'a path of ours' },
    { name: '<b>no address</b>' },
  ].map(attachment => ({ contentType: 'image/png', ...attachment }));
  await relay.directLine('POST', `conversations/${kept(window).conversationId}/activities`,
                         { type: 'message', from: { id: 'b', role: 'bot' }, attachments });

  const row = await until(() => rows(window, 'bot').find(({ textContent }) => textContent.includes('evil')), 'the files');
  const files = [...row.querySelectorAll('.file')];
  assert.deepEqual(files.map(file => file.querySelector('a')?.getAttribute('href')),
                   [undefined, undefined, undefined, `/v3/directline/attachments/${key}/x.png`, undefined]);
  assert.equal(files[4].innerHTML, '&lt;b&gt;no address&lt;/b&gt;');
  assert.ok([...window.document.images].every(({ src }) => src.startsWith(relay.url)));
});

await relay.start(`[limits]\nupload-size=${UPLOAD_SIZE}\n`);
const isGood = await runAll();
windows.forEach(window => window.close());
const how = await relay.stop();
if (how !== 0)
  console.log(`# the relay ended with ${how}`);
process.exit(isGood && how === 0 ? 0 : 1);
