/** CPU types that there is an agent for, as Go names them, and what npm calls their Node. */
export const cpuTypes = { amd64: 'x64', arm64: 'arm64' } as const;
export type CpuType = keyof typeof cpuTypes;
