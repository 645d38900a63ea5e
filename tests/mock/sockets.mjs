/**
 * WebSockets to providers: recorded and judged like any request, then a conversation in the provider's own events, or an echo.
 */
import { WebSocketServer } from "ws";
import { failure, refusal, scripted } from "./answer.mjs";
import { begin } from "./exchange.mjs";

/** What a handshake has between two neighbours (RFC 6455 section 4.1). */
const OWN = /^sec-websocket-(?:key|version|protocol|extensions)$/;

const accepting = new WebSocketServer({ noServer: true, perMessageDeflate: true, handleProtocols: ([first]) => first });

/**
 * @param {import("node:http").IncomingMessage} req
 * @param {import("node:net").Socket} socket
 * @param {Buffer} head
 * @param {{ledger: import("./ledger.mjs").Ledger}} mock
 */
export async function upgrade(req, socket, head, { ledger }) {
  const { dialect, path, key, violations, page, settle } = begin(req, ledger, OWN);
  socket.on("error", () => {});
  let accepted = false;
  socket.on("close", () => accepted || settle("aborted"));
  page.note("request");

  const { behaviour } = page;
  if (behaviour.late && !(await page.released(socket))) return;
  const talk = TALKS.find(([at]) => at.test(path))?.[1];
  const refused = refusal(dialect, key, violations) ?? scripted(dialect, behaviour) ?? (talk ? null : failure(dialect, "unknown_path"));
  if (behaviour.wire) return void socket.end(Buffer.concat(behaviour.wire.pieces.map((piece) => Buffer.from(String(piece), "base64"))));
  if (refused) {
    settle("finished");
    const named = Object.entries({ ...refused.headers, connection: "close" }).map(([name, value]) => `${name}: ${value}\r\n`);
    return void socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${refused.status} Refused\r\n${named.join("")}\r\n`), ...refused.chunks]));
  }
  accepting.handleUpgrade(req, socket, head, (client) => {
    accepted = true;
    client.on("error", () => {});
    client.on("close", (code) => settle(code === 1006 ? "aborted" : "finished"));
    page.note("first_chunk");
    if (behaviour.truncate || behaviour.reset) client.on("message", () => (behaviour.reset ? socket.resetAndDestroy() : socket.destroy()));
    else (behaviour.echo ? echo : talk)(client);
  });
}

/** Every message comes back; `close CODE REASON` closes. @param {import("ws").WebSocket} client */
function echo(client) {
  client.on("message", (data, isBinary) => {
    const [, code, reason] = /^close (\d+) (.*)$/.exec(isBinary ? "" : String(data)) ?? [];
    if (code) client.close(Number(code), reason);
    else client.send(data, { binary: isBinary });
  });
}

const json = (client) => (event) => client.send(JSON.stringify(event));
const response = { id: "resp_mock", object: "realtime.response", status: "in_progress", output: [] };
const at = { event_id: "event_mock", response_id: "resp_mock", item_id: "item_mock", output_index: 0, content_index: 0 };
const words = ["Hello", " from", " the", " mock"];

const SPEECH_BYTES = 24_000; // half a second of 16 bits at 24 kHz

/** OpenAI's Realtime API: text in, text out; sound in, the same sound out. @param {import("ws").WebSocket} client */
function openai(client) {
  const say = json(client);
  let said = "";
  let heard = Buffer.alloc(0);
  say({ type: "session.created", event_id: "event_mock", session: { type: "realtime", id: "sess_mock", model: "gpt-realtime" } });
  client.on("message", (data) => {
    const event = JSON.parse(String(data));
    if (event.type === "session.update") say({ type: "session.updated", event_id: "event_mock", session: event.session });
    else if (event.type === "conversation.item.create") {
      said = event.item.content?.[0]?.text ?? "";
      say({ type: "conversation.item.added", event_id: "event_mock", item: { id: "item_mock", ...event.item } });
    } else if (event.type === "input_audio_buffer.append") {
      if (heard.length === 0)
        say({ type: "input_audio_buffer.speech_started", event_id: "event_mock", audio_start_ms: 0, item_id: "item_mock" });
      heard = Buffer.concat([heard, Buffer.from(event.audio, "base64")]);
      if (heard.length < SPEECH_BYTES) return;
      say({ type: "response.created", event_id: "event_mock", response });
      say({ type: "response.output_audio.delta", ...at, delta: heard.toString("base64") });
      for (const delta of words) say({ type: "response.output_audio_transcript.delta", ...at, delta });
      say({ type: "response.done", event_id: "event_mock", response: { ...response, status: "completed" } });
      heard = Buffer.alloc(0);
    } else if (event.type === "response.create") {
      say({ type: "response.created", event_id: "event_mock", response });
      for (const delta of [...words, `! You said: ${said}`]) say({ type: "response.output_text.delta", ...at, delta });
      say({ type: "response.output_text.done", ...at, text: `${words.join("")}! You said: ${said}` });
      say({ type: "response.done", event_id: "event_mock", response: { ...response, status: "completed" } });
    } else
      say({ type: "error", event_id: "event_mock", error: { type: "invalid_request_error", message: `no such event: ${event.type}` } });
  });
}

/** Gemini's Live API. @param {import("ws").WebSocket} client */
function gemini(client) {
  const say = (event) => client.send(Buffer.from(JSON.stringify(event))); // it sends its JSON as binary messages
  client.on("message", (data) => {
    const message = JSON.parse(String(data));
    if (message.setup) say({ setupComplete: {} });
    else for (const text of words) say({ serverContent: { modelTurn: { role: "model", parts: [{ text }] } } });
    if (!message.setup) say({ serverContent: { turnComplete: true } });
  });
}

/** Deepgram's live transcription: sound in, text out. @param {import("ws").WebSocket} client */
function deepgram(client) {
  const say = json(client);
  client.on("message", (data, isBinary) => {
    if (isBinary) {
      const alternatives = [{ transcript: words.join(""), confidence: 1, words: [] }];
      return say({ type: "Results", channel_index: [0, 1], duration: 1, start: 0, is_final: true, channel: { alternatives } });
    }
    if (JSON.parse(String(data)).type !== "CloseStream") return;
    say({ type: "Metadata", request_id: "mock", channels: 1, duration: 1 });
    client.close(1000);
  });
}

/** ElevenLabs' speech from text that streams in. @param {import("ws").WebSocket} client */
function elevenlabs(client) {
  const say = json(client);
  client.on("message", (data) => {
    const { text } = JSON.parse(String(data));
    if (text === "") {
      say({ isFinal: true });
      client.close(1000);
    } else if (text?.trim()) say({ audio: Buffer.from(text).toString("base64"), isFinal: null });
  });
}

/** Mistral's realtime transcription. @param {import("ws").WebSocket} client */
function mistral(client) {
  const say = json(client);
  say({ type: "session.created", session: { request_id: "mock", model: "voxtral-mini-transcribe-realtime-2602", audio_format: {} } });
  client.on("message", (data) => {
    const { type } = JSON.parse(String(data));
    if (type === "input_audio.append") say({ type: "transcription.text.delta", text: words[0] });
    if (type !== "input_audio.end") return;
    say({ type: "transcription.done", model: "voxtral-mini-transcribe-realtime-2602", text: words[0], language: null, segments: [] });
  });
}

/** @type {[RegExp, (client: import("ws").WebSocket) => void][]} */
const TALKS = [
  [/^\/v1\/audio\/transcriptions\/realtime$/, mistral],
  [/\/realtime$/, openai],
  [/BidiGenerateContent$/, gemini],
  [/\/listen$/, deepgram],
  [/\/stream-input$/, elevenlabs],
];
