import type { InstanceSpec } from '@novadock/model';

/** Several clouds may share an engine: each sees the containers that carry its own id, and no others. */
export const cloudLabel = 'novadock.cloud';
export const instanceLabel = 'novadock.instance';
const projectLabel = 'novadock.project';
/** How many restarts had been asked for when the container was made: those it need not carry out. */
const restartsLabel = 'novadock.restarts';

/** The name is what keeps an engine from making a second container for an instance. */
export function containerName(instanceId: string): string {
  return `nova-${instanceId}`;
}

export function toLabels(spec: InstanceSpec, cloudId: string): Record<string, string> {
  return { [cloudLabel]: cloudId, [instanceLabel]: spec.id, [projectLabel]: spec.projectId, [restartsLabel]: String(spec.restarts) };
}

/** The instance that a container belongs to, or undefined when it is not one of this cloud's. */
export function instanceOf(labels: Record<string, string> | undefined, cloudId: string): string | undefined {
  const id = labels?.[cloudLabel] === cloudId ? labels[instanceLabel] : undefined;
  // Labels are anybody's to write.
  return id !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : undefined;
}

export function restartsOf(labels: Record<string, string> | undefined): number {
  return Number(labels?.[restartsLabel] ?? 0);
}
