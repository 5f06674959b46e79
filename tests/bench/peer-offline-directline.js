// SPDX-FileCopyrightText: 2026 The Baton authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The npm package offline-directline as it comes, on loopback: peer-offline-directline.js PORT BOT-URL. Both packages are
// looked for in the current folder. It keeps all in memory, posts each message to the bot and has no streams.
'use strict';
const { createRequire } = require('module');
const require_here = createRequire(`${process.cwd()}/`);
const express = require_here('express');
const directline = require_here('offline-directline');

const [port, bot] = process.argv.slice(2);
const say = console.log;
console.log = () => {};   // it has a line for each conversation
const app = express();
const listen = app.listen.bind(app);
app.listen = (where, done) => listen(where, '127.0.0.1', () => {
  say(`peer-offline-directline ready at http://127.0.0.1:${where}`);
  if (done) done();
});
directline.initializeRoutes(app, Number(port), bot);
