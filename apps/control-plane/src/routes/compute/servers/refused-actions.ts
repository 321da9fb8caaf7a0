/**
 * Actions of Nova's that no server can have here. `what`: what cannot be done; those without lead out of states that no server gets
 * into. `policy`: the permission that Nova asks administrators for.
 */
export const refusedActions: ReadonlyMap<string, { what?: string; policy?: string }> = new Map([
  ['createImage', { what: 'Making an image of a server' }],
  ['createBackup', { what: 'Making a backup of a server' }],
  ['rebuild', { what: 'Rebuilding a server' }],
  ['resize', { what: 'Resizing a server' }],
  ['suspend', { what: 'Suspending a server (pause does the like)' }],
  ['rescue', { what: 'Rescuing a server' }],
  ['shelve', { what: 'Shelving a server' }],
  ['changePassword', { what: 'Changing the password of a server' }],
  ['addSecurityGroup', { what: "A security group other than 'default'" }],
  ['removeSecurityGroup', { what: "A security group other than 'default'" }],
  ['addFixedIp', { what: 'Adding an address to a running server' }],
  ['removeFixedIp', { what: 'Taking an address from a running server' }],
  ['addFloatingIp', { what: 'A floating IP' }],
  ['removeFloatingIp', { what: 'A floating IP' }],
  ['trigger_crash_dump', { what: 'A crash dump' }],
  ['migrate', { what: 'Migrating a server', policy: 'os_compute_api:os-migrate-server:migrate' }],
  ['os-migrateLive', { what: 'Live migration', policy: 'os_compute_api:os-migrate-server:migrate_live' }],
  ['evacuate', { what: 'Evacuating a server', policy: 'os_compute_api:os-evacuate' }],
  ['os-resetState', { what: 'Resetting the state of a server', policy: 'os_compute_api:os-admin-actions:reset_state' }],
  ['injectNetworkInfo', { what: 'Injecting network information', policy: 'os_compute_api:os-admin-actions:inject_network_info' }],
  ['resetNetwork', { what: 'Resetting the network of a server', policy: 'os_compute_api:os-admin-actions:reset_network' }],
  ['shelveOffload', { policy: 'os_compute_api:os-shelve:shelve_offload' }],
  ['resume', {}],
  ['unrescue', {}],
  ['unshelve', {}],
  ['confirmResize', {}],
  ['revertResize', {}],
  ['restore', {}],
]);

/** The consoles with a screen, which became a resource of their own in 2.6. */
export const consoleActions = ['os-getVNCConsole', 'os-getSPICEConsole', 'os-getRDPConsole', 'os-getSerialConsole'];
