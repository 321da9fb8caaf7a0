import type { experimental } from '@grpc/grpc-js';
import type { TlsIdentity } from './identity.ts';

type CertificateProvider = experimental.CertificateProvider;

/** An identity whose certificate is replaced while channels use it: streams go on, and each new connection shows the new one. */
export type LiveIdentity = { provider: CertificateProvider; replace: (identity: TlsIdentity) => void };

export function createLiveIdentity(first: TlsIdentity): LiveIdentity {
  let identity = first;
  const caListeners = new Set<experimental.CaCertificateUpdateListener>();
  const identityListeners = new Set<experimental.IdentityCertificateUpdateListener>();
  const tell = () => {
    for (const listener of caListeners) listener(toCa(identity));
    for (const listener of identityListeners) listener(toOwn(identity));
  };
  // A listener is told what there is at the next tick: grpc-js is not ready for it before.
  const provider: CertificateProvider = {
    addCaCertificateListener: (listener) => {
      caListeners.add(listener);
      process.nextTick(() => listener(toCa(identity)));
    },
    removeCaCertificateListener: (listener) => void caListeners.delete(listener),
    addIdentityCertificateListener: (listener) => {
      identityListeners.add(listener);
      process.nextTick(() => listener(toOwn(identity)));
    },
    removeIdentityCertificateListener: (listener) => void identityListeners.delete(listener),
  };
  return {
    provider,
    replace: (next) => {
      identity = next;
      tell();
    },
  };
}

/** What grpc-js takes certificates from. */
export function providerOf(identity: TlsIdentity | LiveIdentity): CertificateProvider {
  return 'provider' in identity ? identity.provider : createLiveIdentity(identity).provider;
}

function toCa({ authority }: TlsIdentity): experimental.CaCertificateUpdate {
  return { caCertificate: Buffer.from(authority) };
}

function toOwn({ certificate, key }: TlsIdentity): experimental.IdentityCertificateUpdate {
  return { certificate: Buffer.from(certificate), privateKey: Buffer.from(key) };
}
