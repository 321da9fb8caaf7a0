/** A package as repositories have it. */
export type ExactPackage = { name: string; version: string };

/** How a check says which packages would be installed: those that are known to the version, and then those of which the newest is taken. */
export function sayExactPackages(packages: ExactPackage[], others: string[] = []): string {
  return `exactly ${[...packages.map(({ name, version }) => `${name} ${version}`), ...others].join(', ')}`;
}

const said = /\bexactly ([a-z0-9][\w.+-]* \d[\w.+:~^-]*(?:, [a-z0-9][\w.+-]* \d[\w.+:~^-]*)*)/;

/** The packages that the detail of a check names to the version; none where it does not say. */
export function readExactPackages(detail: string): ExactPackage[] {
  const [, list = ''] = said.exec(detail) ?? [];
  return list.split(', ').flatMap((one) => {
    const [name = '', version = ''] = one.split(' ');
    return version === '' ? [] : [{ name, version }];
  });
}
