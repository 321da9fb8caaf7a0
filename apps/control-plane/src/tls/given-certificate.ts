import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CloudError } from '@novadock/model';
import type { CertificateSource } from './open-api-tls.ts';

/** The certificate that the operator gives, as its files are now. Throws `invalid` naming the variable whose file is wrong. */
export function givenCertificate(files: { certificate: string; key: string }): CertificateSource {
  return async (current) => {
    const [cert, key] = await Promise.all([read('NOVADOCK_TLS_CERTIFICATE', files.certificate), read('NOVADOCK_TLS_KEY', files.key)]);
    if (current?.cert === cert && current.key === key) return current;
    const found = parse('NOVADOCK_TLS_CERTIFICATE', files.certificate, () => new X509Certificate(cert));
    const privateKey = parse('NOVADOCK_TLS_KEY', files.key, () => createPrivateKey(key));
    if (!found.checkPrivateKey(privateKey)) throw new CloudError('invalid', `NOVADOCK_TLS_KEY is ${files.key}; that is not the key of the certificate in ${files.certificate}.`);
    return { cert, key };
  };
}

function read(variable: string, file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new CloudError('invalid', `${variable} is ${file}; it cannot be read (${cause.code}).`, { cause });
  });
}

function parse<Parsed>(variable: string, file: string, make: () => Parsed): Parsed {
  try {
    return make();
  } catch (cause) {
    throw new CloudError('invalid', `${variable} is ${file}; it must be PEM, the key without a passphrase.`, { cause });
  }
}
