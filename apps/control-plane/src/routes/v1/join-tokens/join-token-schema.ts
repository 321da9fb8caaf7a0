import { Type } from 'typebox';
import { dateTime } from '../schemas.ts';

export const joinTokenSchema = Type.Object(
  { id: Type.String(), usesLeft: Type.Integer(), createdAt: dateTime, expiresAt: dateTime },
  { $id: 'JoinToken', description: 'What agents enrol with. Its text is shown once and not stored.' },
);
