import type { Transaction } from './open-store.ts';

/** Successive addresses of a subnet: `start` has the offset `firstOffset` in it, and so on to `lastOffset`. */
export type AddressRange = { subnetId: string; start: string; firstOffset: bigint; lastOffset: bigint };

export type PortAddressRow = { subnetId: string; address: string };

/** What `insertPort` writes, but for the MAC address, which it chooses unless it is given. */
export type NewPort = {
  id: string;
  networkId: string;
  projectId: string;
  name?: string;
  description?: string;
  macAddress?: string;
  adminStateUp?: boolean;
  deviceId?: string;
  deviceOwner?: string;
  ownedByInstance?: boolean;
  position?: number;
};

/**
 * Makes transactions that give addresses on a network follow one another, and keeps the network from being deleted, until
 * this transaction ends; returns the ids of those networks that exist. To be called before `insertPort` and `addAddress`,
 * in a statement of its own: only statements after it see what was given out before.
 */
export async function lockNetworks(tx: Transaction, ids: string[]): Promise<string[]> {
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>('SELECT id FROM "Network" WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE', ids);
  return rows.map(({ id }) => id);
}

// For each address wanted ("slot"), the lowest one that is free in the first range that has one. What may be free is the
// beginning of a range, or comes right after an address that is taken.
const picked = `
  range AS (
    SELECT * FROM unnest($1::int[], $2::uuid[], $3::text[]::inet[], $4::text[]::bigint[], $5::text[]::bigint[])
      WITH ORDINALITY AS r(slot, "subnetId", start, first, last, rank)),
  picked AS (
    SELECT DISTINCT ON (slot) slot, "subnetId", host(start + (free."offset" - first)) AS address, free."offset"
    FROM range, LATERAL (
      SELECT c."offset" FROM (
        SELECT first AS "offset" UNION ALL
        SELECT a."offset" + 1 FROM "PortAddress" a WHERE a."subnetId" = range."subnetId" AND a."offset" >= first AND a."offset" < last) c
      WHERE NOT EXISTS (SELECT 1 FROM "PortAddress" t WHERE t."subnetId" = range."subnetId" AND t."offset" = c."offset")
      ORDER BY c."offset" LIMIT 1) free
    ORDER BY slot, rank)`;

const insertPortSql = `
  WITH ${picked},
  port AS (
    INSERT INTO "Port" (id, "networkId", "projectId", name, description, "macAddress", "adminStateUp", "deviceId", "deviceOwner", "ownedByInstance", position, tags)
    SELECT $6::uuid, n.id, $8, $9, $10, coalesce($11, free.mac), $12, $13, $14, $15, $16, '{}'
    FROM "Network" n, LATERAL (
      SELECT mac FROM (SELECT regexp_replace(left(md5(gen_random_uuid()::text), 6), '(..)(..)(..)', 'fa:16:3e:\\1:\\2:\\3') AS mac FROM generate_series(1, 8)) m
      WHERE NOT EXISTS (SELECT 1 FROM "Port" p WHERE p."networkId" = n.id AND p."macAddress" = m.mac) LIMIT 1) free
    WHERE n.id = $7::uuid AND (SELECT count(*) FROM picked) = $17
    RETURNING id, "macAddress"),
  address AS (
    INSERT INTO "PortAddress" ("portId", "subnetId", address, "offset")
    SELECT port.id, p."subnetId", p.address, p."offset" FROM port, picked p)
  SELECT port."macAddress", coalesce((SELECT json_agg(json_build_object('subnetId', p."subnetId", 'address', p.address) ORDER BY slot) FROM picked p), '[]') AS addresses
  FROM port`;

/**
 * Makes a port with one address out of each of `wanted` (ranges in order of preference, those of one address in other
 * subnets than those of another), in one statement. Undefined, and nothing made, when one of them has no free address
 * left. Its network is locked: see `lockNetworks`.
 */
export async function insertPort(tx: Transaction, port: NewPort, wanted: AddressRange[][]): Promise<{ macAddress: string; addresses: PortAddressRow[] } | undefined> {
  const rows = await tx.$queryRawUnsafe<{ macAddress: string; addresses: PortAddressRow[] }[]>(
    insertPortSql, ...rangeColumns(wanted), port.id, port.networkId, port.projectId, port.name ?? '', port.description ?? '', port.macAddress ?? null,
    port.adminStateUp ?? true, port.deviceId ?? '', port.deviceOwner ?? '', port.ownedByInstance ?? false, port.position ?? 0, wanted.length,
  );
  return rows[0];
}

/** Gives a port one more address, out of `ranges`; false when none is free. Its network is locked: see `lockNetworks`. */
export async function addAddress(tx: Transaction, portId: string, ranges: AddressRange[]): Promise<boolean> {
  const sql = `WITH ${picked} INSERT INTO "PortAddress" ("portId", "subnetId", address, "offset") SELECT $6::uuid, "subnetId", address, "offset" FROM picked`;
  return (await tx.$executeRawUnsafe(sql, ...rangeColumns([ranges]), portId)) === 1;
}

function rangeColumns(wanted: AddressRange[][]): unknown[] {
  const ranges = wanted.flatMap((slot, index) => slot.map((range) => ({ slot: index, ...range })));
  return [
    ranges.map(({ slot }) => slot), ranges.map(({ subnetId }) => subnetId), ranges.map(({ start }) => start),
    ranges.map(({ firstOffset }) => String(firstOffset)), ranges.map(({ lastOffset }) => String(lastOffset)),
  ];
}
