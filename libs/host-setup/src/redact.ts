/** What stands in the place of a secret. */
const hidden = '***';

const names = '(?:password|passwd|passphrase|secret|secret_key|secretkey|token|auth|api_key|apikey|private_key|authorization)';

const rules: [RegExp, string][] = [
  // http://user:password@proxy:3128
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:)[^\s/"']+(?=@)/gi, `$1${hidden}`],
  [/(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, `$1 ${hidden} $2`],
  // A whole line of an INI file, or of a diff of one: admin_password = two words
  [new RegExp(`^([-+ ]?[ \\t]*[a-z0-9_.-]*${names}[ \\t]*=[ \\t]*)[^\\s].*$`, 'gim'), `$1${hidden}`],
  // "auth": "x", token=x, Authorization: Bearer x
  [new RegExp(`((?:^|[\\s"'_-])${names}["']?\\s*[=:]\\s*["']?(?:bearer |basic )?)[^\\s"',}]+`, 'gim'), `$1${hidden}`],
  // --token x
  [new RegExp(`(--[a-z0-9-]*${names}[ \\t]+)[^\\s]+`, 'gi'), `$1${hidden}`],
];

/** The text without passwords, tokens and private keys, as far as they can be told by how they are written. */
export function redact(text: string): string {
  return rules.reduce((redacted, [pattern, replacement]) => redacted.replace(pattern, replacement), text);
}
