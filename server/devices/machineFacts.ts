import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { nvidiaDriver, onnxruntimeLibraries } from '../../models/runtime/whyUnavailable.ts';

/** Variables that decide which driver or GPU a provider finds. */
const variables = [
  'CUDA_VISIBLE_DEVICES',
  'LD_LIBRARY_PATH',
  'VK_ICD_FILENAMES',
  'VK_DRIVER_FILES',
  'VK_ADD_DRIVER_FILES',
];
/** Where Linux keeps what tells one driver installation from another; elsewhere the system's version has to do. */
const folders = ['/dev/dri', '/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'];

/**
 * A key for what was found out about devices: it changes with onnxruntime, its extra libraries, drivers, graphics cards
 * and the variables that choose between them. Files are looked at, nothing is loaded or started.
 */
export function machineFacts(onnxruntime: string): string {
  const facts = [
    onnxruntime,
    process.platform,
    process.arch,
    release(),
    ...variables.map((name) => process.env[name] ?? ''),
    contents(nvidiaDriver),
    about('/etc/ld.so.cache'),
    ...[...folders, onnxruntimeLibraries()].map(listing),
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

function contents(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function about(path: string): string {
  try {
    const { size, mtimeMs } = statSync(path);
    return `${size}:${mtimeMs}`;
  } catch {
    return '';
  }
}

/** Names with size and time; device nodes change their time whenever they are used, so theirs is left out. */
function listing(folder: string): string {
  try {
    const names = readdirSync(folder).toSorted();
    return names
      .map((name) => (folder.startsWith('/dev') ? name : `${name}=${about(join(folder, name))}`))
      .join();
  } catch {
    return '';
  }
}
