import { reachableUrl } from './reachable-url.ts';

/** The line that makes a bare machine a host. `url`: where the operator reaches the API; other machines do so by HTTPS only, whose key the line pins. */
export function joinCommand({ url, publicKeyPin, token }: { url: string; publicKeyPin: string; token: string }): string {
  const controller = reachableUrl(url).replace(/^http:/, 'https:');
  return `curl -fsSk --pinnedpubkey '${publicKeyPin}' ${controller}/v1/join.sh | sudo sh -s -- --token ${token}`;
}
