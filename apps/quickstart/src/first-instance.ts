import { join } from 'node:path';
import type { Client, Instance } from '@novadock/api-client';
import { step } from './progress.ts';

const imageName = 'hello';
const instanceName = 'test1';

/** Uploads the image that comes along and boots the first instance of a cloud that has neither; a cloud in use is left as it is. */
export async function bootFirstInstance(client: Client, architecture: string): Promise<void> {
  const images = await client.images.list();
  if (images.length > 0 || (await client.instances.list()).length > 0) return;
  const file = join(import.meta.dirname, '../../../images/hello', `hello-${architecture}.tar`);
  await step(`Uploading the image ${imageName}, which comes along`, () => client.images.upload({ name: imageName, visibility: 'public' }, { path: file }));
  await step(`Booting ${instanceName} from it`, () => client.instances.create({ name: instanceName, image: imageName, flavor: 'm1.tiny' }, { waitSeconds: 60 }), ({ instances }) => describe(instances[0]));
}

function describe(instance: Instance | undefined): string {
  if (instance === undefined) return '';
  return instance.fault === null ? instance.status : `${instance.status}: ${instance.fault.message}`;
}
