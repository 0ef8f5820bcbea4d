/** Where graphs run. `auto` takes the first provider of this machine that works, a GPU before the CPU. */
export const deviceNames = ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;

export type DeviceName = (typeof deviceNames)[number];

/** A device that has been decided on. */
export type Device = Exclude<DeviceName, 'auto'>;
