import { createRequire } from 'node:module';
import { z } from 'zod';
import { Complaint } from '../../cli/complaint.ts';
import type { Connections } from '../../models/download/connections.ts';
import { fetchText } from '../../models/download/fetchText.ts';
import { networkFailure } from '../../models/download/networkFailure.ts';

/** What onnxruntime's own install script is told to fetch, in the form of its version 1.30. */
const metadataSchema = z.object({
  manifests: z.record(z.string(), z.record(z.string(), z.object({ package: z.string(), path: z.string() }))),
  packages: z.record(
    z.string(),
    z.object({ name: z.string(), versions: z.array(z.object({ feed: z.string(), version: z.string() })) }),
  ),
  feeds: z.record(z.string(), z.object({ index: z.url() })),
});

const indexSchema = z.object({ resources: z.array(z.object({ '@id': z.string(), '@type': z.string() })) });

export interface CudaPackage {
  readonly url: string;
  /** Its entries that are wanted, and the file that each becomes. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Where the extra libraries of this very version of onnxruntime are, as its own install script knows it. `feed` takes the
 * place of the address of the index. Throws Complaint and DownloadFailure.
 */
export async function cudaPackage(connections: Connections, feed?: string): Promise<CudaPackage> {
  const path = 'onnxruntime-node/script/install-metadata.js';
  const { manifests, packages, feeds } = metadataSchema.parse(createRequire(import.meta.url)(path));
  const manifest = Object.entries(manifests['linux/x64:cuda12'] ?? {});
  const [name, version, index] = Object.values(packages)
    .filter((_, i) => Object.keys(packages)[i] === manifest[0]?.[1].package)
    .flatMap(({ name: id, versions: [first] }) =>
      first ? [id, first.version, feeds[first.feed]?.index] : [],
    );
  if (!name || !version || !index)
    throw new Complaint(
      'This version of onnxruntime does not say where its CUDA libraries are: report this, please.',
    );
  const { resources } = await packageIndex(feed ?? index, connections);
  const base = resources.find((each) => each['@type'] === 'PackageBaseAddress/3.0.0')?.['@id'];
  if (!base) throw new Complaint('The address of the packages is not in the index that onnxruntime names.');
  const [id, number] = [name.toLowerCase(), version.toLowerCase()];
  return {
    url: `${base.replace(/\/?$/, '/')}${id}/${number}/${id}.${number}.nupkg`,
    files: new Map(manifest.map(([file, entry]) => [entry.path, file.replace(/^\.\//, '')])),
  };
}

async function packageIndex(address: string, connections: Connections): Promise<z.infer<typeof indexSchema>> {
  if (!URL.canParse(address))
    throw new Complaint(`"${address}" is no address of an index of packages; expected https://...`);
  const url = new URL(address);
  const what = `the index of packages at ${url.host}`;
  const { signal } = new AbortController();
  const asked = { what, page: undefined, hasToken: false };
  const text = await fetchText(url, { asked, token: undefined, connections, signal }).catch(
    (error: unknown) => {
      throw networkFailure(error, what) ?? error;
    },
  );
  try {
    return indexSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new Complaint(`What ${url.host} answers is no index of packages: is ${address} right?`, error);
  }
}
