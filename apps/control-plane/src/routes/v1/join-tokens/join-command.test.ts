import { expect, test } from 'vitest';
import { joinCommand } from './join-command.ts';

test('the line pins the key and is for HTTPS, whatever the operator came by', () => {
  const line = `curl -fsSk --pinnedpubkey 'sha256//abc=' https://cloud.example:8774/v1/join.sh | sudo sh -s -- --token a.b.c`;
  for (const url of ['http://cloud.example:8774', 'https://cloud.example:8774']) expect(joinCommand({ url, publicKeyPin: 'sha256//abc=', token: 'a.b.c' })).toBe(line);
});
