import type { WrittenPackage } from './write-package.ts';

/** Says in one line what was made. */
export function printPackage({ file, version, bytes, made }: WrittenPackage): void {
  console.log(`${file}: ${version}, ${(bytes / 1e6).toFixed(0)} MB${made ? '' : ', was there already'}`);
}
