import { CloudError } from '@novadock/model';
import { expect, test } from 'vitest';
import { untilAnswered } from './until-answered.ts';

function asking(...answers: (string | Error)[]) {
  const closing = new AbortController();
  const lost: string[] = [];
  const ask = async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    if (answer === undefined) closing.abort();
    return answer;
  };
  return { lost, answer: untilAnswered({ ask, signal: closing.signal, onLost: ({ message }) => lost.push(message), againMs: 1 }), close: () => closing.abort() };
}

test('faults of the control plane pass', async () => {
  const { answer, lost } = asking(new CloudError('unavailable', 'away'), new CloudError('internal', 'HTTP 500'), 'there');
  expect(await answer).toBe('there');
  expect(lost).toEqual(['away', 'HTTP 500']);
});

test('what it refuses is thrown, and what is no answer of it', async () => {
  await expect(asking(new CloudError('notFound', 'no such rollout'), 'there').answer).rejects.toMatchObject({ code: 'notFound' });
  await expect(asking(new TypeError('x'), 'there').answer).rejects.toThrow('x');
});

test('interrupted, it asks no more', async () => {
  const { answer, lost, close } = asking(new CloudError('unavailable', 'away'), 'there');
  close();
  expect(await answer).toBeUndefined();
  expect(lost).toEqual([]);
});
