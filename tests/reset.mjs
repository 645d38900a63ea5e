/**
 * Resets a connection (RST). One that is just being ended is closed instead: Node 20 can reset it no more, and what it makes of the
 * attempt is a connection that is never closed, and a process that never ends.
 *
 * @param {import("node:net").Socket} socket
 */
export function reset(socket) {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
