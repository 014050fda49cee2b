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
 * Runs all items; `deliver` gets the outcomes in the order of the batches, and `isStopped` is asked before each. Says how
 * many items were run.
 */
export async function dispatch<Item, Outcome>(
  items: readonly Item[],
  lanes: readonly Lane<Item, Outcome>[],
  deliver: (outcome: Outcome, done: number) => void,
  isStopped: () => boolean,
): Promise<number> {
  const waiting = new Map<number, Outcome>();
  let next = 0;
  let delivered = 0;
  let wake = (): void => {};
  let moved = new Promise<void>((resolve) => (wake = resolve));

  function settle(batch: number, outcome: Outcome): void {
    waiting.set(batch, outcome);
    for (let turn = waiting.get(delivered); turn !== undefined; turn = waiting.get(delivered)) {
      waiting.delete(delivered++);
      deliver(turn, Math.min(delivered * BATCH, items.length));
    }
    wake();
    moved = new Promise((resolve) => (wake = resolve));
  }

  async function work(lane: Lane<Item, Outcome>): Promise<void> {
    while (next * BATCH < items.length && !isStopped()) {
      if (next - delivered > MAX_AHEAD) {
        await moved;
        continue;
      }
      const batch = next++;
      settle(batch, await lane.run(items.slice(batch * BATCH, (batch + 1) * BATCH)));
    }
  }

  await Promise.all(lanes.flatMap((lane) => Array.from({ length: lane.depth }, () => work(lane))));
  return Math.min(delivered * BATCH, items.length);
}
