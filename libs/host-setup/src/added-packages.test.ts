import { afterEach, beforeEach, expect, test } from 'vitest';
import { addedPackages, rememberPlan, rememberRun, rememberRunEnd } from './added-packages.ts';
import { packageManagers, type Installed } from './package-managers.ts';
import type { SetupContext } from './setup-step.ts';
import { createFolderContext } from './testing/setup-context.ts';

let ctx: SetupContext;
let remove: () => Promise<void>;
beforeEach(async () => ({ ctx, remove } = await createFolderContext()));
afterEach(() => remove());

const { apk } = packageManagers;
const there = (...names: string[]): Installed => ({ versions: new Map(names.map((name) => [name, '1'])), broken: [], remains: [] });

test('of a package manager without a folder, what it said that it would bring is ours, and what came besides is not', async () => {
  const run = await rememberRun(ctx, there('busybox'));
  await rememberPlan(ctx, run, ['docker', 'containerd', 'iptables']);
  await rememberRunEnd(ctx, there('busybox', 'docker', 'containerd', 'theirs'));
  expect(await addedPackages(ctx, apk, there('busybox', 'docker', 'containerd', 'theirs', 'later'))).toEqual(['docker', 'containerd']);
});

test('where it cannot say what it would bring, all that came is', async () => {
  await rememberPlan(ctx, await rememberRun(ctx, there('busybox')), []);
  await rememberRunEnd(ctx, there('busybox', 'docker', 'containerd'));
  expect(await addedPackages(ctx, apk, there('busybox', 'docker', 'containerd', 'later'))).toEqual(['docker', 'containerd']);
});

test('of a run that ended before it installed anything, nothing is', async () => {
  await rememberRun(ctx, there('busybox'));
  await rememberRunEnd(ctx, there('busybox', 'theirs'));
  expect(await addedPackages(ctx, apk, there('busybox', 'theirs'))).toEqual([]);
});
