/** The SDKs that talk over WebSockets, through the relay to the mock provider, on each boundary that carries them. */
import { after, before, describe } from "node:test";
import OpenAI from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { Agent, WebSocket, setGlobalDispatcher } from "undici";
import { HUNG, startStack } from "../harness.mjs";
import { PEM } from "../tls.mjs";
import { SEALING } from "./bad-keys.mjs";
import { LIVE, talkRealtime } from "./live.mjs";
import { checkLive, withTls } from "./live-checks.mjs";

globalThis.WebSocket = WebSocket; // as from Node 22 on
setGlobalDispatcher(new Agent({ connect: { ca: PEM } }));

/** @type {import("./live.mjs").Live[]} */
const IN_NODE = [
  ...LIVE,
  {
    name: "openai, OpenAIRealtimeWS",
    provider: "openai",
    told: { node: "status" },
    talk({ tls }, apiKey, text) {
      const client = new OpenAI({ apiKey, baseURL: `${tls}/v1` });
      return talkRealtime(new OpenAIRealtimeWS({ model: "gpt-realtime", options: { ca: PEM } }, client), text);
    },
  },
];

for (const runtime of ["workerd", "server"]) {
  describe(`on ${runtime}`, HUNG, () => {
    let stack;
    before(async () => (stack = await withTls(startStack(SEALING, { runtime }))));
    after(() => stack?.close());
    checkLive(IN_NODE, "node", () => stack);
  });
}
