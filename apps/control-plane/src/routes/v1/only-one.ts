import { CloudError } from '@novadock/model';

/** The one thing that was found by its name. Throws `notFound` when there is none, `conflict` when there are several. */
export function onlyOne<Thing>(what: 'instance' | 'image' | 'flavor' | 'network' | 'host', name: string, found: readonly Thing[]): Thing {
  const [thing] = found;
  if (thing === undefined) throw new CloudError('notFound', `There is no ${what} ${name}.`, { reason: `${what}NotFound` });
  if (found.length > 1) throw new CloudError('conflict', `There are several ${what}s with the name ${name}: say which one by its id.`, { reason: `${what}Ambiguous` });
  return thing;
}
