/** The newest of `versions` that is `wanted`, or begins with it: "20.10" is 5:20.10.24-1~debian.12~bookworm, and not 20.100.1. Empty: the newest. */
export function matchVersion(versions: string[], wanted: string): string | undefined {
  return versions.filter((version) => fitsVersion(version, wanted)).toSorted(compareVersions).at(-1);
}

export function fitsVersion(version: string, wanted: string): boolean {
  if (wanted === '' || version === wanted) return true;
  // Of the epoch hardly anybody speaks.
  const plain = wanted.includes(':') ? version : version.replace(/^\d+:/, '');
  return plain === wanted || (plain.startsWith(wanted) && !/^\d\d$/.test(`${wanted.at(-1)}${plain.at(wanted.length)}`));
}

/** As package managers compare: numbers by their value, a tilde before everything. */
function compareVersions(one: string, other: string): number {
  const [left, right] = [partsOf(one), partsOf(other)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const order = compareParts(left[at] ?? '', right[at] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function partsOf(version: string): string[] {
  return (/^\d+:/.test(version) ? version : `0:${version}`).match(/\d+|[a-z]+|~|[^\da-z~]/gi) ?? [];
}

function compareParts(one: string, other: string): number {
  if (one === other) return 0;
  if (one === '~' || other === '~') return one === '~' ? -1 : 1;
  if (/^\d/.test(one) && /^\d/.test(other)) return Number(one) - Number(other);
  return one < other ? -1 : 1;
}
