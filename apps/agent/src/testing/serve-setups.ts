// For tests: an agent as a process of its own that knows set-ups of test steps, and nothing else. Argument: a file with what it needs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveAgent } from '@novadock/rpc';
import { pino } from 'pino';
import { openFolderContext } from '../../../../libs/host-setup/src/testing/setup-context.ts';
import { openEpoch } from '../epoch.ts';
import type { AgentDeps } from '../rpc/agent-deps.ts';
import { startSetup } from '../rpc/start-setup.ts';
import { watchSetup } from '../rpc/watch-setup.ts';
import { openSetupRunner } from '../setup/open-setup-runner.ts';
import { fileStep } from './test-steps.ts';

type Served = { home: string; port: number; identity: { authority: string; key: string; certificate: string } };

const { home, port, identity } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Served;
const steps = ['a', 'b', 'c', 'd'].map(fileStep);
const setups = await openSetupRunner({ folder: join(home, 'setup'), steps, createContext: (wanted) => openFolderContext(home, wanted), log: pino({ level: 'silent' }) });
const deps = { setups, epoch: await openEpoch(join(home, 'epoch')) } as AgentDeps;
const agent = { startSetup: startSetup.bind(undefined, deps), watchSetup: watchSetup.bind(undefined, deps) };
await serveAgent({ agent: agent as never, address: `127.0.0.1:${port}`, identity, onError: () => {} });
process.stdout.write('agent is ready\n');
