import {afterEach, describe, expect, test} from 'vitest';
import {SlipwayError} from '../../src/base/errors.ts';
import {sessionSummary} from '../../src/app/tui/session-summary.ts';
import {draftOf} from '../../state/composer/composer.ts';
import {testComposition, testServices} from '../support/tui-services.ts';
import {keys, openTui, type TuiScreen, type TuiScreenOptions} from '../support/tui-screen.tsx';

let screen: TuiScreen | null = null;
afterEach(() => {
	screen?.close();
	screen = null;
});

async function compose(query: string, shown: string): Promise<TuiScreen> {
	screen = await openTui();
	const tui = screen;
	await tui.waitFor('No private images yet');
	await tui.type(`n${keys.enter}`);
	await tui.waitFor('SBOM preview');
	await tui.type(query);
	await tui.waitFor(shown);
	await tui.type(keys.escape);
	await tui.waitFor('v range');
	return tui;
}

const packages = (tui: TuiScreen): readonly string[] => {
	const {composer} = tui.app.store.get();
	return composer ? draftOf(composer).packages.map(({name}) => name) : [];
};

describe('a range of packages in the search', () => {
	test('is added with one key, and taken back with one undo', async () => {
		const tui = await compose('tool', 'tool3 for tests');
		await tui.type('vjjj');
		await tui.waitFor('⏎ adds 4 packages, esc ends the range');
		await tui.type(keys.enter);
		await tui.waitFor('4 packages were added.');
		expect(packages(tui)).toEqual(['tool0', 'tool1', 'tool2', 'tool3']);
		await tui.type('u');
		await tui.waitFor('Packages   Variables');
		expect(packages(tui)).toEqual([]);
	});

	test('is taken away where all of it was added', async () => {
		const tui = await compose('tool', 'tool3 for tests');
		await tui.type(`vj${keys.enter}`);
		await tui.waitFor('Packages 2');
		await tui.type('vk');
		await tui.waitFor('⏎ takes away 2 packages');
		await tui.type(keys.enter);
		await tui.waitFor('2 packages were taken away.');
		expect(packages(tui)).toEqual([]);
	});

	test('takes the auto package of a family in the place of its members, and leaves what the starter has', async () => {
		const tui = await compose('c', 'libc6');
		await tui.type('gvG');
		await tui.waitFor('libc6: in the starter');
		await tui.type(keys.enter);
		await tui.waitFor('libc6 is in the starter.');
		expect(packages(tui)).toEqual(['php-curl-auto', 'curl']);
	});

	test('ends with Esc, which then leaves the composer', async () => {
		const tui = await compose('tool', 'tool3 for tests');
		await tui.type('vj');
		await tui.waitFor('⏎ adds 2 packages');
		await tui.type(keys.escape);
		await tui.waitFor(text => !text.includes('⏎ adds'));
		expect(tui.text()).toContain('SBOM preview');
		await tui.type(keys.escape);
		await tui.waitFor('No private images yet');
	});

	test('of too many is refused whole', async () => {
		const tui = await compose('tool', 'tool3 for tests');
		const full = Array.from({length: 98}, (_, at) => ({name: `own${at}`, version: null}));
		tui.app.store.update(state => ({
			...state,
			composer: state.composer && {
				...state.composer,
				history: {...state.composer.history, present: {...draftOf(state.composer), packages: full}},
			},
		}));
		await tui.type(`vjj${keys.enter}`);
		await tui.waitFor('at most 100 packages: with these it would have 101');
		expect(packages(tui)).toHaveLength(98);
	});
});

const images = ['api', 'batch', 'cron', 'web'].map(name => testComposition(name));

async function gallery(options: TuiScreenOptions = {}): Promise<TuiScreen> {
	screen = await openTui({world: {images, built: ['api', 'web']}, ...options});
	await screen.waitFor('batch');
	return screen;
}

describe('several images of the gallery', () => {
	test('are marked one by one or as a range; Esc takes the marks away', async () => {
		const tui = await gallery();
		await tui.type(' j ');
		await tui.waitFor('2 marked');
		expect(tui.text()).toMatch(/◆api[^]*◆cron/u);
		await tui.type('gvj');
		await tui.waitFor('3 marked');
		await tui.type(' ');
		await tui.waitFor('◆batch');
		await tui.type(keys.escape);
		await tui.waitFor(text => !text.includes('marked'));
	});

	test('are built two at a time, the others wait', async () => {
		const tui = await gallery({columns: 120, rows: 40});
		await tui.type('vjjb');
		await tui.waitFor('1 waiting  2 running');
		// Who leaves now is told how to go on.
		const summary = sessionSummary(tui.app.store.get().dashboard, 0);
		expect(summary.at(-1)).toBe('Not begun: cron. `slipway rebuild cron` builds them.');
		tui.services.emit('build-1', {type: 'build/finished', status: 'created', lines: []});
		await tui.waitFor('cron  in progress');
		expect(tui.app.store.get().dashboard.queued).toEqual([]);
	});

	test('are deleted once their number is typed; one that cannot be is named', async () => {
		const services = testServices({images, built: ['api', 'web']});
		const tui = await gallery({
			services: {
				...services,
				images: {
					...services.images,
					async remove(name) {
						if (name === 'batch') throw new SlipwayError('bad-input', 'batch cannot be removed: web extends it.');
						await services.images.remove(name);
					},
				},
			},
		});
		await tui.type('vjjd');
		await tui.waitFor('Delete 3 images');
		expect(tui.text()).toContain('api, batch, cron: their compositions');
		await tui.type(`3 image${keys.enter}`);
		await tui.waitFor('This is not 3 images.');
		await tui.type(`s${keys.enter}`);
		await tui.waitFor('2 of 3 images were deleted. batch cannot be removed: web extends it.');
		expect([...services.saved.keys()]).toEqual(['batch', 'web']);
	});

	test('are exported each into a file of that folder, as far as they were built', async () => {
		const tui = await gallery();
		await tui.type('vGx');
		await tui.waitFor('Export 2 images');
		await tui.type('1');
		await tui.waitFor('docker-archive:FOLDER');
		await tui.type(keys.ctrl('u'));
		await tui.type(`docker://registry.example/x${keys.enter}`);
		await tui.waitFor('This is no file');
	});

	test('have their pull references copied together', async () => {
		const tui = await gallery();
		await tui.type('vGy');
		await tui.waitFor('Copied 2 references');
		expect(tui.copied).toEqual(['api:latest\nweb:latest']);
	});

	test('what is for one image alone says so', async () => {
		const tui = await gallery();
		await tui.type(' e');
		await tui.waitFor('api from php');
		await tui.type(`${keys.escape}${keys.escape}`);
		await tui.waitFor('1 marked');
		await tui.type(' D');
		await tui.waitFor('One image at a time: esc takes the marks away.');
	});
});
