import type { Image } from '@novadock/api-client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { size, status } from '../format/cells.ts';
import type { Column } from '../format/column.ts';

const fields: Column<Image>[] = [
  { title: 'Name', value: ({ name }) => name },
  { title: 'Id', value: ({ id }) => id },
  { title: 'Status', value: (image, colors) => status(image.status, colors) },
  { title: 'Boots', value: ({ bootable, unbootableReason }) => (bootable ? 'yes' : `no: ${unbootableReason}`) },
  { title: 'Architecture', value: ({ architecture }) => architecture },
  { title: 'Size', value: ({ sizeBytes }) => size(sizeBytes) },
  { title: 'SHA-512', value: ({ sha512 }) => sha512 },
  { title: 'Visibility', value: ({ visibility }) => visibility },
  { title: 'Project', value: ({ projectId }) => projectId },
  { title: 'Needs', value: ({ minMemoryMb, minDiskGb }) => `${minMemoryMb} MB memory, ${minDiskGb} GB disk` },
  { title: 'Tags', value: ({ tags }) => tags.join(', ') },
  { title: 'Created', value: ({ createdAt }) => createdAt },
];

export function addImageShow(parent: Command, cli: Cli): void {
  parent.command('show').description('Show an image').argument('<image>', 'its name or id').action(async (name: string) => {
    const client = await cli.connect();
    await cli.show(await client.images.get(name), fields);
  });
}
