import { describe, expect, it } from 'vitest';
import { Session } from './session.ts';

const MAKEFILE = `NAME = world
GREETING := hello $(NAME)
.PHONY: all clean

all: out.txt

out.txt: in.txt
\t@echo making $@ from $<
\tcat $< > $@

in.txt:
\techo "$(GREETING)" > in.txt

clean:
\t-rm nothing
\trm -f in.txt out.txt

bad:
\tfalse

cost:
\t@echo $$HOME
`;

async function made(...lines: string[]): Promise<string> {
  const session = new Session();
  await session.ready();
  session.laptop.fs.write('/home/learner/Makefile', MAKEFILE);
  return (await session.script(lines.join('\n'))).output;
}

describe('make', () => {
  it('makes what is missing and leaves what is there', async () => {
    expect(await made('make', 'make out.txt', 'cat out.txt')).toBe(
      'echo "hello world" > in.txt\nmaking out.txt from in.txt\ncat in.txt > out.txt\nmake: \'out.txt\' is up to date.\nhello world\n',
    );
  });

  it('takes variables from the command line', async () => {
    expect(await made('make in.txt GREETING=hi', 'cat in.txt')).toBe('echo "hi" > in.txt\nhi\n');
  });

  it('stops at the first failure, unless told to go on', async () => {
    expect(await made('make clean')).toBe(
      "rm nothing\nrm: cannot remove 'nothing': No such file or directory\nmake: [Makefile:15: clean] Error 1 (ignored)\nrm -f in.txt out.txt\n",
    );
    expect(await made('make bad; echo $?')).toBe('false\nmake: *** [Makefile:19: bad] Error 1\n2\n');
    expect(await made('make nope')).toBe("make: *** No rule to make target 'nope'.  Stop.\n");
    expect(await made('rm Makefile; make')).toBe('make: *** No targets specified and no makefile found.  Stop.\n');
    expect(await made("printf 'a:\\n  echo\\n' > Makefile; make")).toBe('Makefile:2: *** missing separator.  Stop.\n');
  });

  it('leaves dollars to the shell when they are doubled, and shows with -n', async () => {
    expect(await made('make cost', 'make -n bad')).toBe('/home/learner\nfalse\n');
  });
});
