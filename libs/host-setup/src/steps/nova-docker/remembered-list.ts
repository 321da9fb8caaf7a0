import type { ChangeRecord, Json } from '../../change-record.ts';

/** Remembers `value` behind what the step's list has: the record itself keeps only what it is told first. */
export async function appendToList(changes: ChangeRecord, options: { step: string; list: string; value: Json }): Promise<void> {
  const { step, list, value } = options;
  await changes.remember(step, `${list} ${(await readList(changes, { step, list })).length}`, value);
}

/** What appendToList was told, in order. */
export async function readList(changes: ChangeRecord, options: { step: string; list: string }): Promise<Json[]> {
  const values: Json[] = [];
  for (;;) {
    const value = await changes.recall(options.step, `${options.list} ${values.length}`);
    if (value === undefined) return values;
    values.push(value);
  }
}
