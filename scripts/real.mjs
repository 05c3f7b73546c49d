// Makes the machine ready for `npm run test:real`: a Docker daemon's programs, a static busybox for its one image, a
// falcosecurity client with the official plugin headers, and clang's fuzzer. Does only what is missing; starts and leaves
// nothing running.
import { prepareForky } from './real/forky.mjs';
import { requirePackages } from './real/packages.mjs';
import { fail } from './run.mjs';

if (process.platform !== 'linux' || process.getuid?.() !== 0) {
  fail('test:real needs root on Linux (it starts dockerd and makes a chroot): run `sudo -E npm run test:real`');
}
requirePackages(['dockerd', 'busybox', 'debootstrap', 'keyring', 'clang', 'fuzzer', 'symbolizer']);
prepareForky();
