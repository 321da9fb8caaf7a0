/** Whose name a line of `pip freeze` has ("name==1.0", "name @ url", "-e url#egg=name"), as pip compares names (PEP 503); "" for one without. */
export function requirementName(line: string): string {
  return (/^([A-Za-z0-9._-]+)\s*(?:==|@)/.exec(line)?.[1] ?? /#egg=([\w.-]+)/.exec(line)?.[1] ?? '').replaceAll(/[-_.]+/g, '-').toLowerCase();
}
