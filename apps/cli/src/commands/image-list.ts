import type { Image } from '@novadock/api-client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { age, size, status } from '../format/cells.ts';
import type { Column } from '../format/column.ts';

const columns: Column<Image>[] = [
  { title: 'Id', value: ({ id }) => id },
  { title: 'Name', value: ({ name }) => name },
  { title: 'Status', value: (image, colors) => status(image.status, colors) },
  { title: 'Boots', value: ({ bootable }) => (bootable ? 'yes' : 'no') },
  { title: 'Architecture', value: ({ architecture }) => architecture },
  { title: 'Size', value: ({ sizeBytes }) => size(sizeBytes) },
  { title: 'Visibility', value: ({ visibility }) => visibility },
  { title: 'Age', value: ({ createdAt }) => age(createdAt) },
];

export function addImageList(parent: Command, cli: Cli): void {
  parent.command('list').description('List images').action(async () => {
    const client = await cli.connect();
    await cli.list(await client.images.list(), columns);
  });
}
