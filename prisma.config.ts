import { defineConfig } from 'prisma/config';

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // `npm run prisma` sets it to a scratch database of its own.
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://localhost/novadock' },
});
