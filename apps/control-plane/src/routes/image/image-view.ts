import type { Image } from '@novadock/store';
import type { FastifyReply } from 'fastify';

/** An image as Glance shows it. */
export function toImageView(image: Image): Record<string, unknown> {
  const self = `/v2/images/${image.id}`;
  return {
    ...(image.properties as Record<string, string | null>),
    name: image.name,
    disk_format: image.diskFormat,
    container_format: image.containerFormat,
    visibility: image.visibility,
    size: image.sizeBytes === null ? null : Number(image.sizeBytes),
    virtual_size: null,
    status: image.status,
    checksum: image.md5,
    protected: image.protected,
    min_ram: image.minMemoryMb,
    min_disk: image.minDiskGb,
    owner: image.projectId,
    os_hidden: image.hidden,
    os_hash_algo: image.sha512 === null ? null : 'sha512',
    os_hash_value: image.sha512,
    id: image.id,
    created_at: toSeconds(image.createdAt),
    updated_at: toSeconds(image.updatedAt),
    tags: image.tags,
    self,
    file: `${self}/file`,
    schema: '/v2/schemas/image',
  };
}

/** Answers with JSON, its type spelled as Glance does; text would get a charset. */
export function sendJson(reply: FastifyReply, body: unknown): FastifyReply {
  return reply.header('content-type', 'application/json').send(Buffer.from(JSON.stringify(body)));
}

/** 204 as Glance sends it. */
export function sendNothing(reply: FastifyReply): FastifyReply {
  return reply.code(204).header('content-type', 'text/html; charset=UTF-8').send();
}

function toSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
