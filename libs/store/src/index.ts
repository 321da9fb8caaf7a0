export { openStore, type Store, type Transaction } from './open-store.ts';
