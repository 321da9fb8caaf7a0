/** What stands in the place of a secret. */
const hidden = '***';

const rules: [RegExp, string][] = [
  // http://user:password@proxy:3128; the last @ before the host ends what is secret.
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:)[^\s/"']+(?=@)/gi, `$1${hidden}`],
  [/(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, `$1 ${hidden} $2`],
  // admin_password = x, "auth": "x", --token x, Authorization: Bearer x
  [/((?:^|[\s"'_-])(?:password|passwd|passphrase|secret|secret_key|secretkey|token|auth|api_key|apikey|private_key|authorization)["']?(?:\s*[=:]\s*|\s+(?=[^\s=:]*$))["']?(?:bearer |basic )?)[^\s"',}]+/gim, `$1${hidden}`],
];

/** The text without passwords, tokens and private keys, as far as they can be told by how they are written. */
export function redact(text: string): string {
  return rules.reduce((redacted, [pattern, replacement]) => redacted.replace(pattern, replacement), text);
}
