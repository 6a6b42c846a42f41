// SPDX-License-Identifier: LGPL-2.1-or-later
// Draws the panels of a dashboard from answers of Prometheus, with Grafana's own components; but for the timeline of
// states, of which the library has none.
import React from 'react';
import { createRoot } from 'react-dom/client';
import { createTheme, dateTime, EventBusSrv, FieldType, getDisplayProcessor, ThemeContext, toDataFrame } from '@grafana/data';
import { BigValue, GlobalStyles, PanelChrome, PanelContextProvider, Table, TimeSeries } from '@grafana/ui';

const theme = createTheme({ colors: { mode: 'light' } });
const { dashboard, answers, start, end } = window.given;
const CELL = { width: 66, height: 38, gap: 8 };
const bus = new EventBusSrv();
const range = { from: dateTime(start * 1000), to: dateTime(end * 1000), raw: { from: 'now-15m', to: 'now' } };

function name(target, labels) {
  return target.legendFormat.replace(/\{\{(\w+)\}\}/g, (_, label) => labels[label] ?? '') || labels.instance || 'Value';
}

function answersOf(panel) {
  return panel.targets.map((target) => ({
    ...answers.find((one) => one.panel === panel.id && one.target === target.refId), target,
  }));
}

function framesOf(panel) {
  const frames = answersOf(panel).flatMap(({ target, range }) => range.map((series) => toDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: series.values.map(([time]) => time * 1000) },
      { name: 'Value', type: FieldType.number, labels: series.metric,
        config: { ...structuredClone(panel.fieldConfig.defaults), displayNameFromDS: name(target, series.metric) },
        values: series.values.map(([, value]) => Number(value)) },
    ],
  })));
  // Applied here: the registry of options is part of the application.
  frames.forEach((frame, index) => {
    frame.fields[1].state = { ...frame.fields[1].state, seriesIndex: index, displayName: frame.fields[1].config.displayNameFromDS };
    frame.fields.forEach((field) => {
      field.display = getDisplayProcessor({ field, theme, timeZone: 'utc' });
    });
  });
  return frames;
}

function Series({ panel, width, height }) {
  const frames = framesOf(panel);
  const legend = { ...panel.options.legend, calcs: [], displayMode: 'list', placement: height > 300 ? 'right' : 'bottom' };
  return (
    <PanelContextProvider value={{ eventsScope: 'board', eventBus: bus }}>
      <TimeSeries frames={frames} timeRange={range} timeZone="utc" width={width} height={height} legend={legend}
        structureRev={1} options={panel.options} replaceVariables={(text) => text} />
    </PanelContextProvider>
  );
}

function Stat({ panel, width, height }) {
  const now = answersOf(panel)[0].now;
  const field = { name: 'Value', type: FieldType.number, config: structuredClone(panel.fieldConfig.defaults), values: [] };
  const value = getDisplayProcessor({ field, theme })(Number(now[0].value[1]));
  return <BigValue value={value} width={width} height={height} theme={theme} colorMode={panel.options.colorMode}
    graphMode="none" textMode="value" justifyMode="center" />;
}

// The transformations "merge" and "organize" of the panel, done by hand.
function Missing({ panel, width, height }) {
  const columns = ['instance', 'domain', 'node', 'size', 'type'];
  const rows = new Map();
  for (const { target, now } of answersOf(panel)) {
    for (const { metric, value } of now) {
      const key = columns.map((column) => metric[column]).join(' ');
      rows.set(key, { ...rows.get(key), ...metric, [target.refId]: Number(value[1]) });
    }
  }
  const list = [...rows.values()];
  const frame = toDataFrame({ fields: [
    ...columns.map((column) => ({ name: column, type: FieldType.string, values: list.map((row) => row[column]), config: { custom: { width: 104 } } })),
    ...[['short', 'A'], ['lost', 'B']].map(([title, id]) => ({
      name: title, type: FieldType.number, values: list.map((row) => row[id] ?? null),
      config: { ...panel.fieldConfig.defaults, custom: { width: 112 } } })),
  ] });
  frame.fields.forEach((field) => { field.display = getDisplayProcessor({ field, theme }); });
  return <Table data={frame} width={width} height={height} />;
}

const COLOURS = { up: 'green', damaged: 'orange', starting: 'orange', failed: 'red', leftover: 'red' };
function Timeline({ panel, width, height }) {
  const [{ range: series }] = answersOf(panel);
  const rows = new Map();
  for (const { metric, values } of series) {
    const key = `${metric.instance} ${metric.domain}`;
    rows.set(key, [...(rows.get(key) ?? []), { state: metric.state, values }]);
  }
  const labels = 160, step = 5, bar = Math.floor((height - 4) / rows.size);
  const place = (time) => labels + (time - start) / (end - start) * (width - labels);
  return (
    <svg width={width} height={height} fontFamily={theme.typography.fontFamily} fontSize="12">
      {[...rows].sort().map(([label, states], row) => (
        <g key={label}>
          <text x="4" y={row * bar + bar / 2 + 4} fill={theme.colors.text.primary}>{label}</text>
          {states.flatMap(({ state, values }) => values.map(([time]) => (
            <rect key={state + time} x={place(time)} y={row * bar + 2} width={place(time + step) - place(time) + 0.6} height={bar - 4}
              fill={theme.visualization.getColorByName(COLOURS[state] ?? 'gray')} />)))}
          {states.map(({ state, values }) => (
            <text key={state} x={place(values[0][0]) + 4} y={row * bar + bar / 2 + 4} fill="#ffffff">{state}</text>))}
        </g>))}
    </svg>
  );
}

const KINDS = { stat: Stat, table: Missing, timeseries: Series, 'state-timeline': Timeline };

function Panel({ panel }) {
  const { x, y, w, h } = panel.gridPos;
  const Kind = KINDS[panel.type];
  const style = { position: 'absolute', left: x * CELL.width, top: y * CELL.height + 56 };
  return (
    <div style={style}>
      <PanelChrome title={panel.title} width={w * CELL.width - CELL.gap} height={h * CELL.height - CELL.gap} padding="md">
        {(width, height) => <Kind panel={panel} width={width} height={height} />}
      </PanelChrome>
    </div>
  );
}

function Board() {
  const height = Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.y + gridPos.h)) * CELL.height + 64;
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles hackNoBackdropBlur={true} />
      <div id="board" style={{ position: 'relative', width: 24 * CELL.width, height, padding: 8, background: theme.colors.background.canvas }}>
        <h3 style={{ margin: '8px 4px' }}>{dashboard.title}</h3>
        {dashboard.panels.map((panel) => <Panel key={panel.id} panel={panel} />)}
      </div>
    </ThemeContext.Provider>
  );
}

createRoot(document.getElementById('root')).render(<Board />);
