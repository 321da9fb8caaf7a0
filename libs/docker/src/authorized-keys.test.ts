import { expect, test } from 'vitest';
import { mergeKeys } from './authorized-keys.ts';

test.each([
  ['', ['ssh-rsa A me'], 'ssh-rsa A me\n'],
  ['# image\nssh-rsa B image\n', ['ssh-rsa A me\n'], '# image\nssh-rsa B image\nssh-rsa A me\n'],
  ['ssh-rsa B image', ['ssh-rsa B image', 'ssh-rsa A me'], 'ssh-rsa B image\nssh-rsa A me\n'],
  ['ssh-rsa A me\n\n', ['ssh-rsa A me'], 'ssh-rsa A me\n'],
])('%j and %j', (text, keys, expected) => {
  expect(mergeKeys(text, keys)).toBe(expected);
  expect(mergeKeys(expected, keys)).toBe(expected);
});
