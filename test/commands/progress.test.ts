/** The line that says how far a long run has come. */
import { expect, test } from "vitest";
import { progressBar, progressText } from "../../src/commands/progress.ts";

test.each([
  [0, 1000, 1000, "[--------------------] 0 %  0 of 1,000  0/s"],
  [500, 1000, 2000, "[##########----------] 50 %  500 of 1,000  250/s  about 2 s left"],
  [10_000, 10_000, 4000, "[####################] 100 %  10,000 of 10,000  2,500/s  about 0 s left"],
  [100, 1_000_000, 1000, "[--------------------] 0 %  100 of 1,000,000  100/s  about 167 min left"],
])("%i of %i in %i ms", (done, total, elapsed, expected) => {
  expect(progressText(done, total, elapsed)).toBe(expected);
});

test("a short run shows nothing, a long one a line now and then, which it takes away", () => {
  const shown: (string | undefined)[] = [];
  let now = 0;
  const bar = (at: readonly number[]): void => {
    now = 0;
    const { show, end } = progressBar(100, { now: () => now, showProgress: (text) => void shown.push(text) });
    for (const moment of at) {
      now = moment;
      show(moment / 100);
    }
    end();
  };
  bar([100, 900]);
  expect(shown).toEqual([]);
  bar([100, 1100, 1150, 1400]);
  expect(shown).toHaveLength(3);
  expect(shown.at(-1)).toBeUndefined();
});
