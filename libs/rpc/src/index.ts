export { connectAgent, type AgentConnection } from './connect-agent.ts';
export { authorityFingerprint, createAuthority, createCertificateRequest, createControlPlaneCertificate, signHostCertificate, type Authority } from './pki/authority.ts';
export { createPrivateKey } from './pki/create-private-key.ts';
export { publicKeyHash, publicKeyPin } from './pki/public-key-pin.ts';
export { hostDnsName, type TlsIdentity } from './pki/identity.ts';
export { serveAgent } from './serve-agent.ts';
export { createStatusFeed, type StatusFeed } from './status-feed.ts';
