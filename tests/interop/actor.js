// Carries out calls of the official JavaScript SDK and says what became of each: in a page that jsdom makes and
// in a real browser alike. Everything that goes in and comes out is JSON.
"use strict";

globalThis.actFor = (CometChat, told) => {
  const PATIENCE = 1500; // milliseconds after which a promise counts as one that never settles
  const QUIET = 60; // the SDK's promises settle before its writes have
  const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const plain = (value) => JSON.parse(JSON.stringify(value ?? null));
  const begun = [];
  const heard = [];
  const asking = [];

  // The SDK refuses some calls while its own request for them is still on its way: what is seen of a call is
  // complete when that has been answered, too.
  const watch = (page) => {
    const fetch = page.fetch.bind(page);
    const value = (...given) => {
      const answer = fetch(...given);
      asking.push(Promise.race([answer.then(() => null, () => null), sleep(PATIENCE)]));
      return answer;
    };
    Object.defineProperty(page, "fetch", { value, configurable: true, writable: true });
  };
  new Set([globalThis, globalThis.window]).forEach(watch);

  const listener = () => {
    const hear = (name) => (about) => heard.push([name, about?.uid ?? about?.code ?? null]);
    const names = ["loginSuccess", "loginFailure", "logoutSuccess", "logoutFailure"];
    return new CometChat.LoginListener(Object.fromEntries(names.map((name) => [name, hear(name)])));
  };

  const settings = () => {
    const builder = new CometChat.AppSettingsBuilder().setRegion(told.region);
    builder.autoEstablishSocketConnection(false);
    if (told.host) builder.overrideAdminHost(`${told.host}/v3.0`).overrideClientHost(`${told.host}/v3.0`);
    return builder.build();
  };

  const calls = {
    init: (appId) => CometChat.init(appId, settings()),
    listen: async (id) => CometChat.addLoginListener(id, listener()),
    listenBadly: async (id) => {
      const shout = () => {
        throw new Error("a listener's own mistake");
      };
      CometChat.addLoginListener(id, new CometChat.LoginListener({ loginSuccess: shout }));
    },
    login: (...given) => CometChat.login(...given),
    logout: () => CometChat.logout(),
    getLoggedinUser: () => CometChat.getLoggedinUser(),
    getLoggedInUser: () => CometChat.getLoggedInUser(),
    getUser: (uid) => CometChat.getUser(uid),
  };

  const outcome = async (name, given) => {
    const never = sleep(PATIENCE).then(() => ({ settled: "never" }));
    const done = (async () => {
      try {
        return { settled: "resolved", value: plain(await calls[name](...given)) };
      } catch (error) {
        const { code, message, details } = error ?? {};
        return { settled: "rejected", error: plain({ name: error?.name, code, message, details }) };
      }
    })();
    return Promise.race([done, never]);
  };

  return {
    // Starts all calls at once, in order.
    async begin(wanted) {
      begun.push(...wanted.map(([name, ...given]) => outcome(name, given)));
    },
    // Waits for all that has been begun, and says how it went.
    async finish() {
      const outcomes = await Promise.all(begun.splice(0));
      await sleep(QUIET);
      await Promise.all(asking.splice(0));
      return outcomes;
    },
    // What the listener heard since it was last asked.
    async events() {
      return heard.splice(0);
    },
    async storage() {
      return { local: { ...localStorage }, session: { ...sessionStorage } };
    },
  };
};
