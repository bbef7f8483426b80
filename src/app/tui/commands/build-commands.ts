import {basename, dirname, join} from 'node:path';
import {openLog, openScreen, starterNamed} from '../../../../state/app-state.ts';
import {applyEdit, draftOf} from '../../../../state/composer/composer.ts';
import {applySuggestion} from '../../../../state/composer/draft.ts';
import {buildRowAtCursor, currentBuild, currentSuggestions} from '../../../../state/dashboard/current-build.ts';
import {dashboardRows, followBuilds, type BuildEntry} from '../../../../state/dashboard/dashboard.ts';
import {withoutSelection} from '../../../../state/gallery/selected-images.ts';
import {writeFileAtomic} from '../../../base/atomic-file.ts';
import {programVersion} from '../../../base/program-version.ts';
import {buildFolderOf} from '../../../build/build-folder.ts';
import type {Suggestion} from '../../../plan/plan.ts';
import {notify, type App} from '../../controllers/app.ts';
import {copyText} from '../../controllers/copy.ts';
import type {Parts, SomeCommands} from '../parts.ts';
import {composerOf} from './open-composer.ts';

/** Puts the cursor on a line of a build that runs, else on the build. */
export function focusBuild(app: Parts['app'], build: string): void {
	app.store.update(state => {
		const rows = dashboardRows(state.dashboard);
		const begun = rows.findIndex(
			row => row.kind === 'line' && row.entry.build === build && row.line.status === 'running',
		);
		const at = begun === -1 ? rows.findIndex(row => row.entry.build === build) : begun;
		return at === -1 ? state : {...state, dashboard: {...state.dashboard, cursor: {at, top: 0}}};
	});
}

export const buildCommands: SomeCommands<'build'> = {
	'build/log': ({app, builds}) => {
		const row = buildRowAtCursor(app.store.get());
		if (!row) return;
		if (!row.entry.isAttached) {
			builds.attach(row.entry.build);
			return;
		}
		const lines = row.entry.view.lines;
		const line = row.kind === 'line' ? row.line : (lines.find(({status}) => status === 'failed') ?? lines[0]);
		if (line) app.store.update(now => openLog(now, row.entry.build, line.line));
	},
	'build/cancel-line': parts => {
		const row = buildRowAtCursor(parts.app.store.get());
		if (row?.kind !== 'line') return;
		cancel(parts, row.entry.build, row.line.line);
	},
	'build/cancel': parts => {
		const row = buildRowAtCursor(parts.app.store.get());
		if (row) cancel(parts, row.entry.build);
	},
	'build/copy-trace': ({app}) => {
		const current = currentBuild(app.store.get());
		const trace = current?.line?.traceId ?? current?.entry.build;
		if (!trace) return;
		copyText(app, trace, current?.line?.traceId ? `Copied trace ID ${trace}` : `Copied build ID ${trace}`);
	},
	'build/copy-folder': ({app}) => {
		const folder = currentBuild(app.store.get())?.entry.folder;
		if (!folder) return;
		copyText(app, `${folder}/journal.ndjson`, `Copied ${folder}/journal.ndjson`);
	},
	'build/clear-queue': ({app, queue}) => {
		queue.clear();
		notify(app, 'What did not begin yet is not built.');
	},
	'build/fix': fix,
	'build/again': parts => {
		const image = currentBuild(parts.app.store.get())?.entry.image;
		if (image) buildImage(parts, {name: image});
	},
	'build/diagnose': ({app}) => {
		const entry = currentBuild(app.store.get())?.entry;
		if (entry?.folder) app.run('Diagnostics', () => diagnose(app, entry));
		else if (entry) notify(app, 'Only a build of this machine can be looked into.', 'warning');
	},
	'build/follow': ({app}) =>
		app.store.update(state => {
			const isFollowing = !state.dashboard.isFollowing;
			const dashboard = {...state.dashboard, isFollowing};
			return {...state, dashboard: isFollowing ? followBuilds(dashboard, buildRowAtCursor(state)) : dashboard};
		}),
};

function cancel({app, builds}: Parts, build: string, line?: string): void {
	app.run('Cancel', async () => {
		await builds.cancel(build, line);
		notify(app, line ? `Line ${line} is being cancelled` : 'The build is being cancelled');
	});
}

/** One suggestion is applied at once; of several one is chosen. */
function fix(parts: Parts): void {
	const {app} = parts;
	const entry = currentBuild(app.store.get())?.entry;
	const suggestions = currentSuggestions(app.store.get());
	const [only, ...more] = suggestions;
	if (!entry || !only) return;
	if (more.length === 0) applyFix(parts, entry.image, only);
	else {
		app.store.update(state => ({
			...state,
			dialog: {
				kind: 'menu',
				title: 'What would help',
				text: `The composer opens with the change made to ${entry.image}; nothing is built before you say so.`,
				choices: suggestions.map(({text}) => ({label: text, value: `fix/${text}` as const})),
			},
		}));
	}
}

/** What was chosen in the menu of `fix`. */
export function applyChosenFix(parts: Parts, text: string): void {
	const entry = currentBuild(parts.app.store.get())?.entry;
	const suggestion = Object.values(entry?.suggestions ?? {})
		.flat()
		.find(own => own.text === text);
	if (entry && suggestion) applyFix(parts, entry.image, suggestion);
}

/** Opens the composer with the change made: an edit like any other, which undo takes back. */
function applyFix({app, images, drafts, hold}: Parts, image: string, suggestion: Suggestion): void {
	hold(`Edit ${image}`, async () => {
		const {composer} = await composerOf({app, drafts}, image);
		const starter = starterNamed(app.store.get(), draftOf(composer).starter);
		const all = starter?.lines.map(({line}) => line) ?? [];
		const fixed = applyEdit(composer, applySuggestion(draftOf(composer), suggestion, all));
		app.store.update(state => openScreen({...state, composer: {...fixed, pane: 'preview'}}, 'composer'));
		notify(app, `${suggestion.text} Done: u undoes it, b builds.`, 'good');
		await images.loadBundles();
	});
}

/** Several: two at a time, the others wait. */
export function buildImages({app, queue}: Parts, images: readonly {readonly name: string}[]): void {
	queue.add(images.map(({name}) => name));
	app.store.update(state => openScreen({...withoutSelection(state), notice: null}, 'builds'));
}

export function buildImage({app, builds, composer, hold}: Parts, image: {readonly name: string}): void {
	hold(`Build ${image.name}`, async signal => {
		notify(app, `Planning ${image.name}`);
		const plan = await composer.plan(await app.services.images.composition(image.name), signal);
		const conflict = plan.lines.find(({status}) => status === 'conflict')?.conflict;
		if (!plan.lines.some(({status}) => status === 'ok')) {
			notify(app, `No line of ${image.name} can be built. ${conflict?.summary ?? ''} e edits it.`, 'error');
			return;
		}
		const build = await builds.start(plan);
		app.store.update(state => ({...openScreen(state, 'builds'), notice: null}));
		focusBuild(app, build);
	});
}

/** Beside the journal: what a user hands on comes from one place. */
async function diagnose(app: App, {build, folder}: BuildEntry): Promise<void> {
	notify(app, 'Gathering what is known of the build');
	const {diagnosticsOf} = await import('../../diagnostics.ts');
	const file = join(folder, `diagnostics-${build}.txt`);
	const text = await diagnosticsOf(buildFolderOf(dirname(folder), build), {
		version: programVersion(),
		settings: app.store.get().settings,
		env: app.env,
		signal: app.signal,
	});
	await writeFileAtomic(file, text, 0o600);
	copyText(app, file, `Written beside the journal, and its path copied: ${basename(file)}`);
}
