import { readFile } from 'node:fs/promises';
import { CloudError } from '@novadock/model';

/** What a file of YAML or JSON says; an empty one says {}. Throws `invalid` when it cannot be read, or is no map (`example`: what one looks like). */
export async function readYaml(file: string, example: string): Promise<object> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CloudError('invalid', `${file} cannot be read (${error.code}).`, { cause: error });
  });
  const content = (await parseYaml(file, text)) ?? {};
  if (typeof content !== 'object' || Array.isArray(content)) throw new CloudError('invalid', `${file} must hold ${example}`);
  return content;
}

async function parseYaml(file: string, text: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(text);
  } catch (cause) {
    throw new CloudError('invalid', `${file} is no YAML: ${(cause as Error).message}`, { cause });
  }
}
