/** The lines that are new, and those that are gone, each in its order. A line that stands several times counts as often. */
export function changesBetween(
  recorded: readonly string[],
  lines: readonly string[],
): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  return { added: without(lines, recorded), removed: without(recorded, lines) };
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    if (count > 0) left.set(line, count - 1);
    return count === 0;
  });
}
