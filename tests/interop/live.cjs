// Keeps a page with the official JavaScript SDK open and does in it what it is asked to, a line at a time.
//
// The first line on standard input describes the page. Each further line is [name, ...arguments] of one of the
// actor's functions and gets one line of JSON back. The page closes when standard input does.
"use strict";

const fs = require("node:fs");
const readline = require("node:readline");
const { open } = require("./page.cjs");
require("./actor.js");

console.log = console.error; // standard output is for answers

(async () => {
  let actor, page;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    if (!page) {
      page = open(asked);
      actor = globalThis.actFor(page.CometChat, { region: asked.region, host: page.host });
      continue;
    }
    const [name, ...given] = asked;
    const answer = await actor[name](...given);
    page.keep();
    fs.writeSync(1, `${JSON.stringify(answer ?? null)}\n`);
  }
  process.exit(0); // the SDK's timers would keep the page open
})().catch((error) => {
  console.error(error.stack);
  process.exit(1);
});
