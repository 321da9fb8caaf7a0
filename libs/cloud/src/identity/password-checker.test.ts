import { expect, test } from 'vitest';
import { createPasswordChecker, hashPassword, impossibleHash, passwordMark } from './password-checker.ts';

async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

test('the right password is right and no other, each time', async () => {
  const { verify } = createPasswordChecker();
  const hash = await hashPassword('pä55');
  for (const attempt of [1, 2]) {
    expect(await verify({ subjectId: 'u', password: 'pä55', hash }), `attempt ${attempt}`).toBe(true);
    expect(await verify({ subjectId: 'u', password: 'pa55', hash }), `attempt ${attempt}`).toBe(false);
  }
});

test('a right password is remembered, until the hash is another', async () => {
  const { verify } = createPasswordChecker();
  const hash = await hashPassword('one');
  const first = await millisecondsOf(() => verify({ subjectId: 'u', password: 'one', hash }));
  const second = await millisecondsOf(() => verify({ subjectId: 'u', password: 'one', hash }));
  expect(second).toBeLessThan(first / 5);
  expect(await verify({ subjectId: 'u', password: 'one', hash: await hashPassword('two') })).toBe(false);
});

test('attempts at the same time cost one derivation', async () => {
  const { verify } = createPasswordChecker();
  const hash = await hashPassword('one');
  const one = await millisecondsOf(() => createPasswordChecker().verify({ subjectId: 'u', password: 'one', hash }));
  const many = await millisecondsOf(() => Promise.all(Array.from({ length: 30 }, () => verify({ subjectId: 'u', password: 'one', hash }))));
  expect(many).toBeLessThan(one * 10);
});

test('what is no hash matches nothing, and the impossible one takes as long as any', async () => {
  const { verify } = createPasswordChecker();
  expect(await verify({ subjectId: '', password: '', hash: '' })).toBe(false);
  const hash = await hashPassword('one');
  const real = await millisecondsOf(() => verify({ subjectId: 'u', password: 'x', hash }));
  const impossible = await millisecondsOf(async () => expect(await verify({ subjectId: '', password: 'x', hash: impossibleHash })).toBe(false));
  expect(impossible).toBeGreaterThan(real / 10);
});

test('each hash of a password has a mark of its own', async () => {
  const [one, two] = [await hashPassword('same'), await hashPassword('same')];
  expect(passwordMark(one)).toHaveLength(8);
  expect(passwordMark(one)).not.toBe(passwordMark(two));
});
