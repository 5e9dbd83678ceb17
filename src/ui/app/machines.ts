/** Whether a machine is what a command block asks for: `laptop`, `node` (any), or a machine by name. */
export function isOn(machine: string, on: string): boolean {
  if (on === 'laptop') return machine === 'laptop';
  if (on === 'node') return machine !== 'laptop' && !machine.startsWith('pod/');
  return machine === on || machine.endsWith(`/${on}`);
}
