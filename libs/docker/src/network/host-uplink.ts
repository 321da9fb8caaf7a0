import { writeFile } from 'node:fs/promises';
import { CloudError } from '@novadock/model';
import { hostAddress, hostBridge, uplinkPrefix } from './names.ts';
import { runIp } from './run-ip.ts';
import type { RunProgram } from './shell.ts';

/** Where a guest looks for what its cloud tells it. */
const metadataAddress = '169.254.169.254';

// What comes from a network is masqueraded twice: by its router, since two networks may have the same addresses, and here.
// Nothing is forwarded to a network but replies: not from another one, and not from outside. What an instance asks of the metadata
// address is refused while nobody serves it here: it is not to learn what a cloud around this host tells the host.
const rules = `
table ip novadock
delete table ip novadock
table ip novadock {
  chain postrouting {
    type nat hook postrouting priority srcnat
    ip saddr ${hostAddress}/${uplinkPrefix} oifname != "${hostBridge}" masquerade
  }
  chain input {
    type filter hook input priority filter
    iifname "${hostBridge}" ip daddr ${metadataAddress} reject
  }
  chain forward {
    type filter hook forward priority filter
    iifname "${hostBridge}" ip daddr ${metadataAddress} reject
    oifname "${hostBridge}" ct state established,related accept
    oifname "${hostBridge}" drop
  }
}
`;

/** The host's part of all networks is in place: the bridge of the routers, forwarding and NAT. Repeatable; disturbs nothing that is there. */
export async function ensureHostUplink(run: RunProgram): Promise<void> {
  await runIp(run, [
    `link add ${hostBridge} address 02:6e:64:40:00:01 type bridge`,
    `addr replace ${hostAddress}/${uplinkPrefix} dev ${hostBridge}`,
    `link set ${hostBridge} up`,
  ]);
  await writeFile('/proc/sys/net/ipv4/ip_forward', '1');
  await applyRules(run, rules);
  await passFirewall(run);
}

/** Replaces the rules of a namespace (by default the host's own) as one transaction; throws `internal` with what nft says. */
export async function applyRules(run: RunProgram, text: string, enter: string[] = []): Promise<void> {
  const { code, stderr } = await run([...enter, 'nft', '-f', '-'], text);
  if (code !== 0) throw new CloudError('internal', `The rules of the network could not be set: ${stderr.trim()}`);
}

/** The engine drops what is forwarded past it; DOCKER-USER is its chain for exceptions, and is kept over its restarts. */
async function passFirewall(run: RunProgram): Promise<void> {
  // Where there is no iptables, there is no firewall made with it either.
  const iptables = (...args: string[]) => run(['iptables', '-w', ...args]).then(({ code }) => code === 0, () => false);
  const chain = (await iptables('-S', 'DOCKER-USER')) ? 'DOCKER-USER' : 'FORWARD';
  for (const direction of ['-i', '-o']) {
    const rule = [chain, direction, hostBridge, '-j', 'ACCEPT'];
    if (!(await iptables('-C', ...rule))) await iptables('-I', ...rule);
  }
}
