import { createHmac, randomBytes, scrypt, timingSafeEqual, type BinaryLike, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';

/** Checks passwords, and answers at once for one that it has found right before. */
export type PasswordChecker = {
  /** `subjectId` is whose password it is. */
  verify(attempt: { subjectId: string; password: string; hash: string }): Promise<boolean>;
};

const derive = promisify<BinaryLike, BinaryLike, number, ScryptOptions, Buffer>(scrypt);

// One of the settings that OWASP's cheat sheet on password storage holds to be enough: 16 MiB and some 100 ms.
const logN = 14;
const blockSize = 8;
const parallelization = 5;
const keyBytes = 32;

/** The hash to keep of a password: scrypt, as `$scrypt$ln=…,r=…,p=…$salt$key` in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, keyBytes, { N: 2 ** logN, r: blockSize, p: parallelization });
  return `$scrypt$ln=${logN},r=${blockSize},p=${parallelization}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

/** Marks one setting of a password apart from all others, and gives nothing of it away. */
export function passwordMark(hash: string): string {
  return hash.split('$')[3]?.slice(0, 8) ?? '';
}

/** The hash that no password has, for users that do not exist: looking for them takes as long as for those that do. */
export const impossibleHash = `$scrypt$ln=${logN},r=${blockSize},p=${parallelization}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/**
 * A checker that remembers the last `capacity` passwords that were right, each as a digest under a key of its own, with the
 * hash that it matched: a changed password is not found any more. Equal attempts at the same time are one.
 */
export function createPasswordChecker({ capacity = 10_000 }: { capacity?: number } = {}): PasswordChecker {
  const key = randomBytes(32).toString('base64');
  const checks = new Map<string, Promise<boolean>>();
  const verify: PasswordChecker['verify'] = async ({ subjectId, password, hash }) => {
    const digest = createHmac('sha256', key).update(JSON.stringify([subjectId, hash, password])).digest('base64');
    const known = checks.get(digest);
    if (known !== undefined) return known;
    const check = matches(password, hash);
    checks.set(digest, check);
    const isRight = await check.catch((error: unknown) => {
      checks.delete(digest);
      throw error;
    });
    if (!isRight) checks.delete(digest);
    const [oldest] = checks.keys();
    if (checks.size > capacity && oldest !== undefined) checks.delete(oldest);
    return isRight;
  };
  return { verify };
}

async function matches(password: string, hash: string): Promise<boolean> {
  const match = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/.exec(hash);
  if (match === null) return false;
  const [ln, r, p] = match.slice(1, 4).map(Number) as [number, number, number];
  const expected = Buffer.from(match[5] ?? '', 'base64url');
  const actual = await derive(password, Buffer.from(match[4] ?? '', 'base64url'), expected.length, { N: 2 ** ln, r, p, maxmem: 256 * 2 ** ln * r });
  return timingSafeEqual(actual, expected);
}
