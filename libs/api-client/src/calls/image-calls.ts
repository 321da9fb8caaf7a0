import type { Connection } from '../connect.ts';
import type { Upload } from '../to-outgoing.ts';
import type { Image, NewImage } from '../types.ts';

/** Calls on images. */
export function imageCalls({ read, readAll }: Connection) {
  const path = (idOrName: string) => `/v1/images/${encodeURIComponent(idOrName)}`;
  return {
    list: (query: { name?: string } = {}) => readAll<Image>('images', { path: '/v1/images', query }),

    get: async (idOrName: string) => (await read<Image>({ method: 'GET', path: path(idOrName) })).answer,

    /** Makes an image of what `docker save` wrote. A file is sent again when the connection breaks; a stream cannot be. */
    upload: async (image: NewImage, upload: Upload, signal?: AbortSignal) => (await read<Image>({ method: 'POST', path: '/v1/images', query: image, upload, signal })).answer,

    delete: async (idOrName: string): Promise<void> => void (await read({ method: 'DELETE', path: path(idOrName) })),
  };
}
