import type { ObjectRef } from '../../cluster/api/types.ts';
import { loadLesson } from '../../lessons/catalogue.ts';
import type { LessonContent } from '../../lessons/content.ts';
import type {
  ClockState,
  Inspection,
  LessonState,
  OpenOptions,
  Playground,
  PlaygroundEvent,
  StepState,
  TimelineMark,
} from '../../playground/protocol.ts';
import type { Scene } from '../../playground/scene.ts';
import * as scenes from '../graph/fixtures/scenes.ts';
import * as traces from '../graph/fixtures/traces.ts';

/**
 * A playground without a cluster, to look at the page by itself: fixtures for scenes and packets, a terminal that knows a handful
 * of lines by heart. For development only (`?fake=1`); it is in no build.
 */
export class FakePlayground implements Playground {
  private listener: (events: readonly PlaygroundEvent[]) => void = () => {};
  private content: LessonContent | undefined;
  private readonly store = new Map<string, string>();
  private readonly lines = new Map<number, { machine: string; text: string; running: boolean }>();
  private readonly predicted = new Map<string, string>();
  private readonly passed = new Set<string>();
  private next = 1;
  private scene: Scene = scenes.tutorial;
  private clock: ClockState = { at: 134_380, epoch: Date.now(), paused: false, speed: 1, follow: true, holding: false };

  async open(options: OpenOptions, listener: (events: readonly PlaygroundEvent[]) => void): Promise<void> {
    this.listener = listener;
    if (options.lesson !== undefined) this.content = await loadLesson(options.lesson, 'en');
    for (const [name, text] of Object.entries(this.content?.files ?? {})) this.store.set(`/home/learner/${name}`, text);
    const { steps } = this.content?.lesson ?? { steps: [] };
    const at = Number(new URLSearchParams(location.search).get('step') ?? 3) - 1;
    for (const step of steps.slice(0, at)) for (const check of step.checks) this.passed.add(`${step.id}/${check.id}`);
    const current = steps[at];
    if (current?.checks[0] !== undefined) this.passed.add(`${current.id}/${current.checks[0].id}`);
    this.send(
      { type: 'scene', scene: this.scene },
      { type: 'clock', clock: this.clock },
      { type: 'marks', marks: MARKS },
    );
    this.tellLesson();
    setInterval(() => this.tick(), 250);
  }

  async openTerminal(machine: string): Promise<number> {
    const id = this.next++;
    this.lines.set(id, { machine, text: '', running: false });
    const label = machine.slice(machine.lastIndexOf('-') + 1);
    this.send({ type: 'terminal-state', terminal: id, state: { machine, label } });
    if (id === 1) {
      this.print(id, TRANSCRIPT.replaceAll('\n', '\r\n'));
      this.lines.set(id, { machine: 'kubernetes-minion-905m', text: '', running: false });
      this.send({
        type: 'terminal-state',
        terminal: 1,
        state: { machine: 'kubernetes-minion-905m', label: '905m' },
      });
      setTimeout(() => {
        this.type(id, 'curl 10.0.162.149').catch(() => {});
      }, 300);
    } else this.prompt(id);
    return id;
  }

  async input(terminal: number, data: string): Promise<void> {
    const line = this.lines.get(terminal);
    if (line === undefined) return;
    for (const char of data) {
      if (char === '\r') {
        this.print(terminal, '\r\n');
        this.execute(terminal, line.text);
        line.text = '';
      } else if (char === '\u007f') {
        if (line.text === '') continue;
        line.text = line.text.slice(0, -1);
        this.print(terminal, '\b \b');
      } else if (char === '\u0003') {
        line.text = '';
        line.running = false;
        this.print(terminal, '^C\r\n');
        this.prompt(terminal);
      } else if (char >= ' ') {
        line.text += char;
        this.print(terminal, char);
      }
    }
  }

  async type(terminal: number, command: string): Promise<void> {
    await this.input(terminal, `${command}\r`);
  }

  async resize(): Promise<void> {}
  async closeTerminal(terminal: number): Promise<void> {
    this.lines.delete(terminal);
  }

  async files(): Promise<readonly { path: string; text: string }[]> {
    return [...this.store].map(([path, text]) => ({ path, text }));
  }
  async writeFile(path: string, text: string): Promise<void> {
    this.store.set(path, text);
  }
  async removeFile(path: string): Promise<void> {
    this.store.delete(path);
  }
  async finishEdit(): Promise<void> {}

  async setSpeed(speed: number): Promise<void> {
    this.change({ speed });
  }
  async setPaused(paused: boolean): Promise<void> {
    this.change({ paused });
  }
  async setFollow(follow: boolean): Promise<void> {
    this.change({ follow });
  }
  async step(): Promise<void> {
    this.change({ at: this.clock.at + 40 });
  }
  async packetShown(trace: number): Promise<void> {
    if (trace !== traces.clusterIP.id) return;
    this.change({ holding: false });
    for (const [id, line] of this.lines) {
      if (!line.running) continue;
      line.running = false;
      this.print(id, '<title>Welcome to nginx!</title>\r\n');
      this.prompt(id);
    }
    const step = this.content?.lesson.steps[2];
    for (const check of step?.checks ?? []) this.passed.add(`${step?.id}/${check.id}`);
    this.tellLesson();
  }

  async inspect(ref: ObjectRef): Promise<Inspection | null> {
    if (ref.kind !== 'Service' && ref.kind !== 'Pod' && ref.kind !== 'Node') return null;
    return {
      ref,
      yaml: `apiVersion: v1\nkind: ${ref.kind}\nmetadata:\n  name: ${ref.name}\n  namespace: default\n  labels:\n    run: my-nginx\nspec:\n  clusterIP: 10.0.162.149\n  ports:\n  - port: 80\n    protocol: TCP\n    targetPort: 80\n  selector:\n    run: my-nginx\n  type: ClusterIP`,
      facts: [
        { label: 'address', value: '10.0.162.149' },
        { label: 'port', value: '80 → 80/TCP' },
        { label: 'selector', value: 'run=my-nginx' },
        {
          label: 'endpoints',
          value: '10.244.3.4',
          state: 'ready',
          ref: { kind: 'Pod', name: 'my-nginx-3800858182-jr4a2', namespace: 'default' },
        },
        {
          label: 'endpoints',
          value: '10.244.2.5',
          state: 'ready',
          ref: { kind: 'Pod', name: 'my-nginx-3800858182-kna2y', namespace: 'default' },
        },
        { label: 'dns', value: 'my-nginx.default.svc.cluster.local' },
      ],
      events: [
        {
          at: 61_000,
          type: 'Normal',
          reason: 'Scheduled',
          message: 'Successfully assigned default/my-nginx-3800858182-kna2y to kubernetes-minion-ljyd',
          count: 1,
        },
        {
          at: 64_000,
          type: 'Warning',
          reason: 'BackOff',
          message: 'Back-off restarting failed container nginx in pod',
          count: 3,
        },
      ],
      command: `kubectl describe svc ${ref.name}`,
    };
  }
  async identify(word: string): Promise<ObjectRef | null> {
    return word === '10.0.162.149' ? { kind: 'Service', name: 'my-nginx', namespace: 'default' } : null;
  }
  async why() {
    return null;
  }
  async tryFix() {
    return null;
  }
  async demonstrate() {
    return null;
  }
  async insights() {
    return [];
  }
  async predict(step: string, option: string): Promise<void> {
    this.predicted.set(step, option);
    this.tellLesson();
  }
  async helped(): Promise<void> {}
  async resetStep(step: string): Promise<void> {
    for (const id of [...this.passed]) if (id.startsWith(`${step}/`)) this.passed.delete(id);
    this.predicted.delete(step);
    this.tellLesson();
  }
  async revise(): Promise<void> {}
  async compile(folder: { readonly slug: string }) {
    return { slug: folder.slug, problems: [] };
  }
  async prove() {
    return { problems: [], assertions: 0, unguarded: [] };
  }
  async findings() {
    return [];
  }
  async capture() {
    return null;
  }
  async setPower(): Promise<void> {
    this.scene = scenes.nodeDown;
    this.send({ type: 'scene', scene: this.scene });
  }
  async save(): Promise<string> {
    return '';
  }
  async close(): Promise<void> {}

  private execute(terminal: number, text: string): void {
    const line = this.lines.get(terminal);
    if (line === undefined) return;
    if (text.startsWith('curl') && line.machine !== 'laptop') {
      line.running = true;
      this.tell(terminal, text);
      this.change({ holding: true });
      this.send({ type: 'trace', trace: traces.clusterIP, followed: true });
      return;
    }
    if (text.startsWith('kubectl apply')) {
      this.tell(terminal, text);
      setTimeout(() => {
        this.print(
          terminal,
          text.includes('svc') ? 'service/my-nginx unchanged\r\n' : 'deployment.apps/my-nginx created\r\n',
        );
        this.prompt(terminal);
      }, 400);
      return;
    }
    if (text.startsWith('ssh ')) line.machine = text.split(' ')[1] ?? 'laptop';
    else if (text === 'crash') this.send({ type: 'crash', message: 'the toy cluster was asked to fail' });
    else if (text.startsWith('kubectl edit'))
      this.send({ type: 'edit', id: 1, name: 'service-my-nginx.yaml', text: 'apiVersion: v1\nkind: Service\n' });
    else if (text !== '') this.print(terminal, `${text}\r\n`);
    this.prompt(terminal);
  }

  private prompt(terminal: number): void {
    const line = this.lines.get(terminal);
    if (line === undefined) return;
    line.running = false;
    const label = line.machine.slice(line.machine.lastIndexOf('-') + 1);
    this.print(terminal, `\u001b[2m${label} $\u001b[0m `);
    this.send({ type: 'terminal-state', terminal, state: { machine: line.machine, label } });
  }

  private tell(terminal: number, running: string): void {
    const machine = this.lines.get(terminal)?.machine ?? 'laptop';
    const label = machine.slice(machine.lastIndexOf('-') + 1);
    this.send({ type: 'terminal-state', terminal, state: { machine, label, running } });
  }

  private print(terminal: number, data: string): void {
    this.send({ type: 'terminal', terminal, data });
  }

  private tellLesson(): void {
    const lesson = this.content?.lesson;
    if (lesson === undefined) return;
    const steps = lesson.steps.map((step): StepState => {
      const predicted = this.predicted.get(step.id);
      const checks = step.checks.map((check) => ({ id: check.id, passed: this.passed.has(`${step.id}/${check.id}`) }));
      return {
        id: step.id,
        done: checks.every((check) => check.passed),
        checks,
        ...(predicted === undefined ? {} : { predicted }),
      };
    });
    const current = steps.find((step) => !step.done)?.id;
    const state: LessonState = { slug: lesson.slug, current, steps };
    this.send({ type: 'lesson', lesson: state });
  }

  private tick(): void {
    if (this.clock.paused || this.clock.holding) return;
    this.change({ at: this.clock.at + 250 * this.clock.speed });
  }

  private change(change: Partial<ClockState>): void {
    this.clock = { ...this.clock, ...change };
    this.send({ type: 'clock', clock: this.clock });
  }

  private send(...events: PlaygroundEvent[]): void {
    this.listener(events);
  }
}

const mark = (
  at: number,
  glyph: TimelineMark['glyph'],
  text: string,
  lane: TimelineMark['lane'] = 'cluster',
): TimelineMark => ({ at, lane, glyph, text });

const MARKS: readonly TimelineMark[] = [
  mark(21_000, 'pods', 'deployment/my-nginx created'),
  mark(33_000, 'pending', 'pod/my-nginx-3800858182-jr4a2 created'),
  mark(36_200, 'pending', 'pod/my-nginx-3800858182-kna2y created'),
  mark(42_200, 'ready', 'pod/my-nginx-3800858182-jr4a2 is Ready'),
  mark(46_000, 'ready', 'pod/my-nginx-3800858182-kna2y is Ready'),
  mark(75_000, 'service', 'service/my-nginx created'),
  mark(79_000, 'endpoint', 'service/my-nginx: 0 → 2 ready endpoints'),
  mark(56_000, 'http', 'curl 10.244.3.4', 'packets'),
  mark(58_500, 'reply', 'curl 10.244.3.4', 'packets'),
  mark(68_000, 'http', 'curl 10.244.2.5', 'packets'),
  mark(70_500, 'reply', 'curl 10.244.2.5', 'packets'),
  mark(103_000, 'http', 'curl 10.0.162.149', 'packets'),
  mark(105_500, 'reply', 'curl 10.0.162.149', 'packets'),
  mark(131_000, 'http', 'curl 10.0.162.149', 'packets'),
];

const dim = (text: string) => `\u001b[2m${text}\u001b[0m`;
const bold = (text: string) => `\u001b[1m${text}\u001b[0m`;

const TRANSCRIPT = `${dim('laptop $')} ${bold('kubectl get svc my-nginx')}
NAME       TYPE        CLUSTER-IP     EXTERNAL-IP   PORT(S)   AGE
my-nginx   ClusterIP   10.0.162.149   <none>        80/TCP    21s
${dim('laptop $')} ${bold('kubectl get endpointslices -l kubernetes.io/service-name=my-nginx')}
NAME             ADDRESSTYPE   PORTS   ENDPOINTS               AGE
my-nginx-7vzhx   IPv4          80      10.244.2.5,10.244.3.4   21s
${dim('laptop $')} ${bold('ssh kubernetes-minion-905m')}
${dim('905m $')} `;
