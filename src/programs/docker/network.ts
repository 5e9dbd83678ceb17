import type { DockerCommand } from './command.ts';
import { NETWORKS, networkId } from './inspect.ts';
import { fill } from './template.ts';
import { table } from './units.ts';

export const networkLs: DockerCommand = {
  name: 'network ls',
  aliases: ['network list'],
  arguments: [0, 0],
  *run(call) {
    const whole = call.flags.has('no-trunc');
    const rows = NETWORKS.map((name) => {
      const id = networkId(call.engine, name);
      return { ID: whole ? id : id.slice(0, 12), Name: name, Driver: name === 'none' ? 'null' : name, Scope: 'local' };
    });
    const format = call.flags.value('format');
    if (call.flags.has('quiet')) for (const row of rows) yield* call.out(`${row.ID}\n`);
    else if (format !== undefined && format !== 'table')
      for (const row of rows) yield* call.out(`${fill(format, row)}\n`);
    else
      yield* call.out(
        table([
          ['NETWORK ID', 'NAME', 'DRIVER', 'SCOPE'],
          ...rows.map((row) => [row.ID, row.Name, row.Driver, row.Scope]),
        ]),
      );
    return 0;
  },
};

export const port: DockerCommand = {
  name: 'port',
  aliases: ['container port'],
  arguments: [1, 2],
  *run(call) {
    const [reference = '', wanted] = call.operands;
    const container = call.engine.find(reference);
    const lines = container.published.flatMap(({ address, hostPort, containerPort, protocol }) => {
      const inside = `${containerPort}/${protocol.toLowerCase()}`;
      return [address, ...(address === '0.0.0.0' ? ['[::]'] : [])].map((each) => ({
        inside,
        at: `${each}:${hostPort}`,
      }));
    });
    if (wanted === undefined) {
      for (const { inside, at } of lines) yield* call.out(`${inside} -> ${at}\n`);
      return 0;
    }
    const inside = wanted.includes('/') ? wanted : `${wanted}/tcp`;
    const found = lines.filter((each) => each.inside === inside);
    if (found.length === 0) {
      yield* call.err(`no public port '${wanted}' published for ${reference}\n`);
      return 1;
    }
    for (const { at } of found) yield* call.out(`${at}\n`);
    return 0;
  },
};
