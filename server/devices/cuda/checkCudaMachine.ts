import { Complaint } from '../../cli/complaint.ts';

/** What the checks look at; tests bring their own machine. */
export interface CudaMachine {
  readonly platform: string;
  readonly arch: string;
  /** What /proc/driver/nvidia/version says; undefined where there is none. */
  readonly driver: string | undefined;
  /** Names of the libraries that the loader finds. */
  readonly libraries: readonly string[];
  readonly freeBytes: number;
}

/** The first driver for CUDA 12. */
const DRIVER = 525;
const SPACE = 2e9;
/** onnxruntime's CUDA provider is linked against these: CUDA 12 and cuDNN 9. */
const needed: Readonly<Record<string, readonly string[]>> = {
  'CUDA 12': ['libcudart.so.12', 'libcublas.so.12', 'libcublasLt.so.12', 'libcurand.so.10', 'libcufft.so.11'],
  'cuDNN 9': ['libcudnn.so.9'],
};

/** Throws a Complaint, one sentence and what to do, for the first thing that keeps CUDA from working. */
export function checkCudaMachine({ platform, arch, driver, libraries, freeBytes }: CudaMachine): void {
  if (platform !== 'linux' || arch !== 'x64')
    throw new Complaint(
      `CUDA is there on Linux on x64 only; this is ${platform} on ${arch}. --device webgpu uses a GPU without it.`,
    );
  if (driver === undefined)
    throw new Complaint(
      "There is no NVIDIA driver here (/proc/driver/nvidia/version): install NVIDIA's driver, restart, and run this again.",
    );
  const version = /\s(\d{3,})\.(\d+)/.exec(driver);
  if (version && Number(version[1]) < DRIVER)
    throw new Complaint(
      `The NVIDIA driver is version ${version[0].trim()}, and CUDA 12 needs ${DRIVER} or newer: update the driver and run this again.`,
    );
  for (const [product, names] of Object.entries(needed)) {
    const missing = names.filter((name) => !libraries.includes(name));
    if (missing.length === 0) continue;
    throw new Complaint(
      `${product} is not complete here: the loader finds no ${missing.join(', no ')}. Install ${product} from NVIDIA (or add its folder to LD_LIBRARY_PATH) and run this again.`,
    );
  }
  if (freeBytes < SPACE)
    throw new Complaint(
      `The download and what comes out of it need ${SPACE / 1e9} GB, and ${(freeBytes / 1e9).toFixed(1)} GB are free: make room and run this again.`,
    );
}
