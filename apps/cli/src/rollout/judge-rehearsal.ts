import type { Rollout, RolloutHost } from '@novadock/api-client';

/** Something that a rehearsal was to show, and whether it did. */
export type Finding = { ok: boolean; what: string };

/** What a rehearsal has shown. `before`: the revision, by its hash, that the canary was on. */
export function judgeRehearsal(rollout: Rollout, hosts: RolloutHost[], { canary, before }: { canary: string; before: string }): Finding[] {
  const broken = hosts.find(({ host }) => host === canary);
  const others = hosts.filter(({ host }) => host !== canary);
  const { disturbed } = rollout;
  return [
    ...(broken === undefined ? [{ ok: false, what: `${canary} is not in ${rollout.id}` }] : [failed(broken), returned(broken, before)]),
    paused(rollout),
    untouched(others),
    { ok: disturbed === 0, what: `${disturbed} ${disturbed === 1 ? 'instance was' : 'instances were'} disturbed` },
  ];
}

function failed({ host, state, failure, error }: RolloutHost): Finding {
  if (error === null) return { ok: false, what: `${host} did not fail, it is ${state}` };
  return { ok: failure === 'failed' && error.code === 'ENGINE_CONFIG_INVALID', what: `${host} failed at the step ${error.step}: ${error.code}` };
}

function returned({ host, state, touched, appliedHash }: RolloutHost, before: string): Finding {
  const isBack = appliedHash === before;
  return { ok: state === 'reverted' && !touched && isBack, what: `${host} is ${state.replaceAll('_', ' ')}, and ${isBack ? 'on the revision that it had' : 'not on the revision that it had'}` };
}

function paused({ state, reason }: Rollout): Finding {
  return { ok: state === 'paused' && reason === 'threshold', what: `the rollout is ${state.replaceAll('_', ' ')}${reason === null ? '' : ` (${reason.replaceAll('_', ' ')})`}` };
}

function untouched(others: RolloutHost[]): Finding {
  const touched = others.filter((one) => one.attempt > 0 || one.touched);
  if (touched.length > 0) return { ok: false, what: `others were touched: ${touched.map(({ host }) => host).join(', ')}` };
  return { ok: true, what: `${others.length} other ${others.length === 1 ? 'host was' : 'hosts were'} not touched` };
}
