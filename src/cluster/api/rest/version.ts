/** The answer to `/version`. */
export const VERSION = {
  major: '1',
  minor: '33',
  emulationMajor: '1',
  emulationMinor: '33',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '32',
  gitVersion: 'v1.33.4',
  gitCommit: '74cdb4273d9dd1b1f8f1ae4c04cef79ce7a9a3c5',
  gitTreeState: 'clean',
  buildDate: '2025-08-13T14:35:12Z',
  goVersion: 'go1.24.5',
  compiler: 'gc',
  platform: 'linux/amd64',
} as const;
