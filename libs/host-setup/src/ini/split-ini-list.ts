/** The items of a list value, as oslo.config's ListOpt reads it. */
export function splitIniList(value: string): string[] {
  return value.trim() === '' ? [] : value.split(',').map((item) => item.trim());
}
