// A chart of steps over time. uPlot draws it and is loaded when the first one is shown; its
// colours are the page's, and follow the theme.

import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { language } from '../../../shared/src/language.ts';
import { theme } from '../../../shared/src/theme.ts';
import { timeOf } from '../words/numbers.ts';

const HEIGHT = 180;

export interface Curve {
  label: string;
  /** The name of a colour of the page: `--accent`. */
  colour: string;
  values: readonly number[];
  /** Filled below. */
  area?: boolean;
}

export interface ChartProps {
  /** Seconds since 1970, one for each value. */
  times: readonly number[];
  curves: readonly Curve[];
  /** What it shows, for those who do not see it. */
  label: string;
}

export function Chart({ times, curves, label }: ChartProps) {
  const ref = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  /** The newest, whenever the chart comes to be drawn. */
  const data = useRef<uPlot.AlignedData>([]);
  data.current = [times, ...curves.map((curve) => curve.values)] as uPlot.AlignedData;
  const look = [theme.value, language.value, ...curves.map((curve) => curve.label)].join(' ');
  useEffect(() => {
    const box = ref.current;
    if (!box) return;
    let end = () => {};
    let isOver = false;
    const draw = async () => {
      const { default: Plot } = await import('uplot');
      if (isOver) return;
      const drawn = new Plot(options(box, curves), data.current, box);
      chart.current = drawn;
      const sizes = new ResizeObserver(() =>
        drawn.setSize({ width: box.clientWidth, height: HEIGHT }),
      );
      sizes.observe(box);
      end = () => {
        sizes.disconnect();
        drawn.destroy();
        chart.current = null;
      };
    };
    const again = () => {
      end();
      void draw();
    };
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', again);
    void draw();
    return () => {
      isOver = true;
      system.removeEventListener('change', again);
      end();
    };
  }, [look]);
  useEffect(() => chart.current?.setData(data.current));
  return <div ref={ref} role="img" aria-label={label} class="h-45 min-w-0 overflow-hidden" />;
}

function options(box: HTMLElement, curves: readonly Curve[]): uPlot.Options {
  const styles = getComputedStyle(box);
  const ink = styles.color;
  const [quiet, line] = [colourOf(box, '--quiet'), colourOf(box, '--line')];
  const axis = {
    stroke: quiet,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    font: `12px ${styles.fontFamily}`,
  };
  return {
    width: box.clientWidth,
    height: HEIGHT,
    padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(4, max * 1.15)] } },
    axes: [
      {
        ...axis,
        size: 28,
        space: 70,
        grid: { show: false },
        values: (_plot, times) => times.map((time) => timeOf(new Date(time * 1_000).toISOString())),
      },
      { ...axis, size: 34, values: (_plot, all) => all.map((one) => (one % 1 ? '' : String(one))) },
    ],
    series: [
      {},
      ...curves.map(({ label, colour, area }) => {
        const stroke = colourOf(box, colour) || ink;
        const fill = area ? { fill: `color-mix(in srgb, ${stroke} 18%, transparent)` } : {};
        return { label, stroke, width: 2, points: { show: false }, ...fill };
      }),
    ],
  };
}

/** What a name of a colour is now, in light or dark. */
function colourOf(box: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  box.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
