/** The colours of tokens.css for charts, which draw on a canvas and cannot read variables of the style sheet. */
export const PALETTE = {
  ground: '#07090b', line: '#27303a', text: '#d5dbe1', dim: '#97a3af', strong: '#f1f4f7', accent: '#6db3ff',
  'on-target': '#5fd6a8', 'off-target': '#ff958c', both: '#f4c65a', reworded: '#b7acff', unchanged: '#6b7885',
} as const

export const FONT = "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"

export const EFFECT_WORDS = {
  unchanged: 'Unchanged', reworded: 'Reworded only', 'on-target': 'On-target only', both: 'Both',
  'off-target': 'Off-target only',
} as const

/** A pattern beside the colour, so that stacked parts can be told apart without it. */
export const DECALS = {
  unchanged: { symbol: 'none' },
  reworded: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 5], symbolSize: 0.6 },
  'on-target': { symbol: 'none' },
  both: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [4, 3], rotation: Math.PI / 4, symbolSize: 1 },
  'off-target': { symbol: 'circle', dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0], symbolSize: 0.7 },
} as const
