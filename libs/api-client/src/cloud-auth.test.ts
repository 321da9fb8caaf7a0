import { expect, test } from 'vitest';
import { apiUrl, authFromEnv, toSignIn } from './cloud-auth.ts';

test('the API is where one signs in', () => {
  for (const [authUrl, url] of [
    ['http://a:8774/identity/v3', 'http://a:8774'], ['http://a:8774/identity/v3/', 'http://a:8774'], ['http://a:8774/identity', 'http://a:8774'], ['http://a:8774', 'http://a:8774'], ['https://b/cloud/identity/v3', 'https://b/cloud'],
  ]) expect(apiUrl({ auth_url: authUrl ?? '' })).toBe(url);
});

test('the OS_ variables', () => {
  expect(authFromEnv({ OS_USERNAME: 'u' })).toBeUndefined();
  expect(authFromEnv({ OS_AUTH_URL: 'http://a', OS_USERNAME: 'u', OS_PASSWORD: '', OS_PROJECT_NAME: 'p', PATH: '/bin' })).toEqual({ auth_url: 'http://a', username: 'u', project_name: 'p' });
});

const base = { auth_url: 'x' };

test.each([
  ['a password', { ...base, username: 'u', password: 'p', project_name: 'pr' }, { identity: { methods: ['password'], password: { user: { name: 'u', domain: { id: 'default' }, password: 'p' } } }, scope: { project: { name: 'pr', domain: { id: 'default' } } } }],
  ['ids and domain names', { ...base, user_id: 'U', password: 'p', project_id: 'P' }, { identity: { methods: ['password'], password: { user: { id: 'U', password: 'p' } } }, scope: { project: { id: 'P' } } }],
  ['domain names', { ...base, username: 'u', user_domain_name: 'Default', password: 'p', project_name: 'pr', project_domain_name: 'Default' }, { identity: { methods: ['password'], password: { user: { name: 'u', domain: { name: 'Default' }, password: 'p' } } }, scope: { project: { name: 'pr', domain: { name: 'Default' } } } }],
  ['no scope', { ...base, username: 'u', password: 'p' }, { identity: { methods: ['password'], password: { user: { name: 'u', domain: { id: 'default' }, password: 'p' } } } }],
  ['a token', { ...base, token: 't', project_id: 'P' }, { identity: { methods: ['token'], token: { id: 't' } }, scope: { project: { id: 'P' } } }],
  ['an application credential, which has its project', { ...base, application_credential_id: 'c', application_credential_secret: 's', project_id: 'P' }, { identity: { methods: ['application_credential'], application_credential: { id: 'c', secret: 's' } } }],
  ['an application credential by name', { ...base, application_credential_name: 'c', application_credential_secret: 's', username: 'u' }, { identity: { methods: ['application_credential'], application_credential: { name: 'c', user: { name: 'u', domain: { id: 'default' } }, secret: 's' } } }],
])('signing in with %s', (_what, auth, expected) => expect(toSignIn(auth)).toEqual({ auth: expected }));

test('what is missing is said', () => {
  expect(() => toSignIn({ ...base, username: 'u' })).toThrow(/OS_PASSWORD/);
  expect(() => toSignIn({ ...base, password: 'p' })).toThrow(/OS_USERNAME/);
});
