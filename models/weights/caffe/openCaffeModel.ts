import { basename, resolve } from 'node:path';
import { PbfReader } from 'pbf';
import { elementTypes } from '../../graph/elementType.ts';
import { elementCount } from '../../tensor/tensor.ts';
import { readRange, withFile, type NamedFile } from '../fileRange.ts';
import { byteLength, type WeightInfo, type WeightSource } from '../weightSource.ts';
import { WeightsError } from '../weightsError.ts';
import { ProtobufFile, type Span } from './protobufFile.ts';

type StoredInfo = WeightInfo & Required<Pick<WeightInfo, 'place'>>;

/** Field numbers of caffe.proto: NetParameter's layers, and within one its name and its blobs. */
const layerForms: ReadonlyMap<number, { readonly name: number; readonly blobs: number }> = new Map([
  [2, { name: 4, blobs: 6 }], // V1LayerParameter, until 2014
  [100, { name: 1, blobs: 7 }], // LayerParameter
]);
/** BlobProto. */
const [NUM, WIDTH, DATA, SHAPE, DOUBLE_DATA] = [1, 4, 5, 7, 8];
const MOST_NAME_BYTES = 256;
const MOST_SHAPE_BYTES = 1024;

/**
 * Opens a Caffe model (.caffemodel, a protobuf NetParameter of either layout). The blobs of a layer are called
 * `LAYER.weight` and `LAYER.bias`, as in PyTorch; a bias that is stored as 1x1x1xC has the shape [C], a matrix stored as
 * 1x1xOxI has [O, I]. Tensors are read when asked for. Throws WeightsError.
 */
export async function openCaffeModel(path: string, file = basename(path)): Promise<WeightSource> {
  const at: NamedFile = { path: resolve(path), file };
  const tensors = await withFile(at, async (handle) => {
    const { size } = await handle.stat();
    return readNet(new ProtobufFile(handle, { size, file }), at);
  });
  if (tensors.size === 0)
    throw new WeightsError('format', file, 'this is no Caffe model: it has no layers with weights');
  return {
    title: file,
    tensors,
    read: async (name, limit = Infinity) => {
      const info = tensors.get(name);
      if (!info) throw new WeightsError('missing-tensor', file, `no tensor '${name}'`);
      const length = Math.min(limit, byteLength(info));
      return withFile(at, (handle) => readRange(handle, { offset: info.place.offset, length, file }));
    },
  };
}

async function readNet(net: ProtobufFile, at: NamedFile): Promise<Map<string, StoredInfo>> {
  const tensors = new Map<string, StoredInfo>();
  for await (const field of net.fields({ start: 0, end: net.size })) {
    const form = layerForms.get(field.number);
    if (!form) continue;
    let name = '';
    const blobs: Span[] = [];
    for await (const inner of net.fields(field)) {
      if (inner.number === form.name)
        name = Buffer.from(await net.bytes(inner, MOST_NAME_BYTES)).toString('utf8');
      else if (inner.number === form.blobs) blobs.push(inner);
    }
    for (const [index, blob] of blobs.entries()) {
      const tensor = `${name}.${['weight', 'bias'][index] ?? `blob${index}`}`;
      if (tensors.has(tensor))
        throw new WeightsError('duplicate-name', at.file, `there are two tensors '${tensor}'`);
      tensors.set(tensor, await readBlob(net, blob, { path: at.path, tensor }));
    }
  }
  return tensors;
}

async function readBlob(
  net: ProtobufFile,
  blob: Span,
  { path, tensor }: { path: string; tensor: string },
): Promise<StoredInfo> {
  const old = [1, 1, 1, 1];
  let shape: readonly number[] | undefined;
  let data: (Span & { dtype: 'float32' | 'float64' }) | undefined;
  for await (const { number, value, start, end } of net.fields(blob)) {
    if (number >= NUM && number <= WIDTH) old[number - NUM] = value;
    else if (number === SHAPE) shape = dimensions(await net.bytes({ start, end }, MOST_SHAPE_BYTES));
    else if (number === DATA || number === DOUBLE_DATA) {
      if (data) net.fail(`the data of '${tensor}' comes in several pieces`);
      data = { start, end, dtype: number === DATA ? 'float32' : 'float64' };
    }
  }
  shape ??= withoutLeadingOnes(old, tensor);
  if (!data) net.fail(`'${tensor}' has no data`);
  const [found, expected] = [data.end - data.start, elementCount(shape) * elementTypes[data.dtype].bytes];
  if (found !== expected)
    net.fail(`'${tensor}' of shape [${shape.join(', ')}] has ${found} bytes, expected ${expected}`);
  return { dtype: data.dtype, shape, place: { path, offset: data.start } };
}

/** BlobShape: a list of whole numbers. */
function dimensions(bytes: Uint8Array): readonly number[] {
  const read = (field: number, into: number[], reader: PbfReader) => {
    if (field === 1) reader.readPackedVarint(into);
  };
  return new PbfReader(bytes).readFields(read, []);
}

/** The old layout has four axes always: only a convolution's weights need them. */
function withoutLeadingOnes(four: readonly number[], tensor: string): readonly number[] {
  if (tensor.endsWith('.bias')) return [elementCount(four)];
  return four[0] === 1 && four[1] === 1 ? four.slice(2) : four;
}
