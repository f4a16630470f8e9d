import { amazon } from './amazon.js';
import { facebook } from './facebook.js';
import { github } from './github.js';
import { x } from './x.js';

/** What is known of each provider. An administrator's own settings come first. */
export const oauth2Presets: ReadonlyMap<string, object> = new Map<string, object>([
  ['github', github],
  ['facebook', facebook],
  ['x', x],
  ['amazon', amazon],
]);
