/** What may differ on a host that was made what it was, each with the reason: none of it is Novadock's, and none of it does anything. */
export const leftByOthers: RegExp[] = [
  // Logs: of apt, dpkg, systemd, logins. One of Novadock is left by nobody else.
  /^\/var\/log\/(?!.*novadock)/,
  // Caches: of package managers (what they downloaded, their lists) and of the linker.
  /^\/var\/cache\/(?!.*novadock)/,
  /^\/var\/lib\/apt\/lists\//,
  // Backups that dpkg and useradd keep of the version before.
  /^\/var\/lib\/dpkg\/[a-z]+-old$/,
  /^\/etc\/(passwd|group|shadow|gshadow)-$/,
  // Of services that run just now, and seeds that systemd renews at each start.
  /^\/var\/tmp\/systemd-private-/,
  /^\/var\/lib\/systemd\//,
];

/** The same of hosts of the RPM family: what rpm and dnf have in their databases is asked of them, since its bytes tell the past. */
export const leftByRpm: RegExp[] = [/^\/root\/\.rpmdb\//, /^\/var\/lib\/(rpm|dnf)\//];

/** The agent's own journal of runs and its notes, while it is on the host. */
export const agentsOwn = /^\/var\/lib\/novadock\//;
