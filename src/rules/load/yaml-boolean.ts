/** How yaml-cpp, which Falco reads with, spells booleans: YAML 1.1's words, each also capitalised and in capitals. */
const BOOLEANS: Readonly<Record<string, boolean>> = {
  y: true,
  yes: true,
  true: true,
  on: true,
  n: false,
  no: false,
  false: false,
  off: false,
};

/** The boolean that a YAML scalar means to Falco; undefined when it is none. */
export function parseYamlBoolean(text: string): boolean | undefined {
  return /^([a-z]+|[A-Z]+|[A-Z][a-z]+)$/.test(text) ? BOOLEANS[text.toLowerCase()] : undefined;
}
