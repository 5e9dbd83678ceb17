import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('location', { hash: '' });
const { lessonAddress, parseRoute } = await import('./routes.ts');

describe('addresses', () => {
  it('name a place', () => {
    expect(parseRoute('')).toEqual({ at: 'home' });
    expect(parseRoute('#/')).toEqual({ at: 'home' });
    expect(parseRoute('#/play')).toEqual({ at: 'play' });
    expect(parseRoute('#/lesson/expose-pods')).toEqual({ at: 'lesson', slug: 'expose-pods' });
    expect(parseRoute('#/lesson/expose-pods/')).toEqual({ at: 'lesson', slug: 'expose-pods' });
  });

  it('that mean nothing say what was asked for', () => {
    expect(parseRoute('#/lesson/a/b')).toEqual({ at: 'nowhere', name: 'lesson/a/b' });
    expect(parseRoute('#/%E0%A4%A')).toEqual({ at: 'nowhere', name: '%E0%A4%A' });
  });

  it('of lessons can be read back', () => {
    expect(parseRoute(lessonAddress('a b/c'))).toEqual({ at: 'nowhere', name: 'lesson/a b/c' });
    expect(parseRoute(lessonAddress('create-service'))).toEqual({ at: 'lesson', slug: 'create-service' });
  });
});
