import {homedir} from 'node:os';
import {changeComposer, openScreen, screenOf, type AppState} from '../../../../state/app-state.ts';
import {bundleAtCursor} from '../../../../state/composer/rows-at-cursor.ts';
import {draftOf, editDraft} from '../../../../state/composer/composer.ts';
import {toggleBundle} from '../../../../state/composer/draft.ts';
import type {BundleDialog} from '../../../../state/dialogs/dialog.ts';
import {textDialog, type TextLine} from '../../../../state/dialogs/text-dialog.ts';
import {emptyField, fieldOf} from '../../../../state/fields/text-field.ts';
import {
	bundlesOf,
	countCertificates,
	validityOf,
	type BundleFileSummary,
	type BundleSummary,
} from '../../../../state/files/file-repository.ts';
import type {InputFile} from '../../../build/bundles/bundle-files.ts';
import {checkBundleName} from '../../../plan/composition/composition-rules.ts';
import {isCancelled, notify, noticeText, type App} from '../../controllers/app.ts';
import type {Parts, SomeCommands} from '../parts.ts';

const withBundle =
	(act: (parts: Parts, bundle: BundleSummary) => void) =>
	(parts: Parts): void => {
		const bundle = bundleAtCursor(parts.app.store.get());
		if (bundle) act(parts, bundle);
	};

export function openBundleDialog(
	app: App,
	wishes: Pick<BundleDialog, 'content' | 'pem'> & {readonly of?: string},
): void {
	const {of = null, content, pem} = wishes;
	app.store.update(state => ({
		...state,
		dialog: {
			kind: 'bundle',
			content,
			of,
			pem,
			name: fieldOf(of ?? ''),
			path: emptyField,
			target: emptyField,
			focus: of === null ? 'name' : pem === null ? 'path' : 'name',
			problem: null,
		},
	}));
}

/** Adds what the form says: from the host's files, or from pasted text. The form stays with the reason if it cannot be. */
export async function acceptBundle({app, images}: Parts, dialog: BundleDialog): Promise<void> {
	const name = dialog.of ?? dialog.name.text.trim();
	const refuse = (problem: string, focus = dialog.focus) =>
		app.store.update(state => (state.dialog ? {...state, dialog: {...dialog, focus, problem}} : state));
	const {bundles} = app.services;
	const problem = checkBundleName(name);
	if (problem) return refuse(problem, 'name');
	if (dialog.pem === '') return refuse('Paste the certificates now: PEM text, as many as there are.');
	if (dialog.pem === null && dialog.path.text.trim() === '') return refuse('Which file or folder?', 'path');
	if (!bundles) return;
	const isTaken = bundlesOf(app.store.get().bundles).some(own => own.name === name);
	if (dialog.of === null && isTaken) {
		return refuse(`There is a bundle ${name} already: v on it adds a new version.`, 'name');
	}
	try {
		const files = await filesOf(dialog);
		const target = dialog.target.text.trim();
		const {bundle, isNew, warnings} = await bundles.add({
			name,
			kind: dialog.content,
			files,
			...(dialog.content === 'files' && target !== '' ? {target} : {}),
		});
		await images.loadBundles();
		app.store.update(state => takeInto({...state, dialog: null}, name));
		const said = isNew ? `${name} version ${bundle.version} was added.` : `${name} holds these files already.`;
		notify(app, [said, ...warnings].join(' '), warnings.length > 0 ? 'warning' : 'good');
	} catch (error) {
		if (!isCancelled(error)) refuse(noticeText(error));
	}
}

async function filesOf({pem, path}: BundleDialog): Promise<readonly InputFile[]> {
	if (pem !== null) return [{name: 'pasted.crt', content: Buffer.from(pem)}];
	const {readInputFiles} = await import('../../../build/bundles/read-input-files.ts');
	const text = path.text.trim();
	return readInputFiles([text === '~' || text.startsWith('~/') ? homedir() + text.slice(1) : text]);
}

/** A bundle that is added from the composer is wanted in the image. */
function takeInto(state: AppState, name: string): AppState {
	if (screenOf(state) !== 'composer') return state;
	return changeComposer(state, composer => {
		const draft = draftOf(composer);
		return draft.bundles.includes(name) ? composer : editDraft(composer, toggleBundle(draft, name));
	});
}

/** Pasted text that holds certificates goes into the form, wherever its cursor is; null if it is something else. */
export function pasteCertificates(dialog: BundleDialog, text: string): BundleDialog | null {
	if (countCertificates(text) === 0 || dialog.content !== 'certificates') return null;
	return {...dialog, pem: `${(dialog.pem ?? '') + text.trim()}\n`, focus: 'name', problem: null};
}

function look({app, hold}: Parts, {name, versions, usedBy}: BundleSummary): void {
	hold(`Bundle ${name}`, async () => {
		const {bundles} = app.services;
		if (!bundles) return;
		const all = await Promise.all(versions.toReversed().map(version => bundles.show(name, version)));
		const used = usedBy.length > 0 ? usedBy.join(', ') : 'no image yet';
		const lines: readonly TextLine[] = [
			{label: 'used by', text: used},
			...all.flatMap(({version, createdAt, files}, at): readonly TextLine[] => [
				{text: ''},
				{text: `Version ${version}, ${createdAt.slice(0, 16).replace('T', ' ')}`, isHeading: true},
				// Older versions in short: what they hold, not what is in it.
				...(at === 0 ? files.flatMap(file => fileLines(file, app.now())) : files.map(({path}) => ({text: path}))),
			]),
		];
		app.store.update(state => ({...state, dialog: textDialog(`Bundle ${name}`, lines)}));
	});
}

function fileLines({path, mode, sizeBytes, certificate}: BundleFileSummary, nowMs: number): readonly TextLine[] {
	if (!certificate) return [{text: `${path}  ${mode.toString(8).padStart(4, '0')}  ${sizeBytes} bytes`}];
	const validity = validityOf(certificate, nowMs);
	const note = validity.kind === 'valid' ? '' : validity.kind === 'expired' ? ' (expired)' : ' (ends soon)';
	return [
		{text: path},
		{label: 'subject', text: certificate.subject},
		...(certificate.issuer === certificate.subject ? [] : [{label: 'issuer', text: certificate.issuer}]),
		...(certificate.alternativeNames.length > 0
			? [{label: 'names', text: certificate.alternativeNames.join(', ')}]
			: []),
		{label: 'valid', text: `${certificate.validFrom.slice(0, 10)} to ${validity.day}${note}`},
		{label: 'SHA-256', text: certificate.fingerprint},
	];
}

function openRemove({app}: Parts, {name, usedBy}: BundleSummary): void {
	const text =
		usedBy.length > 0
			? `All its versions. ${usedBy.join(', ')} would no longer build without it.`
			: 'All its versions. No image takes it.';
	app.store.update(state => ({
		...state,
		dialog: {kind: 'delete', what: 'bundle', name, names: [name], text, field: emptyField, problem: null},
	}));
}

export const bundleCommands: SomeCommands<'files'> &
	Pick<SomeCommands<'bundle'>, 'bundle/add' | 'bundle/look' | 'bundle/inspect' | 'bundle/update' | 'bundle/remove'> = {
	'files/show': ({app, images}) => {
		app.store.update(state => openScreen(state, 'files'));
		app.run('File bundles', images.loadBundles);
	},
	'bundle/add': ({app}) =>
		app.store.update(state => ({
			...state,
			dialog: {
				kind: 'menu',
				title: 'Add a file bundle',
				text: 'Certificates are trusted by every image that takes them; other files go where you say.',
				choices: [
					{label: 'Certificates from a file or folder', value: 'bundle/certificates'},
					{label: 'Certificates that you paste (PEM)', value: 'bundle/paste'},
					{label: 'Other files', value: 'bundle/files'},
				],
			},
		})),
	'bundle/look': withBundle(look),
	'bundle/inspect': withBundle(look),
	'bundle/update': withBundle(({app}, {name, kind, files}) => {
		openBundleDialog(app, {content: kind, pem: null, of: name});
		const folder = files[0]?.path.replace(/\/[^/]*$/u, '') ?? '';
		if (kind !== 'files') return;
		app.store.update(state =>
			state.dialog?.kind === 'bundle' ? {...state, dialog: {...state.dialog, target: fieldOf(folder)}} : state,
		);
	}),
	'bundle/remove': withBundle(openRemove),
};
