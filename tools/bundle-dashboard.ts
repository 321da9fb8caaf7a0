// npm run dashboard: makes dist/dashboard, which a control plane that runs from this repository serves at /.
import { join } from 'node:path';
import { bundleDashboard } from './dashboard/bundle-dashboard.ts';

const { files, bytes } = await bundleDashboard({ outDir: join(import.meta.dirname, '../dist/dashboard') });
console.log(`dist/dashboard: ${files} files, ${(bytes / 1024).toFixed(1)} KiB compressed`);
