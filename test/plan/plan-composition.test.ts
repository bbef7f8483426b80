import {describe, expect, test} from 'vitest';
import type {LinePlan} from '../../src/plan/plan.ts';
import {planComposition} from '../../src/plan/plan-composition.ts';
import type {PlanRequest} from '../../src/plan/plan-request.ts';
import {compositionOf, indexOf, starterLine, starterOf} from './small-repository.ts';

const trixie = `
	Package: base-files
	Essential: yes
	Pre-Depends: awk

	Package: mawk
	Provides: awk

	Package: dash
	Essential: yes
	Depends: libc6

	Package: dpkg
	Essential: yes
	Depends: libc6

	Package: libc6

	Package: debconf
	Provides: debconf-2.0
	Depends: perl-base

	Package: perl-base

	Package: app
	Version: 2.1
	Depends: libc6, debconf (>= 0.5) | debconf-2.0, libapp (= 2.1)

	Package: libapp
	Version: 2.1

	Package: make
	Depends: libc6

	Package: app-curl
	Depends: libcurl, adduser

	Package: libcurl
	Version: 8.1
	Installed-Size: 50

	Package: adduser

	Package: app-extra
	Depends: libapp (= 2.0)

	Package: app-script
	Depends: perl-base, dash

	Package: libapp-patched
	Provides: libapp (= 2.1)
	Conflicts: libapp
`;

const bookworm = `
	Package: base-files
	Essential: yes

	Package: app
	Version: 1.4

	Package: tool
	Version: 9
`;

const starter = starterOf([
	starterLine({line: '2', version: '2.1', devPackages: ['make']}),
	starterLine({line: '1', version: '1.4', suite: 'bookworm'}),
]);

const indexes = new Map([
	['trixie', indexOf(trixie, 'trixie')],
	['bookworm', indexOf(bookworm, 'bookworm')],
]);

const families = {
	isAuto: (name: string) => name === 'app-curl-auto',
	chooseAutoMember: (_: string, line: {readonly line: string}) => (line.line === '2' ? 'app-curl' : null),
	nearestNames: () => [],
	alternativesOf: (name: string) => (name === 'app-extra' ? ['missing', 'app-script'] : []),
};

async function plan(
	packages: readonly string[],
	fields: Partial<PlanRequest> & {readonly composition?: PlanRequest['composition']} = {},
) {
	return planComposition({composition: compositionOf(packages), starter, indexes, families, ...fields});
}

/** A line's packages as `NAME ROLE`, with `-` for those not in the image and `+` for those promoted into it. */
function places(line: LinePlan | undefined): readonly string[] {
	return (line?.packages ?? [])
		.map(({name, role, inImage, isPromoted}) =>
			[name, role, inImage ? '' : '-', isPromoted === true ? '+' : ''].join(' ').trim(),
		)
		.sort();
}

describe('a plan', () => {
	test('of the minimal variant keeps the runtime closure in the image, and the rest for configuring', async () => {
		const {lines} = await plan([]);
		expect(lines.map(({line, status}) => `${line} ${status}`)).toEqual(['2 ok', '1 ok']);
		expect(places(lines[0])).toEqual([
			'app starter',
			'base-files starter',
			'dash build-only -',
			'debconf build-only -',
			'dpkg build-only -',
			'libapp starter',
			'libc6 starter',
			'mawk build-only -',
			'perl-base build-only -',
		]);
	});

	test('of the dev variant has everything in the image', async () => {
		const {lines} = await plan([], {composition: compositionOf([], {variant: 'dev'})});
		expect(lines[0]?.packages.every(({role, inImage}) => role === 'starter' && inImage)).toBe(true);
		expect(lines[0]?.packages.map(({name}) => name)).toContain('make');
	});

	test('tells what was asked for from what came along', async () => {
		const {lines} = await plan(['app-curl-auto']);
		expect(lines[0]?.packages.filter(({inStarter}) => !inStarter)).toMatchObject([
			{name: 'adduser', role: 'build-only', inImage: false},
			{name: 'libcurl', role: 'dependency', inImage: true, requestedAs: null},
			{
				name: 'app-curl',
				role: 'added',
				inImage: true,
				requestedAs: 'app-curl-auto',
				dependencies: ['adduser', 'libcurl'],
			},
		]);
		expect(lines[1]).toMatchObject({status: 'ok', skippedAutos: ['app-curl-auto']});
	});

	test('brings a build-only package of the starter into the image where an added one needs it', async () => {
		const {lines} = await plan(['app-script']);
		expect(places(lines[0])).toEqual(
			expect.arrayContaining(['perl-base dependency  +', 'dash dependency  +', 'app-script added']),
		);
		const {lines: asked} = await plan(['dash']);
		expect(places(asked[0])).toContain('dash added  +');
	});

	test('sums what is in the image, and what has to be downloaded', async () => {
		const [bare] = (await plan([])).lines;
		const [added] = (await plan(['app-curl'])).lines;
		expect(added!.installedSizeBytes - bare!.installedSizeBytes).toBe((50 + 10) * 1024);
		expect(added!.downloadSizeBytes - bare!.downloadSizeBytes).toBe(3 * 1000);
	});

	test('skips lines that the composition leaves out, that lack a pinned version, or whose index is not open', async () => {
		const {lines} = await plan([], {composition: compositionOf([], {lines: ['1']})});
		expect(lines[0]).toMatchObject({status: 'skipped', reason: 'The composition leaves this line out.', tags: []});
		const pinned = await plan(['libcurl=8.1']);
		expect(pinned.lines.map(({status}) => status)).toEqual(['ok', 'skipped']);
		expect(pinned.lines[1]?.reason).toBe('bookworm does not have libcurl 8.1, to which the composition pins it.');
		const other = await plan(['app=1.4']);
		expect(other.lines[0]?.reason).toBe('trixie does not have app 1.4, to which the composition pins it; it has 2.1.');
		const half = await plan([], {indexes: new Map([...indexes].slice(0, 1))});
		expect(half.lines[1]).toMatchObject({status: 'skipped', reason: expect.stringContaining('slipway update')});
	});

	test('gives the floating tags to the most advanced line that will be built', async () => {
		const {lines} = await plan(['tool']);
		expect(lines.map(({status, tags, starterTags}) => ({status, tags, starterTags}))).toEqual([
			{status: 'conflict', tags: [], starterTags: ['2.1', '2', 'latest']},
			{status: 'ok', tags: ['1.4', '1', 'latest'], starterTags: ['1.4', '1']},
		]);
	});

	test('lays the composition’s configuration over the starter’s', async () => {
		const composition = compositionOf([], {
			env: {A: 'x'},
			config: {entrypoint: ['/bin/a'], ports: ['80/tcp'], user: '0'},
		});
		const {lines} = await plan([], {composition});
		expect(lines[0]?.config).toMatchObject({
			user: '0',
			workdir: '/',
			entrypoint: ['/bin/a'],
			cmd: [],
			ports: ['80/tcp'],
			env: {PATH: '/usr/bin', A: 'x'},
		});
	});

	test('is the same whenever it is made', async () => {
		expect(await plan(['app-curl-auto', 'app-script'])).toEqual(await plan(['app-curl-auto', 'app-script']));
	});

	test('ends with `cancelled` when its signal fires', async () => {
		await expect(plan([], {signal: AbortSignal.abort()})).rejects.toMatchObject({code: 'cancelled'});
	});
});

describe('a conflict', () => {
	test('tells the chain from the wish to the reason, and ways out that work', async () => {
		const {lines} = await plan(['app-curl', 'app-extra']);
		expect(lines[0]?.status).toBe('conflict');
		expect(lines[0]?.conflict?.steps.map(({text}) => text)).toEqual([
			'You added app-extra.',
			'app-extra 1 needs libapp (= 2.0), but trixie has libapp 2.1.',
		]);
		expect(lines[0]?.conflict?.suggestions).toEqual([
			{kind: 'replace-package', package: 'app-extra', by: 'app-script', text: 'Take app-script instead of app-extra.'},
			{kind: 'drop-package', package: 'app-extra', text: 'Leave out app-extra.'},
		]);
	});

	test('with the starter’s own packages names them', async () => {
		const {lines} = await plan(['libapp-patched']);
		expect(lines[0]?.conflict).toMatchObject({
			summary: 'libapp-patched cannot be added to app 2 without changing its own libapp.',
			steps: [
				{text: 'You added libapp-patched.'},
				{text: 'app 2 brings libapp 2.1.', package: 'libapp'},
				{text: 'libapp-patched 1 conflicts with libapp.', relation: 'libapp'},
			],
		});
	});

	test('over a package that a release does not have says so', async () => {
		const {lines} = await plan(['tool']);
		expect(lines[0]?.conflict).toMatchObject({
			summary: 'trixie does not have tool.',
			suggestions: [
				{kind: 'drop-package', package: 'tool'},
				{kind: 'leave-out-line', line: '2'},
			],
		});
	});

	test('over a pin that no line has offers to lift it where that helps', async () => {
		const {lines} = await plan(['libcurl=7']);
		expect(lines.map(({status, reason}) => ({status, reason}))).toEqual([
			{status: 'conflict', reason: null},
			{status: 'conflict', reason: null},
		]);
		expect(lines[0]?.conflict).toMatchObject({
			summary: 'trixie does not have libcurl 7.',
			steps: [{text: 'You added libcurl 7, but trixie has 8.1.', package: 'libcurl', version: '7'}],
			suggestions: [
				{kind: 'lift-pin', package: 'libcurl', text: 'Take libcurl without its version 7.'},
				{kind: 'drop-package', package: 'libcurl'},
			],
		});
		// There is none in bookworm at all: only going without helps.
		expect(lines[1]?.conflict?.steps[0]?.text).toBe('You added libcurl 7, which bookworm does not have.');
		expect(lines[1]?.conflict?.suggestions.map(({kind}) => kind)).toEqual(['drop-package']);
	});

	test('over several providers of a name is one step', async () => {
		const repository = indexOf(
			`${bookworm}

			Package: exim
			Depends: exim-light | exim-heavy

			Package: exim-light
			Provides: mta

			Package: exim-heavy
			Provides: mta

			Package: postfix
			Conflicts: mta`,
			'bookworm',
		);
		const {lines} = await plan(['exim', 'postfix'], {indexes: new Map([['bookworm', repository]])});
		expect(lines[1]?.conflict?.summary).toBe('exim and postfix cannot be installed together.');
		expect(lines[1]?.conflict?.steps.map(({text}) => text)).toEqual([
			'You added exim.',
			'exim 1 needs exim-light | exim-heavy.',
			'You added postfix.',
			'postfix 1 conflicts with mta, which exim-heavy 1 and exim-light 1 provide.',
		]);
	});

	test('over several packages that a release lacks names them all', async () => {
		const {lines} = await plan(['tool', 'nothing']);
		expect(lines[0]?.conflict?.summary).toBe('trixie does not have tool and nothing.');
	});

	describe('that no single change resolves', () => {
		const mailServers = indexOf(
			`${bookworm}

			Package: exim
			Conflicts: mta
			Provides: mta

			Package: postfix
			Conflicts: mta
			Provides: mta

			Package: sendmail
			Conflicts: mta
			Provides: mta

			Package: nullmailer
			Conflicts: mta
			Provides: mta

			Package: tool
			Version: 8
			Depends: gone`,
			'bookworm',
		);
		const suggestionsFor = async (packages: readonly string[]) => {
			const {lines} = await plan(packages, {indexes: new Map([['bookworm', mailServers]])});
			return lines[1]?.conflict?.suggestions ?? [];
		};

		test('has ways out of two or three changes, none of them idle', async () => {
			const texts = (await suggestionsFor(['exim', 'postfix', 'sendmail', 'nullmailer'])).map(({text}) => text);
			expect(texts.toSorted()).toEqual([
				'Leave out exim, postfix and nullmailer.',
				'Leave out exim, postfix and sendmail.',
				'Leave out exim, sendmail and nullmailer.',
				'Leave out postfix, sendmail and nullmailer.',
			]);
			expect(await suggestionsFor(['exim', 'postfix', 'tool=8'])).toMatchObject([
				{
					kind: 'change-several',
					changes: [
						{kind: 'drop-package', package: 'exim'},
						{kind: 'lift-pin', package: 'tool'},
					],
					text: 'Take tool without its version 8 and leave out exim.',
				},
				{text: 'Leave out exim and tool.'},
				{text: 'Take tool without its version 8 and leave out postfix.'},
				{text: 'Leave out postfix and tool.'},
			]);
		});

		test('has none where too much stands in the way', async () => {
			expect(await suggestionsFor(['no-a', 'no-b', 'no-c', 'no-d'])).toEqual([]);
		});
	});

	test('offers to lift a pin where that helps', async () => {
		const repository = indexOf(
			`${bookworm}\n
			Package: tool
			Version: 8
			Depends: gone
		`,
			'bookworm',
		);
		const {lines} = await plan(['tool=8'], {indexes: new Map([['bookworm', repository]])});
		expect(lines[1]?.conflict?.suggestions).toMatchObject([
			{kind: 'lift-pin', package: 'tool'},
			{kind: 'drop-package'},
		]);
	});
});
