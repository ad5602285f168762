// node chart.mjs BENCH.json CHART.svg: what grows with the history, as bench.py has measured it.
import { readFileSync, writeFileSync } from 'node:fs';
import * as echarts from 'echarts';

const PANELS = [
  { what: 'full load', of: 'cpu_s_per_million_rows', title: 'Full load', unit: 's per million rows' },
  { what: 'night', of: 'cpu_s', title: 'Night', unit: 's' },
];
const WIDTH = 900;
const HEIGHT = 380;

const [from, to] = process.argv.slice(2);
const measured = JSON.parse(readFileSync(from, 'utf8'));
const engines = [...new Set(measured.processes.map((row) => row.engine))].filter((name) => name);

function lines(panel, place) {
  return engines.map((engine) => ({
    type: 'line',
    name: engine,
    xAxisIndex: place,
    yAxisIndex: place,
    symbolSize: 8,
    label: { show: true, position: 'top', formatter: ({ value }) => value[1].toPrecision(3) },
    data: measured.processes
      .filter((row) => row.what === panel.what && row.engine === engine)
      .map((row) => [`${row.history} ×`, row[panel.of]]),
  }));
}

const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
chart.setOption({
  animation: false,
  textStyle: { fontFamily: 'DejaVu Sans, sans-serif' },
  backgroundColor: '#fff',
  legend: { bottom: 0 },
  title: PANELS.map((panel, place) => ({
    text: panel.title,
    subtext: `processor, ${panel.unit}; by size of the history`,
    left: `${place * 50 + 3}%`,
  })),
  grid: PANELS.map((_, place) => ({
    left: `${place * 50 + 3}%`, width: '43%', top: 80, bottom: 40, containLabel: true,
  })),
  xAxis: PANELS.map((_, place) => ({ type: 'category', gridIndex: place })),
  yAxis: PANELS.map((_, place) => ({ type: 'value', gridIndex: place, min: 0 })),
  series: PANELS.flatMap(lines),
});
writeFileSync(to, chart.renderToSVGString());
chart.dispose();
