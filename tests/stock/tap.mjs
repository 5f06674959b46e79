// SPDX-FileCopyrightText: 2026 The Baton authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Cases that run side by side, since a stock client waits for seconds, and their results as TAP.

const cases = [];

export const test = (name, run) => cases.push({ name, run });

/** Waits until probe() gives something true; fails after `seconds` with what was waited for. */
export async function until(probe, what, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await probe();
    if (value)
      return value;
    if (Date.now() > end)
      throw new Error(`waited ${seconds} s in vain for ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

const bounded = async (run, seconds) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${seconds} s`)), seconds * 1000);
  });
  try {
    await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Returns whether all went well. */
export async function runAll(seconds = 90) {
  console.log(`1..${cases.length}`);
  const outcomes = await Promise.allSettled(cases.map(({ run }) => bounded(run, seconds)));
  outcomes.forEach(({ status, reason }, i) => {
    console.log(`${status === 'fulfilled' ? 'ok' : 'not ok'} ${i + 1} - ${cases[i].name}`);
    if (status !== 'fulfilled')
      console.log(String(reason?.stack ?? reason).replace(/^/gm, '# '));
  });
  return outcomes.every(({ status }) => status === 'fulfilled');
}
