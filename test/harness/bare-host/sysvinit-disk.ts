import { debianDisk, derivedDisk } from './disk.ts';

// As of any host: cgroups are writable from the first moment on.
const init = '#!/bin/sh\nfor m in /sys/fs/cgroup /sys/fs/cgroup/*; do mountpoint -q $m && mount -o remount,bind,rw $m; done\nexec /sbin/init\n';

/**
 * Of Debian's, without terminals, of which there are none. The host begins with its kernel's file systems in place: mounted once more, /sys
 * hides the cgroups. The last line comes when all services are started.
 */
const inittab = `id:2:initdefault:
si::sysinit:/etc/init.d/rcS
fs::bootwait:/bin/sh -c 'mountpoint -q /sys/fs/cgroup/memory || umount -l /sys'
l0:0:wait:/etc/init.d/rc 0
l2:2:wait:/etc/init.d/rc 2
l6:6:wait:/etc/init.d/rc 6
up:2:once:/bin/touch /run/test-is-up
`;

// The engine's init script raises limits, which root of this machine may not (it lacks CAP_SYS_RESOURCE), and ends when it cannot.
const noLimits = 'ulimit() { :; }\n';

// Told so, the engine's init script does not mount them itself: it would want all that the kernel has, and a host has some.
const fstab = 'cgroup /sys/fs/cgroup cgroup noauto 0 0\n';

/** A Debian whose PID 1 is sysvinit. */
export function sysvinitDisk(): Promise<string> {
  const state = '#!/bin/sh\n[ ! -e /run/test-is-up ] || echo running\n';
  return debianDisk().then((base) => derivedDisk('sysvinit', {
    base, recipe: { init, inittab, fstab, noLimits, state },
    change: async ({ run, write }) => {
      await run('apt-get -qq update; apt-get -qq -y --no-install-recommends install sysvinit-core initscripts >/dev/null; apt-get clean; rm -rf /var/lib/apt/lists/*');
      await write('/etc/inittab', inittab);
      await write('/etc/fstab', fstab);
      await write('/sbin/test-init', init, 0o755);
      await write('/sbin/test-state', state, 0o755);
      await write('/lib/lsb/init-functions.d/00-limits', noLimits);
    },
  }));
}
