export type { ApplicationCredential, Event, Flavor, Host, Image, Instance, InstanceAction, JoinToken, Keypair, Network, Port, PortAddress, Project, Role, RoleAssignment, Subnet, User } from './generated/client.ts';
export { openStore, type Store, type Transaction } from './open-store.ts';
export { applyMigrations } from './apply-migrations.ts';
export { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.ts';
