import { CloudError } from '@novadock/model';
import { isUniqueViolation } from '@novadock/store';

/** Runs `write`; a name that is taken is thrown as `conflict`, in Keystone's words. */
export async function refuseDuplicate<Result>(type: string, name: string | undefined, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new CloudError('conflict', `Conflict occurred attempting to store ${type} - Duplicate entry found with name ${name ?? ''}.`, { cause: error });
  }
}

/** What Keystone says of an id that stands for nothing. */
export function notFound(type: string, id: string): CloudError {
  return new CloudError('notFound', `Could not find ${type}: ${id}.`);
}
