import { env } from 'onnxruntime-node';

/** Version of onnxruntime, for the record of a run: results may differ in the last digits between versions. */
export function runtimeVersion(): string {
  return env.versions.node ?? env.versions.common;
}
