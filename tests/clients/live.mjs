/**
 * The SDKs that talk over WebSockets, each told nothing but a base URL and a key. Nothing here is Node's own, so that the same table also
 * runs in a page.
 *
 * @typedef {object} Live
 * @property {string} name
 * @property {string} provider
 * @property {Partial<Record<"node" | "page", "status" | "closing" | "failure" | "normal" | "end">>} told what an app learns there of a refused
 *     WebSocket (live-checks.mjs)
 * @property {(root: {http: string, tls: string}, key: string, text: string) => Promise<string>} talk says something, and resolves to what
 *     is said in return; rejects, where there is no WebSocket, with all that the SDK tells an app. `root` stands for the provider's host
 *     without TLS and with it
 */
import { RealtimeAgent, RealtimeSession, OpenAIRealtimeWebSocket as AgentsWebSocket } from "@openai/agents-realtime";
import { DeepgramClient } from "@deepgram/sdk";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";
import { OpenAIRealtimeWebSocket } from "openai/realtime/websocket";

const MODEL = "gpt-realtime";

/** What an app is told when a WebSocket closes, and when it fails. */
export const closed = ({ code, reason }) => new Error(`closed: ${code} ${reason}`);
export const failed = (error) => new Error(`failed: ${error?.message ?? error?.error?.message ?? error?.type}`);

/** A talk over one of OpenAI's own clients. @param {any} client @param {string} text @returns {Promise<string>} */
export const talkRealtime = (client, text) =>
  new Promise((resolve, reject) => {
    client.on("session.created", () => {
      client.send({ type: "session.update", session: { type: "realtime", output_modalities: ["text"] } });
      client.send({ type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_text", text }] } });
      client.send({ type: "response.create" });
    });
    client.on("response.output_text.done", ({ text: answer }) => {
      resolve(answer);
      client.close();
    });
    client.on("error", (error) => reject(failed(error)));
    client.socket.addEventListener("close", (event) => reject(closed(event)));
  });

/** @type {Live[]} */
export const LIVE = [
  {
    name: "openai, OpenAIRealtimeWebSocket",
    provider: "openai",
    told: { node: "failure", page: "closing" },
    talk({ tls }, apiKey, text) {
      const client = new OpenAI({ apiKey, baseURL: `${tls}/v1`, dangerouslyAllowBrowser: true });
      return talkRealtime(new OpenAIRealtimeWebSocket({ model: MODEL }, client), text);
    },
  },
  {
    name: "@openai/agents-realtime",
    provider: "openai",
    told: { node: "status", page: "end" },
    async talk({ http }, apiKey, text) {
      const url = `${http.replace("http", "ws")}/v1/realtime?model=${MODEL}`;
      const transport = new AgentsWebSocket({ url, useInsecureApiKey: true });
      const session = new RealtimeSession(new RealtimeAgent({ name: "test" }), { transport, model: MODEL, tracingDisabled: true });
      try {
        return await new Promise((resolve, reject) => {
          session.on("error", ({ error }) => reject(failed(error)));
          transport.on("connection_change", (status) => status === "disconnected" && reject(new Error("disconnected")));
          transport.on("*", (event) => event.type === "response.output_text.done" && resolve(event.text));
          session.connect({ apiKey, url }).then(
            () => session.sendMessage(text),
            (error) => reject(failed(error)),
          );
        });
      } finally {
        session.close();
      }
    },
  },
  {
    name: "@google/genai, live",
    provider: "google",
    told: { node: "status", page: "closing" },
    talk: ({ http }, apiKey, text) =>
      new Promise((resolve, reject) => {
        const ai = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: http } });
        let said = "";
        const live = ai.live.connect({
          model: "gemini-2.5-flash-native-audio",
          config: { responseModalities: ["TEXT"] },
          callbacks: {
            onmessage({ serverContent }) {
              said += serverContent?.modelTurn?.parts[0].text ?? "";
              if (serverContent?.turnComplete) live.then((session) => (session.close(), resolve(said)));
            },
            onerror: (error) => reject(failed(error)),
            onclose: (event) => reject(closed(event)),
          },
        });
        live.then(
          (session) => session.sendClientContent({ turns: text, turnComplete: true }),
          (error) => reject(failed(error)),
        );
      }),
  },
  {
    name: "@deepgram/sdk, listen.v1",
    provider: "deepgram",
    told: { node: "normal", page: "closing" },
    async talk({ http }, apiKey, text) {
      const client = new DeepgramClient({ apiKey, baseUrl: http.replace("http", "ws") });
      const socket = await client.listen.v1.connect({ model: "nova-3", reconnectAttempts: 0 });
      try {
        return await new Promise((resolve, reject) => {
          let said = "";
          socket.on("open", () => {
            socket.sendMedia(new TextEncoder().encode(text));
            socket.sendCloseStream({ type: "CloseStream" });
          });
          socket.on("message", (event) => (event.type === "Results" ? (said += event.channel.alternatives[0].transcript) : resolve(said)));
          socket.on("error", (error) => reject(failed(error)));
          socket.on("close", (event) => reject(closed(event)));
          socket.connect();
        });
      } finally {
        socket.close();
      }
    },
  },
];
