import { setupStepNames } from '@novadock/model';
import { expect, test } from 'vitest';
import { setupSteps } from './setup-steps.ts';

test('the model knows the steps by name, in their order', () => {
  const ofOthers = ['agent', 'images'];
  expect(setupSteps.map(({ name }) => name)).toEqual(setupStepNames.filter((name) => !ofOthers.includes(name)));
});
