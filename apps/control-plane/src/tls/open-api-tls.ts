import type { FastifyBaseLogger } from 'fastify';

/** PEM. */
export type Certificate = { cert: string; key: string };

/** What the API shows over TLS. */
export type ApiTls = {
  certificate(): Certificate;
  /** Tells of each new certificate, until what it returns is called. */
  onChange(listener: (certificate: Certificate) => void): () => void;
  close(): void;
};

/** Where certificates come from: gives the one to show now, `current` itself where that is still good. */
export type CertificateSource = (current?: Certificate) => Promise<Certificate>;

const checkMs = 60_000;

/** Keeps the certificate of the API up to date: asks its source again each minute. Throws what the source throws at first. */
export async function openApiTls({ source, log, everyMs = checkMs }: { source: CertificateSource; log: Pick<FastifyBaseLogger, 'info' | 'warn'>; everyMs?: number }): Promise<ApiTls> {
  let current = await source();
  const listeners = new Set<(certificate: Certificate) => void>();
  const check = async () => {
    const next = await source(current);
    if (next === current) return;
    current = next;
    for (const listener of listeners) listener(next);
    log.info('the API shows a new certificate');
  };
  const timer = setInterval(() => void check().catch((err: unknown) => log.warn({ err }, 'the API keeps its old certificate: there is no good new one')), everyMs);
  timer.unref();
  return {
    certificate: () => current,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => clearInterval(timer),
  };
}
