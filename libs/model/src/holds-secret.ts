/** What stands before the @ of a URL, and a colon and a password with a slash in it, which no URL has but people write. */
const users = /([a-z0-9+.-]*):\/\/([^/\s]*)@/gi;
const slashInPassword = /:\/\/(?!\[)[^/@:\s]*:(?!\d*([/?#]|$))[^\s]*@/;

/** Whether a text has a URL with a user, a token or a password in it. A user alone is no secret with ssh, which goes by keys. */
export function holdsSecret(text: string): boolean {
  return slashInPassword.test(text) || [...text.matchAll(users)].some(([, scheme = '', user = '']) => !/ssh$/i.test(scheme) || user.includes(':'));
}
