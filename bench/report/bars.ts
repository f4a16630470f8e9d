/** A chart of horizontal bars, as an SVG that reads on light and dark backgrounds. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly colour: string;
  /** Shown after the value. */
  readonly note?: string;
  /** A mark across the bar, at the value of the goal. */
  readonly goal?: number;
}

export interface BarGroup {
  readonly label: string;
  readonly bars: readonly Bar[];
}

export interface Chart {
  readonly title: string;
  readonly legend: readonly (readonly [string, string])[];
  readonly groups: readonly BarGroup[];
  /** A vertical line at this value. */
  readonly reference?: number;
  readonly digits: number;
}

const [LEFT, WIDTH, BAR, GAP] = [210, 760, 13, 10];
const PLOT = WIDTH - LEFT - 60;

export function barChart({ title, legend, groups, reference, digits }: Chart): string {
  const most = Math.max(
    ...groups.flatMap(({ bars }) => bars.flatMap(({ value, goal = 0 }) => [value, goal])),
    reference ?? 0,
  );
  const x = (value: number): string => (LEFT + (value / most) * PLOT).toFixed(1);
  const parts: string[] = [];
  let y = 52;
  for (const { label, bars } of groups) {
    const middle = y + (bars.length * BAR) / 2 + 4;
    parts.push(`<text x="${LEFT - 8}" y="${middle}" text-anchor="end">${escaped(label)}</text>`);
    for (const bar of bars) {
      parts.push(
        `<rect x="${LEFT}" y="${y}" width="${((bar.value / most) * PLOT).toFixed(1)}" height="${BAR - 2}" fill="${bar.colour}"><title>${escaped(bar.label)}</title></rect>`,
        `<text x="${Number(x(bar.value)) + 5}" y="${y + BAR - 4}" class="value">${bar.value.toFixed(digits)} ${escaped(bar.note ?? '')}</text>`,
      );
      if (bar.goal !== undefined)
        parts.push(`<path d="M${x(bar.goal)} ${y - 1}v${BAR}" stroke="#d1242f" stroke-width="2"/>`);
      y += BAR;
    }
    y += GAP;
  }
  if (reference !== undefined)
    parts.push(`<path d="M${x(reference)} 46V${y}" stroke="#8b949e" stroke-dasharray="3 3"/>`);
  const keys = legend.map(
    ([name, colour], at) =>
      `<rect x="${12 + at * 150}" y="28" width="10" height="10" fill="${colour}"/><text x="${27 + at * 150}" y="37">${escaped(name)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 6}" width="${WIDTH}" height="${y + 6}" role="img" aria-label="${escaped(title)}">`,
    '<style>text{font:12px system-ui,sans-serif;fill:#6e7781}.value{font-size:10px}.title{font-size:14px;font-weight:600}</style>',
    `<text x="12" y="18" class="title">${escaped(title)}</text>`,
    ...keys,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
