import { createHash } from 'node:crypto';
import { CloudError } from '@novadock/model';

/** How many fields follow the name of its type in a key (RFC 4253 6.6, 5656 3.1, 8709 4, PROTOCOL.u2f). */
const fieldsOf: Record<string, number> = {
  'ssh-rsa': 2,
  'ssh-dss': 4,
  'ssh-ed25519': 1,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
  'sk-ssh-ed25519@openssh.com': 2,
  'sk-ecdsa-sha2-nistp256@openssh.com': 3,
};

/** The MD5 of an OpenSSH public key, in pairs of digits. Throws `invalid` when the text is no such key. */
export function fingerprintOf(publicKey: string): string {
  const [type = '', base64 = ''] = publicKey.trim().split(/\s+/);
  const blob = Buffer.from(base64, 'base64');
  const [named, ...fields] = readFields(blob);
  if (named !== type || fields.length !== fieldsOf[type] || fields.includes('')) {
    throw new CloudError('invalid', 'Keypair data is invalid: failed to generate fingerprint');
  }
  return createHash('md5').update(blob).digest('hex').replaceAll(/..(?!$)/g, '$&:');
}

/** An RSA public key in OpenSSH's form. */
export function toSshRsa({ n, e }: { n: string; e: string }, comment: string): string {
  const blob = Buffer.concat([Buffer.from('ssh-rsa'), toMpint(e), toMpint(n)].flatMap((field) => [uint32(field.length), field]));
  return `ssh-rsa ${blob.toString('base64')} ${comment}`;
}

/** The fields of a key, each after its length; none when the lengths do not add up. */
function readFields(blob: Buffer): string[] {
  const fields: string[] = [];
  for (let at = 0; at < blob.length; ) {
    const length = at + 4 <= blob.length ? blob.readUInt32BE(at) : Infinity;
    if (at + 4 + length > blob.length) return [];
    fields.push(blob.toString('latin1', at + 4, at + 4 + length));
    at += 4 + length;
  }
  return fields;
}

/** Positive, so a leading zero where the first bit is set. */
function toMpint(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url');
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
