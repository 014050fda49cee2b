/** Batches go to all lanes, and come back in their order. */
import { expect, test } from "vitest";
import { BATCH, dispatch, type Lane } from "../../src/fleet/dispatch.ts";

const items = Array.from({ length: BATCH * 20 + 3 }, (_, index) => index);

/** A lane that takes as many turns of the event loop for a batch as it is told. */
const lane = (turns: (first: number) => number, depth = 1): Lane<number, readonly number[]> => ({
  depth,
  async run(batch) {
    for (let turn = turns(batch[0] ?? 0); turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve));
    return batch;
  },
});

test.each([
  ["one lane", [lane(() => 1)]],
  ["a slow and a fast one", [lane(() => 30), lane(() => 1, 2)]],
  ["one that is stuck for long", [lane((first) => (first === 0 ? 300 : 1)), lane(() => 1), lane(() => 0)]],
])("%s", async (_, lanes) => {
  const delivered: number[] = [];
  const counts: number[] = [];
  const done = await dispatch(
    [...items],
    lanes,
    (batch, count) => {
      delivered.push(...batch);
      counts.push(count);
    },
    () => false,
  );
  expect(delivered).toEqual(items);
  expect(done).toBe(items.length);
  expect(counts.at(-1)).toBe(items.length);
});

test("nothing to do", async () => {
  expect(
    await dispatch(
      [],
      [lane(() => 1)],
      () => {},
      () => false,
    ),
  ).toBe(0);
});

test("a run that is stopped ends with what was begun, without a gap", async () => {
  const delivered: number[] = [];
  let isStopped = false;
  const done = await dispatch(
    [...items],
    [lane(() => 3), lane(() => 1, 2)],
    (batch) => {
      delivered.push(...batch);
      isStopped = delivered.length > BATCH * 5;
    },
    () => isStopped,
  );
  expect(done).toBe(delivered.length);
  expect(done).toBeLessThan(items.length);
  expect(delivered).toEqual(items.slice(0, done));
});

test("an error of a lane is an error of the run", async () => {
  const broken: Lane<number, readonly number[]> = { depth: 1, run: () => Promise.reject(new Error("broken")) };
  await expect(
    dispatch(
      items,
      [broken, lane(() => 1)],
      () => {},
      () => false,
    ),
  ).rejects.toThrow("broken");
});
