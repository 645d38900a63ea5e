/**
 * A Rate Limiting binding, as Cloudflare's is called: `limit({ key })` promises `{ success }`. It stands in a module of its own, which
 * workerd wraps as a binding, and imports nothing.
 *
 * @param {{limit: number, behaviour: "counts" | "rejects" | "throws" | "hangs"}} options
 */
export default function rateLimiter({ limit, behaviour }) {
  const counts = new Map();
  const count = async ({ key }) => {
    if (!/^[0-9a-f]{32}$/.test(key)) throw new TypeError("not the hash of a key");
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return { success: counts.get(key) <= limit };
  };
  const behaviours = {
    counts: count,
    rejects: () => Promise.reject(new Error("canary")),
    hangs: () => new Promise(() => {}),
    throws() {
      throw new Error("canary");
    },
  };
  return { limit: behaviours[behaviour] };
}
