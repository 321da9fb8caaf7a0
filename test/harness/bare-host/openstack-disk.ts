import { debianDisk, derivedDisk } from './disk.ts';

/** Nova does not start without a message bus and a database: in its place what it does first, with its own parser and options, by its own unit. */
const novaCompute = `#!/usr/bin/python3
import importlib, json, os, signal, socket, sys
from nova import config
import nova.conf

config.parse_args(sys.argv, configure_db=False, init_rpc=False)
driver = nova.conf.CONF.compute_driver
# As Nova did until Mitaka, of which nova-docker is.
module, name = driver.rsplit('.', 1)
try:
    loads = hasattr(importlib.import_module(module), name)
except ImportError:
    loads = False
with open('/run/nova/seen.json', 'w') as file:
    json.dump({'driver': driver, 'loads': loads, 'groups': os.getgroups()}, file)
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
address = os.environ['NOTIFY_SOCKET']
notify.sendto(b'READY=1', '\\0' + address[1:] if address[0] == '@' else address)
signal.pause()
`;

/** A node of an OpenStack: Debian's nova-compute and glance-api with their files and units. Three minutes the first time. */
export function openstackDisk(): Promise<string> {
  const names = ['nova-compute', 'nova-compute-ironic', 'glance-api'];
  return debianDisk().then((base) => derivedDisk('openstack', {
    base, recipe: { names, novaCompute },
    change: async ({ run, write }) => {
      await run('apt-get -qq update');
      await run(`apt-get -qq -y --no-install-recommends install ${names.join(' ')} >/dev/null; apt-get clean; rm -rf /var/lib/apt/lists/*`);
      await write('/usr/bin/nova-compute', novaCompute, 0o755);
    },
  }));
}
