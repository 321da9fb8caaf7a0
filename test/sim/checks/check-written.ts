import { violate, type World, type Written } from '../world.ts';
import { r1 } from './r1-in-flight.ts';
import { r2 } from './r2-one-rollout.ts';
import { r3 } from './r3-pause.ts';
import { r4 } from './r4-failures.ts';
import { r5 } from './r5-already.ts';
import { r6 } from './r6-cordon.ts';
import { r7 } from './r7-rollback.ts';
import { r8 } from './r8-undisturbed.ts';
import { r9 } from './r9-supersede.ts';
import { r10 } from './r10-deadline.ts';
import { r11 } from './r11-packages.ts';
import { r12 } from './r12-verified.ts';
import { r13 } from './r13-catch-up.ts';
import { r14 } from './r14-events.ts';

/** What is wrong with a written step; undefined: nothing. */
export type Check = (written: Written, world: World) => { what: string; hostId?: string } | undefined;

const checks: Record<string, Check> = { R14: r14, R1: r1, R2: r2, R3: r3, R4: r4, R5: r5, R6: r6, R7: r7, R8: r8, R9: r9, R10: r10, R11: r11, R12: r12, R13: r13 };

/** Checks each rule on what was just written. */
export function checkWritten(world: World, written: Written): void {
  for (const [rule, check] of Object.entries(checks)) {
    const found = check(written, world);
    if (found !== undefined) violate(world, rule, found.what, { rolloutId: written.rolloutId, ...(found.hostId === undefined ? {} : { hostId: found.hostId }) });
  }
}
