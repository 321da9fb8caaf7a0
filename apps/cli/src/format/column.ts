import type pico from 'picocolors';

export type Colors = ReturnType<typeof pico.createColors>;

/** A column of a list, or a line of what is shown. */
export type Column<Item> = { title: string; value: (item: Item, colors: Colors) => string | number | boolean | null };
