import {context, type BuildOptions, type Plugin} from 'esbuild';
import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {packageRoot} from '../base/package-root.ts';

/**
 * Bundles the program into dist/, so that it starts fast: one file a process or thread, shared parts split off.
 * dockerode stays outside: it loads native code and protocol files by path. So does the CycloneDX library, which asks for
 * plug-ins that are not installed.
 */
const root = packageRoot();
const entries = [
	'src/main.ts',
	'src/repository/deb/compile-worker.ts',
	'src/app/planning-worker.ts',
	'src/app/refresh-process.ts',
	'src/build/engines/native/segment-worker.ts',
	'src/build/engines/native/agent.ts',
	'src/app/builder.ts',
];

/** Packages that files of our own stand in for, also in other packages; such a file says why. It may use what it replaces. */
const replacements: Readonly<Record<string, string>> = {
	'when-exit': 'src/base/when-exit.ts',
	'string-width': 'src/base/string-width.ts',
	'@alcalzone/ansi-tokenize': 'src/app/tui/styled-characters.ts',
};

const replace: Plugin = {
	name: 'replace',
	setup(build) {
		build.onResolve({filter: new RegExp(`^(${Object.keys(replacements).join('|')})$`)}, ({path, importer}) => {
			const own = join(root, replacements[path] ?? '');
			return importer === own ? null : {path: own};
		});
	},
};

/**
 * Yoga, which lays out Ink's boxes, fetches its program from a data: address where there is `fetch`, and decodes it where
 * there is none. Node loads 50 ms of HTTP client for the one, before the first frame.
 */
const withoutFetch: Plugin = {
	name: 'without-fetch',
	setup(build) {
		build.onLoad({filter: /yoga-wasm-base64-esm\.js$/}, async ({path}) => ({
			contents: `const fetch = undefined;\n${await readFile(path, 'utf8')}`,
		}));
	},
};

const options: BuildOptions = {
	entryPoints: entries.map(entry => join(root, entry)).filter(entry => existsSync(entry)),
	outdir: join(root, 'dist'),
	entryNames: '[name]',
	chunkNames: 'chunks/[name]-[hash]',
	bundle: true,
	splitting: true,
	platform: 'node',
	target: 'node24',
	format: 'esm',
	jsx: 'automatic',
	minifySyntax: true,
	sourcemap: 'linked',
	plugins: [replace, withoutFetch],
	external: ['@cyclonedx/cyclonedx-library', 'dockerode', 'esbuild', 'react-devtools-core'],
	define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"'},
	// CommonJS dependencies ask for `require`, which an ES module does not have.
	banner: {
		js: "import {createRequire as __createRequire} from 'node:module'; const require = __createRequire(import.meta.url);",
	},
	logLevel: 'warning',
};

const bundler = await context(options);
await bundler.rebuild();
if (process.argv.includes('--watch')) await bundler.watch();
else await bundler.dispose();
