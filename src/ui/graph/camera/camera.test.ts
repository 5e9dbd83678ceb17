import { describe, expect, it } from 'vitest';
import { towards } from './camera.ts';

const view = { width: 390, height: 190 };
const phone = { width: 390, height: 700 };
const camera = { zoom: 1, x: 0, y: 0 };

describe('a camera that follows a packet', () => {
  it('stays where everything is in view, and while the packet is well inside', () => {
    expect(towards(camera, { x: 10, y: 185 }, { width: 390, height: 190 }, view, 1)).toEqual(camera);
    expect(towards(camera, { x: 10, y: 90 }, phone, view, 1)).toEqual(camera);
  });

  it('goes after a packet that leaves the view, along that axis alone, and no further than the picture', () => {
    const below = towards(camera, { x: 380, y: 300 }, phone, view, 1);
    expect(below).toMatchObject({ zoom: 1, x: 0 });
    expect(300 + below.y).toBeCloseTo(190 - 190 / 3);
    expect(towards(camera, { x: 0, y: 700 }, phone, view, 1).y).toBe(190 - 700);
    expect(towards({ ...camera, y: -400 }, { x: 0, y: 0 }, phone, view, 1).y).toBe(0);
  });

  it('arrives in steps', () => {
    let now = camera;
    for (let frame = 0; frame < 60; frame++) now = towards(now, { x: 0, y: 500 }, phone, view, 0.14);
    expect(now).toEqual(towards(camera, { x: 0, y: 500 }, phone, view, 1));
  });
});
