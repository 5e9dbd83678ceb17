import { expect, it } from 'vitest';
import { NULL_OUTPUT } from '../../machines/streams.ts';
import { Desk } from '../testing/desk.ts';

const desk = new Desk();
const machine = desk.machine(desk.lab.network.laptop, { user: 'learner' });

it('pgrep finds a process by name, pkill ends it', async () => {
  const sleeper = machine.start({ argv: ['sleep', '900'], stdout: NULL_OUTPUT, stderr: NULL_OUTPUT });
  expect((await desk.run(machine, 'pgrep -a sleep')).stdout).toBe(`${sleeper.pid} sleep 900\n`);
  expect((await desk.run(machine, 'pgrep -x slee')).status).toBe(1);
  expect((await desk.run(machine, ['pgrep', '-f', 'sleep 9'])).stdout).toBe(`${sleeper.pid}\n`);
  expect((await desk.run(machine, 'pkill -9 sleep')).status).toBe(0);
  expect(sleeper.exitCode).toBe(137);
  expect((await desk.run(machine, 'pkill sleep')).status).toBe(1);
});

it('apt refuses, whoever asks', async () => {
  const { stderr, status } = await desk.run(machine, 'apt-get install nginx');
  expect([status, stderr.split('\n')[0]]).toEqual([
    100,
    'E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)',
  ]);
  const root = desk.machine(desk.lab.network.laptop, { user: 'root' });
  expect((await desk.run(root, 'apt install nginx')).stderr).toContain('E: Unable to locate package nginx\n');
});
