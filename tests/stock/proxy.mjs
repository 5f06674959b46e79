// SPDX-FileCopyrightText: 2026 The Baton authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A cable between client and relay that can be pulled.

import net from 'node:net';

export class Proxy {
  /** target: address of the relay. */
  constructor(target) {
    const { hostname, port } = new URL(target);
    this.pairs = new Set();
    this.isCut = false;
    this.refused = 0;
    this.server = net.createServer(near => {
      if (this.isCut) {
        this.refused++;
        near.destroy();
        return;
      }
      const far = net.connect(port, hostname);
      const pair = [near, far];
      const drop = () => {
        pair.forEach(socket => socket.destroy());
        this.pairs.delete(pair);
      };
      this.pairs.add(pair);
      pair.forEach(socket => socket.on('error', drop).on('close', drop));
      near.pipe(far).pipe(near);
    });
  }

  async listen() {
    await new Promise(resolve => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  /** Without a word to either side; whoever comes meanwhile is turned away. */
  cut() {
    this.isCut = true;
    this.pairs.forEach(pair => pair.forEach(socket => socket.destroy()));
  }

  mend() {
    this.isCut = false;
  }

  close() {
    this.cut();
    this.server.close();
  }
}
