/** SQLSTATEs of a server that goes, comes or takes nobody more: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const states = /^(08...|57P0[1-5]|53300)$/;
/** Prisma's: not reached, timed out, closed, a transaction that did not come to its end, too many connections. */
const prismaCodes = ['P1001', 'P1002', 'P1008', 'P1017', 'P2028', 'P2037'];
/** What Prisma's adapter makes of the same where the query was written by hand. */
const adapterKinds = ['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections'];
/** pg says some things in words only. */
const words = /^(Connection terminated|Client (has encountered a connection error|was closed) and is not queryable|timeout exceeded when trying to connect|timeout expired|Query read timeout)/;
const socketCodes = /^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|HOSTDOWN|NOTFOUND|AI_AGAIN|NOENT)$/;

type Thrown = { code?: unknown; syscall?: unknown; clientVersion?: unknown; errors?: unknown[]; meta?: { driverAdapterError?: { cause?: { kind?: string; originalCode?: string } } } };

/** Whether what a query threw means that the database cannot be reached, or went away meanwhile. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const thrown = error as Thrown;
  const code = typeof thrown.code === 'string' ? thrown.code : '';
  const byCode = states.test(code) || prismaCodes.includes(code) || (ofSocket(thrown) && socketCodes.test(code));
  return byCode || words.test(error.message) || ofAdapter(thrown) || (thrown.errors ?? []).some(isDatabaseAway);
}

/** A file that is not there, or a client that went away, comes without one of these system calls. Prisma passes on the code only. */
function ofSocket({ syscall, clientVersion }: Thrown): boolean {
  return clientVersion !== undefined || ['connect', 'read', 'write', 'getaddrinfo'].includes(String(syscall));
}

function ofAdapter({ meta }: Thrown): boolean {
  const { kind = '', originalCode = '' } = meta?.driverAdapterError?.cause ?? {};
  return adapterKinds.includes(kind) || states.test(originalCode);
}
