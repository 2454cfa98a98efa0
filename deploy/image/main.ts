import { join } from 'node:path';
import { buildDir } from '../../scripts/paths.ts';
import { writeImageContext } from './context.ts';

const out = join(buildDir, 'image');
const files = await writeImageContext(out, {
  bundle: join(buildDir, 'host'),
  plugins: join(buildDir, 'plugins'),
});
process.stdout.write(
  `✔ ${files.length} files for the image\n\n  docker build --tag flux-host:0.1.0 ${out}\n`,
);
