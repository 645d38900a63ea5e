import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import cors from "cors";
import express from "express";

/** A backend of one's own, as tutorials write it: JSON parsed, `fetch` to the provider, its answer piped back. */
export function start({ upstream }) {
  const app = express();
  app.use(cors());
  app.use(express.json({ limit: "32mb" }));
  app.post("/v1/*path", async (request, response) => {
    const answer = await fetch(upstream + request.originalUrl, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: request.headers.authorization },
      body: JSON.stringify(request.body),
    });
    response.status(answer.status);
    response.setHeader("Content-Type", answer.headers.get("content-type"));
    await pipeline(Readable.fromWeb(answer.body), response).catch(() => {}); // the client went away
  });
  return new Promise((resolve) => {
    const server = app.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
}
