import type { Problems } from './fields.ts';

const IP_RULE = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const CIDR_RULE = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

/** 4 or 6 for an address of that family, as netutils.ParseIPSloppy reads it (leading zeros allowed); else undefined. */
export function ipFamily(text: string): 4 | 6 | undefined {
  const parts = text.split('.');
  if (!text.includes(':'))
    return parts.length === 4 && parts.every((part) => /^\d+$/.test(part) && Number(part) <= 255) ? 4 : undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  let count = groups.length;
  if (last.includes('.')) {
    if (ipFamily(last) !== 4) return undefined;
    groups.pop();
    count++;
  }
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return (halves.length === 2 ? count < 8 : count === 8) ? 6 : undefined;
}

/** validation.IsValidIPForLegacyField */
export function checkIP(field: string, text: string, found: Problems): boolean {
  if (ipFamily(text) !== undefined) return true;
  found.invalid(field, text, IP_RULE);
  return false;
}

/** ValidateNonSpecialIP: no unspecified, loopback or link-local address. */
export function checkNonSpecialIP(field: string, text: string, found: Problems): void {
  const family = ipFamily(text);
  if (family === undefined) {
    found.invalid(field, text, 'must be a valid IP address');
    return;
  }
  const low = text.toLowerCase();
  if (/^0+(\.0+){3}$/.test(text) || (family === 6 && /^[0:]+$/.test(text)))
    found.invalid(field, text, `may not be unspecified (${text})`);
  if (low.startsWith('127.') || /^(0*:)*:?0*1$/.test(low))
    found.invalid(field, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)');
  if (low.startsWith('169.254.') || /^fe[89ab][0-9a-f]:/.test(low))
    found.invalid(field, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  if (low.startsWith('224.0.0.') || low.startsWith('ff02:'))
    found.invalid(field, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
}

/** Splits `10.0.0.0/8`; undefined when it is no CIDR. */
export function parseCIDR(text: string): { readonly ip: string; readonly bits: number } | undefined {
  const [ip = '', bits = '', rest] = text.split('/');
  const family = ipFamily(ip);
  if (rest !== undefined || family === undefined || !/^\d{1,3}$/.test(bits)) return undefined;
  return Number(bits) <= (family === 4 ? 32 : 128) ? { ip, bits: Number(bits) } : undefined;
}

/** validation.IsValidCIDRForLegacyField */
export function checkCIDR(field: string, text: string, found: Problems): boolean {
  if (parseCIDR(text) !== undefined) return true;
  found.invalid(field, text, CIDR_RULE);
  return false;
}

/** The number of a dotted IPv4 address. */
export function ipv4Number(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** The dotted form of an IPv4 number. */
export function ipv4Text(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** validation.GetWarningsForIP: addresses that parse but are not written as they should be. */
export function ipWarnings(field: string, text: string): string[] {
  if (ipFamily(text) !== 4) return [];
  const plain = text
    .split('.')
    .map((part) => String(Number(part)))
    .join('.');
  if (plain === text) return [];
  return [
    `${field}: non-standard IP address "${text}" will be considered invalid in a future Kubernetes release: use "${plain}"`,
  ];
}

/** validation.GetWarningsForCIDR */
export function cidrWarnings(field: string, text: string): string[] {
  const cidr = parseCIDR(text);
  if (cidr === undefined || ipFamily(cidr.ip) !== 4) return [];
  const size = 2 ** (32 - cidr.bits);
  const number = ipv4Number(cidr.ip);
  const base = number - (number % size);
  if (base === number) return [];
  return [
    `${field}: CIDR value "${text}" is ambiguous in this context (should be "${ipv4Text(base)}/${cidr.bits}" or "${ipv4Text(number)}/32"?)`,
  ];
}
