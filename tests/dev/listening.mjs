/** Who listens where. */
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect } from "node:net";

const LISTEN = "0A"; // TCP_LISTEN in the kernel's include/net/tcp_states.h

/** Waits until nobody listens there any more: a process that was killed may need a moment. @param {string} url */
export async function refused(url) {
  const { hostname: host, port } = new URL(url);
  for (;;) {
    const socket = connect({ host, port: Number(port) });
    try {
      await once(socket, "connect");
    } catch (error) {
      if (error.code === "ECONNREFUSED") return;
    } finally {
      socket.destroy();
    }
  }
}

/**
 * What a process and all that it has started listen on: proc(5), so on Linux only.
 *
 * @param {number} pid
 * @returns {string[]} addresses and ports of TCP, sorted
 */
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
