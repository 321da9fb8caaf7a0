import { expect, test } from 'vitest';
import { redact } from './redact.ts';

test.each([
  ['HTTP_PROXY=http://user:pa@ss@host:3128/', 'HTTP_PROXY=http://user:***@host:3128/'],
  ['transport_url = rabbit://nova:secret@mq:5672/', 'transport_url = rabbit://nova:***@mq:5672/'],
  ['+admin_password = two words', '+admin_password = ***'],
  ['{"auths": {"r": {"auth": "YWJj"}}}', '{"auths": {"r": {"auth": "***"}}}'],
  ['novadock --token a.b.c --name x', 'novadock --token *** --name x'],
  ['Authorization: Bearer abc', 'Authorization: Bearer ***'],
  ['-----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY-----', '-----BEGIN EC PRIVATE KEY----- *** -----END EC PRIVATE KEY-----'],
])('%j', (text, redacted) => {
  expect(redact(text)).toBe(redacted);
});

test.each(['auth_strategy = keystone', 'Setting up passwd (1:4.13+dfsg1) ...', '$ apt-get install passwd tokenizer', 'Get:1 http://deb.debian.org:80/debian bookworm/main', 'the token is long', 'deb [signed-by=/etc/apt/keyrings/x.asc] https://a.b/c x y'])('%j stays as it is', (text) => {
  expect(redact(text)).toBe(text);
});
