/**
 * Things that are opened one after the other, each perhaps on top of the last, and closed together in the opposite order: when they are
 * no longer needed, and when opening the next one fails, since a test file does not end while a server is open.
 *
 * @template {object} T
 * @param {(open: <O extends {close: () => unknown}>(opening: O | Promise<O>) => Promise<O>) => Promise<T>} build
 * @returns {Promise<T & {close: () => Promise<void>}>}
 */
export async function together(build) {
  const opened = [];
  const open = async (opening) => {
    opened.unshift(await opening);
    return opened[0];
  };
  async function close() {
    const failures = [];
    for (const each of opened.splice(0)) {
      try {
        await each.close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 1) throw new AggregateError(failures, failures.map(({ message }) => message).join("\n"));
    if (failures.length > 0) throw failures[0];
  }
  try {
    return { ...(await build(open)), close };
  } catch (error) {
    await close().catch(() => {}); // what went wrong first is what there is to tell
    throw error;
  }
}
