// A table as an SVG picture, for panels that have no chart: title, subtitle, the first rows, and
// whose figures they are.

const C = window.CartographCharts;
const F = window.CartographFigures;
const ROWS_DRAWN = 30;
const ROW_HEIGHT = 26;
const CHARACTER = 6.7; // pixels of one at 12 px, about
const EDGE = 20;
const GAP = 18;

const isNumber = (kind) => ["money", "count", "rate", "figure"].includes(kind);

/// Widths of columns that share `width`: narrow ones have what they need, the others what is left.
function widths(columns, rows, width) {
  const needed = columns.map(
    (column, index) =>
      Math.max(column.name.length, ...rows.map((row) => row[index].length)) * CHARACTER + GAP
  );
  const result = [];
  const narrowFirst = needed.map((_, index) => index).sort((a, b) => needed[a] - needed[b]);
  let left = width;
  narrowFirst.forEach((index, place) => {
    result[index] = Math.min(needed[index], left / (columns.length - place));
    left -= result[index];
  });
  return result;
}

function text(x, y, content, { color, size = 12, weight = 400, end } = {}) {
  return (
    `<text x="${x.toFixed(1)}" y="${y}" fill="${color}" font-size="${size}" font-weight="${weight}"` +
    `${end ? ' text-anchor="end"' : ""}>${F.escape(content)}</text>`
  );
}

const cut = (content, width) => {
  const most = Math.max(3, Math.floor((width - GAP / 2) / CHARACTER));
  return content.length > most ? `${content.slice(0, most - 1)}…` : content;
};

/// `table` is {columns, rows} as elements.js takes it.
export function tablePicture({ title, subtitle, table, meta }, { theme, width }) {
  const colors = C.THEMES[theme];
  const rows = table.rows
    .slice(0, ROWS_DRAWN)
    .map((row) =>
      row.map((value, index) =>
        F.write(value, table.columns[index].kind, meta.currency).replaceAll("\n", ", ")
      )
    );
  const wide = widths(table.columns, rows, width - 2 * EDGE);
  const height = 92 + ROW_HEIGHT * (rows.length + 1) + 46;
  const line = (cells, y, color) => {
    let x = EDGE;
    return cells
      .map((content, index) => {
        const end = isNumber(table.columns[index].kind);
        const at = end ? x + wide[index] - GAP : x;
        x += wide[index];
        return text(at, y, cut(content, wide[index]), { color, end });
      })
      .join("");
  };
  const more = table.rows.length - rows.length;
  const parts = [
    `<rect width="${width}" height="${height}" fill="${colors.paper}"/>`,
    text(EDGE, 34, title, { color: colors.ink, size: 19, weight: 600 }),
    text(EDGE, 58, subtitle, { color: colors.muted, size: 13 }),
    line(
      table.columns.map((column) => column.name),
      92,
      colors.muted
    )
  ];
  rows.forEach((row, index) => {
    const y = 92 + ROW_HEIGHT * (index + 1);
    parts.push(
      `<path d="M${EDGE} ${y - 17.5}H${width - EDGE}" stroke="${colors.grid}"/>`,
      line(row, y, colors.ink)
    );
  });
  const whose = `Cartograph · run ${meta.run_id} · figures as of ${F.day(meta.as_of)}`;
  parts.push(
    text(EDGE, height - 16, more > 0 ? `${whose} · and ${F.counted(more, "more row")}` : whose, {
      color: colors.muted,
      size: 11
    })
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" font-family="${F.escape(C.FONT)}">` +
    `<title>${F.escape(title)}</title>${parts.join("")}</svg>`
  );
}
