import { beforeAll, expect, test } from 'vitest';
import { createAuthority, type Authority } from './authority.ts';
import { createCertificateRequest } from './certificate-request.ts';
import { createApiCertificate, createControlPlaneCertificate, signHostCertificate } from './sign-certificate.ts';
import { readStatement, signStatement, type SignedStatement } from './signed-statement.ts';

let authority: Authority;
let statement: SignedStatement;
beforeAll(async () => {
  authority = await createAuthority();
  statement = signStatement(await createControlPlaneCertificate(authority), 'the words');
});

const read = (one: SignedStatement) => readStatement({ authority: authority.certificate, statement: one });

test('what the control plane of the cloud said is believed, whoever brings it', () => {
  expect(read(statement)).toBe('the words');
  expect(read(JSON.parse(JSON.stringify(statement)) as SignedStatement)).toBe('the words');
});

test('what anybody else says is not', async () => {
  const { key, request } = await createCertificateRequest('host');
  const id = '11111111-1111-4111-8111-111111111111';
  const wrong: [SignedStatement, RegExp][] = [
    [{ ...statement, text: 'other words' }, /signature/],
    [{ ...statement, signature: '' }, /signature/],
    [{ ...statement, certificate: 'nonsense' }, /no certificate/],
    // Of another cloud; a host of this one; whoever has the key of the API, which is on the way to a proxy.
    [signStatement(await createControlPlaneCertificate(await createAuthority()), 'x'), /another authority/],
    [signStatement({ key, certificate: await signHostCertificate(authority, request, id) }, 'x'), /is of CN=1111/],
    [signStatement({ key, certificate: await createApiCertificate(authority, key, ['localhost']) }, 'x'), /is of CN=Novadock API/],
    [signStatement(await createControlPlaneCertificate(authority, -1), 'x'), /good from/],
  ];
  for (const [one, why] of wrong) expect(() => read(one)).toThrow(expect.objectContaining({ code: 'unauthenticated', reason: 'wrongStatement', message: expect.stringMatching(why) }));
});
