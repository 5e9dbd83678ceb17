/** What a command did. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** The commands of a corpus: one a line, `#` begins a remark. */
export function linesOf(corpus: string): string[] {
  return corpus.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/**
 * An outcome without what differs from run to run of the real programs, too: times, speeds, sizes of encrypted records. nginx of the
 * image says what is wrong twice, once for its log, where Debian's says it once.
 */
export function comparable({ stdout, stderr, status }: Outcome): Outcome {
  const common = (text: string) =>
    text
      .replace(/\r\n/g, '\n')
      .replace(/Date: .*/g, 'Date: DATE')
      .replace(/Last-Modified: .*/g, 'Last-Modified: DATE')
      .replace(/ETag: (W\/)?"[\da-f]+-/g, 'ETag: $1"TIME-')
      .replace(/\d\d-\w{3}-\d{4} \d\d:\d\d/g, 'DATE')
      .replace(/after \d+ ms/g, 'after N ms');
  return {
    stdout: common(stdout),
    stderr: common(stderr)
      .replace(/\[\d+ bytes data\]/g, '[N bytes data]')
      .replace(/\r.*(?:--:--:--|\d:\d\d:\d\d).*/g, (line) => line.replace(/[\d.]+[kMG]?/g, 'N').replace(/ +/g, ' '))
      .replace(/(?:\r N N N N N N N --:--:-- --:--:-- --:--:-- N)+/g, '\rMETER')
      .replace(/^\d{4}\/\d\d\/\d\d [\d:]+ (\[\w+\]) \d+#\d+:/gm, 'TIME $1 N#N:')
      .replace(/^[\dA-F]{12,}:error/gm, 'THREAD:error')
      .replace(/OpenSSL\/3\.0\.\d+/g, 'OpenSSL/3.0')
      .replace(/^nginx: \[emerg\] .*\n/gm, '')
      .replace(/0x[\da-f]{8,}/g, 'POINTER'),
    status,
  };
}
