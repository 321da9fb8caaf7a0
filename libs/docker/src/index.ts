export { assertRunnable } from './assert-runnable.ts';
export { absentContainer, type Container } from './container.ts';
export { createDriver, type Driver } from './driver.ts';
export type { ContainerEvent } from './watch-events.ts';
