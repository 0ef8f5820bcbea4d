import type { Locator, Page } from 'playwright-core';

/** Waits until it is to be seen. */
export async function seen(locator: Locator): Promise<boolean> {
  await locator.waitFor();
  return locator.isVisible();
}

/** Waits until it is not to be seen any more. */
export async function gone(locator: Locator): Promise<boolean> {
  await locator.waitFor({ state: 'hidden' });
  return locator.isHidden();
}

/** What the shell's tests do again and again, by what a person sees. */
export class ShellPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
  }

  get inspector(): Locator {
    return this.page.getByRole('complementary', { name: 'Inspector' });
  }

  get frames(): Locator {
    return this.page.getByRole('group', { name: 'Steps', exact: true }).getByRole('button');
  }

  /** The canvas with the template of a first visit on it. */
  async ready(): Promise<void> {
    await this.button('Run').waitFor();
    await this.page.getByLabel('Node Content (content)').waitFor();
  }

  /** Opens a drawer and answers it. */
  async drawer(name: 'Add node' | 'Workflows' | 'Models' | 'Runs'): Promise<Locator> {
    const drawer = this.page.getByRole('region', { name, exact: true });
    if (!(await drawer.isVisible())) {
      await this.page.getByRole('navigation').getByRole('button', { name, exact: true }).click();
    }
    await drawer.waitFor();
    return drawer;
  }

  /** Chooses from the menu beside an entry of a drawer. */
  async choose(menu: string, entry: string): Promise<void> {
    await this.button(menu).click();
    await this.page.getByRole('menuitem', { name: entry }).click();
  }

  /** Drops a file somewhere that has no use of its own for it. */
  async drop(file: { name: string; type: string; bytes: Uint8Array }): Promise<void> {
    const transfer = await this.page.evaluateHandle(
      ({ name, type, data }) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(data)], name, { type }));
        return transfer;
      },
      { name: file.name, type: file.type, data: [...file.bytes] },
    );
    await this.page.dispatchEvent('header', 'drop', { dataTransfer: transfer });
  }

  /** Opens a template with other values, by `node.parameter`: a short run is as good a test. */
  async openTemplate(name: string, values: Readonly<Record<string, string | number>>): Promise<void> {
    const document = await this.page.evaluate(async (template) => {
      const response = await fetch(`/api/templates/${template}`);
      return (await response.json()) as {
        title: string;
        nodes: { id: string; params: Record<string, unknown> }[];
      };
    }, name);
    for (const [place, value] of Object.entries(values)) {
      const [id, parameter] = place.split('.') as [string, string];
      document.nodes.find((node) => node.id === id)!.params[parameter] = value;
    }
    await this.openDocument(document);
  }

  /** Drops a workflow on the page. */
  async openDocument(document: { readonly title: string }): Promise<void> {
    const bytes = new TextEncoder().encode(JSON.stringify(document));
    await this.drop({ name: 'workflow.json', type: 'application/json', bytes });
    await this.page.getByText(`Opened ${document.title}.`).last().waitFor();
  }

  /** Runs the workflow to its end. */
  async run(): Promise<void> {
    await this.page.keyboard.press('Control+Enter');
    await this.button('Cancel').waitFor();
    await this.button('Run').waitFor({ timeout: 200_000 });
  }
}
