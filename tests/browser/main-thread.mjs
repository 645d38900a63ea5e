/** How long a page's main thread works, in milliseconds of its own CPU time: a busy machine makes it wait, which is not the page's doing. */

const TASK = "ThreadControllerImpl::RunTask";
const BEGUN = "the trace has begun";

/**
 * Notes what the page does until it is asked. One page of a browser at a time.
 *
 * @param {import("playwright-core").Page} page that stays where it is, since another document may get another process
 * @returns {Promise<() => Promise<{longest: number, between: (from: string, to: string) => number}>>} the longest time for which nothing
 *   else had its turn, and what the page worked between two of its own `performance.mark`s
 */
export async function traceMainThread(page) {
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  await session.send("Tracing.start", { traceConfig: { includedCategories: ["toplevel", "blink.user_timing"] } });
  await page.evaluate((mark) => void performance.mark(mark), BEGUN);

  return async () => {
    const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
    await session.send("Tracing.end");
    const { dataLossOccurred } = await complete;
    if (dataLossOccurred) throw new Error("the browser kept a part of the trace only");
    await session.detach();

    const mark = (named) => events.find(({ cat, name }) => cat === "blink.user_timing" && name === named);
    const { pid, tid } = mark(BEGUN);
    const tasks = events.filter((event) => event.name === TASK && event.pid === pid && event.tid === tid);
    const longest = tasks.reduce((most, { tdur = 0 }) => Math.max(most, tdur), 0) / 1000;
    if (longest === 0) throw new Error("this browser's trace says nothing of CPU time");
    return {
      longest,
      between: (from, to) => (mark(to).tts - mark(from).tts) / 1000,
    };
  };
}
