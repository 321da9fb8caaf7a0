export { createTestDatabase, type TestDatabase } from './test-database.ts';
export { createFakeAgent, type FakeAgent, type FakeBehaviour } from './fake-agent.ts';
