import {openScreen} from '../../../../state/app-state.ts';
import {
	cardTabs,
	foldFolder,
	toLayer,
	toLine,
	toTab,
	type CardTab,
	type ImageCard,
} from '../../../../state/card/card.ts';
import {cardLine, cardRows, copyOf} from '../../../../state/card/card-rows.ts';
import {openCardOf} from '../../../../state/card/current-row.ts';
import {nextOf} from '../../../../state/composer/composer.ts';
import type {GalleryImage} from '../../../../state/gallery/gallery.ts';
import {pathTo} from '../../../image/dependency-path.ts';
import type {SbomPackage} from '../../../image/sbom-packages.ts';
import type {App} from '../../controllers/app.ts';
import {copyText} from '../../controllers/copy.ts';
import {textDialog} from '../../../../state/dialogs/text-dialog.ts';
import type {Parts, SomeCommands} from '../parts.ts';
import {focusBuild} from './build-commands.ts';
import {readFile} from './read-file.ts';

const change = (app: App, next: (card: ImageCard, image: GalleryImage) => ImageCard): void =>
	app.store.update(state => {
		const open = openCardOf(state);
		return open ? {...state, card: next(open.card, open.image)} : state;
	});

function open(parts: Parts): void {
	const {app, builds} = parts;
	const current = openCardOf(app.store.get());
	const row = current?.row;
	switch (row?.kind) {
		case 'line':
			change(app, card => toTab(toLine(card, row.line.line), 'packages'));
			return;
		case 'package':
			showWhy(app, row.entry);
			return;
		case 'layer':
			change(app, card => toLayer(card, row.layer.descriptor.digest));
			return;
		case 'all-layers':
			change(app, card => toLayer(card, null));
			return;
		case 'file':
			if (row.file.isFolder) change(app, card => foldFolder(card, row.file.path));
			else if (row.file.file) readFile(parts, row.file.file);
			return;
		case 'build':
		case 'changed':
			builds.attach(row.build.build);
			app.store.update(state => openScreen(state, 'builds'));
			focusBuild(app, row.build.build);
			return;
		case 'command':
			copy(app);
			return;
		case 'heading':
		case 'fact':
		case 'change':
		case 'text':
		case undefined:
	}
}

function showWhy(app: App, entry: SbomPackage): void {
	const {card, gallery} = app.store.get();
	const image = gallery.images?.find(({name}) => name === card?.name);
	const digest = card && image && cardLine(card, image)?.digest;
	const packages = digest ? card.documents.packages[digest] : undefined;
	if (packages?.kind !== 'ready') return;
	const path = pathTo(packages.value, entry.name) ?? [];
	const reason = (first: SbomPackage) =>
		first.role === 'added'
			? `  you added it${first.requestedAs ? ` as ${first.requestedAs}` : ''}`
			: '  part of the starter';
	app.store.update(state => ({
		...state,
		dialog: textDialog(`Why ${entry.name}`, [
			...path.map((step, at) => ({
				text: `${'  '.repeat(at)}${at > 0 ? '└ ' : ''}${step.name} ${step.version}${at === 0 ? reason(step) : ''}`,
			})),
			{text: ''},
			{label: 'licence', text: entry.licence ?? 'not stated'},
			{label: 'purl', text: entry.purl},
			...(entry.dependencies.length > 0 ? [{label: 'needs', text: entry.dependencies.join(', ')}] : []),
		]),
	}));
}

/** Folds the folder under the cursor, or the one that it is in, and goes there. */
function fold({app}: Parts): void {
	const state = app.store.get();
	const current = openCardOf(state);
	if (!current || current.row?.kind !== 'file') return;
	const {file} = current.row;
	const folder = file.isFolder && file.isOpen ? file.path : file.path.slice(0, Math.max(0, file.path.lastIndexOf('/')));
	if (folder === '') return;
	change(app, (card, image) => {
		const folded = foldFolder(card, folder, false);
		const at = cardRows(folded, image, state.tenant).findIndex(row => row.kind === 'file' && row.file.path === folder);
		return at === -1 ? folded : {...folded, cursors: {...folded.cursors, files: {...folded.cursors.files, at}}};
	});
}

function copy(app: App): void {
	const state = app.store.get();
	const current = openCardOf(state);
	const text = current?.row ? copyOf(current.row, current.image, state.tenant) : null;
	if (!text) return;
	copyText(app, text, `Copied ${text}`);
}

const stepLine =
	(step: 1 | -1) =>
	({app}: Parts): void =>
		change(app, (card, image) => {
			const lines = image.lines.map(({line}) => line);
			const now = cardLine(card, image)?.line;
			return now === undefined ? card : toLine(card, nextOf(lines, now, step));
		});

const stepTab =
	(step: 1 | -1) =>
	({app}: Parts): void =>
		change(app, card => toTab(card, nextOf(cardTabs, card.tab, step)));

const tab =
	(id: CardTab) =>
	({app}: Parts): void =>
		change(app, card => toTab(card, id));

export const cardCommands: SomeCommands<'card'> = {
	'card/open': open,
	'card/fold': fold,
	'card/copy': ({app}) => copy(app),
	'card/next-tab': stepTab(1),
	'card/previous-tab': stepTab(-1),
	'card/next-line': stepLine(1),
	'card/previous-line': stepLine(-1),
	'card/overview': tab('overview'),
	'card/settings': tab('settings'),
	'card/packages': tab('packages'),
	'card/layers': tab('layers'),
	'card/files': tab('files'),
	'card/changes': tab('changes'),
	'card/builds': tab('builds'),
};
