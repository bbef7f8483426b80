import {posix} from 'node:path';
import {describe, expect, test} from 'vitest';
import {isSource, projectFiles} from './tree.ts';

const files = projectFiles();
const sources = files.filter(isSource);

describe('files', () => {
	test('of source have at most 400 lines', () => {
		const long = sources.map(({path, text}) => ({path, lines: text.split('\n').length - 1}));
		expect(long.filter(({lines}) => lines > 400)).toEqual([]);
	});

	test('have kebab-case names', () => {
		const names = sources.map(({path}) => posix.basename(path));
		expect(names.filter(name => !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|config))?\.tsx?$/.test(name))).toEqual([]);
	});

	test('export by name, except where a tool wants a default', () => {
		// The last two stand in place of packages, and have their form.
		const forTools = new Set([
			'test/vitest.config.ts',
			'test/support/global-setup.ts',
			'src/base/when-exit.ts',
			'src/base/string-width.ts',
		]);
		const strays = sources.filter(({path, text}) => !forTools.has(path) && /^export default /m.test(text));
		expect(strays.map(({path}) => path)).toEqual([]);
	});

	test('are no barrels', () => {
		const isBarrel = (text: string) => {
			const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').trim();
			return (
				code !== '' && code.replaceAll(/export\s+(?:type\s+)?(?:\*|\{[^}]*\})\s+from\s+'[^']+';?/g, '').trim() === ''
			);
		};
		expect(sources.filter(({text}) => isBarrel(text)).map(({path}) => path)).toEqual([]);
	});

	test('stand in the folders of the design, and beside them only what tools insist on', () => {
		const top = new Set(files.map(({path}) => path.split('/')[0] ?? ''));
		const known = new Set([
			'src',
			'state',
			'components',
			'test',
			'examples',
			'.ci',
			'package.json',
			'package-lock.json',
		]);
		const forTools = new Set([
			'tsconfig.json',
			'README.md',
			'LICENSE',
			'.gitignore',
			'.npmrc',
			'.oxlintrc.json',
			'.prettierignore',
		]);
		expect([...top].filter(name => !known.has(name) && !forTools.has(name))).toEqual([]);
	});
});

describe('addresses', () => {
	test('of packages are not in the lock file: every machine asks its own registry', () => {
		const lock = JSON.parse(files.find(({path}) => path === 'package-lock.json')?.text ?? '{}') as {
			packages: Record<string, {resolved?: string}>;
		};
		expect(Object.keys(lock.packages).length).toBeGreaterThan(100);
		expect(Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
	});

	// Put together here, so that this file does not hold what it forbids.
	const forbidden = [
		['npm', 'js.org'],
		['npm', 'js.com'],
		['yarn', 'pkg.com'],
		['node', 'source.com'],
		['py', 'pi.org'],
		['python', 'hosted.org'],
		['crates', '.io'],
		['fast', 'ly.net'],
	].map(parts => parts.join(''));

	test('of registries and mirrors are nowhere, except Debian’s primary archive', () => {
		const mirror =
			/\b(?:deb|security|snapshot|archive|http|httpredir|incoming|cdn-[a-z]+|ftp\.[a-z]+)\.debian\.(?:org|net)\b/g;
		const strays = files.map(({path, text}) => ({
			path,
			hosts: forbidden.filter(host => text.includes(host)).concat(text.match(mirror) ?? []),
		}));
		expect(strays.filter(({hosts}) => hosts.length > 0)).toEqual([]);
	});
});
