import { Type } from 'typebox';
import { labelsSchema } from '../labels-schema.ts';
import { dateTime } from '../schemas.ts';

export const joinTokenSchema = Type.Object(
  { id: Type.String(), usesLeft: Type.Integer(), labels: labelsSchema, createdAt: dateTime, expiresAt: dateTime },
  { $id: 'JoinToken', description: 'What agents enrol with. Its text is shown once and not stored.' },
);
