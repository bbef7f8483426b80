import {createHash} from 'node:crypto';
import type {Architecture, PackageIndex} from '../package-index.ts';
import {SuiteCompiler} from './compile-suite.ts';
import {readSections} from './index-file.ts';
import {ReleaseIndex} from './release-index.ts';
import {SuiteColumns} from './suite-columns.ts';

/**
 * An index made in memory from the text of Packages files, the main suite first: for tests, and to look at a file of
 * one's own. Nothing is verified.
 */
export function indexFromPackages({
	release,
	architecture,
	packages,
}: {
	readonly release: string;
	readonly architecture: Architecture;
	readonly packages: readonly {readonly suite: string; readonly text: string}[];
}): PackageIndex {
	const suites = packages.map(({suite, text}) => {
		const bytes = Buffer.from(text);
		const compiler = new SuiteCompiler(suite, architecture);
		compiler.addWhole(bytes);
		return {
			state: {suite, uri: 'memory:', date: '1970-01-01T00:00:00Z', validUntil: null, inReleaseSha256: ''},
			columns: new SuiteColumns(readSections(compiler.finish().bytes)),
			contentSha256: createHash('sha256').update(bytes).digest('hex'),
		};
	});
	return new ReleaseIndex({release, architecture, suites});
}
