import { whyUnbootable } from '@novadock/cloud';
import type { Image } from '@novadock/store';
import { Type, type Static } from 'typebox';
import { dateTime, nullable } from '../schemas.ts';

export const imageSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    name: nullable(Type.String()),
    status: Type.String({ description: 'queued, saving, active, deactivated: the words of Glance.' }),
    visibility: Type.String({ description: 'private, shared, community, public.' }),
    bootable: Type.Boolean({ description: 'It is active, and what was uploaded is a whole and safe `docker save` archive.' }),
    unbootableReason: nullable(Type.String()),
    architecture: nullable(Type.String()),
    sizeBytes: nullable(Type.Integer()),
    sha512: nullable(Type.String()),
    minDiskGb: Type.Integer(),
    minMemoryMb: Type.Integer(),
    tags: Type.Array(Type.String()),
    projectId: Type.String(),
    createdAt: dateTime,
  },
  { $id: 'Image' },
);

export const imageParams = Type.Object({ image: Type.String({ description: 'Its id, or its name when only one has it.' }) });

/** An image as /v1 shows it. */
export function toImage(image: Image): Static<typeof imageSchema> {
  const { id, name, status, visibility, architecture, sha512, minDiskGb, minMemoryMb, tags, projectId } = image;
  const unbootableReason = status === 'active' ? (whyUnbootable(image) ?? null) : `It is ${status}.`;
  return {
    id, name, status, visibility, bootable: unbootableReason === null, unbootableReason, architecture,
    sizeBytes: image.sizeBytes === null ? null : Number(image.sizeBytes),
    sha512, minDiskGb, minMemoryMb, tags, projectId, createdAt: image.createdAt.toISOString(),
  };
}
