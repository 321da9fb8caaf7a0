import type { EngineSource, HostProfile, SetupEntry, SetupKind, SetupStepChange, SetupStepState, StartSetup } from '@novadock/model';
import type { EngineProfile__Output } from './generated/novadock/agent/v1/EngineProfile.ts';
import type { EngineSource__Output } from './generated/novadock/agent/v1/EngineSource.ts';
import type { HostProfile as HostProfileMessage, HostProfile__Output } from './generated/novadock/agent/v1/HostProfile.ts';
import type { SetupEntry as SetupEntryMessage, SetupEntry__Output } from './generated/novadock/agent/v1/SetupEntry.ts';
import type { SetupKind__Output } from './generated/novadock/agent/v1/SetupKind.ts';
import type { SetupStep__Output } from './generated/novadock/agent/v1/SetupStep.ts';
import type { SetupStepState__Output } from './generated/novadock/agent/v1/SetupStepState.ts';
import type { StartSetupRequest, StartSetupRequest__Output } from './generated/novadock/agent/v1/StartSetupRequest.ts';

const kinds = { check: 'CHECK', stage: 'STAGE', apply: 'APPLY', undo: 'UNDO' } as const satisfies Record<SetupKind, SetupKind__Output>;
const sources = { distribution: 'DISTRIBUTION', 'docker-ce': 'DOCKER_CE', present: 'PRESENT' } as const satisfies Record<EngineSource, EngineSource__Output>;
const states = { runs: 'RUNS', ok: 'OK', wouldChange: 'WOULD_CHANGE', changed: 'CHANGED', failed: 'FAILED' } as const satisfies Record<SetupStepState, SetupStepState__Output>;

/** The key whose value a message has; the first one where the sender knows values that we do not. */
function keyOf<Key extends string>(table: Record<Key, string>, value: string): Key {
  const keys = Object.keys(table) as Key[];
  return keys.find((key) => table[key] === value) ?? (keys[0] as Key);
}

export function toStartSetupMessage({ kind, profile, ...rest }: StartSetup): StartSetupRequest {
  return { ...rest, kind: kinds[kind], profile: profile === undefined ? null : toProfileMessage(profile) };
}

export function fromStartSetupMessage({ kind, profile, ...rest }: StartSetupRequest__Output): StartSetup {
  return { ...rest, kind: keyOf(kinds, kind), profile: profile ? fromProfileMessage(profile) : undefined };
}

function toProfileMessage({ engine: { settings, source, repository, proxy, ...engine }, novaDocker, images: _images, strict: _strict, ...profile }: HostProfile): HostProfileMessage {
  return {
    ...profile,
    engine: { ...engine, source: sources[source], settingsJson: JSON.stringify(settings), repository: repository ?? null, proxy: proxy ?? null },
    novaDocker: novaDocker ?? null,
  };
}

function fromProfileMessage({ engine, novaDocker, ...profile }: HostProfile__Output): HostProfile {
  return { ...profile, engine: fromEngineMessage(engine), images: [], strict: false, novaDocker: novaDocker ?? undefined };
}

const noEngine: EngineProfile__Output = { source: 'ENGINE_SOURCE_UNSPECIFIED', version: '', repository: null, settingsJson: '', proxy: null, socketMode: '' };

function fromEngineMessage(message: EngineProfile__Output | null): HostProfile['engine'] {
  const { settingsJson, ...engine } = message ?? noEngine;
  return {
    ...engine,
    source: keyOf(sources, engine.source),
    repository: engine.repository ?? undefined,
    settings: JSON.parse(settingsJson || '{}') as Record<string, unknown>,
    proxy: engine.proxy ?? undefined,
    socketMode: engine.socketMode === '0666' ? '0666' : '0660',
  };
}

export function toEntryMessage(entry: SetupEntry): SetupEntryMessage {
  const { seq, atMs } = entry;
  if ('step' in entry) return { seq, atMs, step: { ...entry.step, state: states[entry.step.state] } };
  if ('output' in entry) return { seq, atMs, output: entry.output };
  return { seq, atMs, ended: { ...entry.ended, error: entry.ended.error ?? null } };
}

export function fromEntryMessage({ seq, atMs, step, output, ended }: SetupEntry__Output): SetupEntry {
  if (step) return { seq, atMs, step: fromStepMessage(step) };
  if (output) return { seq, atMs, output };
  return { seq, atMs, ended: { succeeded: ended?.succeeded ?? false, changed: ended?.changed ?? 0, error: ended?.error ?? undefined } };
}

function fromStepMessage(step: SetupStep__Output): SetupStepChange {
  return { ...step, state: keyOf(states, step.state) };
}
