#!/usr/bin/env node
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum, bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
const argv = process.argv.slice(2);
if (argv.includes('--version')) { console.log('schema-engine-wasm stand-in'); process.exit(0); }
const opt = (n) => argv.filter((_, i) => argv[i - 1] === n);
const base = parseIntoClientConfig(JSON.parse(opt('--datasource')[0]).url);
const quote = (s) => `"${s.replaceAll('"', '""')}"`;
async function sql(config, text) { const c = new pg.Client(config); await c.connect(); try { if (text) await c.query(text); } finally { await c.end(); } }
if (argv.includes('cli')) {
  const admin = { ...base, database: 'postgres' };
  const run = { 'can-connect-to-database': () => sql(base), 'create-database': () => sql(admin, `CREATE DATABASE ${quote(base.database)}`),
    'drop-database': () => sql(admin, `DROP DATABASE IF EXISTS ${quote(base.database)} WITH (FORCE)`) }[argv.at(-1)];
  await run().catch((e) => {
    const error_code = { '3D000': 'P1003', '28P01': 'P1000', 28000: 'P1000', '42P04': 'P1009' }[e.code] ?? 'P1001';
    process.stderr.write('\n' + JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields: { error_code, message: e.message } }));
    process.exitCode = 1;
  });
  process.exit();
}
// "char" (oid 18): parsed as text, carried as "char"[] (1002) through the adapter, named a character to the engine.
const onRow = pg.Query.prototype.handleRowDescription;
pg.Query.prototype.handleRowDescription = function (msg) { onRow.call(this, msg); for (const f of msg.fields) if (f.dataTypeID === 18) f.dataTypeID = 1002; };
const factory = new PrismaPg(base);
const queryable = Object.getPrototypeOf(Object.getPrototypeOf(await factory.connect()));
const { queryRaw } = queryable;
queryable.queryRaw = async function (q) {
  const r = await queryRaw.call(this, q);
  r.columnTypes = r.columnTypes.map((t) => (t === ColumnTypeEnum.CharacterArray ? ColumnTypeEnum.Character : t));
  return r;
};
factory.connectToShadowDb = async () => {
  const database = `prisma_migrate_shadow_db_${randomUUID()}`;
  await sql(base, `CREATE DATABASE ${quote(database)}`);
  const shadow = await new PrismaPg({ ...base, database }).connect();
  const dispose = shadow.dispose.bind(shadow);
  shadow.dispose = async () => { await dispose(); await sql(base, `DROP DATABASE ${quote(database)} WITH (FORCE)`); };
  return shadow;
};
const out = (m) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...m }) + '\n');
const open = new Set();
let panic = null;
globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (m) => { panic = m; } };
const fail = (id, e) => { open.delete(id); const message = panic ?? String(e?.message ?? e);
  out({ id, error: { code: 4466, message, data: { is_panic: panic !== null, message, error_code: e?.code ?? null, meta: e?.meta ?? null } } }); };
process.on('uncaughtException', (e) => { for (const id of open) fail(id, e); process.exitCode = 101; setImmediate(() => process.exit()); });
const bgUrl = import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
const bg = await import(bgUrl);
const { instance } = await WebAssembly.instantiate(readFileSync(new URL('./schema_engine_bg.wasm', bgUrl)), { './schema_engine_bg.js': bg });
bg.__wbg_set_wasm(instance.exports);
instance.exports.__wbindgen_start();
const files = opt('--datamodels').map((p) => [p, readFileSync(p, 'utf8')]);
let engine;
const get = () => (engine ??= bg.SchemaEngine.new({ datamodels: files.length ? files : undefined }, () => {}, bindMigrationAwareSqlAdapterFactory(factory)));
let chain = Promise.resolve(), printed = 1e6;
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = line.trim() ? JSON.parse(line) : {};
  if (!method) return; // the CLI's answer to a print
  open.add(id);
  chain = chain.then(async () => {
    try {
      const result = (await (await get())[method](params ?? {})) ?? {};
      if (method === 'diff' && result.stdout) { out({ id: ++printed, method: 'print', params: { content: result.stdout } }); result.stdout = null; }
      open.delete(id);
      out({ id, result });
    } catch (e) { fail(id, e); }
  });
}).on('close', () => { void chain.then(() => process.exit()); });
