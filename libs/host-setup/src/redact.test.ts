import { expect, test } from 'vitest';
import { redact } from './redact.ts';

test.each([
  ['HTTP_PROXY=http://user:pa@ss@host:3128/', 'HTTP_PROXY=http://***@host:3128/'],
  ['transport_url = rabbit://nova:secret@mq:5672/', 'transport_url = rabbit://***@mq:5672/'],
  ['transport_url = rabbit://nova:sec/r@t@mq:5672/', 'transport_url = rabbit://***@mq:5672/'],
  ['git+https://s3cret@git.example/nova-docker@main and more', 'git+https://***@git.example/nova-docker@main and more'],
  ['https://s3cret:x-oauth-basic@git.example/x', 'https://***@git.example/x'],
  ['git+ssh://git:pw@git.example/x', 'git+ssh://***@git.example/x'],
  ['"mirrors": ["https://a.example","https://u:p@b.example"]', '"mirrors": ["https://a.example","https://***@b.example"]'],
  [' fixed_key = 0123456789abcdef', ' fixed_key = ***'],
  ['metadata_encryption_key = two words', 'metadata_encryption_key = ***'],
  ['-swift_store_key=abc', '-swift_store_key=***'],
  ['rabbit_pass = abc', 'rabbit_pass = ***'],
  ['# rabbit_pass = abc', '# rabbit_pass = ***'],
  ['swift_store_credential=abc', 'swift_store_credential=***'],
  ['{"encryption_key": "abc", "name": "x"}', '{"encryption_key": "***", "name": "x"}'],
  ['$ env SWIFT_KEY=abc RABBIT_PASS=def x', '$ env SWIFT_KEY=*** RABBIT_PASS=*** x'],
  ['{"splunk-token": "abc"}', '{"splunk-token": "***"}'],
  ['+admin_password = two words', '+admin_password = ***'],
  ['{"auths": {"r": {"auth": "YWJj"}}}', '{"auths": {"r": {"auth": "***"}}}'],
  ['novadock --token a.b.c --name x', 'novadock --token *** --name x'],
  ['Authorization: Bearer abc', 'Authorization: Bearer ***'],
  ['-----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY-----', '-----BEGIN EC PRIVATE KEY----- *** -----END EC PRIVATE KEY-----'],
])('%j', (text, redacted) => {
  expect(redact(text)).toBe(redacted);
});

test.each(['auth_strategy = keystone', 'Setting up passwd (1:4.13+dfsg1) ...', '$ apt-get install passwd tokenizer', 'Get:1 http://deb.debian.org:80/debian bookworm/main', 'the token is long', 'deb [signed-by=/etc/apt/keyrings/x.asc] https://a.b/c x y',
  'ssl_key_file = /etc/nova/x', 'key_name = mine', 'ssl_key = /etc/ssl/private/nova.pem', 'gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-x', 'ssh_public_key = ssh-ed25519 AAAA x@y', 'public_key = AAAA',
  'git+ssh://git@git.example/nova-docker@main', 'git+ssh://deploy@git.example/x', 'git+https://git@git.example/x', 'git+https://git.example/nova-docker@stable/liberty', 'http://[fd00::1]:8080/x@y', 'http://h:8080/x@y',
  'gpg: key 9DC858229FC7DD38: public key imported', 'E: sort key: missing'])('%j stays as it is', (text) => {
  expect(redact(text)).toBe(text);
});
