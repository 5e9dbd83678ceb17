import type { Random } from '../../sim/random.ts';

const MOODS = [
  'admiring',
  'bold',
  'calm',
  'clever',
  'eager',
  'elegant',
  'focused',
  'gallant',
  'happy',
  'jolly',
  'keen',
  'kind',
  'lucid',
  'modest',
  'nifty',
  'patient',
  'quirky',
  'serene',
  'sharp',
  'tender',
  'vibrant',
  'wizardly',
  'youthful',
  'zealous',
];
const PEOPLE = [
  'archimedes',
  'bardeen',
  'curie',
  'darwin',
  'euclid',
  'feynman',
  'galileo',
  'hopper',
  'hypatia',
  'jang',
  'kepler',
  'lamarr',
  'lovelace',
  'meitner',
  'newton',
  'noether',
  'pascal',
  'raman',
  'shannon',
  'tesla',
  'turing',
  'wing',
  'wozniak',
  'yonath',
];

/** A name for a container that was given none, in dockerd's manner. */
export function inventName(random: Random, taken: (name: string) => boolean): string {
  for (let tries = 0; ; tries++) {
    const name = `${random.pick(MOODS)}_${random.pick(PEOPLE)}${tries > 5 ? tries : ''}`;
    if (!taken(name)) return name;
  }
}
