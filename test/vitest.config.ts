import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vitest/config';
import {SlowFirst} from './support/slow-first.ts';

/** `.ci/run` counts from this file. */
const report = process.env['SLIPWAY_TEST_REPORT'];

export default defineConfig({
	root: fileURLToPath(new URL('..', import.meta.url)),
	test: {
		include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
		env: {TZ: 'UTC', TERM: 'xterm-256color', FORCE_COLOR: '1', NODE_ENV: 'test'},
		globalSetup: ['test/support/global-setup.ts'],
		setupFiles: ['test/support/folder-of-file.ts'],
		reporters: report ? ['default', ['json', {outputFile: report}]] : ['default'],
		testTimeout: 300_000,
		hookTimeout: 600_000,
		maxWorkers: 2,
		sequence: {sequencer: SlowFirst},
	},
});
