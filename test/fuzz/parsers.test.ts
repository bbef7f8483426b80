import {writeFileSync} from 'node:fs';
import {mkdir, open, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {openSealed, sealJson} from '../../src/base/sealed-json.ts';
import {readAr} from '../../src/build/engines/native/ar.ts';
import {makeSegment} from '../../src/build/engines/native/make-segment.ts';
import {safeEntries} from '../../src/build/engines/native/safe-entries.ts';
import {decodeSegment} from '../../src/build/engines/native/segment.ts';
import {parseEvent, readJournal} from '../../src/build/journal/journal-reader.ts';
import {parseCertificates} from '../../src/build/bundles/certificates.ts';
import {parseTarStream} from '../../src/image/read-archive.ts';
import {readTar} from '../../src/image/tar/read-tar.ts';
import {problemText} from '../../src/plan/composition/check-composition.ts';
import {parseComposition} from '../../src/plan/composition/parse-composition.ts';
import {readLock} from '../../src/plan/lock.ts';
import {parseDeb822Sources, parseOneLineSources} from '../../src/repository/deb/apt-sources.ts';
import {parseControl} from '../../src/repository/deb/control.ts';
import {packagesFields, PackagesReader} from '../../src/repository/deb/packages-reader.ts';
import {formatRelations, parseRelations} from '../../src/repository/deb/relation.ts';
import {compareVersions, isVersion, upstreamVersion} from '../../src/repository/deb/version.ts';
import {makeCertificate} from '../support/certificates.ts';
import {makeAr, makeDeb} from '../support/deb.ts';
import {makeTar} from '../support/tar-archive.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {fuzz, fuzzTimeoutMs} from './support/fuzz.ts';

/*
 * Parsers of what others wrote never crash, hang or hand on what they must not: they answer, or refuse in words.
 */
const texts = (...values: readonly string[]) => values.map(value => Buffer.from(value));

const control = `Package: tool
Source: tools (1.0)
Version: 1:1.0~rc1-2+deb13u1
Architecture: amd64
Depends: libc6 (>= 2.38), awk | mawk:any (<< 2), \n python3
Description: a tool
 with more
 .
 lines

Package: other
Version: 2
`;

describe('fuzzed', {timeout: fuzzTimeoutMs}, () => {
	let folder: string;
	beforeAll(async () => {
		folder = await temporaryFolder('fuzz');
	});

	test('control files', () =>
		fuzz({
			corpus: texts(control),
			dictionary: ['\n\n', ': ', '\n ', '#', '\r\n', '__proto__: x\n', 'constructor: y\n', '\u001b[2J'],
			parse: input => {
				for (const fields of parseControl(input.toString()))
					for (const [name] of fields) expect(name).toMatch(/^\S+$/u);
			},
		}));

	test('Packages files, whole and in pieces', () =>
		fuzz({
			corpus: texts(control),
			dictionary: packagesFields.map(field => `\n${field}: `),
			parse: (input, random) => {
				const read = (pieces: readonly Buffer[]) => {
					const seen: string[] = [];
					const reader = new PackagesReader((bytes, spans) => {
						for (let place = 0; place < spans.length; place += 2) {
							const [start = 0, end = 0] = spans.subarray(place, place + 2);
							expect(start).toBeLessThanOrEqual(Math.max(start, end));
							seen.push(bytes.toString('latin1', start, end));
						}
					});
					for (const piece of pieces) reader.push(piece);
					reader.end();
					return seen;
				};
				const cut = random(input.length + 1);
				expect(read([input.subarray(0, cut), input.subarray(cut)])).toEqual(read([input]));
			},
		}));

	test('relations: what is read is written and read again the same', () =>
		fuzz({
			corpus: texts('libc6 (>= 2.38), awk | mawk:any (<< 2~), python3 (= 1:2-3)', 'a(>1)|b,c'),
			dictionary: ['(', ')', '|', ',', '>=', '<<', ':any', ' '.repeat(5000), '~', '\t', '\u001b]0;'],
			parse: input => {
				const groups = parseRelations(input.toString());
				expect(parseRelations(formatRelations(groups))).toEqual(groups);
			},
		}));

	test('versions: an order that does not contradict itself', () =>
		fuzz({
			corpus: texts('1:1.0~rc1-2+deb13u1 1.0-1 2', '0 00 0.0', '1~~a 1~a 1', '10:2.0-0 9:2.0'),
			dictionary: ['~', '-', '+', ':', '0', '9'.repeat(300), 'a'],
			parse: input => {
				const versions = input.toString('latin1').split(' ').filter(isVersion).slice(0, 6);
				for (const a of versions) {
					expect(upstreamVersion(a).length).toBeLessThanOrEqual(a.length);
					expect(compareVersions(a, a)).toBe(0);
					for (const b of versions) {
						const order = Math.sign(compareVersions(a, b));
						expect(Math.sign(compareVersions(b, a)) + order, `${a} and ${b}`).toBe(0);
						for (const c of versions) {
							if (order <= 0 && compareVersions(b, c) <= 0) expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
						}
					}
				}
			},
		}));

	const tar = makeTar([
		{name: './', kind: 'directory'},
		{name: `./${'long/'.repeat(40)}name`, content: 'x'.repeat(600)},
		{name: './usr/bin/tool', content: 'y', mode: 0o4755},
		{name: './usr/bin/link', kind: 'symlink', target: '/etc/shadow'},
		{name: './usr/bin/hard', kind: 'hardlink', target: './usr/bin/tool'},
	]);
	/** What may be laid down in a root. */
	const expectSafe = (path: string) => {
		expect(path).not.toMatch(/^\/|(?:^|\/)\.\.(?:\/|$)|[\u0000-\u001f\u007f]/u);
	};

	test('tar archives of packages: no entry leaves its place', () =>
		fuzz({
			corpus: [tar],
			dictionary: ['../', '/etc/', '\u0000', 'ustar\u000000', '\u00ff'],
			parse: (input, random) => {
				const bytes = random(2) === 0 ? repaired(input) : input;
				const readAt = (offset: number, length: number) => bytes.subarray(offset, offset + length);
				for (const entry of safeEntries(readTar(readAt, bytes.length), 0)) {
					expectSafe(entry.path);
					expect(entry.size).toBeGreaterThanOrEqual(0);
					expect(entry.offset + entry.size).toBeLessThanOrEqual(bytes.length);
					for (const id of [entry.uid, entry.gid]) expect(id >= 0 && id < 65_536).toBe(true);
					expect(() => new Date(entry.mtime * 1000).toISOString()).not.toThrow();
				}
			},
		}));

	test('tar archives that come as a stream', () =>
		fuzz({
			corpus: [tar],
			parse: async (input, random) => {
				const bytes = random(2) === 0 ? repaired(input) : input;
				for await (const {content} of parseTarStream(inPieces(bytes, random))) for await (const _ of content) void _;
			},
		}));

	test('ar archives', () =>
		fuzz({
			corpus: [
				makeAr([
					{name: 'debian-binary', content: Buffer.from('2.0\n')},
					{name: 'control.tar', content: tar},
				]),
			],
			parse: async input => {
				const file = join(folder, 'archive.ar');
				await writeFile(file, input);
				const handle = await open(file);
				try {
					for (const {offset, sizeBytes} of await readAr(handle, input.length)) {
						expect(offset + sizeBytes).toBeLessThanOrEqual(input.length);
					}
				} finally {
					await handle.close();
				}
			},
		}));

	test('whole packages', () =>
		fuzz({
			corpus: (['none', 'gzip', 'xz', 'zstd'] as const).map(
				compression => makeDeb({name: 'tool', compression, files: [{path: '/usr/bin/tool', content: 'x'}]}).bytes,
			),
			parse: async input => {
				const file = join(folder, 'package.deb');
				writeFileSync(file, input);
				await mkdir(join(folder, 'segments'), {recursive: true});
				await rm(join(folder, 'segments/one'), {recursive: true, force: true});
				await makeSegment(file, '0'.repeat(64), join(folder, 'segments/one'));
			},
		}));

	test('compositions: refused with a place, never an error', () =>
		fuzz({
			corpus: texts(
				'name: php-api\nstarter: php\nlines: [8.4]\npackages:\n  - curl\n  - {name: tini, version: 1-1}\nenv: {A: b}\n',
				'name: a-b\nstarter: php\nconfig: {user: "1", cmd: [a], ports: [80/tcp]}\ntests:\n  - {run: [php], expect: {stdout: x}}\n',
			),
			dictionary: [
				'&a ',
				'*a',
				'<<: *a',
				'[',
				'{',
				'? ',
				'!!js/function ',
				'|\n',
				'---\n',
				'%YAML 9\n',
				'__proto__: ',
				'\u001b',
			],
			parse: input => {
				const parsed = parseComposition(input.toString());
				if (parsed.kind === 'refused') for (const problem of parsed.problems) problemText(problem);
			},
		}));

	test('lock files, apt sources, certificates', () =>
		fuzz({
			corpus: [
				...texts(
					'deb [signed-by=/a arch=amd64] http://127.0.0.1/debian trixie main\n',
					'Types: deb\nURIs: http://a/\nSuites: b\n',
				),
				...texts('{"version":1,"image":"a","lines":[]}', makeCertificate('Root').certificate),
			],
			parse: (input, random) => {
				const text = input.toString();
				const parsers = [
					() => parseOneLineSources(text),
					() => parseDeb822Sources(text),
					() => readLock(text),
					() => parseCertificates('one.pem', input),
				];
				return parsers[random(parsers.length)]?.();
			},
		}));

	test('journals', () =>
		fuzz({
			corpus: texts(
				'{"seq":1,"at":"2026-01-01T00:00:00.000Z","type":"build/started","build":"x","image":"y","engine":"native","lines":[],"pid":1}\n' +
					'{"seq":2,"at":"2026-01-01T00:00:00.000Z","type":"line/started","line":"1","traceId":"t"}\n',
			),
			parse: async input => {
				const file = join(folder, 'journal.ndjson');
				await writeFile(file, input);
				const {events, damage} = await readJournal(file);
				expect(events.length + damage.length).toBeGreaterThanOrEqual(0);
				for (const line of input.toString().split('\n')) parseEvent(line);
			},
		}));

	test('kept files: what was altered is not opened', () => {
		const value = {format: 1, entries: ['a', 1]};
		return fuzz({
			corpus: texts(sealJson(value)),
			parse: input => {
				const opened = openSealed(input.toString());
				if (opened !== null) expect(opened).toEqual(value);
				decodeSegment(input.toString());
			},
		});
	});
});

/** With checksums that are right, so that what lies behind them is reached. */
function repaired(bytes: Buffer): Buffer {
	const copy = Buffer.from(bytes);
	for (let at = 0; at + 512 <= copy.length; at += 512) {
		if (copy.toString('latin1', at + 257, at + 262) !== 'ustar') continue;
		copy.fill(0x20, at + 148, at + 156);
		let sum = 0;
		for (let place = at; place < at + 512; place++) sum += copy[place] ?? 0;
		copy.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, at + 148, 'latin1');
	}
	return copy;
}

async function* inPieces(bytes: Buffer, random: (bound: number) => number): AsyncGenerator<Buffer> {
	for (let at = 0; at < bytes.length;) {
		const length = 1 + random(1500);
		yield bytes.subarray(at, at + length);
		at += length;
	}
}
