import { Prisma } from './generated/client.ts';

/** Whether an insert or update failed because what it writes must be unique and is there already. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
