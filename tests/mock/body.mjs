/**
 * Reading a request's body whole, up to a bound.
 */

export const MAX_BODY_BYTES = 64 * 1024 * 1024;

/**
 * @param {import("node:http").IncomingMessage} req
 * @param {() => void} [arrived]   called with every piece
 * @returns {Promise<Buffer | 'too_large' | 'broken'>}   broken: the connection ended before the body did
 */
export function readBody(req, arrived = () => {}) {
  return new Promise((resolve) => {
    /** @type {Buffer[]} */
    const chunks = [];
    let length = 0;
    req.on("data", (chunk) => {
      arrived();
      length += chunk.length;
      if (length > MAX_BODY_BYTES) resolve("too_large");
      else chunks.push(chunk);
    });
    req.on("end", () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    // An answer may be given and the connection end without 'end'; both of these come after it when it comes at all.
    req.on("error", () => resolve("broken"));
    req.on("close", () => resolve("broken"));
  });
}

/**
 * @param {Buffer} bytes
 * @returns {any}   undefined when it is not JSON
 */
export function parseJson(bytes) {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
