// SPDX-FileCopyrightText: 2026 The Baton authors
// SPDX-License-Identifier: GPL-3.0-or-later

// DirectLineJS as published, in the surroundings of a page: preflights, Origin, XMLHttpRequest, WebSocket.

import { readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const bundle = readFileSync(require.resolve('botframework-directlinejs/dist/directline.js'), 'utf8');

// jsdom opens a connection for each request. A browser keeps a few for each page, and so do we: what jsdom takes for
// the proxy of a page is its pool.
const factory = require.resolve('jsdom/lib/jsdom/living/helpers/agent-factory.js');
require(factory);
require.cache[factory].exports = pool => ({ http: pool, https: pool });
const { JSDOM, ResourceLoader, VirtualConsole } = require('jsdom');

export const ORIGIN = 'https://shop.example';
export const Status = { Uninitialized: 0, Connecting: 1, Online: 2, ExpiredToken: 3, FailedToConnect: 4, Ended: 5 };

export class Page {
  /** connections: how many at once, six as in browsers; hurry: divides the 15 minutes between two refreshes. */
  constructor({ origin = ORIGIN, connections = 6, hurry = 1 } = {}) {
    this.pool = new http.Agent({ keepAlive: true, maxSockets: connections });
    this.warnings = [];
    const virtualConsole = new VirtualConsole();
    for (const kind of ['warn', 'error', 'jsdomError'])
      virtualConsole.on(kind, (...words) => this.warnings.push(words.join(' ')));
    this.window = new JSDOM('<!doctype html>', {
      url: `${origin}/`,
      resources: new ResourceLoader({ proxy: this.pool }),
      runScripts: 'outside-only',
      virtualConsole,
    }).window;
    const { setInterval } = this.window;
    this.window.setInterval = (run, ms, ...rest) => setInterval(run, ms >= 15 * 60 * 1000 ? ms / hurry : ms, ...rest);
    this.window.eval(bundle);
  }

  close() {
    this.window.close();
    this.pool.destroy();
  }
}

/** One client in a page of its own, and all that it hears. */
export class Client {
  constructor(url, options, page = {}) {
    this.page = new Page(page);
    this.heard = [];
    this.statuses = [];
    this.error = null;
    this.line = new this.page.window.DirectLine.DirectLine({ domain: `${url}/v3/directline`, ...options });
    this.line.connectionStatus$.subscribe(status => this.statuses.push(status));
    this.line.activity$.subscribe(activity => this.heard.push(structuredClone(activity)),
                                  error => { this.error = error; });
  }

  get status() {
    return this.statuses.at(-1);
  }

  get messages() {
    return this.heard.filter(({ type }) => type === 'message');
  }

  get texts() {
    return this.messages.map(({ text }) => text);
  }

  count(text) {
    return this.texts.filter(heard => heard === text).length;
  }

  /** The answer to a post: an id, or "retry". */
  post(activity) {
    return new Promise((resolve, reject) => this.line.postActivity(activity).subscribe(resolve, reject));
  }

  /** A message as Web Chat makes them. */
  say(text, { id = 'u1', more = {} } = {}) {
    return this.post({
      type: 'message', text, textFormat: 'plain', locale: 'en-US',
      channelId: 'webchat', from: { id, name: '', role: 'user' },
      localTimestamp: new Date().toISOString(), localTimezone: 'Europe/Lisbon',
      channelData: { clientActivityID: `client-${text}` }, ...more,
    });
  }

  close() {
    this.line.end();
    this.page.close();
  }
}
