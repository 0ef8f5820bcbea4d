import { z } from 'zod';
import { fileQuerySchema, samplesSchema, uploadSchema } from '../../protocol/api.ts';
import { fileNameSchema } from '../../protocol/runs.ts';
import type { Library } from '../../runs/library.ts';
import type { FileStore } from '../../storage/fileStore.ts';
import { Serial } from '../../storage/serial.ts';
import { ApiError, notFound } from '../apiError.ts';
import { mimeTypeOf } from '../mimeTypes.ts';
import { type Route, type RouteAnswer, route } from '../route.ts';
import type { Thumbnails } from '../thumbnails.ts';

/** A sample is asked for by its file's name; which names there are, the library knows. */
const sampleFileSchema = z.string().regex(/^(sample:)?[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
const SAMPLE = 'sample:';
const FOREVER = 'private, max-age=31536000, immutable';

export interface PictureRouteParts {
  readonly files: FileStore;
  readonly library: Library;
  readonly thumbnails: Thumbnails;
}

/** Pictures: uploads, samples, outputs. */
export function pictureRoutes({ files, library, thumbnails }: PictureRouteParts): Route[] {
  const show = async (name: string, path: string, width: number | undefined): Promise<RouteAnswer> => {
    const headers = { 'Cache-Control': FOREVER };
    if (width === undefined || name.endsWith('.json')) return { path, type: mimeTypeOf(name), headers };
    return { bytes: await thumbnails.get(name, path, width), type: 'image/webp', headers };
  };
  return [
    uploadRoute(files, library),
    route({
      method: 'get',
      path: '/api/files/:name',
      summary: 'A stored file by the SHA-256 of its content; with `width`, a thumbnail of a picture.',
      params: z.object({ name: fileNameSchema }),
      query: fileQuerySchema,
      answer: 'picture',
      errors: ['not-found'],
      handle: async ({ params: { name }, query }) => {
        const path = await files.find(name);
        if (path === undefined) throw notFound('such file');
        return show(name, path, query.width);
      },
    }),
    route({
      method: 'get',
      path: '/api/samples',
      summary: 'Pictures that come with Impasto.',
      answer: samplesSchema,
      handle: () => ({ json: { samples: library.samples } }),
    }),
    route({
      method: 'get',
      path: '/api/samples/:file',
      summary: 'A sample picture; `file` is the last part of its reference.',
      params: z.object({ file: sampleFileSchema }),
      query: fileQuerySchema,
      answer: 'picture',
      errors: ['not-found'],
      handle: async ({ params: { file }, query }) => {
        const path = library.samplePath(file.startsWith(SAMPLE) ? file : `${SAMPLE}${file}`);
        if (path === undefined) throw notFound('such sample');
        return { ...(await show(file, path, query.width)), headers: { 'Cache-Control': 'no-cache' } };
      },
    }),
  ];
}

function uploadRoute(files: FileStore, library: Library): Route {
  // One at a time: a large picture takes hundreds of megabytes while it is looked at.
  const inspections = new Serial();
  return route({
    method: 'post',
    path: '/api/uploads',
    summary: "Keeps a picture and answers what Load Image's `image` parameter takes.",
    upload: true,
    status: 201,
    answer: uploadSchema,
    errors: ['unsupported-file', 'too-large', 'no-space'],
    handle: async ({ file }) => {
      if (!file) throw new ApiError('bad-request', 'Send one picture, as the field "file" of a form.');
      const { bytes, extension, width, height, workflow } = await inspections.run(() =>
        library.inspectPicture(file.bytes),
      );
      const reference = await files.put(bytes, extension);
      return { json: { reference, width, height, ...(workflow !== undefined && { workflow }) } };
    },
  });
}
