/** CPU types that there are packages for, as Go names them, and what npm calls them. */
export const cpuTypes = { amd64: 'x64', arm64: 'arm64' } as const;
export type CpuType = keyof typeof cpuTypes;

/** The CPU types that a command line names; this machine's own when it names none. Throws an Error where there are no packages for one. */
export function readCpuTypes(asked: string[]): CpuType[] {
  const unknown = asked.find((name) => !(name in cpuTypes));
  if (unknown !== undefined) throw new Error(`Nothing is packaged for ${unknown}; CPU types are ${Object.keys(cpuTypes).join(', ')}.`);
  return asked.length === 0 ? [ownCpuType()] : (asked as CpuType[]);
}

/** This machine's own CPU type. Throws an Error where there are no packages for it. */
export function ownCpuType(): CpuType {
  const own = Object.entries(cpuTypes).find(([, name]) => name === process.arch)?.[0];
  if (own === undefined) throw new Error(`Nothing is packaged for ${process.arch}; CPU types are ${Object.keys(cpuTypes).join(', ')}: name those that your machines have.`);
  return own as CpuType;
}
