/** How long events that are all there at once are read in one go: clicks and frames wait for no longer than this. */
const TURN_MS = 8;

/**
 * Reads server-sent events as the HTML standard has them (section 9.2.6): lines may end in \n, \r or \r\n, comments are skipped, and
 * an event that the stream's end cuts short does not count. Names, ids and retry times do not matter to the chats here.
 *
 * @param {ReadableStream<Uint8Array>} stream
 * @param {(comment: string) => void} [onComment] for who wants to read those too
 * @returns {AsyncGenerator<string, void>} the data of each event
 */
export async function* serverSentEvents(stream, onComment) {
  const reader = stream.getReader();
  const decoder = new TextDecoder(); // keeps the beginning of a character until the rest of it has come
  let line = "";
  let data = [];
  let afterReturn = false; // a \n that comes now belongs to the \r before it
  let turn = performance.now();
  try {
    for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
      let text = decoder.decode(value, { stream: true });
      if (!text) continue;
      if (afterReturn && text[0] === "\n") text = text.slice(1);
      afterReturn = text.endsWith("\r");
      // Only the new text can hold a line's end. The whole line searched again each time would take forever over a long one.
      const lines = text.split(/\r\n|\r|\n/);
      lines[0] = line + lines[0];
      line = lines.pop();
      for (const each of lines) {
        if (each === "") {
          if (data.length) yield data.join("\n");
          data = [];
        } else if (/^data(:|$)/.test(each)) {
          data.push(each.slice(5).replace(/^ /, ""));
        } else if (each.startsWith(":")) {
          onComment?.(each.slice(1).trim());
        }
        if (performance.now() - turn < TURN_MS) continue;
        await nextTurn();
        turn = performance.now();
      }
    }
  } finally {
    await reader.cancel().catch(() => {}); // a reader that stops early ends the request
  }
}

/** Lets the page do what else it has to. Unlike a timer's or a frame's, this turn comes soon also in a tab that is not shown. */
const nextTurn = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage("");
  });
