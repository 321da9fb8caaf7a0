import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test('an empty variable is one that is not set', () => {
  const config = readConfig({ NOVADOCK_HOME: '/srv/nd', DATABASE_URL: '', NOVADOCK_ADMIN_PASSWORD: '', NOVADOCK_PUBLIC_URL: '', NOVADOCK_PORT: '', NOVADOCK_TLS_KEY: '' });
  expect(config).toMatchObject({ home: '/srv/nd', blobs: '/srv/nd/blobs', port: 8774, databaseUrl: undefined, adminPassword: undefined, publicUrl: undefined, tls: undefined });
});

test.each([
  ['NOVADOCK_PORT', 'many', /NOVADOCK_PORT is many/],
  ['NOVADOCK_PUBLIC_URL', 'cloud.example', /NOVADOCK_PUBLIC_URL is cloud\.example/],
  ['NOVADOCK_TLS_KEY', '/etc/key.pem', /go together/],
])('%s=%s is refused', (name, value, message) => {
  expect(() => readConfig({ [name]: value })).toThrow(message);
});
