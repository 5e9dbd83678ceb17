/**
 * What the HTTP client of @kubernetes/client-node takes for granted and Node 20 lacks. Import it before that package; on
 * newer versions of Node it does nothing.
 */
import workers from 'node:worker_threads';
import zlib from 'node:zlib';

// No answer in the tests is compressed by Zstandard, and nothing is handed to another thread.
if (!('createZstdDecompress' in zlib)) Object.assign(zlib, { createZstdDecompress: zlib.createGunzip });
if (!('markAsUncloneable' in workers)) Object.assign(workers, { markAsUncloneable: () => undefined });
if (!('withResolvers' in Promise))
  Object.assign(Promise, {
    withResolvers() {
      let settle: unknown[] = [];
      const promise = new Promise((resolve, reject) => {
        settle = [resolve, reject];
      });
      return { promise, resolve: settle[0], reject: settle[1] };
    },
  });
