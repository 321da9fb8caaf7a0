import type { Broken, BrokenKind, Fleet } from '@novadock/api-client/browser';
import { ago, brokenWords, clock, count } from '../words.ts';
import { CopyCommand } from './copy-command.tsx';

/** So many of a kind are seen at once. */
const shownAtOnce = 5;

/** What is broken and why, the worst first. */
export function BrokenList({ broken, now }: { broken: Fleet['broken']; now: Date }) {
  const kinds = (Object.keys(brokenWords) as BrokenKind[]).filter((kind) => broken.counts[kind] > 0);
  return (
    <section aria-labelledby="broken">
      <h2 id="broken">What is broken {broken.total > 0 && <span class="pill failed">{count(broken.total)}</span>}</h2>
      {kinds.length === 0 && <p class="card calm"><span class="ok" aria-hidden="true">✓</span> Nothing is broken.</p>}
      {kinds.map((kind) => <Kind key={kind} kind={kind} total={broken.counts[kind]} items={broken.items.filter((item) => item.kind === kind)} now={now} />)}
    </section>
  );
}

function Kind({ kind, total, items, now }: { kind: BrokenKind; total: number; items: Broken[]; now: Date }) {
  const { title, all } = brokenWords[kind];
  const rest = items.slice(shownAtOnce);
  const list = (some: Broken[]) => <ul>{some.map((item) => <Item key={item.id} item={item} now={now} />)}</ul>;
  return (
    <div class="card broken">
      <h3>{title} <span class="muted">{count(total)}</span></h3>
      {list(items.slice(0, shownAtOnce))}
      {rest.length > 0 && <details class="more"><summary>{count(rest.length)} more</summary>{list(rest)}</details>}
      {total > items.length && <p class="muted">{count(total - items.length)} more are not shown here: <code>{all}</code></p>}
    </div>
  );
}

function Item({ item, now }: { item: Broken; now: Date }) {
  const { name, since, message, step, code, rollout, logTail, kind } = item;
  const { hint, command } = brokenWords[kind];
  const at = since === null ? undefined : new Date(since);
  const facts = [rollout ?? '', step === null ? '' : `step ${step}`, code ?? ''].filter((fact) => fact !== '');
  return (
    <li>
      <h4>{name} {at !== undefined && <time dateTime={at.toISOString()} title={clock(at, now)}>for {ago(at, now)}</time>}</h4>
      <p class="message">{message}</p>
      {facts.length > 0 && <p class="facts">{facts.join(' · ')}</p>}
      {logTail !== null && logTail !== '' && <details><summary>The end of its log</summary><pre tabIndex={0}>{logTail}</pre></details>}
      <p class="hint">{hint}</p>
      <CopyCommand command={command(item)} of={name} />
    </li>
  );
}
