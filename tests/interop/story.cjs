// Plays a story with the official JavaScript SDK, unmodified, in a page that jsdom makes.
//
// Reads one JSON document from standard input and prints one: {"results": [...], "hosts": [...]}.
// One run is one life of a page: what it leaves in localStorage is kept in the file `storage`.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");

// A page goes on after a rejection that nobody handles, and the bundle is one line: never print where it was.
process.on("unhandledRejection", (reason) => console.error(reason?.stack ?? JSON.stringify(reason)));
process.on("uncaughtException", (error) => {
  console.error(error.stack);
  process.exit(1);
});

const told = JSON.parse(fs.readFileSync(0, "utf8"));
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

const steps = {
  async init() {
    const settings = new CometChat.AppSettingsBuilder()
      .setRegion(told.region)
      .autoEstablishSocketConnection(false)
      .overrideAdminHost(`${emulator.host}/v3.0`)
      .overrideClientHost(`${emulator.host}/v3.0`)
      .build();
    await CometChat.init(told.app_id, settings);
    return null;
  },
  login_by_uid: (uid, key) => uidOf(CometChat.login(uid, key)),
  login_by_token: (token) => uidOf(CometChat.login(token)),
  get_logged_in_user: () => uidOf(CometChat.getLoggedinUser()),
  async logout() {
    await CometChat.logout();
    return null;
  },
  // The SDK tells the service about itself five seconds after a login.
  wait: (seconds) => new Promise((resolve) => setTimeout(() => resolve(null), seconds * 1000)),
};

async function uidOf(promise) {
  try {
    return (await promise)?.getUid() ?? null;
  } catch (refused) {
    if (typeof refused?.code !== "string") throw refused;
    return refused.code;
  }
}

(async () => {
  const results = [];
  for (const [step, ...given] of told.steps) results.push(await steps[step](...given));
  await steps.wait(0.2); // the SDK's promises settle before its writes have
  fs.writeFileSync(told.storage, JSON.stringify({ ...page.localStorage }));
  fs.writeSync(1, JSON.stringify({ results, hosts: [...hosts] }));
  process.exit(0); // the SDK's timers would keep the page open
})().catch((error) => {
  console.error(error?.stack ?? JSON.stringify(error));
  process.exit(1);
});
