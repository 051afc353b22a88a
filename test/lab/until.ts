/**
 * Generous, because the machine may be busy with other things; a wait ends as soon as its condition holds. In the virtual machine a
 * gateway takes twenty seconds to start.
 */
const LIMIT = Number(process.env['SALLYPORT_LAB_LIMIT'] ?? 60_000);
const PAUSE = 30;

/**
 * Waits by looking: asks `probe` until it answers something other than undefined, and gives that. An error of the probe
 * counts as "not yet"; the last one is the cause when time is up.
 */
export async function until<T>(
  what: string,
  probe: () => T | undefined | Promise<T | undefined>,
  limit = LIMIT,
): Promise<T> {
  const end = performance.now() + limit;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer !== undefined) return answer;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > end) throw new Error(`waited ${limit} ms in vain: ${what}`, { cause });
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
