/**
 * A lesson is a folder: `lesson.yaml` (this format), one Markdown file a language (`en.md`, `zh-CN.md`, `ko.md`) and
 * `files/`, which become the learner's files.
 *
 * Markdown: front matter with `title` and `summary`; an introduction; then one `:::step{#id}` block a step, whose first
 * heading is its title. Inside a step: prose; a fenced block with the language `run` is a command to run by a click
 * (`run node` on a node's terminal); `::check[words]{#id}` words each check; `::hint[words]{#id}` each hint; `::demo[words]` says
 * what to watch in the step's demonstration;
 * `:::predict{#id}` holds a question and a list whose items begin with the option's id in brackets: `- [pod] The pod`.
 */
export interface Lesson {
  /** The folder's name. */
  readonly slug: string;
  /** Place in the course; equal numbers stand side by side: either may come first. */
  readonly order: number;
  readonly minutes: number;
  /** `gce`, `aws`, `tencent`; `docker` is gce with two plain Docker hosts beside it. */
  readonly cluster: string;
  /** True when something breaks in it, on purpose. */
  readonly breaks?: boolean;
  /** Files of `files/` that lie in the learner's home folder at the start, by name. */
  readonly files: readonly string[];
  /** Shell commands that make the starting state, run unseen on the laptop before the lesson begins. */
  readonly setup?: string;
  /**
   * True when the steps are broken clusters to repair: why a request failed is hidden until the learner asks for it, and the hints
   * that were taken are counted. Every step then has a `start`.
   */
  readonly challenge?: boolean;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly id: string;
  /**
   * Shell commands that make the step's own starting state: it begins on a new cluster, after the lesson's `setup` and nothing
   * else, so the steps can be done in any order. Either every step of a lesson has one, or none.
   */
  readonly start?: string;
  /** Files of `files/` that lie in the home folder when this step begins, beside the lesson's. Only with `start`. */
  readonly files?: readonly string[];
  readonly checks: readonly Check[];
  readonly predict?: { readonly options: readonly string[]; readonly answer: string };
  readonly hints?: readonly Hint[];
  /** Shell command lines that solve the step from its beginning; each must pass every check. */
  readonly solutions: readonly string[];
  /** Wrong answers: the checks named (all when none) must stay failed, and the named hint must speak. */
  readonly wrong?: readonly { readonly run: string; readonly hint: string; readonly fails?: readonly string[] }[];
  /** The object the graph shows at the step's beginning. */
  readonly focus?: {
    readonly kind: string;
    readonly name?: string;
    readonly selector?: string;
    readonly namespace?: string;
  };
  readonly demo?: Demo;
}

/** A request shown before the learner acts, on a copy of the cluster as it is then. Its caption is `::demo[words]` in the prose. */
export interface Demo {
  /** Where it is run: `laptop`, `node` (any), `pod` (a ready one), or a machine's name. */
  readonly on: string;
  /** The command line. What stands in angle brackets is filled in, as in the prose's commands. */
  readonly run: string;
  /** Shell commands for the laptop that make on the copy what the learner has yet to make. */
  readonly prepare?: string;
  /** True when the request shown is one that fails. */
  readonly fails?: boolean;
  /**
   * Codes of hops that the packets must pass, as docs/codes.md lists them: what the caption speaks of. Endpoints are chosen by
   * chance, so the command is made anew a few times until they do.
   */
  readonly shows?: readonly string[];
}

/** `now`: true as long as it holds. `once`: stays true after it happened during the step. */
export interface Check {
  readonly id: string;
  readonly now?: Condition;
  readonly once?: Condition;
}

export interface Hint {
  readonly id: string;
  /** Speaks when this holds and the step is not done. Without it: by asking only. */
  readonly when?: Condition;
}

/** Exactly one of the fields is set; `all`, `any` and `not` combine. */
export interface Condition {
  /** Objects of a kind that match partially (as chainsaw and kuttl compare): how many of them there must be. */
  readonly objects?: {
    /**
     * Plural, with group where needed: `pods`, `deployments.apps`. `containers` are those of plain Docker hosts: the namespace is
     * the host's name, the fields are `state`, `image`, `address` and `ports`.
     */
    readonly resource: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly selector?: string;
    /** Partial object that each counted object must contain. */
    readonly match?: Readonly<Record<string, unknown>>;
    /** Exact number, or bounds; default: at least 1. */
    readonly count?: number | { readonly min?: number; readonly max?: number };
  };
  /** A command line the learner ran: a regular expression (RE2) over the simple command, with its exit status. */
  readonly command?: {
    readonly matches: string;
    /** `laptop`, `node`, `pod`, or a machine's name. */
    readonly on?: string;
    readonly status?: number;
    /** The command's standard output and error must match this. */
    readonly output?: string;
  };
  /** A request seen on the network. */
  readonly request?: {
    /** Place of the client: `laptop`, `node`, `pod`, or a name. */
    readonly from?: string;
    /** Destination: `pod` (by its own address), `service`, `node` (its own server), `internet`, an address or a name. */
    readonly to?: string;
    /** The Service that it went through: `web`, or with its namespace `shop/web`. */
    readonly service?: string;
    readonly purpose?: string;
    readonly outcome?: string;
    /** Code of one of its hops, or of one of its causes when it failed. */
    readonly code?: string;
    readonly status?: number;
    /** At least so many requests of this kind. */
    readonly times?: number;
    /**
     * At least so many in a row: the newest requests `from` there, whatever they were for, are all of this kind. A name that cannot
     * be looked up breaks the row, and so does an answer that says error.
     */
    readonly row?: number;
    /** At least so many different endpoints answered, from so many different nodes asked. */
    readonly endpoints?: number;
    readonly sources?: number;
  };
  readonly file?: { readonly path: string; readonly contains?: string; readonly missing?: boolean };
  /** A CEL expression over `objects` (all objects by resource) for what the rest cannot say. */
  readonly cel?: string;
  readonly all?: readonly Condition[];
  readonly any?: readonly Condition[];
  readonly not?: Condition;
}

/** The languages a lesson must have. */
export const LANGUAGES = ['en', 'zh-CN', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];
