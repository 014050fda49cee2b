/** Numbers that look random and are the same for the same seed. */

/** A source of choices. */
export interface Random {
  /** A whole number from 0 up to, but not including, `limit`. */
  readonly below: (limit: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <const T extends readonly [unknown, ...unknown[]]>(choices: T) => T[number];
  /** One of many; nothing of none. */
  readonly pickAny: <T>(choices: readonly T[]) => T | undefined;
  readonly bytes: (length: number) => Uint8Array;
  /** From 1 up to a limit, small numbers as often as large ones. */
  readonly size: (limit: number) => number;
}

/** Makes a source out of numbers; sources of neighbouring numbers have nothing in common. */
export function randomOf(...seeds: readonly number[]): Random {
  let state = 0x2f6e2b1;
  for (const seed of seeds) {
    state = mix(state ^ (seed >>> 0));
    state = mix(state ^ Math.floor(seed / 2 ** 32));
  }
  // Mulberry32.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pickAny = <T>(choices: readonly T[]): T | undefined => choices[below(choices.length)];
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (choices) => pickAny(choices) ?? choices[0],
    pickAny,
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
    size: (limit) => Math.max(1, Math.floor(limit ** next())),
  };
}

function mix(value: number): number {
  let t = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  t = Math.imul(t ^ (t >>> 13), 0xc2b2ae35);
  return t ^ (t >>> 16);
}
