/** The configurations under deploy/ for proxies in front, with the proxies themselves where this machine has them, without TLS. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startStack, startWatchedMock, upstreamSettings } from "../harness.mjs";
import { randomKey } from "../keys.mjs";
import { listen } from "../listen.mjs";
import { RUNTIMES } from "../runtimes/runtimes.mjs";
import { together } from "../together.mjs";
import { Watch } from "../watch.mjs";
import { ask, BREAKS, PASSES_WITH_SOCKETS } from "./passes.mjs";

const DEPLOY = fileURLToPath(new URL("../../deploy/", import.meta.url));
const PATH = `${process.env.PATH}:/usr/sbin`;

/** The proxies, and the files under deploy/ for them. */
const FILES = { nginx: "nginx.conf", caddy: "Caddyfile" };

/**
 * Writes the configuration of a proxy in front of a relay (host and port), made from the text of its file, into a folder; gives the command
 * that starts it on a port.
 */
const PROXIES = {
  async nginx(folder, port, relay, text) {
    const site = text
      .replace(/^ +(listen \[|ssl_).*\n/gm, "")
      .replace("/var/log/nginx/error.log", "stderr")
      .replace(/listen 443 .*/, `listen 127.0.0.1:${port};`)
      .replace("server 127.0.0.1:8787 ", `server ${relay} `);
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`).join(" ");
    const config = `daemon off; pid ${folder}/pid; error_log stderr info; events {} http { ${temporary} ${site} }`;
    await writeFile(join(folder, "nginx.conf"), config);
    return ["nginx", "-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")];
  },
  async caddy(folder, port, relay, text) {
    const config = text
      .replace("{\n", "{\n\tadmin off\n\tdefault_bind 127.0.0.1\n")
      .replaceAll("{$DOMAIN}", `http://127.0.0.1:${port}`)
      .replaceAll("{$RELAY:relay:8787}", relay);
    await writeFile(join(folder, "Caddyfile"), config);
    return ["caddy", "run", "--config", join(folder, "Caddyfile"), "--adapter", "caddyfile"];
  },
};

const isCaddy = (name, versions) => name === "caddy" && versions.test(spawnSync(name, ["version"], { env: { PATH } }).stdout);

/** Debian 12's Caddy (caddyserver/caddy#5951): docs/deploy.md says so. */
const endsBrokenStreamsAsWhole = (name) => isCaddy(name, /^v?2\.[0-6]\./);

/** Caddy until 2.11.1 (caddyserver/caddy#7546): likewise. */
const losesBodiesThatWait = (name) => isCaddy(name, /^v?2\.([0-9]|10|11\.[01])\b/);

async function freePort() {
  const { url, close } = await listen(createServer());
  await close();
  return new URL(url).port;
}

/**
 * @param {string} name of the proxy
 * @param {string} relay its origin
 * @param {(line: string) => void} log
 * @param {(text: string) => string} [changed] what an operator makes of the file under deploy/
 */
async function startProxy(name, relay, log, changed = (text) => text) {
  const folder = await mkdtemp(join(tmpdir(), "byok-relay-proxy-"));
  const port = await freePort();
  const text = changed(await readFile(DEPLOY + FILES[name], "utf8"));
  const [program, ...args] = await PROXIES[name](folder, port, new URL(relay).host, text);
  const child = spawn(program, args, { env: { PATH, HOME: folder }, stdio: ["ignore", "pipe", "pipe"] });
  const kill = () => void child.kill("SIGKILL");
  process.on("exit", kill);
  const ended = once(child, "close");
  for (const output of [child.stdout, child.stderr]) output.setEncoding("utf8").on("data", log);
  const url = `http://127.0.0.1:${port}`;
  while (child.exitCode === null && !(await fetch(url).catch(() => null))) await new Promise((resolve) => setTimeout(resolve, 50));
  return {
    url,
    async close() {
      child.kill("SIGTERM");
      await ended;
      process.off("exit", kill);
      await rm(folder, { recursive: true });
    },
  };
}

/** What the relay says to a request that it refuses, from one of this machine's addresses, which says that it is from another. */
async function refusalFrom(localAddress, url, claimed) {
  const headers = { "x-real-ip": claimed, "x-forwarded-for": claimed };
  const [answer] = await once(request(`${url}/nobody/v1`, { localAddress, headers }).end(), "response");
  answer.resume();
  return answer.headers["x-relay-error"];
}

const missing = (name) => (spawnSync(name, ["-h"], { env: { PATH } }).error ? `${name} is not installed` : false);

/** A mock of the providers, and what starts a relay in front of it on a port. */
const startMockAndRelays = (open) =>
  open(startWatchedMock(new Watch())).then(({ mockUrl }) => ({
    startRelay: (port) => RUNTIMES.server({ port, vars: upstreamSettings(mockUrl), log: () => {} }),
  }));

for (const name of Object.keys(PROXIES)) {
  const skip = missing(name);

  suite(`behind ${name}`, { skip }, () => {
    test("everything passes, and no key is in its log", async () => {
      const { mock, proxy, close } = await together(async (open) => {
        const { relay, mock, watch } = await open(startStack({}, { runtime: "server" }));
        return { mock, proxy: await open(startProxy(name, relay, (said) => watch.look(`the log of ${name}`, said))) };
      });
      try {
        for (const [check, run] of Object.entries(PASSES_WITH_SOCKETS)) {
          if (check === BREAKS && endsBrokenStreamsAsWhole(name)) await assert.rejects(run(proxy.url, mock), assert.AssertionError);
          else await run(proxy.url, mock);
        }
      } finally {
        await close();
      }
    });

    test("the relay counts by the address of who asks the proxy, whatever that one says it is", async () => {
      const { proxy, close } = await together(async (open) => {
        const settings = { RATE_LIMIT_PER_MINUTE: "1", CLIENT_ADDRESS_HEADER: "X-Real-IP" };
        const { relay } = await open(startStack(settings, { runtime: "server" }));
        return { proxy: await open(startProxy(name, relay, () => {})) };
      });
      try {
        const told = [];
        for (let at = 0; at < 11; at++) told.push(await refusalFrom("127.0.0.2", proxy.url, `198.51.100.${at}`));
        assert.deepEqual(told, [...Array(10).fill("unknown_provider"), "rate_limited"]);
        assert.equal(await refusalFrom("127.0.0.3", proxy.url, "198.51.100.1"), "unknown_provider");
      } finally {
        await close();
      }
    });

    test("no key is in its log when the relay is away", async () => {
      const { proxy, close } = await together(async (open) => {
        const watch = await open(new Watch());
        const log = (said) => watch.look(`the log of ${name}`, said);
        const hasty = (text) => text.replace("lb_try_duration 40s", "");
        return { proxy: await open(startProxy(name, `http://127.0.0.1:${await freePort()}`, log, hasty)) };
      });
      try {
        for (const header of ["authorization", "x-api-key", "x-goog-api-key"]) {
          assert.equal((await ask(proxy.url, "sk-canary", { headers: { [header]: "sk-canary" } })).status, 502);
        }
        assert.equal((await fetch(`${proxy.url}/google/v1beta/models?key=sk-canary`)).status, 502);
      } finally {
        await close();
      }
    });
  });
}

test("behind caddy, requests that come while the relay restarts wait for the new one", { skip: missing("caddy") }, async () => {
  const { proxy, restart, close } = await together(async (open) => {
    const { startRelay } = await startMockAndRelays(open);
    const relay = await startRelay(0);
    const proxy = await open(startProxy("caddy", relay.url, () => {}));
    await relay.close();
    return { proxy, restart: () => open(startRelay(new URL(relay.url).port)) };
  });
  try {
    const chat = ask(proxy.url, randomKey("openai"));
    const health = fetch(`${proxy.url}/health`);
    await restart();
    assert.equal((await health).status, 200);
    assert.equal((await chat).status, losesBodiesThatWait("caddy") ? 502 : 200);
  } finally {
    await close();
  }
});

test("behind nginx, one of two relays answers while the other restarts", { skip: missing("nginx") }, async () => {
  const { proxy, relays, startRelay, close } = await together(async (open) => {
    const { startRelay } = await startMockAndRelays(open);
    const relays = [await startRelay(0), await startRelay(0)];
    for (const each of [0, 1]) await open({ close: () => relays[each].close() });
    const second = (text) => text.replace("# server 127.0.0.1:8788", `server ${new URL(relays[1].url).host}`);
    return { proxy: await open(startProxy("nginx", relays[0].url, () => {}, second)), relays, startRelay };
  });
  try {
    for (const each of [0, 1]) {
      await relays[each].close();
      for (let time = 0; time < 4; time++) assert.equal((await ask(proxy.url, randomKey("openai"))).status, 200);
      relays[each] = await startRelay(new URL(relays[each].url).port);
    }
  } finally {
    await close();
  }
});
