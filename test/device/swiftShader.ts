import { existsSync } from 'node:fs';

/** Debian's chromium brings a software Vulkan device, so that WebGPU can be tested on a machine without a GPU. */
export const swiftShader = {
  VK_ICD_FILENAMES: '/usr/lib/chromium/vk_swiftshader_icd.json',
  LD_LIBRARY_PATH: '/usr/lib/chromium',
};

export const hasSwiftShader = existsSync(swiftShader.VK_ICD_FILENAMES);
