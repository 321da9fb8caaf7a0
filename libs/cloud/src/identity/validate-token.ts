import { CloudError } from '@novadock/model';
import type { Cloud } from '../cloud.ts';
import type { Auth } from './auth.ts';

/** Who a token stands for. Throws `unauthenticated` when it is forged, expired or revoked, or its user or project is gone. */
export async function validateToken(_cloud: Cloud, _token: string): Promise<Auth> {
  throw new CloudError('unauthenticated', 'The request you have made requires authentication.');
}
