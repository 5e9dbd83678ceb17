export { PlainEditor as default } from './PlainEditor.tsx';
