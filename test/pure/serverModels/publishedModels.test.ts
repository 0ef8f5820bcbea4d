import { expect, it } from 'vitest';
import { publishedModels } from '../../../server/models/publishedModels.ts';

it('the networks that templates need say how large they are and what their sums must be', () => {
  const networks = publishedModels.filter(({ role }) => role === 'vgg');
  expect(networks.map(({ id }) => id)).toEqual(['vgg19-normalised', 'vgg19-caffe', 'vgg19-torchvision']);
  const file = { path: expect.any(String), bytes: expect.any(Number), sha256: expect.any(String) };
  expect(networks.map(({ files }) => files)).toEqual([[file], [file], [file]]);
});

it('sizes are shown as sizes, and do not stand in notes', () => {
  const notes = publishedModels.map(({ note = '' }) => note);
  expect(notes.filter((note) => /\d\s?[KMG]B/.test(note))).toEqual([]);
});
