import { debianDisk, derivedDisk } from '../harness/bare-host/disk.ts';

const database = { user: 'novadock', password: 'not-a-secret', name: 'novadock' };

const setUp = `apt-get -qq update
apt-get -qq -y install --no-install-recommends postgresql
echo "listen_addresses = '*'" > /etc/postgresql/15/main/conf.d/network.conf
echo 'host ${database.name} ${database.user} 10.178.0.0/16 scram-sha-256' >> /etc/postgresql/15/main/pg_hba.conf
rm -rf /var/cache/apt/archives/*.deb`;

/** A Debian with its PostgreSQL, which takes connections from the fabric to a database that `createDatabase` makes. */
export async function postgresDisk(): Promise<string> {
  return derivedDisk('postgres', { base: await debianDisk(), recipe: setUp, change: async ({ run }) => void (await run(setUp)) });
}

/** As docs/running.md says it, for root on the database's machine. */
export const createDatabase = `runuser -u postgres -- psql -q -c "CREATE ROLE ${database.user} LOGIN PASSWORD '${database.password}'" -c "CREATE DATABASE ${database.name} OWNER ${database.user} ENCODING 'UTF8' TEMPLATE template0"`;

export const databaseUrl = (address: string) => `postgresql://${database.user}:${database.password}@${address}:5432/${database.name}`;
