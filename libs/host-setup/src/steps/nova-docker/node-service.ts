/** A service of OpenStack that the profile is about, as distributions and devstack run it. */
export type NodeService = {
  name: 'nova-compute' | 'glance-api';
  /** Units (or init scripts) that it may be, the likeliest first. */
  units: string[];
  /** As whom it runs where the service manager does not tell. */
  user: string;
  /** What it reads when its command line names no files: oslo.config's own search, and folders whose *.conf follow. */
  configFiles: string[];
  configFolders: string[];
};

export const novaCompute: NodeService = {
  name: 'nova-compute',
  units: ['openstack-nova-compute', 'nova-compute', 'devstack@n-cpu'],
  user: 'nova',
  // The second is how Debian and Ubuntu say which hypervisor a node has; it wins over the first.
  configFiles: ['/etc/nova/nova.conf', '/etc/nova/nova-compute.conf'],
  configFolders: ['/etc/nova/nova.conf.d', '/etc/nova/nova-compute.conf.d'],
};

export const glanceApi: NodeService = {
  name: 'glance-api',
  units: ['openstack-glance-api', 'glance-api', 'devstack@g-api'],
  user: 'glance',
  configFiles: ['/etc/glance/glance-api.conf'],
  configFolders: ['/etc/glance/glance.conf.d', '/etc/glance/glance-api.conf.d'],
};
