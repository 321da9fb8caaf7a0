import { setTimeout as delay } from 'node:timers/promises';
import type { Client, CloudEvent, Rollout } from '@novadock/api-client';
import { CloudError } from '@novadock/model';
import pico from 'picocolors';
import type { Cli } from '../cli.ts';
import { eventLine } from './event-line.ts';
import { renderRollout } from './render-rollout.ts';
import { untilAnswered } from './until-answered.ts';

const ongoing: Rollout['state'][] = ['running', 'rolling_back'];
const goingBack: Rollout['state'][] = ['rolling_back', 'rollback_paused', 'rolled_back'];
const waiting: Rollout['state'][] = ['planned', 'awaiting_approval', 'paused', 'rollback_paused'];
/** Many events at once are one look. */
const gatherMs = 250;
/** And without any: times go on. */
const lookMs = 2_000;

/**
 * Shows a rollout as showRollout does; then it is printed in the format asked for. Throws `internal` when it did not come to where it was heading, which is back for one that is being
 * rolled back, and what is exit code 9 when it waits. Interrupted, it says how to watch on.
 */
export async function watchRollout(cli: Cli, client: Client, id: string): Promise<void> {
  const goal = goingBack.includes((await client.rollouts.get(id)).state) ? 'rolled_back' : 'succeeded';
  const last = await showRollout(cli, client, id);
  if (last === undefined) return cli.note(`Not watching any more; it goes on by itself. Watch it with \`novadock rollout status ${id} --watch\`.`);
  if (cli.format() === 'table') await cli.write(`${await render(cli, client, last)}\n`);
  else await cli.show(last, []);
  assertIs(goal, last);
}

/** Shows a rollout until it has ended, or waits for somebody: on a terminal a view that is drawn anew, else a line for each event. Gives it as it is then; undefined when interrupted. */
export function showRollout(cli: Cli, client: Client, id: string): Promise<Rollout | undefined> {
  const isLive = cli.format() === 'table' && cli.io.stdout.isTTY === true && cli.io.env.TERM !== 'dumb';
  return isLive ? watchLive(cli, client, id) : watchLines(cli, client, id);
}

/** Throws what a command's exit code is to be. */
function assertIs(goal: Rollout['state'], { id, state, reason }: Rollout): void {
  if (state === goal) return;
  const why = reason === null ? '' : ` (${reason.replaceAll('_', ' ')})`;
  if (waiting.includes(state)) throw new CloudError('unavailable', `${id} is ${state.replaceAll('_', ' ')}${why}: it waits for you. See \`novadock rollout --help\`.`, { reason: 'notDone' });
  throw new CloudError('internal', `${id} is ${state.replaceAll('_', ' ')}${why}.`, { reason: 'rolloutNotSucceeded' });
}

/** The rollout as it is drawn. */
export async function render(cli: Cli, client: Client, rollout: Rollout): Promise<string> {
  const failures = rollout.failures === 0 ? [] : await client.rollouts.hosts(rollout.id, { state: 'failed' });
  return renderRollout(rollout, failures, pico.createColors(cli.io.stdout.isTTY === true && (cli.io.env.NO_COLOR ?? '') === '' && cli.io.env.TERM !== 'dumb'));
}

async function watchLive(cli: Cli, client: Client, id: string): Promise<Rollout | undefined> {
  const { createLogUpdate } = await import('log-update');
  const screen = createLogUpdate(cli.io.stdout);
  const news = followNews(cli, client, id);
  let drawn = '';
  try {
    while (!cli.io.signal.aborted) {
      const look = async () => {
        const rollout = await client.rollouts.get(id);
        return { rollout, drawn: isOver(rollout) ? '' : await render(cli, client, rollout) };
      };
      const seen = await untilAnswered({ ask: look, signal: cli.io.signal, onLost: ({ message }) => screen(`${drawn}\n${message} Trying again.`) });
      if (seen === undefined || isOver(seen.rollout)) return seen?.rollout;
      ({ drawn } = seen);
      screen(drawn);
      await news.wait();
    }
    return undefined;
  } finally {
    news.close();
    screen.clear();
    screen.done();
  }
}

/** Tells when something has happened in it, or some time has passed. */
function followNews(cli: Cli, client: Client, id: string) {
  const closing = new AbortController();
  const signal = AbortSignal.any([closing.signal, cli.io.signal]);
  let wake = new AbortController();
  const follow = async () => {
    for await (const _ of client.rollouts.follow(id, { signal })) wake.abort();
  };
  // Without its stream the view is drawn more seldom, and says itself what is wrong.
  follow().catch(() => {});
  const wait = async () => {
    await delay(lookMs, undefined, { signal: AbortSignal.any([wake.signal, signal]) }).catch(() => {});
    await delay(gatherMs, undefined, { signal }).catch(() => {});
    wake = new AbortController();
  };
  return { wait, close: () => closing.abort() };
}

async function watchLines(cli: Cli, client: Client, id: string): Promise<Rollout | undefined> {
  const closing = new AbortController();
  const signal = AbortSignal.any([closing.signal, cli.io.signal]);
  const first = await client.rollouts.get(id);
  if (isOver(first)) return first;
  const say = async (event: CloudEvent) => {
    const line = eventLine(event);
    if (line !== undefined && cli.format() === 'table') await cli.write(`${line}\n`);
  };
  try {
    let isEnding = false;
    for await (const event of client.rollouts.follow(id, { signal })) {
      await say(event);
      // Only a move of the rollout itself can be its end, but for hosts that finish after it.
      if (!isEnding && (event.kind.includes('host_') || event.kind.includes('wave_'))) continue;
      const read = async () => {
        const rollout = await client.rollouts.get(id);
        return { rollout, rest: isOver(rollout) ? await client.rollouts.events(id, event.id) : [] };
      };
      const seen = await untilAnswered({ ask: read, signal });
      if (seen === undefined) return undefined;
      isEnding = !ongoing.includes(seen.rollout.state);
      if (!isOver(seen.rollout)) continue;
      for (const rest of seen.rest) await say(rest);
      return seen.rollout;
    }
    return undefined;
  } finally {
    closing.abort();
  }
}

/** A window opens by itself, and hosts that are being changed finish. */
function isOver({ state, reason, inFlight }: Rollout): boolean {
  return !ongoing.includes(state) && reason !== 'window' && inFlight === 0;
}
