import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { openPage, patienceMs, startBrowser } from './browser.ts';
import type { Daemon } from './daemon.ts';

/** What has the focus. */
export interface Focused {
  /** In lower case; `body`: nothing. */
  readonly tag: string;
  /** As it is heard: its label or its text. */
  readonly name: string;
  /** Name of the part around it; empty: none. */
  readonly part: string;
  /** Somebody can see that it has the focus. */
  readonly isMarked: boolean;
  readonly isInDialog: boolean;
}

const look = `(() => {
  const active = document.activeElement ?? document.body;
  const nameOf = (one) =>
    (one?.getAttribute('aria-label') ?? one?.labels?.[0]?.textContent ?? one?.textContent ?? '').trim();
  const part = active.closest('section, fieldset, dialog');
  const named = part?.getAttribute('aria-labelledby');
  const style = getComputedStyle(active);
  return {
    tag: active.localName,
    name: active === document.body ? '' : nameOf(active),
    part: part?.getAttribute('aria-label')
      ?? (named ? document.getElementById(named).textContent : part?.querySelector('legend')?.textContent)
      ?? '',
    isMarked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    isInDialog: active.closest('dialog') !== null,
  };
})()`;

type Name = string | RegExp;

function fits(text: string, name: Name): boolean {
  return typeof name === 'string' ? text === name : name.test(text);
}

const mostTabs = 150;

/** A page that is used by keys alone. */
export class Keys {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  focused(): Promise<Focused> {
    return this.#page.evaluate(look) as Promise<Focused>;
  }

  /**
   * Presses Tab (or Shift+Tab) until what is called `name`, within the part called `part`, has the
   * focus. Whatever has it on the way can be seen to have it.
   */
  async to(name: Name, part?: Name, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    const signal = AbortSignal.timeout(patienceMs);
    const seen = new Set<string>();
    // What is not there yet may come while Tab goes round.
    for (let i = 0; i < mostTabs || !signal.aborted; i++) {
      const now = await this.focused();
      if (fits(now.name, name) && (part === undefined || fits(now.part, part))) return;
      seen.add(`${now.tag} ${now.name}`);
      await this.#page.keyboard.press(key);
      const next = await this.focused();
      assert.ok(next.tag === 'body' || next.isMarked, `the focus is seen at ${next.name}`);
    }
    const where = part ? ` in ${part}` : '';
    assert.fail(`${key} does not lead to ${name}${where}, only to ${[...seen].join(', ')}`);
  }

  /** Goes to it and presses a key there. */
  async press(name: Name, key: string, part?: Name): Promise<void> {
    await this.to(name, part);
    await this.#page.keyboard.press(key);
  }

  /** Goes to a field and types in the place of what stands there. */
  async fill(name: Name, text: string, part?: Name): Promise<void> {
    await this.to(name, part);
    await this.#page.keyboard.press('Control+A');
    await this.#page.keyboard.type(text);
  }

  /** Waits until the heading (or what `tag` says) called `name` has the focus, with no key pressed. */
  async come(name: Name, tag = 'h1'): Promise<void> {
    const signal = AbortSignal.timeout(patienceMs);
    for (;;) {
      const now = await this.focused();
      assert.ok(!signal.aborted, `the focus is at ${now.tag} ${now.name}, not ${tag} ${name}`);
      if (fits(now.name, name) && now.tag === tag) return;
      await this.#page.evaluate('new Promise(requestAnimationFrame)');
    }
  }

  /** A dialog is open: Tab stays in it, however often; Escape closes it and leads back. */
  async dialogHoldsFocus(title: Name, back: string): Promise<void> {
    await this.#page.getByRole('dialog', { name: title }).waitFor();
    for (const key of ['Tab', 'Shift+Tab']) {
      for (let i = 0; i < 12; i++) {
        await this.#page.keyboard.press(key);
        const { tag, name, isInDialog } = await this.focused();
        // Beyond the last one is the browser's own bar, and then the first one again.
        assert.ok(isInDialog || tag === 'body', `${key} in ${title} leads to ${name}`);
      }
    }
    await this.#page.keyboard.press('Escape');
    // The element, not what is seen of it: its button can be pressed again once that is gone.
    await this.#page.locator('dialog').waitFor({ state: 'detached' });
    assert.equal((await this.focused()).name, back, `after ${title}`);
  }

  /** Signs in as admin on the page as it stands. */
  async signIn(password: string): Promise<void> {
    // The name has the focus as soon as it is there.
    await this.#page.locator('input:focus').waitFor();
    await this.#page.keyboard.type('admin');
    await this.#page.keyboard.press('Tab');
    await this.#page.keyboard.type(password);
    await this.#page.keyboard.press('Enter');
    await this.#page.locator('h1:focus').waitFor();
  }
}

/** Signed in by keys at a view. @param hash as `#/log`. */
export async function beginByKeys(t: TestContext, daemon: Daemon, hash: string) {
  const { page, problems } = await openPage(await startBrowser(t), daemon, {}, hash);
  const keys = new Keys(page);
  await keys.signIn(daemon.password);
  return { page, keys, problems, keyboard: page.keyboard };
}
