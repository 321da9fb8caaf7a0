/** The one domain there is. */
export const defaultDomain = { id: 'default', name: 'Default', description: 'The default domain' } as const;

export type DomainRef = { id?: string; name?: string };

/** Whether this means the one domain there is. Its name may be written in any case, for many write it like its id. */
export function isDefaultDomain({ id, name }: DomainRef = { id: defaultDomain.id }): boolean {
  return id === undefined ? name?.toLowerCase() === defaultDomain.name.toLowerCase() : id === defaultDomain.id;
}
