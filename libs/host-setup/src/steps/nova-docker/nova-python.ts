import type { NovaDockerProfile } from '@novadock/model';
import type { SetupContext } from '../../setup-step.ts';
import { pythonOf } from './python-of.ts';

/** The Python that Nova runs in: that of the profile's virtualenv, else the one that nova-compute names in its first line. */
export async function novaPython(ctx: SetupContext, { virtualenv }: NovaDockerProfile): Promise<string> {
  return virtualenv === '' ? pythonOf(ctx, { program: 'nova-compute', virtualenv }) : `${virtualenv}/bin/python`;
}
