import { cordonCommand } from '../nodes/cordon.ts';

export default cordonCommand('cordon');
