/** What one side of a mutual TLS channel shows and trusts, all PEM. */
export type TlsIdentity = { authority: string; certificate: string; key: string };

/** The common name that lets a client command agents. */
export const controlPlaneName = 'control-plane';

/** The DNS name in a host's certificate. */
export function hostDnsName(hostId: string): string {
  return `${hostId}.host.novadock`;
}
