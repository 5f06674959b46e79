// SPDX-FileCopyrightText: 2026 The Baton authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The real baton-relay in a process of its own, and what a server that holds its secret, and an agent, ask of it.

import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const AGENT = 'dana';
const PASSWORD = 'a password of the test';

export class Relay {
  constructor(source, build) {
    this.program = join(build, 'src/relay/baton-relay');
    this.environment = { ...process.env, BATON_DATA_DIR: join(source, 'data'), G_DEBUG: 'fatal-criticals' };
    this.folder = mkdtempSync(join(tmpdir(), 'baton-stock-'));
    this.data = join(this.folder, 'data');
  }

  /** settings: lines of the configuration. */
  async start(settings) {
    const config = join(this.folder, 'baton-relay.conf');
    writeFileSync(config, settings);
    execFileSync(this.program,
                 ['agent', 'add', AGENT, '--name', 'Dana Reyes', '--data', this.data, '--password-file', '-'],
                 { env: this.environment, input: PASSWORD, stdio: ['pipe', 'ignore', 'inherit'] });
    this.process = spawn(this.program,
                         ['serve', '--config', config, '--data', this.data, '--listen', '127.0.0.1:0'],
                         { env: this.environment, stdio: ['ignore', 'pipe', openSync(join(this.folder, 'log'), 'w')] });
    this.ended = new Promise(resolve => this.process.once('exit', (code, signal) => resolve(signal ?? code)));
    for await (const line of createInterface({ input: this.process.stdout })) {
      this.url = /http:\S+/.exec(line)?.[0];
      break;
    }
    if (!this.url)
      throw new Error(`the relay did not start: ${this.log()}`);
    this.secret = readFileSync(join(this.data, 'direct-line-secret'), 'utf8').trim();
    return this;
  }

  log() {
    return readFileSync(join(this.folder, 'log'), 'utf8');
  }

  /** Returns how it ended. */
  async stop() {
    this.process?.kill('SIGTERM');
    const how = await this.ended;
    rmSync(this.folder, { recursive: true });
    return how;
  }

  async call(method, path, bearer, body) {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        ...(bearer && { Authorization: `Bearer ${bearer}` }),
        ...(body && { 'Content-Type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok)
      throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  directLine(method, path, body, bearer = this.secret) {
    return this.call(method, `/v3/directline/${path}`, bearer, body);
  }

  hub(method, path, body, bearer) {
    return this.call(method, `/hub/v1/${path}`, bearer, body && { requestId: randomUUID(), ...body });
  }

  /** What the server of a shop gives to its page. */
  generate(user) {
    return this.directLine('POST', 'tokens/generate', user && { user });
  }

  /** The whole conversation, as who holds the secret reads it. */
  async read(conversationId) {
    const activities = [];
    for (let watermark = '';;) {
      const set = await this.directLine('GET', `conversations/${conversationId}/activities?watermark=${watermark}`);
      if (set.activities.length === 0)
        return activities;
      activities.push(...set.activities);
      watermark = set.watermark;
    }
  }

  /** An agent takes the escalation of that conversation; returns what its console gets for it. */
  async claim(conversationId) {
    const session = await this.hub('POST', 'session', { agent: AGENT, password: PASSWORD });
    const { escalations } = await this.hub('GET', 'escalations', undefined, session.token);
    const { id } = escalations.find(escalation => escalation.conversationId === conversationId);
    return this.hub('POST', `escalations/${id}/claim`, {}, session.token);
  }
}
