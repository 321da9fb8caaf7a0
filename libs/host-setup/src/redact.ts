/** What stands in the place of a secret. */
const hidden = '***';

/** The word pass alone is none, in a sentence. */
const names = '(?:password|passwd|passphrase|(?<=[_-])pass|secret|secret_key|secretkey|token|auth|api_key|apikey|private_key|authorization|credentials?)';
/** fixed_key, swift-key; a public one is none. */
const keys = '[a-z0-9_.-]*(?<!(?:public|pub)[_-]?)key';
/** What a setting whose name ends in "key" may say for all to see: where the key lies, or a public one. */
const shown = '(?:/(?:etc|usr|var|opt|srv|run|root|home|tmp)/|https?://|file://|ssh-|ecdsa-)';

type Rule = [RegExp, string | ((...match: string[]) => string)];

const rules: Rule[] = [
  // http://user:password@proxy:3128, git+https://token@host. With ssh a user alone is no secret, nor is git.
  [/(?:([a-z0-9+.-]{0,16}):)?\/\/([^\s/"']*)@/gi, (url, scheme = '', user = '') => ((/ssh$/i.test(scheme) && !user.includes(':')) || user === 'git' ? url : `${scheme === '' ? '' : `${scheme}:`}//${hidden}@`)],
  // A password with a slash in it, but no port and path: rabbit://user:pass/word@mq
  [/\/\/(?!\[)[^\s/@"':]*:(?!\d+(?:[/?#\s"',]|$))[^\s"']{0,1024}@/g, `//${hidden}@`],
  [/(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, `$1 ${hidden} $2`],
  // A whole line of an INI file, or of a diff of one: admin_password = two words
  [new RegExp(`^([-+ ]?[ \\t#;]*[a-z0-9_.-]*(?:${names}|pass)[ \\t]*=[ \\t]*)[^\\s].*$`, 'gim'), `$1${hidden}`],
  [new RegExp(`^([-+ ]?[ \\t#;]*${keys}[ \\t]*=[ \\t]*)(?!${shown})[^\\s].*$`, 'gim'), `$1${hidden}`],
  // "auth": "x", token=x, Authorization: Bearer x
  [new RegExp(`((?:^|[\\s"'_-])${names}["']?\\s*[=:]\\s*["']?(?:bearer |basic )?)[^\\s"',}]+`, 'gim'), `$1${hidden}`],
  [new RegExp(`((?:^|[\\s"',;{])[a-z0-9_.-]*(?<!public|pub)[_-]key["']?\\s*[=:]\\s*["']?)(?!${shown})[^\\s"',}]+`, 'gim'), `$1${hidden}`],
  // --token x
  [new RegExp(`(--[a-z0-9-]*(?:${names}|pass)[ \\t]+)[^\\s]+`, 'gi'), `$1${hidden}`],
];

/** The text without passwords, tokens, keys and who they are of, as far as they can be told by how they are written. */
export function redact(text: string): string {
  return rules.reduce((redacted, [pattern, replacement]) => redacted.replace(pattern, replacement as string), text);
}
