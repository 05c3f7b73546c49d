/**
 * What Node is told for a source host. Young objects get little room: lines live in buffers outside of the heap, and more
 * room only makes the process larger. The old ones are looked through when there are two and a half times as many as before, and not by 1.3 times:
 * V8 counts those buffers among them, of which a flood brings as many as that twenty times a second.
 */
const hostOptions = '--max-semi-space-size=2 --heap-growing-percent=150';

/**
 * The source host's executable for a Node that is somewhere else.
 *
 * @param {string} node
 * @param {string} main the path of dist/source/main.js
 */
export function hostLauncher(node, main) {
  return `#!/bin/sh\nexec ${quoted(node)} ${hostOptions} ${quoted(main)} "$@"\n`;
}

/** The bundle's docktape-host, which stands beside bin/ and dist/. Nothing in a bundle is a link, so $0 tells where. */
export const bundledHostLauncher = bundled(
  'The source host, which libdocker.so starts',
  `${hostOptions} `,
  'source/main.js',
);

/** The bundle's docktape. */
export const bundledCommandLauncher = bundled('The docktape command', '', 'cli.js');

/**
 * @param {string} what
 * @param {string} options
 * @param {string} main
 */
function bundled(what, options, main) {
  return `#!/bin/sh
# ${what}, with the Node that stands beside it. What the environment tells another Node is not for this one.
unset NODE_OPTIONS
case $0 in */*) here=\${0%/*} ;; *) here=. ;; esac
exec "$here/bin/node" ${options}"$here/dist/${main}" "$@"
`;
}

/** @param {string} text @returns {string} as one word of a shell's */
function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
