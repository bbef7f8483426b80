import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vitest/config';

export default defineConfig({
	root: fileURLToPath(new URL('..', import.meta.url)),
	test: {
		include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
		env: {TZ: 'UTC', TERM: 'xterm-256color', FORCE_COLOR: '1', NODE_ENV: 'test'},
		globalSetup: ['test/support/global-setup.ts'],
		testTimeout: 60_000,
		hookTimeout: 300_000,
		maxWorkers: 2,
	},
});
