// A file of its own, so that the development server bundles what is below as one.
import 'monaco-yaml/yaml.worker.js';
