export type SshTarget = { target: string; key?: string; port?: number };

/**
 * The arguments of OpenSSH's client that run the script on its standard input as root, with `args`. Nobody is asked for anything; whether
 * the host's key is known is left to the user's own settings.
 */
export function sshArguments({ target, key, port }: SshTarget, args: string[]): string[] {
  const script = ['sh', '-s', '--', ...args].map(quote).join(' ');
  // Whom ssh logs in as, its configuration may say.
  const remote = `if [ "$(id -u)" = 0 ]; then exec ${script}; else exec sudo -n ${script}; fi`;
  return [
    '-T', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=20',
    ...(key === undefined ? [] : ['-i', key, '-o', 'IdentitiesOnly=yes']),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '--', target,
    // The user's shell there may be any.
    `sh -c ${quote(remote)}`,
  ];
}

/** As one word of a shell. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
