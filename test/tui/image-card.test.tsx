import {afterEach, expect, test} from 'vitest';
import type {ImageDocuments} from '../../src/app/image-documents.ts';
import {SlipwayError} from '../../src/base/errors.ts';
import type {ImageFacts} from '../../src/image/image-facts.ts';
import type {ImageFile} from '../../src/image/image-files.ts';
import type {SbomPackage} from '../../src/image/sbom-packages.ts';
import {testComposition, testServices, type TestServices} from '../support/tui-services.ts';
import {keys, openTui, type TuiScreen} from '../support/tui-screen.tsx';

let screen: TuiScreen | null = null;
afterEach(() => {
	screen?.close();
	screen = null;
});

const digest = (letter: string) => `sha256:${letter.repeat(64)}` as const;
const descriptor = (letter: string, size: number) => ({
	mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
	digest: digest(letter),
	size,
});

const facts: ImageFacts = {
	descriptor: {...descriptor('a', 500), platform: {os: 'linux', architecture: 'amd64'}},
	manifest: {
		schemaVersion: 2,
		mediaType: 'application/vnd.oci.image.manifest.v1+json',
		config: descriptor('c', 900),
		layers: [descriptor('1', 21_000_000), descriptor('2', 3_000_000)],
	},
	config: {
		created: '2026-11-20T00:00:00Z',
		architecture: 'amd64',
		os: 'linux',
		config: {
			User: '33:33',
			WorkingDir: '/app',
			Entrypoint: ['tini', '--'],
			Cmd: ['php-fpm', '--nodaemonize'],
			Env: ['APP_ENV=production'],
			ExposedPorts: {'9000/tcp': {}},
			Volumes: {'/data': {}},
			Labels: {team: 'web'},
		},
		rootfs: {type: 'layers', diff_ids: []},
		history: [],
	},
	layers: [
		{descriptor: descriptor('1', 21_000_000), createdBy: 'slipway: php 8.4'},
		{descriptor: descriptor('2', 3_000_000), createdBy: 'slipway: added packages'},
	],
	sizeBytes: 24_000_000,
};

const sbomPackage = (name: string, more: Partial<SbomPackage> = {}): SbomPackage => ({
	name,
	version: '1.2-3',
	architecture: 'amd64',
	role: 'starter',
	requestedAs: null,
	licence: 'MIT',
	purl: `pkg:deb/debian/${name}@1.2-3`,
	sha256: null,
	installedSizeBytes: 1_000_000,
	dependencies: [],
	...more,
});

const packages = [
	sbomPackage('curl', {role: 'added', dependencies: ['libcurl4']}),
	sbomPackage('libcurl4', {role: 'dependency', dependencies: ['libssl3']}),
	sbomPackage('libssl3', {role: 'dependency'}),
	...Array.from({length: 300}, (_, at) => sbomPackage(`lib-of-starter-${at}`)),
];

const file = (path: string, more: Partial<ImageFile> = {}): ImageFile => ({
	path,
	kind: 'file',
	mode: 0o755,
	uid: 0,
	gid: 0,
	sizeBytes: 1000,
	modifiedAt: 0,
	target: null,
	sha256: null,
	...more,
});

interface Asked {
	readonly files: (string | null)[];
	readonly packages: string[];
}

function documentsOf(asked: Asked): ImageDocuments {
	const line = (changes: Awaited<ReturnType<ImageDocuments['builds']>>[number]['lines'][number]['changes']) => ({
		line: '8.4',
		status: 'created',
		digest: digest('a'),
		size: 24_000_000,
		tags: ['8.4'],
		changes,
	});
	return {
		facts: async () => facts,
		async packages(of) {
			asked.packages.push(of);
			if (of === digest('b')) throw new SlipwayError('not-found', 'The image has no SBOM.', {hint: 'Build it again.'});
			return packages;
		},
		async files(_digest, layer) {
			asked.files.push(layer);
			return layer === null
				? [file('usr/bin/curl'), file('usr/bin/php'), file('etc/passwd', {mode: 0o644})]
				: [file('usr/bin/curl')];
		},
		content: async (_digest, _layer, {path}) =>
			path === 'etc/passwd'
				? {text: 'root:x:0:0:root:/root:/bin/sh\nphp:\u001b[31mx\n', sizeBytes: 40, isWhole: true}
				: {text: null, sizeBytes: 2_000_000, isWhole: false},
		builds: async () => [
			{
				build: 'build-2',
				status: 'created',
				startedAt: '2026-11-23T11:00:00Z',
				durationMs: 62_000,
				lines: [
					line({
						packages: [
							{name: 'curl', before: '8.1-1', after: '8.2-1'},
							{name: 'tini', before: null, after: '0.19'},
							{name: 'wget', before: '1.25', after: null},
						],
						settings: [{name: 'env APP_ENV', before: 'test', after: 'production'}],
						sizeBytes: {before: 23_000_000, after: 24_000_000},
					}),
				],
			},
			{
				build: 'build-1',
				status: 'created',
				startedAt: '2026-11-01T11:00:00Z',
				durationMs: 90_000,
				lines: [line(null)],
			},
		],
	};
}

async function openCard(columns = 100, rows = 30): Promise<{tui: TuiScreen; asked: Asked}> {
	const asked: Asked = {files: [], packages: []};
	const base = testServices({images: [testComposition('php-api')]});
	const lineOf = (line: string, letter: string, tags: readonly string[]) => ({
		line,
		status: 'created',
		digest: digest(letter),
		tags,
		size: 24_000_000,
		builtAt: '2026-11-23T11:00:00Z',
	});
	const services: TestServices = {
		...base,
		tenant: 'team',
		documents: documentsOf(asked),
		images: {
			...base.images,
			list: async () =>
				(await base.images.list()).map(image => ({
					...image,
					status: 'created' as const,
					lines: [lineOf('8.4', 'a', ['8.4.11', '8.4', 'latest']), lineOf('8.2', 'b', ['8.2'])],
				})),
		},
	};
	screen = await openTui({services, columns, rows});
	await screen.waitFor('php-api');
	await screen.type(keys.enter);
	await screen.waitFor('1 overview');
	return {tui: screen, asked};
}

test('the overview: lines, digest, how it runs, and commands to copy', async () => {
	const {tui} = await openCard();
	await tui.waitFor('tini -- php-fpm --nodaemonize');
	expect(tui.text()).toContain(digest('a'));
	expect(tui.text()).toContain('docker run --rm -p 9000:9000 team/php-api:latest');
	await tui.type('y');
	expect(tui.copied).toEqual(['team/php-api:latest']);
	const row = tui.rowTexts().findIndex(text => text.includes('docker pull'));
	await tui.type(keys.click(10, row));
	await tui.type('y');
	expect(tui.copied[1]).toBe('docker pull 127.0.0.1:5000/team/php-api:latest');
});

test('settings: user, command, ports, volumes, variables, labels', async () => {
	const {tui} = await openCard();
	await tui.type('2');
	for (const text of [
		/user +33:33/,
		/workdir +\/app/,
		/ports +9000\/tcp/,
		/volumes +\/data/,
		/APP_ENV +production/,
		/team +web/,
	]) {
		await tui.waitFor(text);
	}
});

test('packages: filter, and why one is there', async () => {
	const {tui, asked} = await openCard();
	await tui.type('3');
	await tui.waitFor('1/303');
	expect(tui.text()).not.toContain('lib-of-starter-200');
	await tui.type(`/libssl3${keys.enter}`);
	await tui.waitFor('1/1');
	await tui.type(keys.enter);
	await tui.waitFor('Why libssl3');
	expect(tui.text()).toMatch(/curl 1\.2-3 +you added it[\s\S]*└ libcurl4[\s\S]*└ libssl3/);
	await tui.type(keys.escape);
	// Another line is another image; what it lacks is said, and the first one is not read again.
	await tui.type('>');
	await tui.waitFor('The image has no SBOM. Build it again.');
	await tui.type('<');
	await tui.waitFor('libssl3');
	expect(asked.packages).toEqual([digest('a'), digest('b')]);
});

test('layers by size; one of them opens its files', async () => {
	const {tui, asked} = await openCard();
	await tui.type('4');
	await tui.waitFor(/1 +slipway: php 8\.4 .*21\.0 MB/);
	await tui.type('j');
	await tui.type(keys.enter);
	await tui.waitFor(/▸ usr\//);
	expect(tui.text()).toContain(`layer sha256:222`);
	expect(asked.files).toEqual([digest('2')]);
});

test('files: the tree unfolds and folds, the filter finds paths', async () => {
	const {tui, asked} = await openCard();
	await tui.type('5');
	await tui.waitFor(/▸ etc\//);
	await tui.type('jl');
	await tui.waitFor(/▾ usr\//);
	await tui.type('jl');
	await tui.waitFor(/php .*-rwxr-xr-x/);
	await tui.type('jjh');
	await tui.waitFor(text => !/php .*-rwxr/.test(text));
	expect(tui.text()).toMatch(/▌ +▸ bin\//);
	await tui.type(`/passwd${keys.enter}`);
	await tui.waitFor(/etc\/passwd +-rw-r--r--/);
	await tui.type('y');
	expect(tui.copied).toEqual(['/etc/passwd']);
	expect(asked.files).toEqual([null]);
});

test('a file of text is read, with its escapes taken out; another says what it is', async () => {
	const {tui} = await openCard();
	await tui.type('5');
	await tui.waitFor(/▸ etc\//);
	await tui.type(`/passwd${keys.enter}`);
	await tui.waitFor(/etc\/passwd +-rw-r--r--/);
	await tui.type(keys.enter);
	await tui.waitFor('root:x:0:0:root:/root:/bin/sh');
	expect(tui.text()).toContain('php:x');
	await tui.type('y');
	expect(tui.copied.at(-1)).toContain('root:x:0:0');
	await tui.type(keys.escape);
	await tui.type(`/${keys.ctrl('u')}bin/php${keys.enter}`);
	await tui.waitFor(/usr\/bin\/php +-rwx/);
	await tui.type(keys.enter);
	await tui.waitFor('/usr/bin/php is no text. It has 2.0 MB.');
});

test('changes from build to build, and past builds', async () => {
	const {tui} = await openCard();
	await tui.type('6');
	await tui.waitFor('3 packages, 1 setting, +1.0 MB');
	expect(tui.text()).toMatch(/~ curl +8\.1-1 → 8\.2-1/);
	expect(tui.text()).toMatch(/\+ tini +0\.19/);
	expect(tui.text()).toMatch(/- wget +1\.25/);
	expect(tui.text()).toMatch(/~ env APP_ENV +setting test → production/);
	await tui.type('7');
	await tui.waitFor(/1 h ago +created +created {2}3 packages, 1 setting, \+1\.0 MB +24\.0 MB +1:02/);
});

test('at every size the card fills the screen exactly', async () => {
	for (const [columns, rows] of [
		[40, 10],
		[80, 24],
		[200, 50],
	] as const) {
		const {tui} = await openCard(columns, rows);
		for (const tab of '1234567') {
			await tui.type(tab);
			const texts = tui.rowTexts();
			expect(texts[1]?.[0]).toBe('╭');
			expect(texts[1]?.length).toBe(columns);
			expect(texts[rows - 2]?.[0]).toBe('╰');
			expect(texts.slice(2, rows - 2).every(text => text.startsWith('│') && text.endsWith('│'))).toBe(true);
		}
		tui.close();
	}
});
