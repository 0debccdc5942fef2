/** Relays that cannot be brought to rest, on drivers whose kernel is a fake that can fail. */
import assert from 'node:assert/strict';
import { register } from 'node:module';
import { test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import type { GpioDriver, RelayLine } from '../../src/ports.ts';
import { FakeClock } from '../support/clock.ts';
import { memoryLog } from '../support/log.ts';

/** What the modules that stand for the kernel do. */
const kernel = { broken: false, closed: 0, freed: 0 };
Object.assign(globalThis, { fakeKernel: kernel });

const modules = {
  'io/libc.js': `
    export function ioctl() {
      if (fakeKernel.broken) throw Object.assign(new Error('ENODEV'), { code: 'ENODEV' });
    }
    export function setNonBlocking() {}`,
  'io/gpio/chips.js': `
    import { openSync } from 'node:fs';
    export const findChip = (name) => ({ name, label: '', lines: 64 });
    export const checkLine = () => {};
    export const requestLines = () => openSync('/dev/null');`,
  'io/gpio/sysfs.js': `
    export const sysfsRoot = '/nowhere';
    export const lineNumber = (chip, line) => line;`,
  'io/gpio/rest-guard.js': `
    export class RestGuard { hold() {} free() { fakeKernel.freed += 1; } }`,
};
const hooks = `
const modules = ${JSON.stringify(modules)};
export async function resolve(name, context, next) {
  const found = await next(name, context);
  const fake = Object.keys(modules).find((path) => found.url.endsWith(path));
  if (!fake) return found;
  return { url: 'data:text/javascript,' + encodeURIComponent(modules[fake]), shortCircuit: true };
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
const { restRelays } = await import('../../src/io/gpio/driver.ts');

/** Package onoff, as far as a relay uses it. */
class FakeGpio {
  #level: number;

  constructor(_line: number, direction: string) {
    this.#level = direction === 'high' ? 1 : 0;
  }

  direction(): string {
    return 'out';
  }

  activeLow(): boolean {
    return false;
  }

  readSync(): number {
    return this.#level;
  }

  writeSync(level: number): void {
    if (kernel.broken) throw Object.assign(new Error('EIO'), { code: 'EIO' });
    this.#level = level;
  }

  unexport(): void {
    kernel.closed += 1;
  }

  unwatchAll(): void {}
}

const line: RelayLine = { name: 'first', chip: 'gpiochip0', line: 22, activeLow: false };

async function chardev(): Promise<GpioDriver> {
  const { ChardevDriver } = await import('../../src/io/gpio/chardev.ts');
  return new ChardevDriver(new FakeClock());
}

async function onoff(): Promise<GpioDriver> {
  const { OnoffDriver } = await import('../../src/io/gpio/onoff.ts');
  const gpio: unknown = FakeGpio;
  return new OnoffDriver(
    gpio as ConstructorParameters<typeof OnoffDriver>[0],
    new FakeClock(),
    memoryLog(),
  );
}

for (const [name, open] of [
  ['chardev', chardev],
  ['onoff', onoff],
] as const) {
  test(`${name}: a relay that cannot be brought to rest says so once, and its line is let go`, async () => {
    const driver = await open();
    kernel.broken = false;
    const relay = driver.openRelay(line);
    relay.set(true);
    kernel.broken = true;
    assert.throws(
      () => relay.close(),
      (error) =>
        error instanceof Fault && error.code === 'gpio-lost' && /relay first/.test(error.message),
    );
    relay.close();
    assert.throws(() => relay.set(false), { code: 'gpio-lost' });
  });

  test(`${name}: --rest tells a relay that it could not drive`, async () => {
    const driver = await open();
    kernel.broken = false;
    assert.deepEqual(restRelays(driver, [line]), [{ relay: 'first' }]);
    const { openRelay } = driver;
    driver.openRelay = (wanted) => {
      const relay = openRelay.call(driver, wanted);
      kernel.broken = true;
      return relay;
    };
    const [result] = restRelays(driver, [line]);
    assert.equal(result?.fault?.code, 'gpio-lost');
  });
}

test('onoff: the guard tries at the end what could not be brought to rest', async () => {
  kernel.broken = false;
  const driver = await onoff();
  const [first, second] = [driver.openRelay(line), driver.openRelay({ ...line, line: 23 })];
  const before = { ...kernel };
  first.close();
  assert.deepEqual([kernel.freed - before.freed, kernel.closed - before.closed], [1, 1]);
  kernel.broken = true;
  assert.throws(() => second.close());
  assert.deepEqual([kernel.freed - before.freed, kernel.closed - before.closed], [1, 2]);
});
