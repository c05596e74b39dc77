// Plays a story with the official JavaScript SDK, unmodified, in a page that jsdom makes.
//
// Reads one JSON document from standard input and prints one: {"results": [...], "hosts": [...]}.
// One run is one life of a page: what it leaves in localStorage is kept in the file `storage`.
"use strict";

const fs = require("node:fs");
const { open } = require("./page.cjs");

const told = JSON.parse(fs.readFileSync(0, "utf8"));
const { CometChat, host, hosts, keep } = open(told);

const steps = {
  async init() {
    const settings = new CometChat.AppSettingsBuilder()
      .setRegion(told.region)
      .autoEstablishSocketConnection(false)
      .overrideAdminHost(`${host}/v3.0`)
      .overrideClientHost(`${host}/v3.0`)
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
  keep();
  fs.writeSync(1, JSON.stringify({ results, hosts: [...hosts] }));
  process.exit(0); // the SDK's timers would keep the page open
})().catch((error) => {
  console.error(error?.stack ?? JSON.stringify(error));
  process.exit(1);
});
