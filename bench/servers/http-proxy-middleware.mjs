import { Agent } from "node:http";
import cors from "cors";
import express from "express";
import { createProxyMiddleware } from "http-proxy-middleware";

/** Express with the usual proxy in it. */
export function start({ upstream }) {
  const app = express();
  app.use(cors());
  app.use(createProxyMiddleware({ target: upstream, changeOrigin: true, agent: new Agent({ keepAlive: true }) }));
  return new Promise((resolve) => {
    const server = app.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
}
