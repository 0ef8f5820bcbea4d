import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../helpers/startApp.ts';
import { EditorPage } from './editorPage.ts';

let app: RunningApp;
let editor: EditorPage;

beforeAll(async () => {
  app = await startApp({ width: 1920, height: 1080 });
  editor = new EditorPage(app.page);
  await editor.ready();
});
afterAll(() => app.close());

/** Each test undoes what it did, so that all see the template as it came. */
describe('links', () => {
  it('connects by dragging, in either direction, as one undo step', async () => {
    const link = 'content:image>compare:before';
    await editor.drag(
      editor.socket('compare', 'before', 'input'),
      editor.socket('content', 'image', 'output'),
    );
    // The input was fed by another node: dragging off it takes that link along.
    expect(await editor.links()).not.toContain('content-resize:image>compare:before');
    await editor.undo();
    expect(await editor.links()).toContain('content-resize:image>compare:before');
    await editor.drag(
      editor.socket('content', 'image', 'output'),
      editor.socket('compare', 'before', 'input'),
    );
    expect(await editor.links()).toContain(link);
    expect(await editor.links()).not.toContain('content-resize:image>compare:before');
    await editor.undo();
    expect(await editor.links()).not.toContain(link);
    expect(await editor.links()).toContain('content-resize:image>compare:before');
  });

  it('refuses other types and loops, and says why before the pointer is let go', async () => {
    const before = await editor.links();
    const reasons = [
      await editor.reasonFor(
        editor.socket('content', 'mask', 'output'),
        editor.socket('sample', 'latent', 'input'),
      ),
      await editor.reasonFor(
        editor.socket('sample', 'latent', 'output'),
        editor.socket('content-invert', 'latent', 'input'),
      ),
    ];
    expect(reasons).toEqual(['Mask does not fit latent', 'This would make a loop']);
    expect(await editor.links()).toEqual(before);
  });

  it('lets a link be dragged off its input, but not clicked off', async () => {
    const link = 'adain:latent>sample:latent';
    await editor.socket('sample', 'latent', 'input').click();
    expect(await editor.links()).toContain(link);
    await editor.dragToEmpty(editor.socket('sample', 'latent', 'input'));
    expect(await editor.links()).not.toContain(link);
    await app.page.getByText('Needs a link').waitFor();
    await editor.undo();
    expect(await editor.links()).toContain(link);
  });

  it('offers fitting nodes for a link let go over the empty canvas', async () => {
    const nodes = await editor.nodes();
    await editor.dragToEmpty(editor.socket('content', 'image', 'output'));
    await app.page.getByRole('option', { name: /Preview Image/ }).waitFor();
    expect(await app.page.getByRole('option', { name: /Empty Latent/ }).count()).toBe(0);
    await app.page.keyboard.type('preview');
    await app.page.keyboard.press('Enter');
    await app.page.locator('[data-id=preview]').waitFor();
    expect(await editor.links()).toContain('content:image>preview:image');
    await editor.undo();
    expect(await editor.nodes()).toEqual(nodes);
    // The view went to the new node.
    await editor.fit();
  });
});

describe('nodes', () => {
  it('move on the grid, and back with one undo', async () => {
    const before = await editor.place('adain');
    await editor.dragBy(editor.title('adain'), 61, 47);
    const after = await editor.place('adain');
    expect(after.x).toBeGreaterThan(before.x);
    expect([after.x % 8, after.y % 8]).toEqual([0, 0]);
    await editor.undo();
    expect(await editor.place('adain')).toEqual(before);
  });

  it('are selected by a frame, copied, pasted, deleted and brought back', async () => {
    const nodes = await editor.nodes();
    await editor.frame('adain', 'kv-swap');
    expect(await editor.selected()).toEqual(['adain', 'kv-swap']);
    await app.page.keyboard.press('Control+c');
    await app.page.keyboard.press('Control+v');
    expect(await editor.nodes()).toEqual([...nodes, 'adain-2', 'kv-swap-2'].sort());
    await app.page.keyboard.press('Delete');
    expect(await editor.nodes()).toEqual(nodes);
    await editor.undo();
    expect(await editor.nodes()).toHaveLength(nodes.length + 2);
    await editor.undo();
    expect(await editor.nodes()).toEqual(nodes);
  });

  it('can be reached and changed without a pointer', async () => {
    await app.page.locator('[data-item=node][data-id=adain]').focus();
    const before = await editor.place('kv-swap');
    await app.page.keyboard.press('Tab');
    await app.page.keyboard.press('Shift+Tab');
    await app.page.locator('[data-item=node][data-id=kv-swap]').focus();
    await app.page.keyboard.press('Enter');
    await app.page.locator('[data-id=kv-swap] :focus').waitFor();
    await app.page.keyboard.press('Escape');
    await editor.title('kv-swap').click();
    await app.page.keyboard.press('ArrowRight');
    expect((await editor.place('kv-swap')).x).toBe(before.x + 8);
    await editor.undo();
    expect(await editor.place('kv-swap')).toEqual(before);
  });
});

describe('values', () => {
  it('change by dragging, by the keyboard and by typing; each is one undo step', async () => {
    const gamma = editor.control('kv-swap', 'gamma');
    const start = await gamma.getAttribute('aria-valuenow');
    await editor.dragBy(gamma, 40, 0);
    expect(Number(await gamma.getAttribute('aria-valuenow'))).toBeGreaterThan(Number(start));
    await editor.undo();
    expect(await gamma.getAttribute('aria-valuenow')).toBe(start);
    await gamma.focus();
    await app.page.keyboard.press('End');
    expect(await gamma.getAttribute('aria-valuenow')).toBe(await gamma.getAttribute('aria-valuemax'));
    await editor.undo();
    await gamma.focus();
    await app.page.keyboard.type('0.3');
    await app.page.keyboard.press('Enter');
    expect(await gamma.getAttribute('aria-valuenow')).toBe('0.3');
    await gamma.dblclick({ position: { x: 30, y: 10 } });
    expect(await gamma.getAttribute('aria-valuenow')).toBe('0.75');
    for (let edit = 0; edit < 2; edit++) await editor.undo();
    expect(await gamma.getAttribute('aria-valuenow')).toBe(start);
  });

  it('come from the link where one is', async () => {
    await app.page.locator('[data-id=sample]').getByText('from link').first().waitFor();
    expect(await editor.control('sample', 'steps').count()).toBe(0);
  });
});

describe('fingers', () => {
  it('zoom with two, also over a node, which stays where it is', async () => {
    const zoom = (): Promise<string> => app.page.locator('output').first().innerText();
    const [before, place] = [await zoom(), await editor.place('sample')];
    const { x, y } = (await editor.title('sample').boundingBox())!;
    await editor.touch([
      [
        { x, y },
        { x: x - 60, y },
      ],
      [
        { x: x + 40, y },
        { x: x + 140, y },
      ],
    ]);
    expect(await zoom()).not.toBe(before);
    expect(await editor.place('sample')).toEqual(place);
    await editor.fit();
  });

  it('open the menu of what they rest on, which stays open', async () => {
    const { x, y } = (await editor.title('sample').boundingBox())!;
    const fingers = await app.page.context().newCDPSession(app.page);
    await fingers.send('Input.dispatchTouchEvent', {
      type: 'touchStart',
      touchPoints: [{ x: x + 4, y: y + 4 }],
    });
    const entry = app.page.getByRole('menuitem', { name: 'Duplicate' });
    await entry.waitFor();
    await fingers.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await entry.click();
    expect(await editor.nodes()).toContain('sample-2');
    await editor.undo();
  });

  it('draw links', async () => {
    const middle = async (port: string, side: 'input' | 'output') => {
      const [node, name] = port.split('.') as [string, string];
      const { x, y, width, height } = (await editor.socket(node, name, side).boundingBox())!;
      return { x: x + width / 2, y: y + height / 2 };
    };
    await editor.touch([[await middle('content.image', 'output'), await middle('compare.before', 'input')]]);
    expect(await editor.links()).toContain('content:image>compare:before');
    await editor.undo();
  });
});

it('wrote no errors to the console', () => {
  expect(app.errors).toEqual([]);
});
