/** Hands the appliances out to all lanes, and takes what comes back in the order of the appliances. */

/** Something that works on one batch after the other: this thread, or another. */
export interface Lane<Item, Outcome> {
  readonly run: (batch: readonly Item[]) => Promise<Outcome>;
  /** Batches that may wait for it, so that it never waits for them. */
  readonly depth: number;
}

/** Appliances in a batch: few enough that all lanes end together, and that an interruption is soon noticed. */
export const BATCH = 32;
/** Batches by which the fastest lane may be ahead of the slowest: what is done is held until its turn. */
const MAX_AHEAD = 64;

/**
 * Runs all items, and takes them out of the list; `deliver` gets the outcomes in the order of the batches, and `isStopped` is
 * asked before each. Says how many items were run.
 */
export async function dispatch<Item, Outcome>(
  items: (Item | undefined)[],
  lanes: readonly Lane<Item, Outcome>[],
  deliver: (outcome: Outcome, done: number) => void,
  isStopped: () => boolean,
): Promise<number> {
  const total = items.length;
  const waiting = new Map<number, Outcome>();
  let next = 0;
  let delivered = 0;
  let wake = (): void => {};
  let moved = new Promise<void>((resolve) => (wake = resolve));

  function settle(batch: number, outcome: Outcome): void {
    waiting.set(batch, outcome);
    for (let turn = waiting.get(delivered); turn !== undefined; turn = waiting.get(delivered)) {
      waiting.delete(delivered++);
      deliver(turn, Math.min(delivered * BATCH, total));
    }
    wake();
    moved = new Promise((resolve) => (wake = resolve));
  }

  async function work(lane: Lane<Item, Outcome>): Promise<void> {
    while (next * BATCH < total && !isStopped()) {
      if (next - delivered > MAX_AHEAD) {
        await moved;
        continue;
      }
      const batch = next++;
      const own = items.slice(batch * BATCH, (batch + 1) * BATCH).filter((item) => item !== undefined);
      // What is handed out is not held any longer: a hundred thousand appliances take 30 MB.
      items.fill(undefined, batch * BATCH, (batch + 1) * BATCH);
      settle(batch, await lane.run(own));
    }
  }

  await Promise.all(lanes.flatMap((lane) => Array.from({ length: lane.depth }, () => work(lane))));
  return Math.min(delivered * BATCH, total);
}
