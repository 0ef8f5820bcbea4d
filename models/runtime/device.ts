/** Where graphs run. `auto` is the fastest provider of this machine that really works (see chooseDevice). */
export const deviceNames = ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;

export type DeviceName = (typeof deviceNames)[number];

/** A device that has been decided on. */
export type Device = Exclude<DeviceName, 'auto'>;

/** The GPU providers, in the order in which they are tried. */
export const gpuDevices = ['cuda', 'dml', 'coreml', 'webgpu'] as const satisfies readonly Device[];

/** As people know them. */
export const deviceTitles: Readonly<Record<Device, string>> = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'Core ML',
};
