import type { Image } from '@novadock/store';
import type { Auth } from '../identity/auth.ts';

/** Whether an image exists for a caller: their project's, everyone's, or any for administrators. */
export function isVisible(auth: Auth, image: Image): boolean {
  return auth.isAdmin || image.visibility === 'public' || image.visibility === 'community' || image.projectId === auth.projectId;
}

/** Whether a caller may change an image that they see. */
export function isOwner(auth: Auth, image: Image): boolean {
  return auth.isAdmin || image.projectId === auth.projectId;
}
