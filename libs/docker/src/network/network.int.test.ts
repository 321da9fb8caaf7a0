import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import type { InstanceSpec, NetworkSpec } from '@novadock/model';
import { makeNetwork, makePort, makeSpec } from '../testing/make-spec.ts';
import { largestMtu } from './largest-mtu.ts';
import { instanceNamespace, routerNamespace, toUplink } from './names.ts';
import { createNetwork } from './network.ts';
import { openShell } from './shell.ts';

const network = createNetwork({ hostRoutes: true });
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const image = { id: randomUUID(), engineId: `sha256:${'0'.repeat(64)}` };

/** An instance with an address in each of the networks, whose namespace is prepared. */
async function prepare(...ports: [NetworkSpec, ...string[]][]): Promise<InstanceSpec> {
  const spec = makeSpec(image, { ports: ports.map(([net, ...addresses]) => makePort(net, ...addresses)) });
  undo.push(() => network.release(spec.id));
  await network.prepare(spec);
  return spec;
}

const run = promisify(execFile);
const inside = (spec: InstanceSpec, command: string[]) => run('nsenter', [`--net=/run/netns/${instanceNamespace(spec.id)}`, ...command]).then(({ stdout }) => stdout);

const ask = `const [host, port] = process.argv.slice(1); const socket = require('net').connect({ host, port, timeout: 1500 });
socket.on('timeout', () => socket.destroy(new Error('timeout'))).on('error', (error) => { console.log(error.code ?? error.message); }).pipe(process.stdout)`;

/** What a server at an address says to the instance, or why it cannot be asked. */
const askFrom = async (spec: InstanceSpec, host: string, port: number) => (await inside(spec, [process.execPath, '-e', ask, host, String(port)])).trim();

/** A server inside an instance that says a word. */
async function serveIn(spec: InstanceSpec, port: number, word: string): Promise<void> {
  const child = execFile('nsenter', [`--net=/run/netns/${instanceNamespace(spec.id)}`, process.execPath, '-e', `require('net').createServer((s) => s.end('${word}')).listen(${port}, () => console.log('listening'))`]);
  undo.push(() => child.kill('SIGKILL'));
  await new Promise((resolve) => child.stdout?.once('data', resolve));
}

/** A server of the host's own, on all its addresses, that says who asks. */
async function serveOnHost(): Promise<number> {
  const server: Server = createServer((socket) => socket.end(`you are ${socket.remoteAddress}`));
  undo.push(() => new Promise((resolve) => server.close(resolve)));
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  return (server.address() as { port: number }).port;
}

const links = (namespace: string) => JSON.parse(execFileSync('ip', ['-n', namespace, '-j', 'addr'], { encoding: 'utf8' })) as { ifname: string; address: string; mtu: number; operstate: string; addr_info: { local: string; prefixlen: number }[] }[];

test('an instance has eth0 with its MAC, MTU and addresses, loopback, and a route by its gateway', async () => {
  const net = makeNetwork('10.213.0.0/24', { hostRoutes: [{ destination: '10.99.0.0/16', nexthop: '10.213.0.9' }] });
  const spec = await prepare([net, '10.213.0.7']);
  const [lo, eth0] = links(instanceNamespace(spec.id));
  expect(lo).toMatchObject({ ifname: 'lo', addr_info: [{ local: '127.0.0.1' }, { local: '::1' }] });
  expect(eth0).toMatchObject({ ifname: 'eth0', address: spec.ports[0]?.macAddress, mtu: Math.min(1450, await largestMtu(openShell())), operstate: 'UP', addr_info: expect.arrayContaining([expect.objectContaining({ local: '10.213.0.7', prefixlen: 24 })]) });
  const routes = (await inside(spec, ['ip', 'route'])).split('\n').map((line) => line.trim());
  expect(routes).toEqual(expect.arrayContaining(['default via 10.213.0.1 dev eth0', '10.99.0.0/16 via 10.213.0.9 dev eth0']));
});

test('two networks with the same subnet on one host: the same address twice, and neither reaches the other', async () => {
  const [one, two] = [makeNetwork(), makeNetwork()];
  const [a1, b1] = [await prepare([one, '10.213.0.5']), await prepare([one, '10.213.0.6'])];
  const [a2, b2] = [await prepare([two, '10.213.0.5']), await prepare([two, '10.213.0.6'])];
  const alone = await prepare([two, '10.213.0.7']);
  await serveIn(a1, 8080, 'network one');
  await serveIn(a2, 8080, 'network two');
  await serveIn(alone, 8081, 'alone');
  expect(await askFrom(b1, '10.213.0.5', 8080)).toBe('network one');
  expect(await askFrom(b2, '10.213.0.5', 8080)).toBe('network two');
  expect(await askFrom(b2, '10.213.0.7', 8081)).toBe('alone');
  expect(await askFrom(b1, '10.213.0.7', 8081)).toMatch(/^(timeout|EHOSTUNREACH)$/);
});

test('networks with different subnets do not reach each other by way of the host', async () => {
  const [one, two] = [makeNetwork('10.213.1.0/24'), makeNetwork('10.213.2.0/24')];
  const [a, b] = [await prepare([one, '10.213.1.5']), await prepare([two, '10.213.2.5'])];
  await serveIn(b, 8080, 'two');
  const port = await serveOnHost();
  expect(await askFrom(a, '100.64.0.1', port)).toMatch(/^you are/);
  expect(await askFrom(a, '10.213.2.5', 8080)).toBe('timeout');
});

test('outbound, an instance reaches what the host reaches, and is seen under an address of the host', async () => {
  const spec = await prepare([makeNetwork(), '10.213.0.5']);
  const own = Object.values(networkInterfaces()).flat().find((address) => address !== undefined && !address.internal && address.family === 'IPv4' && !address.address.startsWith('100.64.'));
  expect(own).toBeDefined();
  expect(await askFrom(spec, own?.address ?? '', await serveOnHost())).toMatch(/^you are 100\.64\./);
});

test('the metadata address is refused, from every network, and not asked beyond the host', async () => {
  for (const cidr of ['10.213.0.0/24', '10.213.9.0/24']) {
    const spec = await prepare([makeNetwork(cidr), cidr.replace('0/24', '5')]);
    expect(await askFrom(spec, '169.254.169.254', 80)).toBe('ECONNREFUSED');
  }
});

test('beyond the host too: its replies come back through the firewall that the engine keeps', async () => {
  const spec = await prepare([makeNetwork(), '10.213.0.5']);
  // Another machine, as far as the host is concerned.
  const [name, word] = [`ndt-${randomUUID().slice(0, 8)}`, 'from outside'];
  const ip = (...args: string[]) => execFileSync('ip', args);
  ip('netns', 'add', name);
  undo.push(() => ip('netns', 'del', name));
  ip('link', 'add', `${name.slice(0, 12)}h`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
  ip('addr', 'add', '10.214.0.1/30', 'dev', `${name.slice(0, 12)}h`);
  ip('link', 'set', `${name.slice(0, 12)}h`, 'up');
  ip('-n', name, 'addr', 'add', '10.214.0.2/30', 'dev', 'eth0');
  ip('-n', name, 'link', 'set', 'eth0', 'up');
  const server = execFile('nsenter', [`--net=/run/netns/${name}`, process.execPath, '-e', `require('net').createServer((s) => s.end('${word}')).listen(8080, () => console.log('listening'))`]);
  undo.push(() => server.kill('SIGKILL'));
  await new Promise((resolve) => server.stdout?.once('data', resolve));
  expect(await askFrom(spec, '10.214.0.2', 8080)).toBe(word);
});

test('a program on the host reaches an instance by its address; with the same subnet twice, that of the first', async () => {
  const [one, two] = [makeNetwork('10.213.3.0/24'), makeNetwork('10.213.3.0/24')];
  const [a, b] = [await prepare([one, '10.213.3.5']), await prepare([two, '10.213.3.5'])];
  await serveIn(a, 8080, 'first');
  await serveIn(b, 8080, 'second');
  const { stdout } = await run(process.execPath, ['-e', ask, '10.213.3.5', '8080']);
  expect(stdout).toBe('first');
});

test('a route to a router that somebody took away is in nobody\'s way', async () => {
  const before = await prepare([makeNetwork('10.213.4.0/24'), '10.213.4.5']);
  execFileSync('ip', ['netns', 'del', routerNamespace(before.ports[0]?.network.id ?? '')]);
  await expect.poll(() => !execFileSync('ip', ['-br', 'link', 'show', 'master', 'novadock0'], { encoding: 'utf8' }).includes(routeOf('10.213.4.0/24'))).toBe(true);
  const after = await prepare([makeNetwork('10.213.4.0/24'), '10.213.4.5']);
  await serveIn(after, 8080, 'the new one');
  expect((await run(process.execPath, ['-e', ask, '10.213.4.5', '8080'])).stdout).toBe('the new one');
});

/** The link that a route of the host leads to. */
function routeOf(cidr: string): string {
  const [, high, low] = /via 100\.64\.(\d+)\.(\d+)/.exec(execFileSync('ip', ['route', 'show', cidr], { encoding: 'utf8' })) ?? [];
  return toUplink(Number(high) * 256 + Number(low)).link;
}

test('IPv6: addresses are ready at once, instances and gateway reach each other', async () => {
  const v6 = { id: randomUUID(), cidr: 'fd12:1::/64', gatewayIp: 'fd12:1::1', dnsNameservers: [], hostRoutes: [] };
  const net = makeNetwork();
  net.subnets.push(v6);
  const [a, b] = [await prepare([net, '10.213.0.5', 'fd12:1::5']), await prepare([net, '10.213.0.6', 'fd12:1::6'])];
  expect(links(instanceNamespace(a.id))[1]?.addr_info).toContainEqual(expect.objectContaining({ local: 'fd12:1::5', prefixlen: 64, nodad: true }));
  expect((await inside(a, ['ip', '-6', 'route'])).split('\n').map((line) => line.trim())).toContainEqual(expect.stringMatching(/^default via fd12:1::1 dev eth0/));
  await serveIn(a, 8080, 'six');
  expect(await askFrom(b, 'fd12:1::5', 8080)).toBe('six');
});

test('two ports: eth0 and eth1, and the default route of the first', async () => {
  const [one, two] = [makeNetwork('10.213.1.0/24'), makeNetwork('10.213.2.0/24')];
  const spec = await prepare([one, '10.213.1.5'], [two, '10.213.2.5']);
  expect(links(instanceNamespace(spec.id)).map(({ ifname }) => ifname)).toEqual(['lo', 'eth0', 'eth1']);
  expect((await inside(spec, ['ip', 'route', 'show', 'default'])).trim()).toBe('default via 10.213.1.1 dev eth0');
});

test('preparing is repeatable, also over what a crash left half made', async () => {
  const net = makeNetwork();
  const spec = makeSpec(image, { ports: [makePort(net, '10.213.0.5')] });
  undo.push(() => network.release(spec.id));
  // Killed after the namespace and the router were made, before anything was in them.
  for (const name of [instanceNamespace(spec.id), routerNamespace(net.id)]) execFileSync('ip', ['netns', 'add', name]);
  await network.prepare(spec);
  const made = links(instanceNamespace(spec.id));
  await network.prepare(spec);
  // Another agent on the same host, after a restart, knows nothing of the router.
  await createNetwork({ hostRoutes: false }).prepare(spec);
  expect(links(instanceNamespace(spec.id))).toEqual(made);
  expect(links(routerNamespace(net.id)).filter(({ ifname }) => ifname.startsWith('ndu'))).toHaveLength(1);
  expect(await askFrom(spec, '100.64.0.1', await serveOnHost())).toMatch(/^you are/);
});

test('a name that is left of a namespace after a reboot is no namespace', async () => {
  const spec = makeSpec(image, { ports: [makePort(makeNetwork(), '10.213.0.5')] });
  undo.push(() => network.release(spec.id));
  execFileSync('touch', [`/run/netns/${instanceNamespace(spec.id)}`]);
  expect(await network.state(spec.id, '')).toBe('none');
  await network.prepare(spec);
  expect(links(instanceNamespace(spec.id))[1]?.ifname).toBe('eth0');
});

test('the state tells a network that is ready from one that is half there and from none', async () => {
  const containerId = randomUUID();
  const spec = makeSpec(image, { ports: [makePort(makeNetwork(), '10.213.0.5')] });
  expect(await network.state(spec.id, containerId)).toBe('none');
  await network.prepare(spec);
  expect(await network.state(spec.id, containerId)).toBe('partial');
  await network.link(spec.id, containerId);
  expect(await network.state(spec.id, containerId)).toBe('ready');
  await network.unlink(containerId);
  await network.release(spec.id);
  expect(await network.state(spec.id, containerId)).toBe('none');
});

test('the router stays for those who need it, and goes with the last one; releasing is repeatable', async () => {
  const net = makeNetwork();
  const [a, b] = [await prepare([net, '10.213.0.5']), await prepare([net, '10.213.0.6'])];
  const router = `/run/netns/${routerNamespace(net.id)}`;
  await network.release(a.id);
  expect(existsSync(router)).toBe(true);
  await Promise.all([network.release(b.id), network.release(b.id)]);
  expect(existsSync(router)).toBe(false);
  // Somebody comes while the last one goes.
  const c = await prepare([net, '10.213.0.5']);
  const d = makeSpec(image, { ports: [makePort(net, '10.213.0.6')] });
  undo.push(() => network.release(d.id));
  await Promise.all([network.release(c.id), network.prepare(d)]);
  expect(links(routerNamespace(net.id)).filter(({ ifname }) => ifname.startsWith('p'))).toHaveLength(1);
});

test('many at once, in the same networks and in others, get in nobody\'s way', async () => {
  const [one, two] = [makeNetwork('10.213.1.0/24'), makeNetwork('10.213.2.0/24')];
  const specs = await Promise.all(Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? prepare([one, `10.213.1.${i + 10}`], [two, `10.213.2.${i + 10}`]) : prepare([two, `10.213.2.${i + 10}`], [one, `10.213.1.${i + 10}`]))));
  const uplinks = [one, two].map((net) => links(routerNamespace(net.id)).find(({ ifname }) => ifname.startsWith('ndu'))?.ifname);
  expect(new Set(uplinks).size).toBe(2);
  expect(await Promise.all(specs.map((spec) => links(instanceNamespace(spec.id)).length))).toEqual(specs.map(() => 3));
});

test('what went through an interface is counted by its MAC address', async () => {
  const spec = await prepare([makeNetwork(), '10.213.0.5']);
  await askFrom(spec, '10.213.0.1', 9);
  const [eth0] = await network.readCounters(spec.id);
  expect(eth0?.macAddress).toBe(spec.ports[0]?.macAddress);
  expect(eth0?.txPackets).toBeGreaterThan(0);
  expect(eth0?.rxBytes).toBeGreaterThan(0);
});
