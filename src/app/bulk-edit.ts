import {readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {writeFileAtomic} from '../base/atomic-file.ts';
import {isSystemError, SlipwayError} from '../base/errors.ts';
import {isLike} from '../base/pattern.ts';
import {compositionRefused} from '../plan/composition/check-composition.ts';
import {editComposition, type CompositionEdit} from '../plan/composition/edit-text.ts';
import {parseBaseline, parseComposition} from '../plan/composition/parse-composition.ts';
import {diffPlans, type LineDiff} from '../plan/diff-plans.ts';
import type {Plan} from '../plan/plan.ts';
import type {CompositionFiles} from './composition-files.ts';
import type {AllServices} from './create-services.ts';

/** Edits of many compositions and baselines, tried, not yet saved. */
export interface BulkEdit {
	/** Files that change. */
	readonly files: readonly {readonly name: string; readonly kind: 'image' | 'baseline'; readonly text: string}[];
	/** Names that the edits leave as they are. */
	readonly unchanged: readonly string[];
	/** Every image that the change reaches, also by a baseline. */
	readonly images: readonly EditedImage[];
}

export interface EditedImage {
	readonly image: string;
	/** Why it could not be planned any more. */
	readonly problem: string | null;
	/** Lines that differ from what is planned now. */
	readonly lines: readonly LineDiff[];
	/** Lines that are planned now and could not be with the change: names, with the reason. */
	readonly lost: readonly {readonly line: string; readonly reason: string}[];
}

type Parts = Pick<AllServices, 'compositions' | 'planning'>;

/** Tries edits on all private images and baselines that the patterns mean. Throws `not-found` if they mean none. */
export async function tryBulkEdit(
	{compositions, planning}: Parts,
	patterns: readonly string[],
	edits: readonly CompositionEdit[],
	signal: AbortSignal,
): Promise<BulkEdit> {
	const [images, baselines] = await Promise.all([compositions.names(), compositions.baselines.names()]);
	const meant = (names: readonly string[]) => names.filter(name => patterns.some(pattern => isLike(name, pattern)));
	for (const pattern of patterns) {
		if (![...images, ...baselines].some(name => isLike(name, pattern))) {
			throw new SlipwayError('not-found', `No private image is meant by “${pattern}”.`, {
				hint: '`slipway images` lists them; put a pattern with * into quotes.',
			});
		}
	}
	const wanted = [
		...meant(images).map(name => ({name, kind: 'image' as const, before: compositions.text(name)})),
		...meant(baselines).map(name => ({name, kind: 'baseline' as const, before: compositions.baselines.text(name)})),
	];
	const edited = await Promise.all(
		wanted.map(async ({name, kind, before}) => {
			const source = await before;
			const parsed = parseBaseline(source, {file: name});
			if (parsed.kind === 'refused') throw compositionRefused(parsed.problems);
			return {name, kind, source, text: editComposition(source, edits)};
		}),
	);
	const files = edited.filter(({source, text}) => text !== source);
	const instead = new Map(files.map(({name, text}) => [name, text]));
	const reached = await imagesReached(compositions, new Set(instead.keys()));
	const results: EditedImage[] = [];
	for (const image of reached) results.push(await tryImage({compositions, planning}, image, instead, signal));
	return {
		files: files.map(({name, kind, text}) => ({name, kind, text})),
		unchanged: edited.filter(({source, text}) => text === source).map(({name}) => name),
		images: results,
	};
}

/** Those that change themselves, and those that extend what changes, directly or not. */
async function imagesReached(compositions: CompositionFiles, changed: ReadonlySet<string>): Promise<readonly string[]> {
	const extended = [...(await compositions.inheritance())];
	const reached = new Set(changed);
	// A set goes on to what is added while it is gone through.
	for (const name of reached) {
		for (const [heir, wanted] of extended) if (wanted.includes(name)) reached.add(heir);
	}
	return (await compositions.names()).filter(name => reached.has(name));
}

async function tryImage(
	{compositions, planning}: Parts,
	image: string,
	instead: ReadonlyMap<string, string>,
	signal: AbortSignal,
): Promise<EditedImage> {
	const before = await planned(async () => {
		const {composition, locate} = await compositions.open(image);
		return planning.plan(composition, signal, locate);
	});
	const after = await planned(async () => {
		const parsed = parseComposition(instead.get(image) ?? (await compositions.text(image)), {file: `${image}.yaml`});
		if (parsed.kind === 'refused') throw compositionRefused(parsed.problems);
		const inherited = await compositions.baselines.whole(parsed.composition, parsed.locate, null, instead);
		if (inherited.kind === 'refused') throw compositionRefused(inherited.problems);
		return planning.plan(inherited.whole, signal, inherited.locate);
	});
	if (after.plan === null) return {image, problem: after.problem, lines: [], lost: []};
	const wasPlanned = (line: string) => before.plan?.lines.find(own => own.line === line)?.status === 'ok';
	return {
		image,
		problem: null,
		lines: diffPlans(before.plan ?? {...after.plan, lines: []}, after.plan).filter(({kind}) => kind !== 'same'),
		lost: after.plan.lines
			.filter(({line, status}) => status !== 'ok' && wasPlanned(line))
			.map(({line, conflict, reason}) => ({line, reason: conflict?.summary ?? reason ?? ''})),
	};
}

async function planned(
	work: () => Promise<Plan>,
): Promise<{readonly plan: Plan; readonly problem: null} | {readonly plan: null; readonly problem: string}> {
	try {
		return {plan: await work(), problem: null};
	} catch (error) {
		if (!(error instanceof SlipwayError) || error.code === 'cancelled') throw error;
		return {plan: null, problem: error.message};
	}
}

/** Written whole before the first composition is: whoever comes after a crash carries the edit to its end. */
const pendingFile = 'edit.pending.json';

/** Saves all files of an edit, or none. */
export async function saveBulkEdit(compositions: CompositionFiles, {files}: BulkEdit): Promise<void> {
	const targets = files.map(({name, kind, text}) => ({
		path: join(kind === 'image' ? compositions.folder : compositions.baselines.folder, `${name}.yaml`),
		text,
	}));
	await writeFileAtomic(join(compositions.folder, pendingFile), JSON.stringify(targets), 0o600);
	await finishBulkEdit(compositions.folder);
}

/** Carries an edit to its end that was interrupted. */
export async function finishBulkEdit(folder: string): Promise<void> {
	const pending = join(folder, pendingFile);
	let targets: readonly {readonly path: string; readonly text: string}[];
	try {
		// Written whole or not at all, by saveBulkEdit, in a folder of the user's own.
		targets = JSON.parse(await readFile(pending, 'utf8')) as typeof targets;
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return;
		throw error;
	}
	for (const {path, text} of targets) await writeFileAtomic(path, text, 0o600);
	await rm(pending, {force: true});
}
