/** What the installer decides, and the unit, as far as they can be judged without a board. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { freshFolder } from '../support/store.ts';

const project = fileURLToPath(new URL('../../../', import.meta.url));

test('strict_gpiod is set for every model, once', (t) => {
  const folder = freshFolder(t);
  const file = join(folder, 'config.txt');
  const become = (text: string) => {
    writeFileSync(file, text);
    const said = execFileSync(join(project, 'scripts/strict-gpiod'), [file], { encoding: 'utf8' });
    return [said.trim(), readFileSync(file, 'utf8')];
  };
  const added = '\n# latchd: locks come to rest when it dies\n[all]\ndtparam=strict_gpiod\n';
  const unset = [
    '',
    'dtparam=audio=on\n[cm4]\notg_mode=1',
    '#dtparam=strict_gpiod\n',
    '[pi4]\ndtparam=strict_gpiod\n',
    'dtparam=strict_gpiod=off\n',
    'dtparam=strict_gpiod\ndtparam=strict_gpiod=off\n',
    'dtparam=strict_gpiod_not\n',
  ];
  for (const text of unset) {
    assert.deepEqual(become(text), ['set', `${text}${added}`]);
    assert.deepEqual(become(`${text}${added}`), ['already set', `${text}${added}`]);
    assert.equal(readFileSync(`${file}.before-latchd`, 'utf8'), text);
  }
  for (const text of [
    'dtparam=strict_gpiod\n[pi4]\n',
    '[pi4]\n[all]\ndtparam=audio=on,strict_gpiod=on \r\n',
  ]) {
    assert.deepEqual(become(text), ['already set', text]);
  }
  assert.deepEqual(readdirSync(folder).sort(), ['config.txt', 'config.txt.before-latchd']);
});

test('the installer knows the chip of every board of hw/pins.yaml', () => {
  const script = readFileSync(join(project, 'scripts/install'), 'utf8');
  const [chipOf = ''] = /^chip_of\(\) \{[\s\S]*?^\}/m.exec(script) ?? [];
  const chip = (model: string) =>
    execFileSync('bash', ['-c', `${chipOf}\nchip_of "$1"`, '-', model], {
      encoding: 'utf8',
    }).trim();
  const { boards }: { boards: { name: string; chip: string }[] } = parse(
    readFileSync(join(project, 'hw/pins.yaml'), 'utf8'),
  );
  assert.ok(boards.length >= 4);
  for (const board of boards) assert.equal(chip(`${board.name} Model B Rev 1.2`), board.chip);
  assert.equal(chip('Raspberry Pi Compute Module 4 Rev 1.1'), 'pinctrl-bcm2711');
  assert.equal(chip('Raspberry Pi 400 Rev 1.0'), 'pinctrl-bcm2711');
  assert.equal(chip('Raspberry Pi 500 Rev 1.0'), 'pinctrl-rp1');
  assert.equal(chip(''), 'gpiochip0');
});

test('the first password is said to a terminal, and to no log', () => {
  const script = readFileSync(join(project, 'scripts/install'), 'utf8');
  const [tell = ''] = /^tell_password\(\) \{[\s\S]*?^\}/m.exec(script) ?? [];
  const stubs = `
    say() { echo "latchd: $*"; }
    as() { shift; case $1 in cat) echo s3cret ;; *) [ "$hasFile" = yes ] ;; esac; }`;
  const run = (where: 'terminal' | 'log', link = '', hadPassword = 'no', hasFile = 'yes') => {
    const code = `${stubs}\nlink=${link} hadPassword=${hadPassword} hasFile=${hasFile}\n${tell}\ntell_password`;
    const [command, args] =
      where === 'log'
        ? ['bash', ['-c', code]]
        : ['script', ['-qec', `bash -c '${code.replaceAll("'", `'\\''`)}'`, '/dev/null']];
    return execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }).trim();
  };
  const file = '/var/lib/latchd/initial-password';
  const place = `latchd: the password of admin is in ${file}. Read it with sudo cat ${file}, then delete the file`;
  assert.equal(
    run('terminal'),
    `latchd: the password of admin is s3cret   (shown once; delete ${file})`,
  );
  assert.equal(run('log'), place);
  assert.equal(run('terminal', '-l'), place, 'of a package');
  for (const where of ['terminal', 'log'] as const) {
    assert.equal(run(where, '', 'yes'), '', 'not the first start');
    assert.equal(run(where, '', 'no', 'no'), '', 'LATCHD_ADMIN_PASSWORD was given');
  }
});

const security = spawnSync('systemd-analyze', ['--version']).status === 0;

test('the unit is exposed 2.0 at the most', { skip: !security && 'systemd is absent' }, () => {
  const unit = join(project, 'systemd/latchd.service');
  const { status, stdout } = spawnSync(
    'systemd-analyze',
    ['security', '--offline=true', '--threshold=20', '--no-pager', unit],
    { encoding: 'utf8' },
  );
  assert.equal(status, 0, stdout);
  assert.match(stdout, /Overall exposure level for latchd.service: [01]\.\d|2\.0/);
});
