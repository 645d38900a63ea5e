/** What has to end with this process, since it does not notice that its parent is gone. Only SIGKILL leaves it behind. */
const ends = new Set();
const endAll = () => ends.forEach((end) => end());

process.on("exit", endAll);
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    endAll();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal); // this process ends of it as it would have
  });
}

/**
 * Has something end with this process, at the latest.
 *
 * @param {() => void} end
 * @returns {() => void} to be called when it has ended before
 */
export function endingWithProcess(end) {
  ends.add(end);
  return () => void ends.delete(end);
}
