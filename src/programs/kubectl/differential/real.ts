import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Outcome } from '../testing/session.ts';
import { kubeconfig, RECORDED_SERVER } from './cases.ts';

/** Longest that a command line may take, in ms. */
const PATIENCE = 25_000;

/** The real kubectl, as the judge of ours. */
export class RealKubectl {
  private readonly binary: string;

  constructor(path: string) {
    // It names itself in some messages by the file it was called as.
    this.binary = join(mkdtempSync(join(tmpdir(), 'kubectl-')), 'kubectl');
    symlinkSync(resolve(path), this.binary);
  }

  /** A home folder with a kubeconfig for a server and with files. */
  home(server: string, files: ReadonlyMap<string, string>): string {
    const home = mkdtempSync(join(tmpdir(), 'kubectl-'));
    mkdirSync(join(home, '.kube'));
    writeFileSync(join(home, '.kube/config'), kubeconfig(server));
    for (const [path, text] of files) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text);
    }
    return home;
  }

  /** Runs one command line; the server and the home folder are named in its answers as in recordings. */
  run(home: string, argv: readonly string[], server: string): Promise<Outcome> {
    return this.start(home, argv, server).outcome;
  }

  /** Starts a command line that goes on until it is interrupted. */
  start(home: string, argv: readonly string[], server: string): { outcome: Promise<Outcome>; interrupt(): void } {
    let interrupt = () => {};
    const outcome = new Promise<Outcome>((done) => {
      const child = spawn(this.binary, argv, {
        cwd: home,
        env: { HOME: home, PATH: '/usr/bin:/bin', TZ: 'UTC' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      interrupt = () => void child.kill('SIGINT');
      const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString();
      });
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString();
      });
      const settle = (text: string) =>
        text
          .replaceAll(server, RECORDED_SERVER)
          .replaceAll(server.replace('http://', ''), RECORDED_SERVER.replace('http://', ''))
          .replaceAll(home, '/home/learner');
      child.on('close', (code) => {
        clearTimeout(patience);
        done({ stdout: settle(stdout), stderr: settle(stderr), status: code ?? 137 });
      });
    });
    return { outcome, interrupt: () => interrupt() };
  }
}

/** In what two outcomes differ, for people: `-` the real one, `+` ours. */
export function differences(ours: Outcome, real: Outcome): string {
  return (['stdout', 'stderr', 'status'] as const)
    .filter((part) => String(ours[part]) !== String(real[part]))
    .map((part) => `  ${part}:\n${difference(String(ours[part]), String(real[part]))}`)
    .join('\n');
}

function difference(ours: string, real: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'difference-'));
  writeFileSync(join(folder, 'real'), real);
  writeFileSync(join(folder, 'ours'), ours);
  const { stdout } = spawnSync('diff', ['-U1', join(folder, 'real'), join(folder, 'ours')], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return stdout
    .split('\n')
    .slice(2)
    .map((line) => (line.length > 400 ? `${line.slice(0, 400)}…` : line))
    .join('\n');
}
