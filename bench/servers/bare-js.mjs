import { startWorkerd } from "../../tools/workerd.mjs";

const WORKER = `
export default {
  fetch(request, { UPSTREAM }) {
    return fetch(UPSTREAM + request.url.slice(request.url.indexOf("/", 8)), request);
  },
};`;

/** A Worker in JavaScript that decides nothing, on the relay's runtime and started as the relay is. */
export async function start({ upstream }) {
  const worker = {
    modules: [{ name: "worker.mjs", esModule: WORKER }],
    bindings: [{ name: "UPSTREAM", text: upstream }],
    compatibilityDate: "2024-11-06",
  };
  return (await startWorkerd([{ name: "bare-js", worker }])).url;
}
