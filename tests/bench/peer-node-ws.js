// SPDX-FileCopyrightText: 2026 The Baton authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A Direct Line server as a competent author writes it in Node: the http module and the ws package, JSON parsed and written
// once a post, nothing stored, no tokens. `ws` is looked for in the current folder.
'use strict';
const { createServer } = require('http');
const { createRequire } = require('module');
const { WebSocketServer } = createRequire(`${process.cwd()}/`)('ws');

const conversations = new Map();
let port;

function answer(response, status, value) {
  const text = JSON.stringify(value);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

function describe(id) {
  return { conversationId: id, token: 't', expires_in: 1800, streamUrl: `ws://127.0.0.1:${port}/stream/${id}` };
}

function post(response, id, conversation, body) {
  const number = conversation.posts++;
  const activity = JSON.parse(body);
  activity.id = `${id}|${String(number).padStart(7, '0')}`;
  activity.timestamp = new Date().toISOString();
  activity.conversation = { id };
  const set = JSON.stringify({ activities: [activity], watermark: String(number) });
  for (const stream of conversation.streams) stream.send(set);
  answer(response, 200, { id: activity.id });
}

const server = createServer((request, response) => {
  // "", v3, directline, conversations, id, activities
  const parts = request.url.split('?')[0].split('/');
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method === 'POST' && parts.length === 4) {
      const id = `c${conversations.size}`;
      conversations.set(id, { streams: new Set(), posts: 0 });
      return answer(response, 201, describe(id));
    }
    const conversation = conversations.get(parts[4]);
    if (!conversation) return answer(response, 404, {});
    if (request.method === 'GET') return answer(response, 200, describe(parts[4]));
    return post(response, parts[4], conversation, Buffer.concat(chunks).toString());
  });
});

const streams = new WebSocketServer({ noServer: true, perMessageDeflate: false });
server.on('upgrade', (request, socket, head) => {
  const conversation = conversations.get(request.url.split('/')[2]);
  if (!conversation) return socket.destroy();
  return streams.handleUpgrade(request, socket, head, (stream) => {
    conversation.streams.add(stream);
    stream.on('close', () => conversation.streams.delete(stream));
  });
});

server.listen(0, '127.0.0.1', () => {
  port = server.address().port;
  console.log(`peer-node-ws ready at http://127.0.0.1:${port}`);
});
