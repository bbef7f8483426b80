import {changeComposer, closeScreen, screenOf, type AppState} from '../../../../state/app-state.ts';
import {draftOf, isUnsaved} from '../../../../state/composer/composer.ts';
import {textDialog, type TextLine} from '../../../../state/dialogs/text-dialog.ts';
import {emptyField} from '../../../../state/fields/text-field.ts';
import {contextsOf, focusedField} from '../../../../state/keys/contexts.ts';
import type {Context} from '../../../../state/keys/context.ts';
import {whyNot} from '../../../../state/keys/why-not.ts';
import {listFilter} from '../../../../state/lists/list-filter.ts';
import {keyLabel} from '../../../../state/keys/key-label.ts';
import {validCommands, type Command} from '../../../../state/keys/key-map.ts';
import {exitCodes} from '../../../base/errors.ts';
import {notify, type App} from '../../controllers/app.ts';
import type {Parts, SomeCommands} from '../parts.ts';
import {changeLog} from './log-commands.ts';
import {currentImage} from '../../../../state/gallery/current-image.ts';
import {hasSelection, withoutSelection} from '../../../../state/gallery/selected-images.ts';
import {searchRange} from '../../../../state/search/search-range.ts';

function back({app, drafts, hold}: Parts): void {
	const state = app.store.get();
	const screen = screenOf(state);
	if (screen === 'composer' && state.composer && searchRange(state.composer.search, draftOf(state.composer))) {
		app.store.update(now =>
			changeComposer(now, composer => ({...composer, search: {...composer.search, rangeFrom: null}})),
		);
		return;
	}
	if (hasSelection(state)) {
		app.store.update(withoutSelection);
		return;
	}
	// What narrows the list goes first.
	const filter = listFilter(state);
	if (filter && filter.field.text !== '') {
		app.store.update(now => filter.put(now, emptyField));
		return;
	}
	if (screen === 'log' && state.log && (state.log.view.filter.text !== '' || state.log.view.search.text !== '')) {
		changeLog(app, view => ({...view, filter: emptyField, search: emptyField}));
		return;
	}
	if (screen === 'composer' && state.composer?.isZoomed) {
		app.store.update(now => ({...now, composer: now.composer && {...now.composer, isZoomed: false}}));
		return;
	}
	if (screen === 'composer' && state.composer) {
		const isKept = isUnsaved(state.composer);
		const name = state.composer.saved?.name ?? null;
		hold('The draft', async () => {
			if (isKept) await drafts.flush();
			else await drafts.drop(name);
			app.store.update(now => {
				const left = closeScreen(now);
				const notice = isKept
					? ({text: `The draft is kept: ${name === null ? 'n' : 'e'} goes on with it.`, tone: 'info'} as const)
					: now.notice;
				return {...left, composer: null, notice};
			});
		});
		return;
	}
	app.store.update(closeScreen);
}

const contextTitles: Readonly<Partial<Record<Context, string>>> = {
	gallery: 'Private images',
	starters: 'Starters',
	composer: 'Composer',
	packages: 'Packages',
	'search-field': 'Search field',
	variables: 'Variables',
	bundles: 'File bundles',
	details: 'Image',
	preview: 'SBOM preview',
	builds: 'Builds',
	log: 'Log',
	image: 'Image card',
	files: 'File bundles',
	list: 'Moving',
	anywhere: 'Anywhere',
};

const filterGrammar: readonly TextLine[] = [
	{label: 'word', text: 'its letters in that order'},
	{label: "'word", text: 'exactly so'},
	{label: '^word  word$', text: 'at the beginning, at the end'},
	{label: '!word', text: 'not'},
	{label: 'a b', text: 'both'},
	{label: 'a | b', text: 'one of them'},
];

const searchGrammar: readonly TextLine[] = [
	...filterGrammar,
	{label: "'word'", text: 'a whole word'},
	{label: 'family:php-', text: 'families whose name begins so'},
	{label: 'line:8.4', text: 'what fits that line of the starter'},
	{label: 'section:web', text: 'of that section of Debian'},
	{label: 'added:', text: 'what is in the image already; !added: what is not'},
];

/** What can be typed where one searches or filters. */
const grammarOf = (chain: readonly Context[]): readonly [string, readonly TextLine[]] =>
	chain.includes('packages') || chain.includes('search-field')
		? ['In the search', searchGrammar]
		: ['In the filter', chain.includes('list') || chain.includes('filter') ? filterGrammar : []];

/** The keys that are valid now, by where they belong; then those that are not, with the reason. */
function helpLines(state: AppState): readonly TextLine[] {
	const chain = contextsOf(state);
	const valid = validCommands(state.keyMap, chain, focusedField(state) !== null);
	const labelOf = ({keys}: Command) => keys.map(key => keyLabel(key, state.terminal.hasUnicode)).join('  ');
	const under = (title: string, rows: readonly TextLine[]): readonly TextLine[] =>
		rows.length === 0 ? [] : [{text: ''}, {text: title, isHeading: true}, ...rows];
	const shown = new Set<string>();
	const useful = chain.flatMap((context): readonly TextLine[] => {
		const commands = valid.filter(
			({contexts, id}) => contexts.includes(context) && !shown.has(id) && whyNot(state, id) === null,
		);
		for (const {id} of commands) shown.add(id);
		const rows = commands.map(command => ({label: labelOf(command), text: command.title}));
		return under(contextTitles[context] ?? '', rows);
	});
	const others = valid.flatMap((command): readonly TextLine[] => {
		const why = whyNot(state, command.id);
		return why === null ? [] : [{label: labelOf(command), text: `${command.title}. ${why}`}];
	});
	return [...useful, ...under(...grammarOf(chain)), ...under('Not now', others)].slice(1);
}

/** What one would type for what is on the screen. */
function commandLines(state: AppState): readonly TextLine[] {
	const {composer} = state;
	switch (screenOf(state)) {
		case 'gallery':
		case 'image': {
			const image = currentImage(state);
			if (!image) return [{text: 'slipway images'}];
			return [
				{text: 'slipway images'},
				{text: `slipway show ${image.name}`},
				{text: `slipway build ${image.name}`},
				{text: `slipway edit ${image.name}`},
			];
		}
		case 'starters':
			return [{text: 'slipway starters'}];
		case 'composer': {
			if (!composer) return [];
			const name = draftOf(composer).name || 'NAME';
			const query = composer.search.field.text.trim();
			return [
				...(query ? [{text: `slipway search '${query}' --starter ${draftOf(composer).starter}`}] : []),
				{text: `slipway plan ${name}`},
				{text: `slipway build ${name}`},
			];
		}
		case 'files':
			return [
				{text: 'slipway bundle ls'},
				{text: 'slipway bundle add NAME PATH… --kind certificates'},
				{text: 'slipway bundle rm NAME'},
			];
		case 'builds':
			return [{text: 'slipway builds'}, {text: 'slipway watch'}];
		case 'log':
			return [{text: `slipway logs ${state.log?.build ?? ''}`}];
	}
}

const showText = (app: App, title: string, lines: readonly TextLine[]): void =>
	app.store.update(state => ({...state, dialog: textDialog(title, lines)}));

function setMouse(app: App, isOn: boolean): void {
	app.terminal.setMouse(isOn);
	app.store.update(state => ({...state, terminal: {...state.terminal, hasMouse: isOn}}));
}

export const programCommands: SomeCommands<'screen' | 'repository' | 'command-line' | 'mouse' | 'help' | 'program'> = {
	'screen/back': back,
	'screen/redraw': ({app}) => app.terminal.redraw(),
	'repository/refresh': ({app, repository}) => app.run('Refresh', repository.refresh),
	'command-line/show': ({app}) => showText(app, 'On the command line', commandLines(app.store.get())),
	'mouse/toggle': ({app}) => {
		const isOn = !app.store.get().terminal.hasMouse;
		setMouse(app, isOn);
		notify(app, isOn ? 'The mouse works here again.' : 'The mouse selects text now; m takes it back.');
	},
	'help/open': ({app}) => showText(app, 'Keys', helpLines(app.store.get())),
	'program/suspend': ({app}) => app.run('Suspend', () => app.terminal.suspend()),
	'program/quit': ({app}) => app.terminal.exit(exitCodes.done),
};
