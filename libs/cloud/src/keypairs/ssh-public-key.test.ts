import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { fingerprintOf, toSshRsa } from './ssh-public-key.ts';

const rsa =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDsbkLZa4vBbeav4DMgch9UFaxGGuCjpteW3qrjjucWEqcAgYd0ZZk6atzK+M2Biuxt495b9o9+z/m+fSv6MN2PM/KdiS9u86vF/rnqhzMduJukzM4rXxJ16WJJSi92GVjXVZ4kReKJ+q7XMxznT83ivxU7Kc1skwAgK3AbpGZmzC/Csad6dJIXyjKyFu5S12xqRWtAoGjefa+tLVqK9+tcLyf+BdxEW7C9UwOpdat05oE8IKM4whH1ecdhfoHCqyZZjmOaRWf9kROUtLCef5pJ3jsGuWrluP7kHXZzYW3I8ByZgvHYOnDTwbnAiL51fopOMIIy+g6J+Z+pDOhXGif1 root@vm\n';

test('the fingerprint that a real Nova gave this key', () => {
  expect(fingerprintOf(rsa)).toBe('7f:22:50:34:3d:d4:0d:8c:32:cc:73:c4:d0:79:e5:31');
});

test('an ed25519 key, as new clients make it', () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0eDCQ2P6ZzQ7XPOcPbMRHHHJsUxWOdVXOb2jBGkAvb';
  expect(fingerprintOf(key)).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
});

test('a key that is made here is one, of the same number', () => {
  const { n, e } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  const key = toSshRsa({ n: n!, e: e! }, 'Generated-by-Nova');
  expect(fingerprintOf(key)).toHaveLength(47);
  expect(Buffer.from(key.split(' ')[1]!, 'base64').subarray(-256).toString('base64url')).toBe(n);
});

test.each(['ssh-rsa nonsense', 'ssh-rsa', '', rsa.replace('ssh-rsa', 'ssh-dss'), rsa.slice(0, 100), 'ssh-nosuch AAAACnNzaC1ub3N1Y2g='])('%.40j is no key', (text) => {
  expect(() => fingerprintOf(text)).toThrow('Keypair data is invalid: failed to generate fingerprint');
});
