import { expect, it } from 'vitest';
import { softwareDriver } from '../../../models/probe/softwareDriver.ts';

const line = (library: string) => `7f00-7f01 r-xp 00000000 08:01 1  /usr/lib/${library}\n`;

it('tells a software GPU by its driver, unless a real one stands beside it', () => {
  expect(softwareDriver(line('chromium/libvk_swiftshader.so'))).toBe('SwiftShader');
  expect(softwareDriver(line('libvulkan_lvp.so'))).toBe('llvmpipe');
  expect(softwareDriver(line('libvulkan_lvp.so') + line('libvulkan_radeon.so'))).toBeUndefined();
  expect(softwareDriver(line('libvulkan_lvp.so') + line('libGLX_nvidia.so.0'))).toBeUndefined();
  expect(softwareDriver(line('libvulkan.so.1'))).toBeUndefined();
});
