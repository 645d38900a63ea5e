/** Cloudflare's API, as far as a first `wrangler deploy` asks it: there is no Worker yet. It keeps what it was sent. */
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { listen } from "../listen.mjs";

/** What is asked, by method and end of the path, and the result that it gets. All else is not there. */
const RESULTS = [
  [/^GET .*\/workers\/subdomain$/, { subdomain: "acme" }],
  [/^POST .*\/assets-upload-session$/, { jwt: "of the session", buckets: [] }], // it has all files, so that none is uploaded
  [/^PUT .*\/workers\/scripts\/[^/]+$/, { startup_time_ms: 90 }],
  [/^PATCH .*\/script-settings$/, {}],
  [/^GET .*\/workers\/workers\/[^/]+$/, { subdomain: {} }],
  [/^POST .*\/subdomain$/, {}],
  [/^GET .*\/deployments$/, { deployments: [] }],
];
const NOT_THERE = {
  success: false,
  errors: [{ code: 10007, message: "This Worker does not exist on your account." }],
  messages: [],
  result: null,
};

/** `sent(pattern)` are the bodies that came with what matches it, as forms where they are some, and else as JSON. */
export async function startCloudflare() {
  const asked = [];
  const server = createServer(async (req, res) => {
    const what = `${req.method} ${req.url.split("?")[0]}`;
    const body = await buffer(req);
    asked.push({ what, type: req.headers["content-type"], body });
    const found = RESULTS.find(([pattern]) => pattern.test(what));
    res.writeHead(found ? 200 : 404, { "content-type": "application/json" });
    res.end(JSON.stringify(found ? { success: true, errors: [], messages: [], result: found[1] } : NOT_THERE));
  });
  const read = ({ type, body }) => {
    const message = new Response(body, { headers: { "content-type": type } });
    return type.startsWith("multipart/") ? message.formData() : message.json();
  };
  return {
    ...(await listen(server)),
    sent: (pattern) => Promise.all(asked.filter(({ what }) => pattern.test(what)).map(read)),
  };
}
