import { errorCodes } from './errors.ts';

/** Steps of set-ups by name: the agent's own, those of libs/host-setup, and the control plane's. Tests hold both lists against the sources. */
export const setupStepNames = [
  'agent', 'prechecks', 'packages', 'docker-group', 'runtime', 'engine-config', 'proxy', 'service', 'boot', 'socket', 'smoke-test', 'driver-config',
  'openstack-node', 'nova-tools', 'nova-driver', 'nova-conf', 'nova-rootwrap', 'glance-conf', 'nova-user', 'openstack-services', 'images',
] as const;

/** The codes that a set-up can fail with: those of CloudError, and the reasons that hosts and the control plane give. */
export const setupFailureCodes: readonly string[] = [
  ...errorCodes,
  'AGENT_NOT_INSTALLED', 'AGENT_UPDATE_FAILED', 'AGENT_VERSION_UNAVAILABLE', 'CONTAINERS_DISTURBED', 'DISK_FULL', 'ENGINE_CONFIG_INVALID', 'ENGINE_RESTART_WOULD_DISTURB', 'ENGINE_UPGRADE_FAILED', 'IMAGE_NOT_STAGED',
  'NOT_AN_OPENSTACK_NODE', 'NOVA_USER_NOT_IN_DOCKER_GROUP', 'PACKAGE_NOT_FOUND', 'REPOSITORY_NOT_TRUSTED', 'engineDown', 'setupJournalLost', 'staleEpoch',
];
