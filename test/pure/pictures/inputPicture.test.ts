import { describe, expect, it } from 'vitest';
import { inputPicture } from '../../../client/pictures/inputPicture.ts';
import type { RunView } from '../../../client/connection/runView.ts';
import { emptyDocument } from '../../../client/editor/core/documentStore.ts';

const node = (id: string, type: string, params = {}) => ({
  id,
  type,
  params,
  version: 1,
  position: { x: 0, y: 0 },
});
const link = (from: string, port: string, to: string, into: string) => ({
  from: { node: from, port },
  to: { node: to, port: into },
});
const document = {
  ...emptyDocument(),
  nodes: [
    node('photo', 'image/load', { image: 'sample:lake.jpg' }),
    node('none', 'image/load', { image: '' }),
    node('small', 'image/resize'),
    node('draw', 'mask/draw'),
  ],
  links: [
    link('photo', 'image', 'small', 'image'),
    link('small', 'image', 'draw', 'image'),
    link('photo', 'mask', 'draw', 'mask'),
  ],
};
const ran = (nodes: RunView['nodes']): RunView => ({ id: 'r', state: 'done', nodes });
const at = (port: string) => ({ node: 'draw', port });

describe('the picture that comes in', () => {
  it('is the file of a Load Image, or how opaque that is', () => {
    expect(inputPicture({ document, run: null }, { node: 'small', port: 'image' })).toEqual({
      url: '/api/samples/lake.jpg',
      part: 'colours',
      stale: false,
    });
    expect(inputPicture({ document, run: null }, at('mask'))).toMatchObject({ part: 'alpha' });
  });

  it('says what is missing', () => {
    expect(inputPicture({ document, run: null }, { node: 'photo', port: 'x' })).toBe('unwired');
    expect(inputPicture({ document, run: null }, at('image'))).toBe('unseen');
    const unchosen = { ...document, links: [link('none', 'image', 'draw', 'image')] };
    expect(inputPicture({ document: unchosen, run: null }, at('image'))).toBe('unseen');
  });

  it('is what the node showed in the run, and old when something before it was edited', () => {
    const draw = { state: 'done', pictures: { 'input.image': '/api/files/a.jpg' } } as const;
    const [photo, small] = [
      { state: 'cached', pictures: {} } as const,
      { state: 'done', pictures: {} } as const,
    ];
    const fresh = inputPicture({ document, run: ran({ photo, small, draw }) }, at('image'));
    expect(fresh).toEqual({ url: '/api/files/a.jpg', part: 'colours', stale: false });
    const edited = ran({ photo: { pictures: {} }, small, draw });
    expect(inputPicture({ document, run: edited }, at('image'))).toMatchObject({ stale: true });
  });
});
