type Entry = { at: number; seq: number; run: () => void };

/** Virtual time: what is due runs in order of time, then of when it was asked for. */
export type Clock = { now: number; at(time: number, run: () => void): void; in(ms: number, run: () => void): void; runUntil(time: number): void };

/** Makes a clock that stands at `now`. */
export function makeClock(now: number): Clock {
  const heap: Entry[] = [];
  let seq = 0;
  const clock: Clock = {
    now,
    at(time, run) {
      push(heap, { at: Math.max(time, clock.now), seq: seq++, run });
    },
    in: (ms, run) => clock.at(clock.now + ms, run),
    runUntil(time) {
      while (heap.length > 0 && heap[0]!.at <= time) {
        const entry = pop(heap);
        clock.now = entry.at;
        entry.run();
      }
      clock.now = time;
    },
  };
  return clock;
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.seq < b.seq);
}

function push(heap: Entry[], entry: Entry): void {
  let index = heap.push(entry) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (before(heap[parent]!, entry)) break;
    heap[index] = heap[parent]!;
    index = parent;
  }
  heap[index] = entry;
}

function pop(heap: Entry[]): Entry {
  const top = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return top;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
    if (before(last, heap[child]!)) break;
    heap[index] = heap[child]!;
    index = child;
  }
  heap[index] = last;
  return top;
}
