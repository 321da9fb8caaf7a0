/** Seeded chance (mulberry32): the same seed gives the same history. */
export type Random = {
  /** From 0 up to 1. */
  next(): number;
  chance(probability: number): boolean;
  integer(least: number, most: number): number;
  pick<Item>(items: readonly Item[]): Item;
};

/** Makes a source of chance. */
export function makeRandom(seed: number): Random {
  let state = (seed * 2_654_435_761) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const integer = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return { next, chance: (probability) => next() < probability, integer, pick: (items) => items[integer(0, items.length - 1)]! };
}
