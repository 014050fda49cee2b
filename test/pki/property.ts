/** Properties that are to hold, with a seed that makes every run the same. */
import * as fc from "fast-check";

/** Why a property does not hold, with the smallest example found; nothing if it does. */
export function failureOf<T>(property: fc.IProperty<T>, numRuns: number): string | undefined {
  const { failed, counterexample, errorInstance } = fc.check(property, { seed: 20_261_121, numRuns });
  return failed ? `${fc.stringify(counterexample)}: ${String(errorInstance)}` : undefined;
}
