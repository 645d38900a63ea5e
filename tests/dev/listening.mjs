/** What a process and all that it has started listen on: proc(5), so on Linux only. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const LISTEN = "0A"; // TCP_LISTEN in the kernel's include/net/tcp_states.h

/** @param {number} pid @returns {string[]} addresses and ports of TCP, sorted */
export function listening(pid) {
  return [pid, ...descendants(pid)].flatMap(ownSockets).sort();
}

/** @param {number} pid @returns {number[]} */
function descendants(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  const children = threads.flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1").split(" ").filter(Boolean));
  return children.map(Number).flatMap((child) => [child, ...descendants(child)]);
}

function ownSockets(pid) {
  const files = readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  return ["tcp", "tcp6"]
    .flatMap((table) => readFileSync(`/proc/${pid}/net/${table}`, "latin1").trim().split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === LISTEN && files.includes(`socket:[${inode}]`))
    .map(([, local]) => local.replace(/^(\w+):(\w+)$/, (_, address, port) => `${readable(address)}:${parseInt(port, 16)}`));
}

/** @returns {string | undefined} nothing for a file that has been closed meanwhile */
function linkOf(path) {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** An address as these tables have it, 32-bit words as the machine (here a little-endian one) keeps them. @param {string} hex */
function readable(hex) {
  const words = hex.match(/.{8}/g).map((word) => Buffer.from(word, "hex").reverse());
  return words.length === 1 ? words[0].join(".") : `[${words.map((word) => word.toString("hex")).join("")}]`;
}
