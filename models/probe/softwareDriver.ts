import { readFileSync } from 'node:fs';

/** Vulkan drivers that compute on the processor, by a part of their libraries' names. */
const software: Readonly<Record<string, string>> = { vk_swiftshader: 'SwiftShader', vulkan_lvp: 'llvmpipe' };
const hardware = /lib(GLX_nvidia|nvidia-glcore|vulkan_(?!lvp)\w+)|amdvlk/;

/**
 * The software driver that this process has loaded and that no GPU's driver stands beside; undefined when there is none,
 * or where the system does not tell (all but Linux): there, its speed shows what it is. `maps` is /proc/self/maps.
 */
export function softwareDriver(maps = readMaps()): string | undefined {
  if (hardware.test(maps)) return undefined;
  return Object.entries(software).find(([library]) => maps.includes(library))?.[1];
}

function readMaps(): string {
  try {
    return readFileSync('/proc/self/maps', 'utf8');
  } catch {
    return '';
  }
}
