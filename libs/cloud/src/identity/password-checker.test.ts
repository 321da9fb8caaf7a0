import { scrypt } from 'node:crypto';
import { beforeEach, expect, test, vi } from 'vitest';
import { createPasswordChecker, hashPassword, impossibleHash, passwordMark } from './password-checker.ts';

// The real one, whose calls are seen: a derivation is what costs time.
vi.mock('node:crypto', { spy: true });

const derivations = () => vi.mocked(scrypt).mock.calls;
beforeEach(() => void vi.mocked(scrypt).mockClear());

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
  const before = derivations().length;
  for (const attempt of [1, 2]) expect(await verify({ subjectId: 'u', password: 'one', hash }), `attempt ${attempt}`).toBe(true);
  expect(derivations()).toHaveLength(before + 1);
  expect(await verify({ subjectId: 'u', password: 'one', hash: await hashPassword('two') })).toBe(false);
});

test('attempts at the same time cost one derivation', async () => {
  const { verify } = createPasswordChecker();
  const hash = await hashPassword('one');
  const before = derivations().length;
  expect(await Promise.all(Array.from({ length: 30 }, () => verify({ subjectId: 'u', password: 'one', hash })))).toEqual(Array.from({ length: 30 }, () => true));
  expect(derivations()).toHaveLength(before + 1);
});

test('what is no hash matches nothing, and the impossible one takes as long as any', async () => {
  const { verify } = createPasswordChecker();
  expect(await verify({ subjectId: '', password: '', hash: '' })).toBe(false);
  const hash = await hashPassword('one');
  const costOf = async (subjectId: string, tried: string) => {
    vi.mocked(scrypt).mockClear();
    expect(await verify({ subjectId, password: 'x', hash: tried })).toBe(false);
    return derivations().map(([, , keyBytes, options]) => ({ keyBytes, options }));
  };
  const real = await costOf('u', hash);
  expect(real).toHaveLength(1);
  expect(await costOf('', impossibleHash)).toEqual(real);
});

test('each hash of a password has a mark of its own', async () => {
  const [one, two] = [await hashPassword('same'), await hashPassword('same')];
  expect(passwordMark(one)).toHaveLength(8);
  expect(passwordMark(one)).not.toBe(passwordMark(two));
});
