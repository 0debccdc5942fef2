/** The choice of a driver where there is nothing to choose from, and `latchd --rest`. */

import assert from 'node:assert/strict';
import { register } from 'node:module';
import { test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import { openDriver, restRelays } from '../../src/io/gpio/driver.ts';
import type { GpioDriver, RelayLine } from '../../src/ports.ts';
import { FakeClock } from '../support/clock.ts';
import { memoryLog } from '../support/log.ts';

// As on a machine where neither addon could be installed.
const hooks = `export async function resolve(name, context, next) {
  if (['koffi', 'onoff'].includes(name)) {
    throw Object.assign(new Error('Cannot find package ' + name), { code: 'ERR_MODULE_NOT_FOUND' });
  }
  return next(name, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

const chip = 'gpiochip0';

function deps() {
  return { clock: new FakeClock(), log: memoryLog(), chips: [chip] };
}

for (const [choice, named] of [
  ['chardev', ['koffi', 'onoff']],
  ['onoff', ['epoll', 'chardev']],
  ['auto', ['/dev/gpiochip0', 'sim']],
] as const) {
  test(`${choice} without its packages is a fault that says what to install or set`, async () => {
    await assert.rejects(openDriver(choice, deps()), (error) => {
      assert.ok(error instanceof Fault);
      assert.equal(error.code, 'gpio-no-driver');
      for (const word of named) {
        assert.ok(`${error.message} ${error.remedy}`.includes(word), `does not name ${word}`);
      }
      return true;
    });
  });
}

test('sim is taken when it is asked for, and says that nothing is driven', async () => {
  const given = deps();
  const driver = await openDriver('sim', given);
  assert.equal(driver.name, 'sim');
  const said = given.log.entries.map(({ text }) => text);
  assert.deepEqual(said, ['GPIO driver chosen', ...driver.caveats]);
});

test('restRelays: a relay that stays energised and a driver that breaks are faults', () => {
  const closed: string[] = [];
  const driver: GpioDriver = {
    name: 'sim',
    caveats: [],
    openReader: () => assert.fail('no reader is opened'),
    openInput: () => assert.fail('no input is opened'),
    openRelay({ name, line }) {
      if (line === 1) throw new TypeError('a bug');
      return {
        set: () => assert.fail('opening rests it'),
        isEnergised: () => line === 2,
        close: () => closed.push(name),
      };
    },
  };
  const relay = (line: number): RelayLine => ({ name: 'first', chip, line, activeLow: false });
  const results = restRelays(driver, [relay(1), relay(2), relay(3)]);
  assert.deepEqual(
    results.map(({ fault }) => fault?.code),
    ['gpio-lost', 'gpio-lost', undefined],
  );
  assert.equal(closed.length, 2);
});
