import type { Program, ProgramEntry } from '../machines/process.ts';
import { kubectl } from './kubectl/index.ts';

function lazy(directory: string, name: string, summary: string, program: () => Promise<Program>): ProgramEntry {
  return { name, summary, directory, program };
}

/** Other makes of programs, which only images have; an image names one as `nslookup@busybox`. */
export const OTHER_MAKES: readonly ProgramEntry[] = [
  {
    ...lazy(
      '/bin',
      'nslookup',
      'query DNS about a host',
      async () => (await import('./network/nslookup.ts')).busyboxNslookup,
    ),
    make: 'busybox',
  },
  {
    ...lazy(
      '/usr/bin',
      'nslookup',
      'query the nameserver for the IP address of the given HOST',
      async () => (await import('./network/nslookup.ts')).oldBusyboxNslookup,
    ),
    make: 'busybox-1.22',
  },
];

/** Every program that can be run somewhere, loaded at first use. The one place where a new one is registered. */
export const PROGRAMS: readonly ProgramEntry[] = [
  kubectl,
  lazy(
    '/usr/bin',
    'cat',
    'concatenate files and print on the standard output',
    async () => (await import('./text/cat.ts')).cat,
  ),
  lazy('/usr/bin', 'head', 'output the first part of files', async () => (await import('./text/head.ts')).head),
  lazy('/usr/bin', 'tail', 'output the last part of files', async () => (await import('./text/tail.ts')).tail),
  lazy('/usr/bin', 'wc', 'print newline, word, and byte counts', async () => (await import('./text/wc.ts')).wc),
  lazy('/usr/bin', 'sort', 'sort lines of text files', async () => (await import('./text/sort.ts')).sort),
  lazy('/usr/bin', 'uniq', 'report or omit repeated lines', async () => (await import('./text/uniq.ts')).uniq),
  lazy('/usr/bin', 'cut', 'remove sections from each line', async () => (await import('./text/cut.ts')).cut),
  lazy('/usr/bin', 'tr', 'translate or delete characters', async () => (await import('./text/tr.ts')).tr),
  lazy('/usr/bin', 'sed', 'stream editor', async () => (await import('./text/sed.ts')).sed),
  lazy('/usr/bin', 'grep', 'print lines that match patterns', async () => (await import('./text/grep.ts')).grep),
  lazy(
    '/usr/bin',
    'egrep',
    'print lines that match extended patterns',
    async () => (await import('./text/grep.ts')).egrep,
  ),
  lazy('/usr/bin', 'fgrep', 'print lines that match fixed strings', async () => (await import('./text/grep.ts')).fgrep),
  lazy('/usr/bin', 'base64', 'base64 encode or decode', async () => (await import('./text/base64.ts')).base64),
  lazy('/usr/bin', 'tac', 'print files in reverse', async () => (await import('./text/lines.ts')).tac),
  lazy('/usr/bin', 'rev', 'reverse lines characterwise', async () => (await import('./text/lines.ts')).rev),
  lazy('/usr/bin', 'nl', 'number lines of files', async () => (await import('./text/lines.ts')).nl),
  lazy('/usr/bin', 'paste', 'merge lines of files', async () => (await import('./text/lines.ts')).paste),
  lazy('/usr/bin', 'tee', 'copy standard input to files', async () => (await import('./text/lines.ts')).tee),
  lazy('/usr/bin', 'fold', 'wrap lines', async () => (await import('./text/lines.ts')).fold),
  lazy('/usr/bin', 'column', 'columnate lists', async () => (await import('./text/lines.ts')).column),
  lazy(
    '/usr/bin',
    'sleep',
    'delay for a specified amount of time',
    async () => (await import('./system/basics.ts')).sleep,
  ),
  lazy(
    '/usr/bin',
    'printenv',
    'print all or part of environment',
    async () => (await import('./system/basics.ts')).printenv,
  ),
  lazy(
    '/usr/bin',
    'env',
    'run a program in a modified environment',
    async () => (await import('./system/basics.ts')).env,
  ),
  lazy('/usr/bin', 'clear', 'clear the terminal screen', async () => (await import('./system/basics.ts')).clear),
  lazy('/usr/bin', 'seq', 'print a sequence of numbers', async () => (await import('./system/basics.ts')).seq),
  lazy('/usr/bin', 'date', 'print the date and time', async () => (await import('./system/basics.ts')).date),
  lazy(
    '/usr/bin',
    'hostname',
    "show the system's host name",
    async () => (await import('./system/basics.ts')).hostname,
  ),
  lazy('/usr/bin', 'whoami', 'print effective user name', async () => (await import('./system/basics.ts')).whoami),
  lazy('/usr/bin', 'mkdir', 'make directories', async () => (await import('./files/basics.ts')).mkdir),
  lazy('/usr/bin', 'rm', 'remove files or directories', async () => (await import('./files/basics.ts')).rm),
  lazy('/usr/bin', 'touch', 'change file timestamps', async () => (await import('./files/basics.ts')).touch),
  lazy('/usr/bin', 'cp', 'copy files and directories', async () => (await import('./files/basics.ts')).cp),
  lazy('/usr/bin', 'mv', 'move (rename) files', async () => (await import('./files/basics.ts')).mv),
  lazy('/usr/bin', 'ls', 'list directory contents', async () => (await import('./files/ls.ts')).ls),
  lazy('/usr/bin', 'curl', 'transfer a URL', async () => (await import('./curl/curl.ts')).curl),
  lazy('/usr/bin', 'ssh', 'OpenSSH remote login client', async () => (await import('./network/ssh.ts')).ssh),
  lazy(
    '/usr/bin',
    'ping',
    'send ICMP ECHO_REQUEST to network hosts',
    async () => (await import('./network/ping.ts')).ping,
  ),
  lazy('/usr/bin', 'nslookup', 'query name servers', async () => (await import('./network/nslookup.ts')).nslookup),
  lazy('/usr/bin', 'dig', 'DNS lookup utility', async () => (await import('./network/dig.ts')).dig),
  lazy('/usr/bin', 'host', 'DNS lookup utility', async () => (await import('./network/host.ts')).host),
  lazy(
    '/usr/sbin',
    'iptables-save',
    'dump iptables rules',
    async () => (await import('./network/iptables.ts')).iptablesSave,
  ),
  lazy(
    '/usr/sbin',
    'iptables',
    'show IPv4 packet filter and NAT rules',
    async () => (await import('./network/iptables.ts')).iptables,
  ),
  lazy(
    '/usr/bin',
    'wget',
    'the non-interactive network downloader',
    async () => (await import('./network/wget.ts')).wget,
  ),
  lazy(
    '/usr/bin',
    'nc',
    'arbitrary TCP and UDP connections and listens',
    async () => (await import('./network/nc.ts')).nc,
  ),
  lazy(
    '/usr/bin',
    'netstat',
    'print network connections and routing tables',
    async () => (await import('./network/netstat.ts')).netstat,
  ),
  lazy('/usr/bin', 'ss', 'investigate sockets', async () => (await import('./network/ss.ts')).ss),
  lazy('/usr/sbin', 'ip', 'show network devices and routes', async () => (await import('./network/ip.ts')).ip),
  lazy('/usr/bin', 'sudo', 'execute a command as another user', async () => (await import('./system/sudo.ts')).sudo),
  lazy('/usr/sbin', 'poweroff', 'power the machine off', async () => (await import('./system/sudo.ts')).poweroff),
  lazy('/usr/sbin', 'reboot', 'restart the machine', async () => (await import('./system/sudo.ts')).reboot),
  lazy('/usr/sbin', 'nginx', 'HTTP and reverse proxy server', async () => (await import('./nginx/nginx.ts')).nginx),
  lazy(
    '/usr/bin',
    'docker',
    'a self-sufficient runtime for containers',
    async () => (await import('./docker/docker.ts')).docker,
  ),
  lazy('/usr/bin', 'openssl', 'cryptography toolkit', async () => (await import('./openssl/openssl.ts')).openssl),
  lazy('/usr/bin', 'make', 'maintain program dependencies', async () => (await import('./make/make.ts')).make),
  lazy('', 'coredns', 'DNS server of the cluster', async () => (await import('./servers/coredns.ts')).coredns),
  lazy('', 'pause', 'holds a pod open', async () => (await import('./servers/idle.ts')).pause),
  lazy(
    '/usr/local/bin',
    'kube-proxy',
    'keeps the rules of Services',
    async () => (await import('./servers/idle.ts')).kubeProxy,
  ),
  lazy(
    '/usr/local/bin',
    'hopscope',
    'follow requests and explain why they fail',
    async () => (await import('./hopscope/hopscope.ts')).hopscope,
  ),
];
