import type { Locator, Page } from 'playwright-core';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** What the canvas tests do again and again, with a real pointer. */
export class EditorPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The first visit's template, seen whole and at rest. */
  async ready(): Promise<void> {
    await this.title('sample').waitFor();
    await this.page.waitForFunction(() =>
      [...document.querySelectorAll('img')].every((picture) => picture.complete),
    );
    await this.fit();
  }

  async fit(): Promise<void> {
    await this.page.getByRole('button', { name: 'Fit to view' }).last().click();
    await this.rest();
  }

  /** Until the view has stopped gliding. */
  private async rest(): Promise<void> {
    await this.page.waitForTimeout(400);
  }

  socket(node: string, port: string, side: 'input' | 'output'): Locator {
    return this.page.locator(`[data-socket="${node}.${port}"][data-side=${side}]`);
  }

  title(node: string): Locator {
    return this.page.locator(`[data-item=node][data-id="${node}"] h3`);
  }

  control(node: string, parameter: string): Locator {
    return this.page.locator(`[data-item=node][data-id="${node}"] [data-param="${parameter}"]`);
  }

  links(): Promise<string[]> {
    return this.ids('link');
  }

  nodes(): Promise<string[]> {
    return this.ids('node');
  }

  private ids(kind: string): Promise<string[]> {
    return this.page
      .locator(`[data-item=${kind}]`)
      .evaluateAll((items) => items.map((item) => item.getAttribute('data-id')!).sort());
  }

  selected(): Promise<string[]> {
    return this.page
      .locator('[data-item=node].selected')
      .evaluateAll((items) => items.map((item) => item.getAttribute('data-id')!).sort());
  }

  /** Where a node is on the canvas. */
  place(node: string): Promise<Point> {
    return this.page.locator(`[data-item=node][data-id="${node}"]`).evaluate((item) => {
      const { e: x, f: y } = new DOMMatrix(getComputedStyle(item).transform);
      return { x, y };
    });
  }

  async undo(): Promise<void> {
    await this.page.keyboard.press('Control+z');
  }

  async drag(from: Locator, to: Locator): Promise<void> {
    await this.move(await middle(from), await middle(to));
    await this.page.mouse.up();
  }

  async dragBy(from: Locator, dx: number, dy: number): Promise<void> {
    const start = await middle(from);
    await this.move(start, { x: start.x + dx, y: start.y + dy });
    await this.page.mouse.up();
  }

  /** To the bottom left corner of the canvas, where the template has nothing. */
  async dragToEmpty(from: Locator): Promise<void> {
    await this.move(await middle(from), await this.emptyPlace());
    await this.page.mouse.up();
  }

  /** What is shown beside the pointer while a link is held over a socket. */
  async reasonFor(from: Locator, to: Locator): Promise<string> {
    await this.move(await middle(from), await middle(to));
    const reason = await this.page.locator('.reason').innerText();
    await this.page.mouse.up();
    return reason;
  }

  /** Drags a frame with Shift around some nodes. */
  async frame(...nodes: string[]): Promise<void> {
    await this.page.keyboard.press('Escape');
    const boxes = await Promise.all(
      nodes.map((node) => this.page.locator(`[data-item=node][data-id="${node}"]`).boundingBox()),
    );
    const found = boxes.filter((box) => box !== null);
    const start = {
      x: Math.min(...found.map((box) => box.x)) - 4,
      y: Math.min(...found.map((box) => box.y)) - 4,
    };
    const end = {
      x: Math.max(...found.map((box) => box.x + box.width)) + 4,
      y: Math.max(...found.map((box) => box.y + box.height)) + 4,
    };
    await this.page.keyboard.down('Shift');
    await this.move(start, end);
    await this.page.mouse.up();
    await this.page.keyboard.up('Shift');
  }

  private async move(from: Point, to: Point): Promise<void> {
    await this.page.mouse.move(from.x, from.y);
    await this.page.mouse.down();
    await this.page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
    await this.page.mouse.move(to.x, to.y, { steps: 4 });
  }

  /** Fingers that go down together, each from the first place to the second. */
  async touch(fingers: readonly (readonly [Point, Point])[]): Promise<void> {
    const device = await this.page.context().newCDPSession(this.page);
    const at = (part: number): { x: number; y: number; id: number }[] =>
      fingers.map(([from, to], id) => {
        return { id, x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
      });
    await device.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) });
    for (let step = 1; step <= 8; step++) {
      await device.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(step / 8) });
      await this.page.waitForTimeout(16);
    }
    await device.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await this.rest();
  }

  private async emptyPlace(): Promise<Point> {
    const box = (await this.page.getByRole('application').boundingBox())!;
    return { x: box.x + 24, y: box.y + box.height - 24 };
  }
}

async function middle(locator: Locator): Promise<Point> {
  const box = await locator.first().boundingBox();
  if (!box) throw new Error(`${String(locator)} is not to be seen`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
