// Makes a page with jsdom in which the official JavaScript SDK, unmodified, runs; used by the two programs here.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");

// `told` names the SDK's folder (`modules`), the file in which localStorage outlives a page (`storage`) and the
// emulator (`url`).
exports.open = (told) => {
  // A page goes on after a rejection that nobody handles, and the bundle is one line: never print where it was.
  process.on("unhandledRejection", (reason) => console.error(reason?.stack ?? JSON.stringify(reason)));
  process.on("uncaughtException", (error) => {
    console.error(error.stack);
    process.exit(1);
  });

  const load = createRequire(path.join(told.modules, "anything.js"));
  const { JSDOM } = load("jsdom");
  const page = new JSDOM("<!doctype html>", { url: "https://page.example/" }).window;

  const kept = fs.existsSync(told.storage) ? JSON.parse(fs.readFileSync(told.storage, "utf8")) : {};
  for (const [key, value] of Object.entries(kept)) page.localStorage.setItem(key, value);

  // The SDK speaks https only, and to hosts that the service names: here all of them are the emulator. Node's
  // own fetch does not take the SDK's referrer, so it is left out.
  const emulator = new URL(told.url);
  const nodeFetch = globalThis.fetch;
  const hosts = new Set();
  page.fetch = (target, { method, headers, body }) => {
    const url = new URL(target);
    hosts.add(url.host);
    url.protocol = emulator.protocol;
    url.host = emulator.host;
    return nodeFetch(url, { method, headers, body });
  };

  page.matchMedia = () => ({ matches: false }); // every browser has it, jsdom has not; only telemetry asks

  // What a bundle written for a page takes from its global scope.
  const names = ["document", "fetch", "localStorage", "location", "navigator", "sessionStorage", "window"];
  for (const name of names) {
    Object.defineProperty(globalThis, name, { value: page[name], configurable: true });
  }

  const { CometChat } = load("@cometchat/chat-sdk-javascript");
  const keep = () => fs.writeFileSync(told.storage, JSON.stringify({ ...page.localStorage }));
  return { CometChat, host: emulator.host, hosts, keep };
};
