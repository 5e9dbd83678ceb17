import { IPTABLES_VERSION, listText, specText } from '../../cluster/network/proxy/iptables-text.ts';
import type { Context, Program } from '../../machines/process.ts';
import type { Routine } from '../../sim/routine.ts';
import { OptionError, parseOptions } from '../options.ts';

const TABLES = ['filter', 'nat', 'mangle', 'raw', 'security'];

/** Whether the machine has rules of its own that these tools can show. */
function hasRules(context: Context): boolean {
  return context.machine.network.place.at === 'node';
}

export const iptablesSave: Program = {
  name: 'iptables-save',
  summary: 'dump iptables rules',
  *run(context) {
    if (context.user !== 'root') {
      yield* context.stderr.write(
        `iptables-save ${IPTABLES_VERSION}: Could not fetch rule set generation id: Permission denied (you must be root)\n\n`,
      );
      return 4;
    }
    try {
      const given = parseOptions(context.argv.slice(1), {
        short: 'ct:M:f:V',
        long: { counters: 'c', 'table=': 't', version: 'V', 'file=': 'f' },
      });
      if (given.has('V')) {
        yield* context.stdout.write(`iptables-save ${IPTABLES_VERSION}\n`);
        return 0;
      }
      const table = given.value('t');
      if (table !== undefined && !TABLES.includes(table)) {
        yield* context.stderr.write(`iptables-save ${IPTABLES_VERSION}: table \`${table}' does not exist\n`);
        return 1;
      }
      if (!hasRules(context)) return 0;
      const text = context.machine.world.network.iptablesSave(context.machine.hostname, {
        counters: given.has('c'),
        ...(table === undefined ? {} : { table }),
      });
      yield* context.stdout.write(text);
      return 0;
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      yield* context.stderr.write(`iptables-save: ${error.message}\nUnknown arguments found on commandline\n`);
      return 1;
    }
  },
};

const CHANGES = new Set(['A', 'D', 'I', 'R', 'F', 'Z', 'N', 'X', 'P', 'E', 'C']);

export const iptables: Program = {
  name: 'iptables',
  summary: 'show IPv4 packet filter and NAT rules',
  *run(context) {
    let given: ReturnType<typeof parseOptions>;
    try {
      given = parseOptions(context.argv.slice(1), {
        short: 't:nvxA:D:I:R:L::S::F::Z::N:X::P:E:C:Vj:s:d:p:i:o:m:w::h',
        long: {
          'table=': 't',
          'list=?': 'L',
          'list-rules=?': 'S',
          numeric: 'n',
          verbose: 'v',
          exact: 'x',
          'line-numbers': 'N0',
          version: 'V',
          help: 'h',
          'flush=?': 'F',
          'append=': 'A',
          'delete=': 'D',
          'insert=': 'I',
          'policy=': 'P',
          'dport=': 'dport',
          'sport=': 'sport',
          'jump=': 'j',
          'to-destination=': 'to',
          'comment=': 'comment',
          'wait=?': 'w',
        },
      });
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      return yield* refuse(context, `${error.message.replace('unrecognized', 'unknown')}`);
    }
    if (given.has('V')) {
      yield* context.stdout.write(`iptables ${IPTABLES_VERSION}\n`);
      return 0;
    }
    const name = given.value('t') ?? 'filter';
    if (!TABLES.includes(name)) {
      yield* context.stderr.write(
        `iptables ${IPTABLES_VERSION}: table \`${name}' does not exist\nPerhaps iptables or your kernel needs to be upgraded.\n`,
      );
      return 3;
    }
    const changing = given.order.find((each) => CHANGES.has(each));
    const showing = given.order.find((each) => each === 'L' || each === 'S');
    if (showing === undefined && changing === undefined) return yield* refuse(context, 'no command specified');
    if (context.user !== 'root') {
      yield* context.stderr.write(
        `iptables ${IPTABLES_VERSION}: Could not fetch rule set generation id: Permission denied (you must be root)\n\n`,
      );
      return 4;
    }
    if (changing !== undefined) {
      yield* context.stderr.write(
        `iptables ${IPTABLES_VERSION}: rules of this simulation follow the Services and can be looked at only\n`,
      );
      return 4;
    }
    const tables = hasRules(context) ? context.machine.world.network.tables(context.machine.hostname) : [];
    const table = tables.find((each) => each.name === name) ?? { name: 'filter', chains: [] };
    const attached = given.value(showing ?? 'L') ?? '';
    const chain = attached === '' ? given.operands[0] : attached;
    if (chain !== undefined && !table.chains.some((each) => each.name === chain)) {
      yield* context.stderr.write(
        `iptables ${IPTABLES_VERSION}: chain \`${chain}' in table \`${name}' is incompatible, use 'nft' tool.\n`.replace(
          /chain `.*/,
          'No chain/target/match by that name.',
        ),
      );
      return 1;
    }
    yield* context.stdout.write(
      showing === 'S'
        ? specText(table, chain)
        : listText(table, {
            ...(chain === undefined ? {} : { chain }),
            numeric: given.has('n'),
            verbose: given.has('v'),
            numbers: given.has('N0'),
          }),
    );
    return 0;
  },
};

function* refuse(context: Context, message: string): Routine<number> {
  yield* context.stderr.write(
    `iptables ${IPTABLES_VERSION}: ${message}\nTry \`iptables -h' or 'iptables --help' for more information.\n`,
  );
  return 2;
}
