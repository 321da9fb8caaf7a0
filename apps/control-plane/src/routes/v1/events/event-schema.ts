import type { Event } from '@novadock/store';
import { Type, type Static } from 'typebox';
import { dateTime, nullable } from '../schemas.ts';

export const eventSchema = Type.Object(
  {
    id: Type.String({ description: 'Where to go on from: Last-Event-ID, or marker. No order: the list and the stream are in order.' }),
    at: dateTime,
    kind: Type.String({ description: 'instance.created, image.uploaded, host.enrolled, …' }),
    projectId: nullable(Type.String()),
    subjectId: Type.String({ description: 'Of what it happened to.' }),
    data: Type.Record(Type.String(), Type.Unknown()),
  },
  { $id: 'Event' },
);

/** An event as /v1 shows it. */
export function toEvent({ id, at, kind, projectId, subjectId, data }: Event): Static<typeof eventSchema> {
  return { id: String(id), at: at.toISOString(), kind, projectId, subjectId, data: data as Record<string, unknown> };
}
