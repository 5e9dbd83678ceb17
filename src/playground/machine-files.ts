import type { Flavour } from '../cluster/flavours/flavour.ts';
import type { Layer } from '../machines/memory-fs.ts';
import { httpsExample } from './https-example.ts';

export const LAPTOP_HOME = '/home/learner';
export const NODE_HOME = '/home/admin';

/** The laptop's files before the learner has made any: a kubeconfig that points at the cluster. */
export function laptopLayer(flavour: Flavour, server = flavour.apiServer): Layer {
  const name = flavour.name === 'gce' ? 'kubernetes' : flavour.name;
  return {
    [`${LAPTOP_HOME}/`]: { owner: 'learner', mode: 0o755 },
    [`${LAPTOP_HOME}/.kube/`]: { owner: 'learner', mode: 0o750 },
    [`${LAPTOP_HOME}/.kube/config`]: {
      owner: 'learner',
      mode: 0o600,
      text: `apiVersion: v1
clusters:
- cluster:
    server: ${server}
  name: ${name}
contexts:
- context:
    cluster: ${name}
    user: kubernetes-admin
  name: kubernetes-admin@${name}
current-context: kubernetes-admin@${name}
kind: Config
preferences: {}
users:
- name: kubernetes-admin
  user: {}
`,
    },
    ...ownedBy('learner', httpsExample(LAPTOP_HOME)),
    // A Windows drive as Git Bash shows it: where one of the documents keeps its keys.
    '/d/tmp/': '',
    '/etc/hostname': 'laptop\n',
    '/etc/hosts': '127.0.0.1\tlocalhost\n127.0.1.1\tlaptop\n',
    '/etc/resolv.conf': 'nameserver 198.51.100.1\n',
    '/etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n',
  };
}

/** A node's own files. */
export function nodeLayer(node: string, flavour: Flavour): Layer {
  return {
    [`${NODE_HOME}/`]: { owner: 'admin', mode: 0o755 },
    '/etc/hostname': `${node}\n`,
    '/etc/hosts': '127.0.0.1\tlocalhost\n',
    '/etc/resolv.conf': 'nameserver 169.254.169.254\n',
    '/etc/os-release': `PRETTY_NAME="${flavour.osImage}"\nNAME="${flavour.osImage.split(' ')[0] ?? ''}"\n`,
  };
}

/** A layer whose files belong to somebody. */
function ownedBy(owner: string, layer: Layer): Layer {
  return Object.fromEntries(
    Object.entries(layer).map(([path, each]) => [
      path,
      typeof each === 'string' ? { text: each, owner } : { ...each, owner },
    ]),
  );
}
