import { parse, type Word } from 'unbash';

/** A piece of an expanded word. `split`: came from an unquoted expansion, so white space in it separates fields. */
export interface Fragment {
  readonly text: string;
  readonly quoted: boolean;
  readonly split: boolean;
  /** A field ends after this fragment: between the items of "$@". */
  readonly breakAfter?: boolean;
  /** Stands for no field at all: "$@" without parameters. */
  readonly nothing?: boolean;
}

/** Fields of a word, each still in fragments for the globs. */
export function splitFields(fragments: readonly Fragment[], ifs: string): Fragment[][] {
  const fields: Fragment[][] = [];
  let current: Fragment[] | undefined;
  const add = (fragment: Fragment) => {
    current ??= [];
    current.push(fragment);
  };
  const finish = () => {
    if (current !== undefined) fields.push(current);
    current = undefined;
  };
  for (const fragment of fragments) {
    if (!fragment.split || ifs === '') {
      if (fragment.text !== '' || fragment.quoted) add(fragment);
    } else {
      let piece = '';
      let pending = false;
      for (const char of fragment.text) {
        if (!ifs.includes(char)) {
          if (pending) {
            finish();
            pending = false;
          }
          piece += char;
          continue;
        }
        if (piece !== '') {
          add({ ...fragment, text: piece });
          piece = '';
        }
        pending = current !== undefined;
        if (!/\s/.test(char)) {
          current ??= [];
          finish();
          pending = false;
        }
      }
      if (pending) finish();
      if (piece !== '') add({ ...fragment, text: piece });
    }
    if (fragment.breakAfter === true) finish();
  }
  finish();
  return fields;
}

/** A text as the one word that it is on a command line. */
export function wordOf(text: string): Word | undefined {
  const command = parse(`x ${text}`).commands[0]?.command;
  const argument = command?.type === 'Command' ? command.suffix[0] : undefined;
  return argument?.type === 'Word' ? argument : undefined;
}
