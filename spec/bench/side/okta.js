// The tasks with okta-sdk-nodejs, 6 or 7; NODE_PATH says where it is.
// usage: node okta.js task url ca [n [concurrency]]
"use strict";
const okta = require("@okta/okta-sdk-nodejs");

const [task, url, , count, concurrency] = process.argv.slice(2);
const n = Number(count);
const WORK = 30; // milliseconds at each page

const client = new okta.Client({
  orgUrl: url,
  token: "tok",
  cacheMiddleware: null, // every call is a request
  testing: { disableHttpsCheck: true },
});
const api = client.userApi;
const users = () => (api ? api.listUsers({ limit: 200 }) : client.listUsers({ limit: 200 }));
const user = (id) => (api ? api.getUser({ userId: id }) : client.getUser(id));
const suspend = (id) => (api ? api.suspendUser({ userId: id }) : client.suspendUser(id));

async function walk(atItem) {
  let seen = 0;
  await (await users()).each((one) => {
    seen += one.id ? 1 : 0;
    return atItem(seen);
  });
  if (seen !== n) throw new Error(`${seen} users`);
}

const tasks = {
  list: () => walk(() => undefined),
  work: () =>
    walk((seen) => (seen % 200 === 0 ? new Promise((go) => setTimeout(go, WORK)) : undefined)),
  get: async () => {
    for (let i = 0; i < n; i++) await user("00u1");
  },
  life: async () => {
    let next = 0;
    const worker = async () => {
      while (next < n) await suspend(`00u${next++}`);
    };
    await Promise.all(Array.from({ length: Number(concurrency) }, worker));
  },
};

tasks[task]().catch((err) => {
  console.error(err);
  process.exit(1);
});
